"""Who asks (request.person), and how an act's no becomes an answer."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation

from opsloop.base.people.models import Person
from opsloop.base.things.errors import ActError
from opsloop.ui import language
from opsloop.ui.page import PROGRAM
from opsloop.ui.signin import sessions

Get = Callable[[HttpRequest], HttpResponse]


class PersonMiddleware:
    """Puts the signed-in person on the request and ends sign-ins that are over; ui/signin/sessions.py says when."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.person = self._person(request)  # type: ignore[attr-defined]
        return self.get_response(request)

    def _person(self, request: HttpRequest) -> Person | None:
        if not request.user.is_authenticated:
            return None
        row = sessions.current(request)
        if row is None:
            logout(request)
            return None
        person: Person = row.account.person
        request.person = person  # type: ignore[attr-defined]  # its language, for the reason below
        with translation.override(language.of(request)):
            why = sessions.why_over(row)
        if why is not None:
            logout(request)
            messages.info(request, why)
            return None
        sessions.seen(row)
        return person


class AnswerMiddleware:
    """Views do not catch refusals; this turns each into a page with its status, for programs into what the API says."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, ActError):
            return None
        if hasattr(request, PROGRAM):
            return JsonResponse(error.answer(), status=error.status, json_dumps_params={"ensure_ascii": False})
        return render(request, "answer.html", {"error": error}, status=error.status)
