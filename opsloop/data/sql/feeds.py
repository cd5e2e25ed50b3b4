"""What programs fetch: tables as Parquet, kept queries as CSV, metrics as JSON, and the snapshot for BI tools.

They come with a token of `people.issue_token`, as `Authorization: Bearer …`, or as the password of Basic, which is what
Excel, Power BI and Tableau can keep; a signed-in person needs none. Personal columns are masked as on every page. What
is refused to a token is said as the API says it, in JSON.
"""

from __future__ import annotations

import base64
import binascii
import tempfile
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.people.bearers import bearer
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can, narrow
from opsloop.base.policy.scopes import sees, visible
from opsloop.base.things.errors import Forbidden, Invalid, NotFound, Refused
from opsloop.data.metrics.api import Question, plain, where_of
from opsloop.data.metrics.engines import bounded
from opsloop.data.sql import asking, results, running
from opsloop.data.sql.actions import take_out
from opsloop.data.sql.checking import BadQuery
from opsloop.data.sql.models import SavedQuery
from opsloop.data.sql.snapshot import snapshot_file
from opsloop.ui.page import PROGRAM, page

Feed = Callable[..., HttpResponseBase]


def fed(view: Feed) -> Feed:
    """A feed: `view(request, person, …)` with the person of the token or the session; 401 tells what is wanted."""

    @require_safe
    @page(public=True)
    @wraps(view)
    def guarded(request: HttpRequest, **where: Any) -> HttpResponseBase:
        person = person_of(request)
        if person is None:
            answer = HttpResponse(_t("A token, please."), status=401, content_type="text/plain; charset=utf-8")
            answer["WWW-Authenticate"] = 'Basic realm="Opsloop", charset="UTF-8"'
            return answer
        answer_ = view(request, person, **where)
        answer_["Cache-Control"] = "no-store"
        return answer_

    return guarded


def person_of(request: HttpRequest) -> Person | None:
    """Whose request it is. A wrong token is never excused by a session."""
    kind, _space, said = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        return getattr(request, "person", None)
    secret = said.strip() if kind.lower() == "bearer" else _password(said) if kind.lower() == "basic" else ""
    token = bearer(secret)
    if token is None:
        return None
    narrow(token.person, token.acts)
    setattr(request, PROGRAM, True)
    return token.person


def _password(said: str) -> str:
    try:
        return base64.b64decode(said, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _must(person: Person, act: str) -> None:
    if not can(person, act):
        raise Forbidden(_t("This page is not for your position."))


@fed
def table(request: HttpRequest, person: Person, name: str) -> HttpResponseBase:
    """A table or dataset as Parquet, masked, written by the child process; ?at= as it was at a data version."""
    _must(person, "sql.take")
    at = _number(request.GET, "at")
    with tempfile.TemporaryDirectory(dir=_folder()) as folder:
        file = Path(folder) / "table.parquet"
        try:
            rows = running.export(name, person, file, at=at)
        except BadQuery as error:
            raise Refused(error.fault.text) from error
        take_out(by=person, what=name, rows=rows, kind="parquet")
        body = file.open("rb")  # stays readable when the folder is gone
    return FileResponse(body, as_attachment=True, filename=f"{name}.parquet", content_type="application/octet-stream")


@fed
def rows(request: HttpRequest, person: Person, pk: int) -> HttpResponseBase:
    """A kept query, run now: the address that Excel refreshes from."""
    _must(person, "sql.take")
    query = visible(person, SavedQuery).filter(pk=pk, archived_at__isnull=True).first()
    if query is None:
        raise NotFound(_t("There is no such query."))
    run = asking.ask(person, query.text, query=query)
    if run.fault:
        raise Refused(run.fault)
    take_out(by=person, what=query.title, rows=run.rows, kind="csv")
    lines = results.csv_lines(running.read_columns(run.file), results.rows_of(run))
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")


@fed
def metric(request: HttpRequest, person: Person, name: str) -> HttpResponseBase:
    """A metric: ?grain= &by= (repeated) &from= &to= &where=DIM=VALUE (repeated) &compare= &at=; at most 100,000 values
    and 20 seconds, since it is counted in the web process."""
    if sees(person, "metrics") is None:
        raise Forbidden(_t("This page is not for your position."))
    with bounded():
        data = plain(question_of(name, request.GET), person)
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


def question_of(name: str, said: QueryDict) -> Question:
    """The question of an address. Raises Invalid and CannotAnswer for what is none."""
    pairs: list[tuple[str, str | None]] = []
    for one in said.getlist("where"):
        dimension, equals, value = one.partition("=")
        if not equals:
            raise Invalid({"where": [_t("DIMENSION=VALUE, please.")]})
        pairs.append((dimension, value))
    return Question(
        (name,), said.get("grain") or "total", tuple(said.getlist("by")), _day(said, "from"), _day(said, "to"),
        where_of(pairs), said.get("compare", ""), _number(said, "at"),
    )  # fmt: skip


@fed
def snapshot(request: HttpRequest, person: Person) -> HttpResponseBase:
    """The DuckDB file for BI tools, when it was made."""
    _must(person, "sql.take")
    file = snapshot_file()
    if not file.exists():
        raise NotFound(_t("The snapshot has not been made yet; order it on the page of saved queries."))
    take_out(by=person, what=file.name, rows=0, kind="duckdb")
    return FileResponse(file.open("rb"), as_attachment=True, filename=file.name)


def _folder() -> Path:
    folder: Path = settings.WORKSPACE.run / "feeds"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _number(asked: QueryDict, name: str) -> int | None:
    said = asked.get(name, "")
    if said and not (said.isascii() and said.isdigit() and len(said) < 19):
        raise Invalid({name: [_t("A whole number, please.")]})
    return int(said) if said else None


def _day(asked: QueryDict, name: str) -> date | None:
    said = asked.get(name, "")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Invalid({name: [_t("A day like 2026-03-01, please.")]}) from None
