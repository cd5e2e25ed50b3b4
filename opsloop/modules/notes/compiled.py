"""What a publication writes for notes: the row, and the schedule by which it goes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from opsloop.base.inbox.timing import clock
from opsloop.base.jobs.api import drop_schedule, put_schedule
from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.modules.notes.models import Note

TASK = "notes.send"
NOON = time(12)


def schedule_of(ident: str) -> str:
    """The name of a note's schedule."""
    return f"notes.{ident}"


def compile_notes(changes: Sequence[Change], by: Person) -> None:
    """Inside the publishing act. After an outage a note goes out once, and not after noon."""
    for row in Note.put(changes):
        at = clock(str(row.definition.get("at", "08:30")))
        if row.withdrawn or at is None:
            drop_schedule(schedule_of(row.ident))
            continue
        until_noon = (NOON.hour - at.hour) * 3600 - at.minute * 60
        cron = f"{at.minute} {at.hour} * * *"
        put_schedule(
            schedule_of(row.ident), TASK, {"note": row.ident}, cron=cron, catch_up="latest", max_age_s=until_noon
        )


def translate_notes(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles in another language; inside the publishing act."""
    Note.put_words(language, texts)
