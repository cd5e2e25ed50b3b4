"""What the parts of a source's file say about each other, and about other files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.names import closest
from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.base.things.errors import Text
from opsloop.data.sources.kinds.arrives import Drop
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.filled import said_of_form
from opsloop.data.sources.kinds.rules import Bound
from opsloop.data.sources.kinds.source import Source
from opsloop.data.sources.kinds.words import Brings, ColumnType, Every, say

NUMBERS = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.MONEY)
TIMES = (ColumnType.DATE, ColumnType.DATETIME)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def said_of(ident: str, obj: Source, book: Book) -> Iterable[Said]:
    """Everything that is wrong or doubtful in one source."""
    yield from _named_columns(obj)
    yield from _time(obj)
    yield from _key(obj)
    yield from _rhythm(obj)
    yield from _held(obj)
    yield from _checked(obj, book)
    yield from _whose(obj)
    for name, column in obj.columns.items():
        yield from _column(name, column, obj)
        yield from _reference(ident, name, column, obj, book)
    yield from _headings(obj)
    yield from _drop(ident, obj, book)
    yield from said_of_form(obj)


def _wrong(field: str, text: Text, remedy: Text = "") -> Said:
    return Said(field, text, Level.ERROR, remedy)


def _no_column(field: str, name: str, obj: Source) -> Iterator[Said]:
    if name and name not in obj.columns:
        meant = closest(name, obj.columns)
        remedy = (
            say(_("Did you mean {name}?"), name=meant)
            if meant
            else say(_("Its columns are: {names}."), names=", ".join(obj.columns))
        )
        yield _wrong(field, say(_("There is no column {name}."), name=name), remedy)


def _named_columns(obj: Source) -> Iterator[Said]:
    if not obj.columns:
        yield _wrong("columns", _("There are no columns."), _("Name each column that is to be kept."))
    for i, name in enumerate(obj.key):
        yield from _no_column(f"key.{i}", name, obj)
    yield from _no_column("time", obj.time, obj)
    yield from _no_column("keep", obj.keep.partition(" ")[2], obj)


def _time(obj: Source) -> Iterator[Said]:
    column = obj.columns.get(obj.time)
    if column is not None and column.type not in TIMES:
        yield _wrong("time", say(_("{name} is no day and no moment."), name=obj.time), _("Take a column of time."))
    if "day" in obj.columns and obj.time not in ("", "day"):
        yield _wrong(
            "columns.day",
            _("`day` is the business day, made from the column of time."),
            _("Call this column otherwise, with `from: day`."),
        )
    if not obj.time and obj.brings is Brings.DAYS:
        yield _wrong("brings", _("Whole days need a column of time."), _("Name it: `time: COLUMN`."))


def _key(obj: Source) -> Iterator[Said]:
    if not obj.key and obj.brings is Brings.ROWS:
        yield Said(
            "key",
            _("Without a key, rows that come again in another file count twice."),
            Level.WARNING,
            _("Name the key, or say `brings: days` or `brings: whole`."),
        )
    if obj.keep != "newest" and not obj.key:
        yield _wrong("keep", _("Which row wins is a question of rows with one key."), _("Name the key."))


def _rhythm(obj: Source) -> Iterator[Said]:
    if not obj.on:
        return
    if obj.every is Every.WEEK and obj.on not in WEEKDAYS:
        yield _wrong("on", say(_("{on} is no weekday."), on=obj.on), say(", ".join(WEEKDAYS)))
    month = obj.every in (Every.MONTH, Every.QUARTER, Every.YEAR)
    if month and not (obj.on.isdigit() and 1 <= int(obj.on) <= 28):
        yield _wrong("on", say(_("{on} is no day of a month."), on=obj.on), _("A number from 1 to 28."))
    if obj.every in (Every.HOUR, Every.DAY, Every.NEVER):
        yield _wrong("on", _("Only what comes every week or month has a day."), _("Leave it out."))


def _held(obj: Source) -> Iterator[Said]:
    if obj.hold_if is None:
        return
    for name, bound in obj.hold_if.figures.items():
        yield from _no_column(f"hold_if.figures.{name}", name, obj)
        column = obj.columns.get(name)
        if column is not None and column.type not in NUMBERS:
            yield _wrong(f"hold_if.figures.{name}", say(_("{name} is no number."), name=name))
        yield from _bound(f"hold_if.figures.{name}", bound)
    if obj.hold_if.rows is not None:
        yield from _bound("hold_if.rows", obj.hold_if.rows)


def _bound(field: str, bound: Bound) -> Iterator[Said]:
    if bound.below is None and bound.above is None:
        yield _wrong(field, _("Neither below nor above is said."), _("For instance: {below: 0.5}"))
    if bound.below is not None and bound.below >= 1:
        yield _wrong(f"{field}.below", _("Every usual load would be held."), _("A share below 1 such as 0.5."))
    if bound.above is not None and bound.above <= 1:
        yield _wrong(f"{field}.above", _("Every usual load would be held."), _("A multiple above 1 such as 2."))


def _checked(obj: Source, book: Book) -> Iterator[Said]:
    against = obj.check_against
    if against is None:
        return
    if bool(against.sheet) == bool(against.source):
        yield _wrong("check_against", _("The control figure comes from a sheet or from a source, one of them."))
    yield from _no_column("check_against.figure", against.figure, obj)
    if not against.figure and not any(c.type is ColumnType.MONEY for c in obj.columns.values()):
        yield _wrong("check_against", _("There is no column of money."), _("Name the figure: `figure: COLUMN`."))
    if not obj.time:
        yield _wrong("check_against", _("Control figures are by day."), _("Name the column of time."))
    other = book.get("source", against.source) if against.source else None
    if other is not None and against.theirs not in other.columns:
        yield _wrong(
            "check_against.theirs", say(_("{source} has no column {name}."), source=against.source, name=against.theirs)
        )


def _whose(obj: Source) -> Iterator[Said]:
    if obj.whose is None:
        return
    yield from _no_column("whose.department", obj.whose.department, obj)
    yield from _no_column("whose.person", obj.whose.person, obj)
    if bool(obj.whose.department or obj.whose.person) == obj.whose.everyone:
        yield _wrong(
            "whose",
            _("Rows are everyone's, or a column says whose they are; one of them."),
            _("Name the column: `whose: {department: COLUMN}`."),
        )


def _column(name: str, column: Column, obj: Source) -> Iterator[Said]:
    field, numbers, times = f"columns.{name}", column.type in NUMBERS, column.type in TIMES
    values = [(key, getattr(column, key)) for key in ("default", "at_least", "at_most")]
    for key, value in [*values, *((f"allowed.{i}", one) for i, one in enumerate(column.allowed))]:
        if value is not None and not _fits(column.type, value):
            said = say(_("{value} does not fit the type {type}."), value=value, type=column.type.label)
            yield _wrong(f"{field}.{key}", said)
    for key, said_so, fits, text in (
        ("at_least", column.at_least is not None, numbers or times, _("Only numbers, days and moments have limits.")),
        ("at_most", column.at_most is not None, numbers or times, _("Only numbers, days and moments have limits.")),
        ("arrives_in", column.arrives_in, column.type is ColumnType.DATETIME, _("Only moments have a zone.")),
        ("pattern", column.pattern, column.type is ColumnType.TEXT, _("Only texts have a pattern or a length.")),
        ("longest", column.longest, column.type is ColumnType.TEXT, _("Only texts have a pattern or a length.")),
        ("format", column.format, times, _("Only days and moments are written in ways.")),
        ("not_after", column.not_after, times, _("Only days and moments come after something.")),
    ):
        if said_so and not fits:
            yield _wrong(f"{field}.{key}", text, _("Leave it out."))
    if column.not_after not in ("", "load"):
        yield from _no_column(f"{field}.not_after", column.not_after, obj)


def _fits(kind: ColumnType, value: str) -> bool:
    try:
        if kind is ColumnType.INTEGER:
            int(value)
        elif kind in NUMBERS:
            return Decimal(value).is_finite()
        elif kind in TIMES:
            date.fromisoformat(value)
        elif kind is ColumnType.BOOLEAN:
            return value.lower() in ("true", "false", "yes", "no", "1", "0", "是", "否")
    except (ValueError, InvalidOperation):
        return False
    return True


def relation_of(ident: str) -> str:
    """The name by which SQL knows a source or dataset."""
    return ident.replace("-", "_")


def _reference(ident: str, name: str, column: Column, obj: Source, book: Book) -> Iterator[Said]:
    if not column.in_:
        return
    relation, _dot, wanted = column.in_.partition(".")
    field = f"columns.{name}.in"
    if relation == relation_of(ident):
        yield from _no_column(field, wanted, obj)
        return
    for other, source in book.all("source"):
        if relation_of(other) == relation:
            if wanted not in source.columns:
                yield _wrong(field, say(_("{source} has no column {name}."), source=other, name=wanted))
            return
    if book.has("source", relation.replace("_", "-")):
        return  # there, but it could not be read: its own errors say so
    if not any(relation_of(other) == relation for other, _dataset in book.all("dataset")):
        yield Said(
            field,
            say(_("There is no source {name} yet; until it is loaded, nothing is looked up."), name=relation),
            Level.NOTE,
        )


def headings(name: str, column: Column) -> tuple[str, ...]:
    """Everything that files may call this column, its own name first."""
    others = (column.from_,) if isinstance(column.from_, str) else column.from_
    return tuple(dict.fromkeys(one for one in (name, *others, column.title) if one))


def _headings(obj: Source) -> Iterator[Said]:
    seen: dict[str, str] = {}
    for name, column in obj.columns.items():
        for heading in headings(name, column):
            first = seen.setdefault(heading.casefold(), name)
            if first != name:
                yield _wrong(
                    f"columns.{name}",
                    say(_("{heading} is a heading of {one} and of {other}."), heading=heading, one=first, other=name),
                    _("A heading belongs to one column."),
                )


def _drop(ident: str, obj: Source, book: Book) -> Iterator[Said]:
    if not isinstance(obj.arrives, Drop):
        return
    if "/" in obj.arrives.drop or "\\" in obj.arrives.drop:
        yield _wrong("arrives.drop", _("A file's name holds no folder."), _("Leave the folder out."))
    for other, source in book.all("source"):
        if other < ident and isinstance(source.arrives, Drop) and source.arrives.drop == obj.arrives.drop:
            yield _wrong("arrives.drop", say(_("{other} takes the same files."), other=other))
