"""Versions of one thing, and what differs between any two of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _t
from django.views.decorators.http import require_safe

from opsloop.base.kinds.registry import Kind
from opsloop.base.things.errors import NotFound
from opsloop.playbook import diff, queries
from opsloop.playbook.models import Version
from opsloop.playbook.reading.labels import Labels
from opsloop.playbook.reading.things import changes_told
from opsloop.playbook.reading.worded import differences, key_of
from opsloop.playbook.views.book import kind_of
from opsloop.ui.page import PersonRequest, page

LONG = 240
Side = tuple[str, dict[str, Any] | None]
"""A text and its values; None where it has faults and has no values."""


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of a unified diff with the class that colours it; the sign before it says the same in black."""

    text: str
    style: str


@dataclass(frozen=True)
class Comparison:
    """What differs between two texts of a thing. fields: None where one of them cannot be read. said: in sentences,
    where the kind tells it."""

    fields: list[diff.Difference] | None
    lines: list[TextLine]
    said: list[str]

    @property
    def long(self) -> bool:
        """Does a text differ that is too long for the table of fields?"""
        return any(len(side) > LONG for one in self.fields or () for side in (one.old, one.new))


def comparison(one: Kind, path: str, old: Side, new: Side) -> Comparison:
    """Compare two sides: the fields in words, the texts as they are written."""
    lines = [_line(line) for line in diff.text(path, old[0], new[0]).splitlines()[2:]]
    (_, before), (_, after) = old, new
    if before is None or after is None:
        return Comparison(None, lines, [])
    labels = Labels(queries.published())
    found = diff.fields(one, before, after, partial(key_of, labels))
    return Comparison(differences(labels, found), lines, changes_told(one.name, before, after))


def _line(line: str) -> TextLine:
    style = {"+": "came", "-": "went", "@": "place"}.get(line[:1], "")
    return TextLine(line, style)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 9 else None


def _versions(kind: str, ident: str) -> list[Version]:
    found = queries.history(kind, ident)
    if not found:
        raise NotFound(_t("There is no {what} {ident}.").format(what=kind_of(kind).title, ident=ident))
    return found


@require_safe
@page(see="playbook")
def version_list(request: PersonRequest, kind: str, ident: str) -> HttpResponse:
    """All versions, newest first, each with its reason."""
    one, versions = kind_of(kind), _versions(kind, ident)
    now = queries.version_at(kind, ident)
    small = queries.small_lines(kind, ident)
    rows = [(version, small.get(version.publication_id, "")) for version in versions]
    context = {"kind": one, "ident": ident, "versions": versions, "rows": rows, "now": now}
    return render(request, "playbook/versions.html", context)


@require_safe
@page(see="playbook")
def version_page(request: PersonRequest, kind: str, ident: str, number: int) -> HttpResponse:
    """One version as it was written."""
    one = kind_of(kind)
    found = next((v for v in _versions(kind, ident) if v.number == number), None)
    if found is None:
        raise NotFound(_t("There is no version {n}.").format(n=number))
    return render(request, "playbook/version.html", {"kind": one, "ident": ident, "version": found, "text": found.text})


@require_safe
@page(see="playbook")
def compare_page(request: PersonRequest, kind: str, ident: str) -> HttpResponse:
    """Two versions side by side: `?old=1&new=3`; by default the newest with the one before."""
    one, versions = kind_of(kind), _versions(kind, ident)
    by_number = {v.number: v for v in versions}
    new = by_number.get(_number(request.GET.get("new")) or versions[0].number)
    old = by_number.get(_number(request.GET.get("old")) or max(0, (new.number if new else 0) - 1))
    if new is None:
        raise NotFound(_t("There is no version {n}.").format(n=request.GET.get("new")))
    before = (old.text, old.data) if old else ("", {})
    found = comparison(one, new.path, before, (new.text, new.data))
    context = {"kind": one, "ident": ident, "versions": versions, "old": old, "new": new, "comparison": found}
    return render(request, "playbook/compare.html", context)
