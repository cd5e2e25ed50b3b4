"""What is wrong or doubtful in a source that people fill in."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Level, Said
from opsloop.base.things.errors import Text
from opsloop.data.sources.kinds.arrives import Filled
from opsloop.data.sources.kinds.source import Source
from opsloop.data.sources.kinds.words import Brings, ColumnType, Every, Per


def said_of_form(obj: Source) -> Iterator[Said]:
    """The parts of a sheet that do not go together; nothing for other sources."""
    asked = obj.arrives
    if not isinstance(asked, Filled):
        return
    if obj.every in (Every.HOUR, Every.NEVER):
        yield _wrong("every", _("A sheet is filled in for a day, a week, a month, a quarter or a year."))
    time = obj.columns.get(obj.time)
    if time is None or time.type is not ColumnType.DATE:
        yield _wrong("time", _("A sheet is for a day, which fills itself in."), _("Name a column of the type date."))
    if not obj.key:
        yield _wrong("key", _("Without a key nobody knows which figure was changed."), _("Name the key's columns."))
    yield from _place(obj, asked)
    if not set(obj.columns) - {obj.time, asked.place}:
        yield _wrong("columns", _("There is nothing to fill in."))
    if obj.brings is Brings.ROWS:
        yield Said(
            "brings", _("A row that is taken out of a sheet later would stay."), Level.WARNING, _("Write: brings: days")
        )


def _place(obj: Source, asked: Filled) -> Iterator[Said]:
    if asked.per is Per.COMPANY:
        if asked.place:
            yield _wrong("arrives.place", _("There is one sheet for the whole company."), _("Leave the place out."))
        return
    if asked.place not in obj.columns:
        yield _wrong("arrives.place", _("Each department's rows need to say whose they are."), _("Name the column."))
    elif asked.place not in obj.key:
        yield _wrong("key", _("Rows of two departments would be one row."), _("Put the place into the key."))
    elif obj.columns[asked.place].type is not ColumnType.TEXT:
        yield _wrong("arrives.place", _("A department's code is text."))


def _wrong(field: str, text: Text, remedy: Text = "") -> Said:
    return Said(field, text, Level.ERROR, remedy)
