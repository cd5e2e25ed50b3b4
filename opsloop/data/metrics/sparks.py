"""A small line as SVG, drawn on the server: no script, the page's own colours."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH, HEIGHT, EDGE = 96, 26, 2


def spark(values: Sequence[float | None]) -> SafeString:
    """The values from left to right; a gap breaks the line. Empty for fewer than two values."""
    known = [v for v in values if v is not None]
    if len(known) < 2:
        return SafeString("")
    low, high = min(known), max(known)
    size = (high - low) or 1.0
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)
    places = [
        None if v is None else (EDGE + n * step, HEIGHT - EDGE - (v - low) / size * (HEIGHT - 2 * EDGE))
        for n, v in enumerate(values)
    ]
    path, begun = [], False
    for place in places:
        if place is not None:
            path.append(f"{'L' if begun else 'M'}{place[0]:.1f} {place[1]:.1f}")
        begun = place is not None
    last = next(place for place in reversed(places) if place is not None)
    return format_html(
        '<svg class="spark" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
        '<path d="{}"></path><circle cx="{}" cy="{}" r="2"></circle></svg>',
        WIDTH, HEIGHT, " ".join(path), f"{last[0]:.1f}", f"{last[1]:.1f}",
    )  # fmt: skip
