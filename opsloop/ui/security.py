"""What a browser may do with our pages: only our own files, no inline script, in nobody's frame."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Get = Callable[[HttpRequest], HttpResponse]


def policy() -> str:
    """The Content-Security-Policy. A company's own sign-in server may be the target of the sign-in form."""
    outside = urlsplit(str((settings.WORKSPACE.oidc.get("settings") or {}).get("server_url", "")))
    forms = f"'self' {outside.scheme}://{outside.netloc}" if outside.netloc else "'self'"
    rules = {
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self'",
        "style-src-attr": "'unsafe-inline'",  # charts place their tooltips with style attributes
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
        "form-action": forms,
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


PARTS = ("text/css", "text/javascript", "font/")
"""What a page loads and no browser opens as a page: a policy there says nothing and costs 300 bytes a file."""


class HeadersMiddleware:
    """Puts the policy on every answer that can be a page, or a picture with scripts; pages of signed-in people are not
    kept by caches on the way."""

    def __init__(self, get_response: Get) -> None:
        self.get_response = get_response
        self.policy = policy()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not response.headers.get("Content-Type", "").startswith(PARTS):
            response.headers.setdefault("Content-Security-Policy", self.policy)
            response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
        if getattr(request, "person", None) is not None:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response
