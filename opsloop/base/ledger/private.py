"""Personal values of entries: side rows that can be erased while the chain stays whole."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

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
    said = json.dumps(value, ensure_ascii=False, default=str)
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
    """(entry, what) for each side row that does not give the hash in its entry."""
    bodies: tuple[int, Any] = (0, {})
    for row in Private.objects.order_by("entry_id").iterator(2000):
        if bodies[0] != row.entry_id:
            body = Entry.objects.filter(pk=row.entry_id).values_list("body", flat=True).first()
            bodies = (row.entry_id, _parsed(body))
        kept = at(bodies[1], row.place)
        if not is_hidden(kept) or kept[MARK] != salted(bytes(row.salt), row.text):
            yield row.entry_id, f"the personal value at {row.place} was changed"


def _parsed(body: str | None) -> Any:
    try:
        return json.loads(body or "{}")
    except ValueError:
        return {}
