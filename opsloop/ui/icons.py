"""Icons, inlined: no request of their own, coloured by the text around them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

FILE = Path(__file__).parent / "vendor/icons.json"


@cache
def shapes() -> dict[str, str]:
    """Name -> the inside of its SVG; empty until `make assets` has run (a system check says so)."""
    return dict(json.loads(FILE.read_text(encoding="utf-8"))) if FILE.exists() else {}


@cache
def icon(name: str) -> SafeString:
    """The icon as inline SVG, hidden from screen readers: the words beside it speak. `.icon` in app.css draws it."""
    inside = mark_safe(shapes().get(name, ""))  # noqa: S308 our own vendor file, not what people typed
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" data-icon="{}">{}</svg>',
        name,
        inside,
    )
