"""What every reader makes of a file: a DuckDB relation of texts, and how to find a row's line again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from opsloop.data.cleaning.engine import NO_ROOM

OURS = ("BinderException", "CatalogException", "InterruptException", "ParserException")
"""What DuckDB raises before it looks at a file's rows, or because it was told to stop."""
Lines = Callable[[Sequence[int], int, Sequence[int]], "Placed"]
"""(ordinals of rows wanted, rows that were read, byte positions of rows that were rejected) -> their lines."""


class Unreadable(Exception):
    """The file as a whole cannot be taken. `code` names the text and remedy that people are told; `line` from 1."""

    def __init__(self, code: str, line: int = 0, **values: Any) -> None:
        super().__init__(code, line, values)
        self.code, self.line, self.values = code, line, values

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return where + self.code + "".join(f" {name}={value}" for name, value in self.values.items())


@dataclass(frozen=True, slots=True)
class Placed:
    """Lines of the rows asked for and of the rejected ones, each in the order asked. unfinished: the last line when no
    line end follows it, else 0."""

    rows: list[int]
    rejected: list[int]
    unfinished: int = 0


@dataclass(frozen=True, slots=True)
class Reject:
    """A row that DuckDB's reader could not split into the file's columns, or whose text it could not type."""

    position: int
    line: int
    code: str
    text: str

    @property
    def untyped(self) -> bool:
        """Was it split, and only a cell of it could not be typed?"""
        return self.code == "untyped"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that the reader could not even hand over: where, why, and as much of it as can be shown."""

    line: int
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows copied as they stand into a file of their own. relation: it, with `_line` and `_place` beside the texts."""

    relation: str
    rows: int


class PlainText(Protocol):
    """A delimited text that DuckDB reads itself."""

    size: int

    def relation(self, types: Mapping[str, str]) -> str:
        """What stands behind FROM; its columns are of these types, else texts. Rows that it cannot type it rejects."""

    def copied(self, wanted: Sequence[int], read: int, rejects: Sequence[Reject]) -> Copied | None:
        """Copy the rows with these ordinals, ascending, and the rejected ones that were untyped, in the file's order.

        read, rejects: how many rows were read, and which were not. None when a row may take several lines.
        """


@dataclass(frozen=True, slots=True)
class Reading:
    """A file as a relation of texts, NULL where a cell is empty, in the file's order.

    relation: what stands behind FROM. columns: contract column -> its SQL expression; those that the file lacks are
    missing. extras: further columns that are kept. line: the SQL expression of a row's line, "" when rows are found
    again by their ordinal through `lines`; place: that of its ordinal where it is not its own, see `staged`. rejects:
    DuckDB's own reader may reject rows. broken: SQL that is true for a row that has no cells at all, with its reason.
    text: SQL of the whole row as written, for such rows. plain: the file again, where DuckDB's reader may type it.
    damaged: the code for a file of which DuckDB finds out only while it reads that it is broken, "" where it does not.
    """

    relation: str
    columns: dict[str, str]
    extras: dict[str, str] = field(default_factory=dict)
    line: str = ""
    place: str = ""
    rejects: bool = False
    broken: tuple[str, str] | None = None
    text: str = ""
    lines: Lines | None = None
    plain: PlainText | None = None
    damaged: str = ""
    dropped: tuple[Dropped, ...] = ()
    ignored: tuple[str, ...] = ()

    @contextmanager
    def to_its_end(self) -> Iterator[None]:
        """While the relation is read. Raises Unreadable for what turns out to be a damaged file only then."""
        try:
            yield
        except Exception as error:
            if self.damaged and _is_of_the_file(error):
                raise Unreadable(self.damaged) from error
            raise


def _is_of_the_file(error: Exception) -> bool:
    """Not ours, as a wrong query or a want of room are. DuckDB takes some damage for a mistake of its own."""
    kind = type(error)
    of_duckdb = kind.__module__.startswith("_duckdb") and kind.__name__ not in OURS
    return of_duckdb and not any(one in str(error) for one in NO_ROOM)
