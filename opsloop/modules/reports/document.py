"""What a report says, before anyone decides how it looks: pure values, no Django, no files.

A `Document` is drafted from the numbers, frozen as JSON when it is issued (`to_plain`, `from_plain`), and turned into
page, PDF, Word, Excel, PowerPoint and Markdown by `rendering`. Every number in it is a `Figure` that knows its value,
its look and where it came from; running text is a tuple of strings and figures (`Words`), so no number is ever typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from math import isfinite
from typing import Any, Literal

UNITS = frozenset({"money", "count", "percent", "points", "number", "days", "hours", "minutes"})
"""percent: value 0.065 reads 6.5%; points: the difference of two shares, 0.012 reads 1.2 points."""
STYLES = frozenset({"", "lead", "note", "warning", "blank"})
"""lead: the first sentence of a part; note: small; blank: a line that is left for writing by hand."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One computed number. `text` is how it reads everywhere, unit included, marks not; a value of None has its dash.

    key: unique in its document, such as `sales.week` or `sales.week.change`. unit: one of UNITS. currency: of money.
    metric: the id of its definition. since, until: first and last day. tone: "good", "bad" or nothing. href: where the
    rows behind it are. simulated: from made-up data (模拟). doubted: of days in doubt (存疑).
    """

    key: str
    value: float | None
    text: str
    unit: str = "number"
    metric: str = ""
    since: date | None = None
    until: date | None = None
    simulated: bool = False
    doubted: bool = False
    href: str = ""
    title: str = ""
    decimals: int = 2
    currency: str = ""
    tone: str = ""

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"{self.key}: unit must be one of {', '.join(sorted(UNITS))}, not {self.unit!r}")
        if self.value is not None and not isfinite(self.value):
            raise ValueError(f"{self.key}: {self.value} is no number; what is not known has the value None")


Words = tuple[str | Figure, ...]


def words(*parts: str | Figure) -> Words:
    """Running text: words("销售额 ", sales, ",环比 ", change). Empty strings are left out."""
    return tuple(part for part in parts if part != "")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure large, with a line of words under it: its comparison, its target."""

    title: str
    figure: Figure
    beside: Words = ()


@dataclass(frozen=True, slots=True)
class Tiles:
    """The figures that are read first."""

    figures: tuple[Tile, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; style: one of STYLES."""

    text: Words
    style: str = ""

    def __post_init__(self) -> None:
        if self.style not in STYLES:
            raise ValueError(f"style must be one of {', '.join(sorted(STYLES))}, not {self.style!r}")


@dataclass(frozen=True, slots=True)
class Listing:
    """Items under each other, numbered where `ordered`."""

    items: tuple[Words, ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head. number: set to the right. wide: how much of the width it takes beside the others."""

    title: str
    number: bool = False
    wide: float = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; a cell is `Words`, mostly one string or one figure. Raises ValueError for a row of another width.

    chart: what the Excel sheet of this table draws, "bar", "line" or nothing.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Words, ...], ...]
    note: Words = ()
    chart: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{self.title}: a row has {len(row)} cells under {len(self.columns)} heads")


@dataclass(frozen=True, slots=True)
class Series:
    """One line or set of bars, a value for each category, None for a gap. muted: a comparison, drawn faint."""

    name: str
    values: tuple[float | None, ...]
    muted: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, twice: the ECharts `option` of the page, and the plain numbers for native charts in Office files.

    option: JSON only, as `opsloop.ui.charts.Chart.option` gives it. unit: the word at the axis, `%` for shares, whose
    values are then percentages. summary: what it shows, for those who do not see it. lying: bars from left to right.
    """

    title: str
    option: Mapping[str, Any]
    kind: Literal["line", "bar"]
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    unit: str = ""
    note: Words = ()
    decimals: int = 0
    lying: bool = False
    summary: str = ""

    @property
    def heading(self) -> str:
        """销售额（美元）: its title with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    def __post_init__(self) -> None:
        for one in self.series:
            if len(one.values) != len(self.categories):
                raise ValueError(
                    f"{self.title}, {one.name}: {len(one.values)} values for {len(self.categories)} categories"
                )


Block = Tiles | Paragraph | Listing | Table | Chart


