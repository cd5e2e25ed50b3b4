"""What an answer was, and what it told that its reader may not read."""

from __future__ import annotations

import re
from collections import Counter

from django.http import HttpResponseBase

from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from tests.matrix.built import Matrix
from tests.matrix.company import Visitor
from tests.matrix.oracle import Row
from tests.matrix.things import Thing

CONTACT = re.compile(r"139\d{8}|p\d+\.secret@example\.net")
MARK = re.compile(r"mk[a-z]+q[0-9a-f]{10}q")


def told(wrong: list[str], tried: Counter[str]) -> str:
    return f"{len(wrong)} of {sum(tried.values())} {dict(tried)}\n" + "\n".join(wrong[:60])


def judged(response: HttpResponseBase) -> str:
    """open, away (goes on to another page), sign-in, closed, not there, or the status of a fault."""
    status = response.status_code
    if status in (301, 302):
        return "sign-in" if response["Location"].startswith("/sign-in/") else "away"
    if status == 401:
        return "sign-in"
    return {200: "open", 403: "closed", 404: "not there", 405: "post only"}.get(status, str(status))


def leaks(matrix: Matrix, visitor: Visitor, url: str, response: HttpResponseBase) -> list[str]:
    """Words of rows that the visitor may not see, and contact data of others for those who do not read it."""
    if getattr(response, "streaming", False):
        return []
    return told_too_much(matrix, visitor, f"GET {url}", response.content.decode("utf-8", "replace"))  # type: ignore[attr-defined]


def told_too_much(matrix: Matrix, visitor: Visitor, where: str, text: str) -> list[str]:
    """What of a text this visitor may not read."""
    out = []
    for word in set(MARK.findall(text)):
        thing = matrix.maker.by_mark.get(word)
        if thing is not None and not may_see(visitor, thing):
            out.append(f"{visitor} {where} shows a {type(thing.obj).__name__} of others ({word})")
    for word in set(CONTACT.findall(text)):
        person = matrix.contacts.get(word)
        if person is not None and person != visitor.person and not may_read(matrix, visitor, person):
            out.append(f"{visitor} {where} shows {word} of {person.name}")
    return out


def may_see(visitor: Visitor, thing: Thing) -> bool:
    """By the grant, or as one's own, or, for a line of the ledger, on the page of the department that it is about."""
    if visitor.key in thing.row.owners:
        return True
    rows = [thing.row]
    if isinstance(thing.obj, Entry):
        rows.append(Row("people", thing.row.place, home=True, everyone=True))
    return any(visitor.grant.sees(visitor.key, visitor.home, row) for row in rows)


def may_read(matrix: Matrix, visitor: Visitor, person: Person) -> bool:
    row = matrix.owners.get(person.pk, Row("people"))
    return "contact" in visitor.grant.reads and visitor.grant.sees(visitor.key, visitor.home, row)
