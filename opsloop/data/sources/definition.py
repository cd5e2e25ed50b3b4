"""The published definition of a source as a typed object."""

from __future__ import annotations

from functools import lru_cache

from opsloop.base.kinds.loading import typed
from opsloop.data.sources.kinds.checks import NUMBERS
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import ColumnType
from opsloop.data.sources.models import Source


def definition_of(source: Source) -> Definition:
    """What its newest published file says."""
    return _read(source.pk, source.number, source.sha256, _Kept(source.definition))


class _Kept:
    """Carries the JSON past the cache's key: equal versions have equal definitions."""

    def __init__(self, data: dict[str, object]) -> None:
        self.data = data

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept)


@lru_cache(maxsize=500)
def _read(pk: int, number: int, sha256: str, kept: _Kept) -> Definition:
    return typed(Definition, kept.data)


def key_figure(definition: Definition) -> str | None:
    """The column that 对数 adds up: the one named, else the first of money, else the first number."""
    if definition.check_against is not None and definition.check_against.figure:
        return definition.check_against.figure
    columns = definition.columns.items()
    money = [name for name, column in columns if column.type is ColumnType.MONEY]
    numbers = [name for name, column in columns if column.type in NUMBERS]
    return next(iter([*money, *numbers]), None)