@dataclass(frozen=True, slots=True)
class Part:
    """One of the binding parts of a report. `key` says which (overview, method, result, conclusion, advice …)."""

    key: str
    title: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure means (口径), for the reader of the file who has no page to ask. owner: the position."""

    metric: str
    title: str
    meaning: str = ""
    formula: str = ""
    unit: str = ""
    owner: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. facts: (what, says) of its head: 数据版本, 截至, 撰写, 签发. warning: the first line, if any.

    number: the report's own, empty for a draft; draft: it has not been issued, and every page says so. author,
    issuer: who wrote and who issues it, or their positions, for templates that give them a place of their own.
    """

    title: str
    subtitle: str
    number: str
    facts: tuple[tuple[str, str], ...]
    warning: str
    parts: tuple[Part, ...]
    language: str = "zh-hans"
    definitions: tuple[Definition, ...] = ()
    company: str = ""
    draft: bool = False
    author: str = ""
    issuer: str = ""

    def part(self, key: str) -> Part | None:
        """The part of this key, or None."""
        return next((one for one in self.parts if one.key == key), None)

    def blocks(self) -> Iterator[Block]:
        """All blocks in the order of reading."""
        for part in self.parts:
            yield from part.blocks

    @property
    def charts(self) -> tuple[Chart, ...]:
        return tuple(one for one in self.blocks() if isinstance(one, Chart))

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(one for one in self.blocks() if isinstance(one, Table))

    def figures(self) -> Iterator[Figure]:
        """All figures in the order of reading; one that stands in two places comes twice."""
        for block in self.blocks():
            for text in _texts(block):
                yield from (one for one in text if isinstance(one, Figure))

    @property
    def simulated(self) -> bool:
        return any(one.simulated for one in self.figures())

    @property
    def doubted(self) -> bool:
        return any(one.doubted for one in self.figures())


def _texts(block: Block) -> Iterable[Words]:
    if isinstance(block, Tiles):
        return [text for tile in block.figures for text in ((tile.figure,), tile.beside)]
    if isinstance(block, Paragraph):
        return [block.text]
    if isinstance(block, Listing):
        return block.items
    if isinstance(block, Table):
        return [*(cell for row in block.rows for cell in row), block.note]
    return [block.note]


def map_figures(document: Document, change: Callable[[Figure], Figure]) -> Document:
    """The same document with every figure replaced by `change(figure)`: issuing may freeze addresses or mask values."""
    return _mapped(document, change)  # type: ignore[no-any-return]


def _mapped(value: Any, change: Callable[[Figure], Figure]) -> Any:
    if isinstance(value, Figure):
        return change(value)
    if isinstance(value, tuple):
        return tuple(_mapped(one, change) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: _mapped(getattr(value, one.name), change) for one in fields(value)})
    return value


CLASSES: Mapping[str, type] = {
    one.__name__.lower(): one
    for one in (Figure, Tile, Tiles, Paragraph, Listing, Column, Table, Series, Chart, Part, Definition, Document)
}
KIND = "is"


def to_plain(value: Any) -> Any:
    """The document as JSON takes it: dicts that name their class, lists, days as text. What stands at its default is
    left out, so that frozen reports stay small and an older one reads in a newer version."""
    if is_dataclass(value) and not isinstance(value, type):
        said: dict[str, Any] = {KIND: type(value).__name__.lower()}
        for one in fields(value):
            given = getattr(value, one.name)
            if one.name == "option":
                said[one.name] = dict(given)
            elif given != one.default:
                said[one.name] = to_plain(given)
        return said
    if isinstance(value, (tuple, list)):
        return [to_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def from_plain(value: Mapping[str, Any]) -> Document:
    """The document that `to_plain` wrote. Raises ValueError for anything else."""
    found = read(value)
    if not isinstance(found, Document):
        raise ValueError("this is not a report")
    return found


def read(value: Any) -> Any:
    """Any piece of a document, as a part or a figure, that `to_plain` wrote. Raises ValueError for what is none."""
    if isinstance(value, list):
        return tuple(read(one) for one in value)
    if not isinstance(value, Mapping):
        return value
    cls = CLASSES.get(value.get(KIND, ""))
    if cls is None:
        raise ValueError(f"a report has no {value.get(KIND)!r}")
    known = {one.name for one in fields(cls)}
    if strange := value.keys() - known - {KIND}:
        raise ValueError(f"{value[KIND]} has no {', '.join(sorted(strange))}")
    try:
        return cls(**{name: _field(name, given) for name, given in value.items() if name != KIND})
    except TypeError as error:
        raise ValueError(f"{value[KIND]}: {error}") from error


def _field(name: str, given: Any) -> Any:
    if name == "option":
        return given
    if name in ("since", "until") and given is not None:
        return date.fromisoformat(given)
    return read(given)
