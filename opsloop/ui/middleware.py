"""Who asks (request.person), and how an act's no becomes an answer."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from opsloop.base.people.models import Account, Person
from opsloop.base.things.errors import ActError

Get = Callable[[HttpRequest], HttpResponse]
BEGAN = "began_at"


class PersonMiddleware:
    """Puts the signed-in person on the request and ends sessions that began before the account's rights changed."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = self._person(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _person(self, request: HttpRequest) -> Person | None:
        if not request.user.is_authenticated:
            return None
        account = request.user
        assert isinstance(account, Account)
        began = request.session.get(BEGAN)
        if began is None:
            began = request.session[BEGAN] = timezone.now().timestamp()
        if not account.is_active or began < account.sessions_valid_from.timestamp():
            logout(request)
            return None
        return account.person


class AnswerMiddleware:
    """Views do not catch refusals; this turns each into a page with its status."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ActError):
            return None
        return render(request, "answer.html", {"error": error}, status=error.status)
