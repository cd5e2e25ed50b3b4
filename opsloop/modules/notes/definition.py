"""The kind `note`: which figures are told each morning, when, and on which days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.timing import clock
from opsloop.base.kinds.registry import Binding, kind
from opsloop.base.kinds.says import Says
from opsloop.base.things.errors import Text
from opsloop.modules.notes.compiled import compile_notes, translate_notes


class Days(models.TextChoices):
    """On which days it goes out."""

    WORKDAYS = "workdays", _("Working days")
    EVERY = "every-day", _("Every day")


def wrong_clock(text: str) -> Text | None:
    """What was expected of a time of day, None for a right one before noon."""
    found = clock(text)
    return None if found is not None and found.hour < 12 else _("a time of day before noon, like 08:30")


@kind(
    "note", folder="notes", form="yaml", binding=Binding.CURRENT, title=_("Morning note"), plural=_("Morning notes"),
    compile=compile_notes, translate=translate_notes,
    about=_("What is told each morning: yesterday, the month, what is wrong and who has it."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class NoteFile:
    """What is told each morning, and when."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="运营晨报")]
    metrics: Annotated[
        tuple[str, ...],
        Says(label=_("Yesterday's figures"), ref="metric", min=1, max=8, example="[sales, orders, average-order]"),
    ]
    month: Annotated[
        tuple[str, ...],
        Says(label=_("Month to date"), ref="metric", max=4, help=_("Held against their target and the time gone by.")),
    ] = ()
    at: Annotated[str, Says(label=_("Goes out at"), check=wrong_clock, example='"08:30"')] = "08:30"
    days: Annotated[Days, Says(label=_("Goes out on"))] = Days.WORKDAYS
    about: Annotated[str, Says(label=_("About"), text=True, long=True)] = ""
