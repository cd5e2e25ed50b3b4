"""What is demanded of rows: the form of a source's contract that cleaning works with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

RESERVED = frozenset({"day"})
"""Columns that are made, not read. Names that begin with _ are the house's own."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One column. Limits, defaults and allowed values are text as in the file; `zone` is that of moments without one.

    type: text, integer, number, money, date, datetime or boolean. headings: what files call it, its name first.
    reference: (relation, column) in which the value must be found; a value not found sets the row aside.
    not_after: `load`, or another column.
    """

    name: str
    type: str = "text"
    headings: tuple[str, ...] = ()
    required: bool = False
    default: str | None = None
    reference: tuple[str, str] | None = None
    allowed: tuple[str, ...] = ()
    at_least: str | None = None
    at_most: str | None = None
    pattern: str = ""
    longest: int | None = None
    decimals: int = 2
    formats: tuple[str, ...] = ()
    zone: str = "UTC"
    not_after: str = ""
    personal: str = ""

    @property
    def sql_type(self) -> str:
        """The DuckDB type of what is kept."""
        return {
            "text": "VARCHAR", "integer": "BIGINT", "number": "DOUBLE", "money": f"DECIMAL(18,{self.decimals})",
            "date": "DATE", "datetime": "TIMESTAMP WITH TIME ZONE", "boolean": "BOOLEAN",
        }[self.type]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a person said of files with exactly these headings (as `headings.plain` has them): column -> heading, ""
    for a column that such files do not have. It goes before the rules' own headings. skip, sheet: the lines before the
    headings and the sheet that were chosen, when those found out were wrong; they go before the source's own."""

    headings: frozenset[str]
    columns: Mapping[str, str] = field(hash=False)
    skip: int = 0
    sheet: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """A source's contract. keep: newest, first, largest or smallest; the latter two by the column `keep_by`.

    time: the column that says to which business day a row belongs, "" for none; the day begins `day_starts` minutes
    after midnight in `zone`. unknown: ignore, keep or refuse. brings: rows, days or whole.
    """

    table: str
    columns: tuple[Rule, ...]
    key: tuple[str, ...] = ()
    keep: str = "newest"
    keep_by: str = ""
    time: str = ""
    zone: str = "UTC"
    day_starts: int = 0
    unknown: str = "ignore"
    brings: str = "rows"
    remembered: tuple[Remembered, ...] = ()
    _by_name: dict[str, Rule] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._by_name.update({rule.name: rule for rule in self.columns})

    def rule(self, name: str) -> Rule:
        """The rule of a column. Raises KeyError."""
        return self._by_name[name]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    def needed(self, name: str) -> bool:
        """Must every row have a value here? Keys and the column of time must, whatever the rule says."""
        return self.rule(name).required or name in self.key or name == self.time

    @property
    def adds_day(self) -> bool:
        """Is `day` made, beside the contract's columns?"""
        return bool(self.time) and self.time != "day"
