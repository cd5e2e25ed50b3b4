"""Which template sets out a thing of which kind, and with which values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from opsloop.base.people.models import Person
from opsloop.playbook.book import Playbook
from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.calendar import calendar_page
from opsloop.playbook.reading.glossary import glossary_page
from opsloop.playbook.reading.labels import Labels
from opsloop.playbook.reading.plain import plain_page
from opsloop.playbook.reading.position import position_page

Build = Callable[[Labels, Item, Person | None, int], Any]


def _calendar(labels: Labels, item: Item, reader: Person | None, year: int) -> Any:
    return calendar_page(labels, item, year)


def _position(labels: Labels, item: Item, reader: Person | None, year: int) -> Any:
    return position_page(labels, item, reader)


def _glossary(labels: Labels, item: Item, reader: Person | None, year: int) -> Any:
    return glossary_page(labels, item)


Tell = Callable[[dict[str, Any], dict[str, Any]], list[str]]
_tellers: dict[str, Tell] = {}


def tells(kind: str, tell: Tell) -> None:
    """What differs between two versions of a thing of this kind, in sentences: `tell(old values, new values)`.

    Called by the app that owns the kind; of others only their fields are compared.
    """
    _tellers[kind] = tell


def changes_told(kind: str, old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """Sentences for those who decide or read; empty where nobody tells, or one side is not there."""
    return _tellers[kind](old, new) if kind in _tellers and old and new else []


PLAIN = "playbook/things/plain.html"
_laid_out: dict[str, tuple[str, Build]] = {}


def lays_out(kind: str, template: str, build: Build) -> None:
    """How things of a kind stand in the book: `build(labels, item, reader, year)` makes the `shown` of the template.

    Called by the app that owns the kind when it is ready; kinds of which nobody says so go field by field.
    """
    _laid_out[kind] = (template, build)


for _kind, _build in (("position", _position), ("calendar", _calendar), ("glossary", _glossary)):
    lays_out(_kind, f"playbook/things/{_kind}.html", _build)


def built(book: Playbook, item: Item, reader: Person | None, asked_year: str = "") -> tuple[str, Any]:
    """(template of the inside, its values) of one thing; without a reader it names no people."""
    if item.kind not in _laid_out:
        return PLAIN, plain_page(Labels(book), item)
    fits = asked_year.isdecimal() and 2000 <= int(asked_year) <= 2100
    year = int(asked_year) if fits else timezone.localdate().year
    template, build = _laid_out[item.kind]
    return template, build(Labels(book), item, reader, year)
