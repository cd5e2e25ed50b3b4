"""REST: POST /api/<noun>/<id>/<verb>, for bulk acts and those that make something POST /api/<noun>/<verb>.

Body: the act's values; `on` for a bulk act's objects, `confirm` for the reasons of soft rules. Headers:
Idempotency-Key, If-Match (the revision seen), Happened-At. `?dry` judges and keeps nothing.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _t
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from opsloop.base.acts import say
from opsloop.base.acts.doors import schema, shown
from opsloop.base.acts.doors.answers import result_of
from opsloop.base.acts.doors.bearing import Session, Token, person_of, via_of
from opsloop.base.acts.perform import perform
from opsloop.base.acts.registry import Act, registry
from opsloop.base.things.errors import ActError, Invalid
from opsloop.base.things.frame import Call


class Api(NinjaAPI):
    """Its description is made when it is asked for, so that it speaks the reader's language."""

    def get_openapi_schema(self, **where: Any) -> Any:
        return schema.described(super().get_openapi_schema(**where))


def build(acts: dict[str, Act], lists: list[shown.Shown], namespace: str = "api") -> Api:
    """The API of these acts and lists. Nobody comes in without a token or a session."""
    api = Api(
        title="Opsloop", urls_namespace=namespace, docs_url=None, openapi_url=None, auth=[Token(), Session()]
    )  # fmt: skip
    _answer_errors(api)
    for this in acts.values():
        if "api" in this.doors:
            _post(api, this)
    for one in lists:
        _get(api, one)

    @api.get("/openapi.json", include_in_schema=False, url_name="openapi")
    def openapi(request: HttpRequest) -> Any:
        return api.get_openapi_schema()

    return api


def _post(api: Api, this: Act) -> None:
    said: dict[str, Any] = {"operation_id": this.name, "summary": this.name, "tags": [this.noun], "url_name": this.name}
    if this.subject is not None and not this.subject.many:

        @api.post(f"/{this.noun}/{{int:id}}/{this.verb}", **said)
        def about_one(request: HttpRequest, id: int) -> Any:  # noqa: A002  # the address's word
            return _do(request, this, id)

    else:

        @api.post(f"/{this.noun}/{this.verb}", **said)
        def about_many_or_none(request: HttpRequest) -> Any:
            return _do(request, this, None)


def _do(request: HttpRequest, this: Act, on: Any) -> Any:
    raw = _body(request)
    reasons = raw.pop("confirm", {})
    if this.subject is not None and this.subject.many:
        on = raw.pop("on", None)
    if not isinstance(reasons, dict) or not all(isinstance(reason, str) for reason in reasons.values()):
        raise Invalid({"confirm": [_t("A row of fields, please.")]})
    call = Call(
        by=person_of(request),
        via=via_of(request),
        key=request.headers.get("Idempotency-Key") or None,
        revision=_revision(request.headers.get("If-Match")),
        overrides=reasons,
        dry="dry" in request.GET,
        happened=_moment(request.headers.get("Happened-At")),
    )
    return result_of(perform(this.name, raw, call, on=on))


def _body(request: HttpRequest) -> dict[str, Any]:
    try:
        said = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        raise Invalid({"": [str(say.SAY["json_invalid"])]}) from None
    if not isinstance(said, dict):
        raise Invalid({"": [_t("A row of fields, please.")]})
    return said


def _revision(header: str | None) -> int | None:
    if header is None or header.strip() == "*":
        return None
    number = header.strip().removeprefix("W/").strip('"')
    if not (number.isascii() and number.isdigit()):
        raise Invalid({"If-Match": [_t("A whole number, please.")]})
    return int(number)


def _moment(header: str | None) -> datetime | None:
    if not header:
        return None
    try:
        found = parse_datetime(header.strip())
    except ValueError:
        found = None
    if found is None:
        raise Invalid({"Happened-At": [str(say.SAY["datetime_parsing"])]})
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _get(api: Api, one: shown.Shown) -> None:
    said: dict[str, Any] = {"tags": [one.noun], "summary": one.at}

    @api.get(f"/{one.at}/", operation_id=f"{one.at}:list", url_name=f"{one.at}-list", **said)
    def rows(request: HttpRequest) -> Any:
        return shown.rows_of(one, person_of(request), request.GET)

    @api.get(f"/{one.at}/{{int:id}}/", operation_id=f"{one.at}:one", url_name=f"{one.at}-one", **said)
    def row(request: HttpRequest, response: HttpResponse, id: int) -> Any:  # noqa: A002
        found = shown.row_of(one, person_of(request), id)
        response["ETag"] = f'"{found["revision"]}"' if "revision" in found else ""
        return found


def _answer_errors(api: Api) -> None:
    """Every no in the same shape and in the reader's language."""

    @api.exception_handler(ActError)
    def no(request: HttpRequest, error: ActError) -> HttpResponse:
        return api.create_response(request, error.answer(), status=error.status)

    @api.exception_handler(ValidationError)
    def unfit(request: HttpRequest, error: ValidationError) -> HttpResponse:
        return api.create_response(request, say.said(error.errors, 1).answer(), status=422)

    @api.exception_handler(AuthenticationError)
    def stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
        text = _t("Sign in, or send a token that is in force.")
        return api.create_response(request, {"code": "sign_in", "message": text}, status=401)

    @api.exception_handler(HttpError)
    def other(request: HttpRequest, error: HttpError) -> HttpResponse:
        text = _t("The page's token is missing or old; load the page again.") if str(error) == "CSRF" else str(error)
        return api.create_response(request, {"code": "request", "message": text}, status=error.status_code)


api = build(registry, shown.all_shown())
