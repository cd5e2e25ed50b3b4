"""The sections of an SOP's body, one for each step: changed, added in the order of the steps, taken away. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from opsloop.playbook.reader.bodies import prose

_DEEPER = re.compile(r"(?m)^(#{1,2})(?= )")


def text_of(body: str, ident: str) -> str:
    """What is written about a step."""
    return next((one.text for one in prose(body, 0, "")[0].sections if one.title == ident), "")


def put(body: str, ident: str, text: str, order: Sequence[str]) -> str:
    """The body with this text for the step; order: ids of all steps, by which a new section finds its place.

    An empty text takes the section away. Headings inside become deeper ones: `##` begins the section of a step.
    """
    text = _DEEPER.sub("###", text.replace("\r\n", "\n")).strip("\n")
    if text == text_of(body, ident):
        return body
    lines = body.split("\n")
    starts = {one.title: one.line - 1 for one in prose(body, 0, "")[0].sections}
    if ident in starts:
        start, end = starts[ident], min((n for n in starts.values() if n > starts[ident]), default=len(lines))
        made = [f"## {ident}", text, ""] if text else []
        return "\n".join([*lines[:start], *made, *lines[end:]])
    if not text:
        return body
    later = order[list(order).index(ident) + 1 :] if ident in order else []
    at = next((starts[one] for one in later if one in starts), None)
    made = [f"## {ident}", text, ""]
    if at is not None:
        return "\n".join([*lines[:at], *made, *lines[at:]])
    return "\n".join([body.rstrip("\n"), "", *made]) if body.strip() else "\n" + "\n".join(made)


def drop(body: str, idents: Sequence[str]) -> str:
    """The body without the sections of these steps."""
    for ident in idents:
        body = put(body, ident, "", [])
    return body
