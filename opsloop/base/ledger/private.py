"""Personal values of entries: side rows that can be erased while the chain stays whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from opsloop.base.ledger.canonical import text
from opsloop.base.ledger.models import Entry, Private

MARK = "#"


@dataclass(slots=True)
class Hidden:
    """A personal value on its way into the side table."""

    place: str
    object_type: str
    object_id: int | None
    salt: bytes
    text: str


def salted(salt: bytes, value: str) -> str:
    """SHA-256(salt + text), in hex."""
    return hashlib.sha256(salt + value.encode()).hexdigest()


def hide(place: str, value: Any, owner: tuple[str, int | None], out: list[Hidden]) -> Any:
    """Replace a value by {"#": salted hash} and put the value itself aside; None and empty stay."""
    if value in (None, ""):
        return value
    said = text(value)
    salt = os.urandom(16)
    out.append(Hidden(place, owner[0], owner[1], salt, said))
    return {MARK: salted(salt, said)}


def is_hidden(value: Any) -> bool:
    """Is this a placeholder left by `hide`?"""
    return isinstance(value, dict) and value.keys() == {MARK}


def shown(entry_id: int) -> dict[str, Any]:
    """place -> value of the side rows that still exist."""
    rows = Private.objects.filter(entry_id=entry_id).values_list("place", "text")
    return {place: json.loads(value) for place, value in rows}


def erase(object_type: str, object_id: int) -> int:
    """Delete every side row about one object; the entries and their hashes stay. Answers how many."""
    return Private.objects.filter(object_type=object_type, object_id=object_id).delete()[0]


def at(body: Any, place: str) -> Any:
    """What a place such as `changes/people.person:7/phone/1` names in a body, or None."""
    for step in place.split("/"):
        try:
            body = body[int(step)] if isinstance(body, list) else body[step]
        except (KeyError, IndexError, ValueError, TypeError):
            return None
    return body


def faults_of_side_rows() -> Iterator[tuple[int, str]]:
    """(entry, what) for each side row that does not give the hash in its entry, or that names another object.

    A row that names another object would be forgotten when that person's values are erased.
    """
    number = 0
    body: Any = {}
    subject: tuple[str, int | None] = ("", None)
    for row in Private.objects.order_by("entry_id").iterator(2000):
        if number != row.entry_id:
            number = row.entry_id
            entry = Entry.objects.filter(pk=number).values_list("body", "object_type", "object_id").first()
            body, subject = (_parsed(entry[0]), (entry[1], entry[2])) if entry else ({}, ("", None))
        kept = at(body, row.place)
        if not is_hidden(kept) or kept[MARK] != salted(bytes(row.salt), row.text):
            yield number, f"the personal value at {row.place} was changed"
        elif (row.object_type, row.object_id) != owner_of(row.place, subject):
            yield number, f"the personal value at {row.place} was given to another object"


def owner_of(place: str, subject: tuple[str, int | None]) -> tuple[str, int | None]:
    """Whose value lies at a place: a changed row's own, or, for an argument, the entry's object's."""
    if not place.startswith("changes/"):
        return subject
    label, _colon, pk = place.split("/")[1].rpartition(":")
    return label, int(pk) if pk.isdigit() else None


def _parsed(body: str | None) -> Any:
    try:
        return json.loads(body or "{}")
    except ValueError:
        return {}
