"""When a person's data is erased, their rows in tables with identities lose them too."""

from __future__ import annotations

from opsloop.base.jobs.api import enqueue
from opsloop.base.people.erasing import erases
from opsloop.base.people.models import Person
from opsloop.data.lake import keys
from opsloop.data.lake.erasing import Manner


@erases
def forget_in_lake(person: Person) -> None:
    """By the staff number, which is what tables know people by; the rows stay, since others' figures rest on them."""
    if person.number:
        args = {"subject": keys.pseudonym(person.number), "manner": Manner.DETACH.value}
        enqueue("lake.erase", args, behalf=None)
