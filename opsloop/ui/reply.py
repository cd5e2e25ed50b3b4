"""Answers that htmx understands."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpRequest, HttpResponse


def acted(text: str, *, request: HttpRequest, go: str | None = None) -> HttpResponse:
    """Something was done in a drawer: the page behind it shows its new state, or the browser goes to `go`."""
    response = HttpResponse(status=204)
    if go:
        messages.success(request, text)
        response.headers["HX-Redirect"] = go
        return response
    # the source element may be gone by then, so the event is sent to the body
    response.headers["HX-Trigger"] = json.dumps({"acted": {"target": "body", "text": text}})
    return response
