"""A source's definition as the contract that cleaning works with."""

from __future__ import annotations

from dataclasses import replace

from django.conf import settings

from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.readers import Manner
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Drop
from opsloop.data.sources.kinds.checks import headings, relation_of
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Otherwise, time_of
from opsloop.data.sources.models import Source
from opsloop.data.sources.remembering import remembered


def contract_of(source: Source) -> Contract:
    """The contract of a published source, with what people said of its files' headings."""
    return replace(contract(source.ident, definition_of(source)), remembered=remembered(source))


def contract(ident: str, definition: Definition) -> Contract:
    """The contract of a definition, published or not: the import wizard's dry run uses the latter."""
    zone = definition.timezone or settings.TIME_ZONE
    starts = time_of(definition.day_starts)
    keep, _blank, by = definition.keep.partition(" ")
    return Contract(
        table=relation_of(ident), columns=tuple(_rule(name, one, zone) for name, one in definition.columns.items()),
        key=definition.key, keep=keep, keep_by=by, time=definition.time, zone=zone,
        day_starts=starts.hour * 60 + starts.minute, unknown=definition.unknown_columns.value,
        brings=definition.brings.value,
    )  # fmt: skip


def _rule(name: str, column: Column, zone: str) -> Rule:
    relation, _dot, wanted = column.in_.partition(".")
    formats = (column.format,) if isinstance(column.format, str) else column.format
    return Rule(
        name=name, type=column.type.value, headings=headings(name, column), required=column.required,
        default=column.default, allowed=column.allowed, at_least=column.at_least, at_most=column.at_most,
        pattern=column.pattern, longest=column.longest, decimals=column.decimals,
        formats=tuple(one for one in formats if one), zone=column.arrives_in or zone, not_after=column.not_after,
        reference=(relation, wanted) if relation and column.otherwise is Otherwise.ASIDE else None,
        personal=column.personal.value if column.personal else "",
    )  # fmt: skip


def manner_of(source: Source) -> Manner:
    """How its files are written."""
    return manner(definition_of(source))


def manner(definition: Definition) -> Manner:
    """How files of a definition are written."""
    arrives = definition.arrives
    if not isinstance(arrives, Drop):
        return Manner()
    encodings = (arrives.encoding,) if isinstance(arrives.encoding, str) else arrives.encoding
    return Manner(encodings, arrives.separator, arrives.sheet, arrives.skip)
