"""Notes of a case reach the inboxes of people, inside the act that they follow from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from django.utils.text import format_lazy

from opsloop.base.inbox.api import holders, tell
from opsloop.base.people.models import Person
from opsloop.base.things.frame import running
from opsloop.engine.cases.flow.outcome import Note
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.program import Program
from opsloop.engine.cases.saying import NOTES

WORK, NEWS, LATE = "cases.work", "cases.news", "cases.late"
KINDS = {
    **dict.fromkeys(
        ("work", "approval", "handed-over", "delegated", "given-back", "returned", "urged", "nobody"), WORK
    ),
    **dict.fromkeys(("warn", "overdue", "again", "case-warn", "case-overdue"), LATE),
}


def tell_all(case: Case, program: Program, notes: Iterable[Note]) -> None:
    """Each note once for each person; a post's note goes to its holders, else to whom it reports to."""
    notes = list(notes)
    named = Person.objects.in_bulk({one for note in notes for one in note.people} - {running().call.by.pk})
    for note in notes:
        people = {pk: named[pk] for pk in note.people if pk in named}
        for position in note.positions:
            people |= {one.pk: one for one in _behind(case, position)}
        block = program.blocks.get(note.node)
        step = (block.title if block else "") or program.title
        text = format_lazy(cast("str", NOTES[note.kind]), step=step, case=case.title)
        link = case.get_absolute_url()
        tell(list(people.values()), KINDS.get(note.kind, NEWS), text, note.say, link=link, about=case)


def _behind(case: Case, position: str) -> list[Person]:
    if not position.startswith("field:"):
        return holders(position, case.department) or holders(position)
    found = case.values.get(position.removeprefix("field:"))
    return list(Person.objects.filter(pk=found)) if isinstance(found, int) else []
