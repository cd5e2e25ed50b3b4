"""A source's contract in words, for people who do not read YAML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _t

from opsloop.base.calendar.models import CalendarSpec
from opsloop.data.sources.kinds.arrives import Database, Drop, Filled, Http, Own
from opsloop.data.sources.kinds.checks import headings
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.rules import Bound
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Brings, Otherwise, Than
from opsloop.data.sources.models import Source
from opsloop.ui.formats import percent


@dataclass(frozen=True, slots=True)
class ColumnWords:
    """One column: its name in SQL, its title, its type, and each demand as a short phrase."""

    name: str
    title: str
    type: str
    key: bool
    personal: str
    demands: tuple[str, ...]
    headings: tuple[str, ...]


def columns(definition: Definition) -> list[ColumnWords]:
    """Every column of the contract."""
    places = _places(definition)
    return [
        ColumnWords(
            name, column.title, str(column.type.label), name in definition.key,
            str(column.personal.label) if column.personal else "",
            ((_t("must be there"),) if column.required else ()) + tuple(_demands(definition, column, places)),
            tuple(one for one in headings(name, column) if one not in (name, column.title)),
        )
        for name, column in definition.columns.items()
    ]  # fmt: skip


def titled(definition: Definition, name: str) -> str:
    """A column as people call it."""
    column = definition.columns.get(name)
    return column.title if column is not None and column.title else name


def _places(definition: Definition) -> dict[str, str]:
    """`households.household_id` -> that source's and column's titles, where such a source is there."""
    wanted = {column.in_ for column in definition.columns.values() if column.in_}
    sources = {one.ident: one for one in Source.objects.filter(ident__in={one.partition(".")[0] for one in wanted})}
    out = {}
    for place in wanted:
        ident, _dot, name = place.partition(".")
        if ident in sources:
            column = (sources[ident].said.get("columns") or {}).get(name) or {}
            out[place] = _t("{source}, {column}").format(source=sources[ident].name, column=column.get("title") or name)
    return out


def _demands(definition: Definition, column: Column, places: Mapping[str, str]) -> Iterator[str]:
    for said, text in (
        (column.at_least, _t("at least {value}")),
        (column.at_most, _t("at most {value}")),
        (column.default, _t("empty counts as {value}")),
        (", ".join(column.allowed) or None, _t("one of {value}")),
        (column.pattern or None, _t("written like {value}")),
        (column.longest, _t("at most {value} characters")),
        (column.arrives_in or None, _t("in the file in the zone {value}")),
    ):
        if said is not None:
            yield text.format(value=said)
    if column.in_:
        unknown = column.otherwise is Otherwise.UNKNOWN
        text = _t("found in {place}, else kept as unknown") if unknown else _t("found in {place}")
        yield text.format(place=places.get(column.in_, column.in_))
    if column.not_after:
        later = column.not_after
        yield (
            _t("not later than the load")
            if later == "load"
            else _t("not later than {column}").format(column=titled(definition, later))
        )


def arrives(definition: Definition) -> str:
    """How the data comes, in one sentence."""
    way = definition.arrives
    if isinstance(way, Drop):
        return _t("As files named {pattern}").format(pattern=way.drop)
    if isinstance(way, Database):
        return _t("By a query on the database {name}").format(name=way.database)
    if isinstance(way, Http):
        return _t("From the web interface {address}").format(address=way.http)
    if isinstance(way, Own):
        return _t("From our own table {name}").format(name=way.table)
    if isinstance(way, Filled):
        return _t("Filled in by people")
    return ""


def rhythm(definition: Definition) -> str:
    """How often, and until when."""
    said = str(definition.every.label)
    if definition.on:
        said += f" ({definition.on})"
    if definition.expected_by:
        said += _t(", by {time} of the day after").format(time=definition.expected_by)
    return said


def rules(definition: Definition) -> Iterator[str]:
    """What happens with a whole file: which rows count, when it is held, what it is compared with."""
    if definition.key:
        keys = " + ".join(titled(definition, one) for one in definition.key)
        yield _t("One row for each {key}; of rows with the same key counts: {keep}.").format(
            key=keys, keep=_keep(definition, definition.keep)
        )
    if definition.brings is not Brings.ROWS:
        yield _t("A file brings: {what}.").format(what=definition.brings.label)
    if definition.hold_if is not None:
        if definition.hold_if.rows is not None:
            yield _t("Held when the number of rows is {bound}.").format(bound=_bound(definition.hold_if.rows))
        for name, bound in definition.hold_if.figures.items():
            yield _t("Held when the sum of {column} is {bound}.").format(
                column=titled(definition, name), bound=_bound(bound)
            )
        if definition.hold_if.set_aside:
            yield _t("Held when more than {share} of its rows are set aside.").format(
                share=definition.hold_if.set_aside
            )
    if definition.key_source:
        yield _t("What somebody repaired counts only after a second person released it.")
    if definition.closed:
        yield _t("Days off in the calendar {name} bring no data.").format(name=_calendar(definition.closed))


def _calendar(code: str) -> str:
    """The newest title of a calendar; its id while it is not there."""
    rows = CalendarSpec.objects.filter(code=code, withdrawn=False).order_by("-from_day", "-pk")
    return rows.values_list("title", flat=True).first() or code


def _keep(definition: Definition, keep: str) -> str:
    word, _space, column = keep.partition(" ")
    words = {
        "newest": _t("the one that came last"), "first": _t("the one that came first"),
        "largest": _t("the largest {column}"), "smallest": _t("the smallest {column}"),
    }  # fmt: skip
    return words.get(word, keep).format(column=titled(definition, column))


def _bound(bound: Bound) -> str:
    usual = {
        Than.SAME_WEEKDAY: _t("the median of the same weekday"), Than.LAST_LOADS: _t("the median of the last loads"),
        Than.LAST: _t("that of the load before"),
    }[bound.of]  # fmt: skip
    parts = []
    if bound.below is not None:
        parts.append(_t("below {share} of {usual}").format(share=percent(bound.below, 0), usual=usual))
    if bound.above is not None:
        parts.append(_t("above {share} of {usual}").format(share=percent(bound.above, 0), usual=usual))
    return _t(" or ").join(parts)
