"""Who calls the REST door: the bearer of a token, or a signed-in person with the CSRF token."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden
from django.middleware.csrf import CsrfViewMiddleware
from django.utils import translation
from ninja.errors import AuthenticationError, HttpError
from ninja.security import APIKeyCookie, HttpBearer

from opsloop.base.people.bearers import bearer
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import narrow

VIA = "_opsloop_via"


class Token(HttpBearer):
    """`Authorization: Bearer …`. Does no more than the token's acts; a wrong token is never excused by a session."""

    def authenticate(self, request: HttpRequest, token: str) -> Person:
        found = bearer(token)
        if found is None:
            raise AuthenticationError
        narrow(found.person, found.acts)
        _speak(request, found.person)
        setattr(request, VIA, f"token:{found.pk}")
        return found.person


class Session(APIKeyCookie):
    """The session of the pages. Unsafe methods need the CSRF token as there."""

    param_name = "sessionid"

    def __call__(self, request: HttpRequest) -> Any:
        person = getattr(request, "person", None)
        if person is not None and not _csrf_fits(request):
            raise HttpError(403, "CSRF")
        return person

    def authenticate(self, request: HttpRequest, key: str | None) -> Person | None:
        person: Person | None = getattr(request, "person", None)
        return person


class _Csrf(CsrfViewMiddleware):
    """Django's check without its page."""

    def _reject(self, request: HttpRequest, reason: str) -> HttpResponseForbidden:
        return HttpResponseForbidden(reason)


def _csrf_fits(request: HttpRequest) -> bool:
    """Ninja's views are exempt from the middleware, so that tokens need no cookie; sessions are checked here."""

    def view(_request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    check = _Csrf(view)
    request.csrf_processing_done = False  # type: ignore[attr-defined]
    check.process_request(request)
    return check.process_view(request, view, (), {}) is None


def via_of(request: HttpRequest) -> str:
    """`token:7` or `api`, for the ledger."""
    return str(getattr(request, VIA, "api"))


def person_of(request: HttpRequest) -> Person:
    """Whom the door let in."""
    person = request.auth  # type: ignore[attr-defined]
    assert isinstance(person, Person)
    return person


def _speak(request: HttpRequest, person: Person) -> None:
    """A program that asks for no language is answered in its person's."""
    if "Accept-Language" not in request.headers:
        translation.activate(person.language)
