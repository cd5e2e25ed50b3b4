"""When a person's data is erased, their rows in tables with identities lose them too; also after a restore."""

from __future__ import annotations

import functools

from opsloop.base.acts import operation
from opsloop.base.people.erased_list import Noted
from opsloop.base.people.erasing import erases, repeats
from opsloop.base.people.models import Person
from opsloop.base.things.frame import Call
from opsloop.data.lake import copies, forgetting, keys
from opsloop.data.lake.actions import order
from opsloop.data.lake.erasing import Manner

__all__ = ["copies"]


@erases
def forget_in_lake(person: Person) -> None:
    """By the staff number, which is what tables know people by; the rows stay, since others' figures rest on them."""
    if person.number:
        order(keys.pseudonym(person.number), Manner.DETACH)


@repeats("lake")
def erase_again(noted: Noted, by: Person) -> int:
    """All noted people of one manner in one search; answers the rows that had come back."""
    rows, call = 0, Call(by=by, via="cli")
    for manner in Manner:
        subjects = [subject for subject, said in noted.items() if said.get("manner") == manner.value]
        if subjects:
            chunk = functools.partial(operation, call)
            rows += forgetting.erase(subjects, manner, by=by, chunk=chunk, told=lambda _done, _text: None)
    return rows
