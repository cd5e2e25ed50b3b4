"""Who is told of a load: whoever holds the position that owns the source. Called by acts only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import tell, tell_position
from opsloop.base.people.models import Person
from opsloop.data.sources.models import Load, Source

LATE, FAILED, HELD, DONE = "sources.late", "sources.failed", "sources.held", "sources.done"


def late(source: Source, day: date) -> None:
    """Data that was expected is not there."""
    title = format_lazy("{what}：{source} {day}", what=_("Data is late"), source=source.title, day=day.isoformat())
    tell_position(
        source.owner, LATE, title, link=source.get_absolute_url(), about=source, key=f"{LATE}:{source.pk}:{day}"
    )


def failed(load: Load) -> None:
    """A file could not be taken; the message says why and what to do. One line for one file, however often."""
    title = format_lazy("{what}：{source}", what=_("A load failed"), source=load.source.title)
    tell_position(
        load.source.owner, FAILED, title, load.message[:300], link=load.get_absolute_url(), about=load,
        key=f"{FAILED}:{load.source_id}:{load.file}"[:200],
    )  # fmt: skip


def held(load: Load) -> None:
    """A load waits for somebody to look at it."""
    title = format_lazy("{what}：{source} {file}", what=_("A load waits for release"), source=load.source.title,
                        file=load.file)  # fmt: skip
    tell_position(load.source.owner, HELD, title, link=load.get_absolute_url(), about=load, key=f"{HELD}:{load.pk}")


def done(person: Person, source: Source, answer: Mapping[str, Any], link: str) -> None:
    """A job has carried out what this person ordered, or was refused it."""
    text = answer.get("said") or answer.get("refused") or ""
    title = format_lazy("{source}：{text}", source=source.title, text=text)
    tell(person, DONE, title, link=link, about=source, even_self=True)
