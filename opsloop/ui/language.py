"""Which language a page speaks: what was chosen in this browser, else the person's, else the workspace's.

The API speaks the language that a program asks for; a browser's own wish says little about its reader.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from opsloop.ui.page import page

Get = Callable[[HttpRequest], HttpResponse]
YEAR_S = 365 * 24 * 3600


def of(request: HttpRequest) -> str:
    """A code of settings.LANGUAGES."""
    if request.path_info.startswith("/api/") and "Accept-Language" in request.headers:
        return translation.get_language_from_request(request)
    person = getattr(request, "person", None)
    for said in (request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME), getattr(person, "language", None)):
        if said in dict(settings.LANGUAGES):
            return str(said)
    return str(settings.LANGUAGE_CODE)


class LanguageMiddleware:
    """Stands after PersonMiddleware, since the person has a language."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        code = of(request)
        with translation.override(code):
            request.LANGUAGE_CODE = code
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", code)
        return response


@page(public=True)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Speak another language and stay on the page."""
    asked, back = request.POST.get("language", ""), request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    if asked in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, asked, max_age=YEAR_S, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )  # fmt: skip
    return response
