"""What is asked of metrics and what is answered: the values that travel between pages, commands and the engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Refused, Text

GRAINS = ("total", "day", "week", "month", "quarter", "year")
COMPARISONS = ("", "previous", "year", "target", "usual")
ENGINES = ("duckdb", "spark")
Where = tuple[tuple[str, tuple[str | None, ...]], ...]


WAITING, INAPPLICABLE, HIDDEN, REFUSED = "waiting", "inapplicable", "hidden", "refused"
"""Why there is no figure: data must come first; it has no meaning in this company; one's position sees no such row; the
question cannot be answered as it is put."""


@dataclass(frozen=True, slots=True)
class Absent:
    """There is no figure: the reason for people, and which of the four it is."""

    text: Text
    kind: str = WAITING


class CannotAnswer(Refused):
    """The question cannot be answered as it is put: an unknown metric or dimension, a filter one may not use."""


class NotYours(CannotAnswer):
    """The positions of a person show no row of what it is computed from."""


@dataclass(frozen=True, slots=True)
class Question:
    """Metrics over a span of days.

    metrics: ids. grain: one of GRAINS, total for one value of the whole span. by: dimensions (a column, or
    relation.column). since, until: both days belong to it; None is the first or last day of the data. where: pairs of
    a dimension and its allowed values (None: unknown). compare: one of COMPARISONS. at: the lake's number up to
    which data versions count; None is the newest. engine: one of ENGINES.
    """

    metrics: tuple[str, ...]
    grain: str = "total"
    by: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    where: Where = ()
    compare: str = ""
    at: int | None = None
    engine: str = "duckdb"

    def __post_init__(self) -> None:
        """Raises CannotAnswer for a word that is none of those allowed."""
        if self.grain not in GRAINS:
            raise CannotAnswer(_("There is no such period."), field="grain")
        if self.compare not in COMPARISONS:
            raise CannotAnswer(_("There is no such comparison."), field="compare")
        if self.engine not in ENGINES:
            raise CannotAnswer(_("There is no such engine."), field="engine")
        if self.since and self.until and self.since > self.until:
            raise CannotAnswer(_("The last day is before the first."), field="until")

    def only(self, metric: str) -> Question:
        """The same question about one metric."""
        return replace(self, metrics=(metric,))


def where_of(pairs: Iterable[tuple[str, str | None]] | Mapping[str, str | Iterable[str | None]]) -> Where:
    """Filters from DIM=VALUE pairs (several values of one dimension are alternatives) or from a mapping."""
    found: dict[str, list[str | None]] = {}
    if isinstance(pairs, Mapping):
        pairs = [(dim, v) for dim, vs in pairs.items() for v in ([vs] if isinstance(vs, str) else vs)]
    for dim, value in pairs:
        found.setdefault(dim, []).append(value)
    return tuple((dim, tuple(values)) for dim, values in found.items())


class Row(NamedTuple):  # made by the thousand: a frozen dataclass takes four times as long
    """One value. period: its first day. dims: values in the order of the question's `by`, None where unknown.

    over, under: of ratios, as they are before the division. then: the value compared with; change: relative to it, None
    where that has no meaning. why: where value or then is None, the reason, for people. steps: of a funnel, how many
    reached each step. A period in which the relation has no rows is no row: a gap, not a zero.
    """

    period: date
    dims: tuple[str | None, ...]
    value: float | None
    over: float | None = None
    under: float | None = None
    then: float | None = None
    change: float | None = None
    why: Text = ""
    steps: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of one metric. currency: for money, as the source says.

    waiting: why there is no figure; absence: which of the four it is then.

    since, until: the span really answered. first_day, last_day: those of the data. complete: the last period is over by
    the data's last day.
    """

    metric: str
    title: str
    unit: str
    currency: str = ""
    counted: str = ""
    decimals: int = 2
    better: str = "none"
    rows: tuple[Row, ...] = ()
    ratio: bool = False
    waiting: Text = ""
    absence: str = ""
    since: date | None = None
    until: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    complete: bool = True
    snapshot: int | None = None

    @property
    def value(self) -> float | None:
        """The newest row's value, for a question without dimensions."""
        return self.rows[-1].value if self.rows else None


@dataclass(frozen=True, slots=True)
class Answer:
    """Results in the order of the question's metrics.

    snapshot: the highest data version used. sql: the statements that were run, in the engine's dialect. seconds: all
    in all. cached: nothing had to be computed.
    """

    question: Question
    results: tuple[Result, ...]
    snapshot: int | None = None
    sql: tuple[str, ...] = field(default=(), repr=False)
    seconds: float = 0.0
    cached: bool = False

    @property
    def rows(self) -> tuple[Row, ...]:
        """Those of the first metric."""
        return self.results[0].rows

    @property
    def unit(self) -> str:
        """That of the first metric."""
        return self.results[0].unit

    def of(self, metric: str) -> Result:
        """Raises KeyError for a metric that was not asked."""
        for one in self.results:
            if one.metric == metric:
                return one
        raise KeyError(metric)


@dataclass(frozen=True, slots=True)
class Part:
    """What one dimension value, or one factor, contributes to a difference.

    effect: in the metric's unit; all effects of a split add up to the whole difference. now, then: the metric's value
    of this part alone, or the factor's. over, under: of ratios, (then, now). within: how much of the effect came from
    a change inside the part, the rest from its changed weight. overlap: no value of the dimension but what is counted
    in several of them, such as a customer of two shops; name is then None.
    """

    name: str | None
    effect: float
    now: float | None = None
    then: float | None = None
    over: tuple[float | None, float | None] | None = None
    under: tuple[float | None, float | None] | None = None
    within: float | None = None
    overlap: bool = False


@dataclass(frozen=True, slots=True)
class Split:
    """A difference split by one dimension (or by factors, `by` then empty); parts by size of effect.

    within: for ratios split by a dimension, how much of the whole came from changes inside the parts, and `mix` from
    their changed weights.
    """

    by: str
    parts: tuple[Part, ...]
    within: float | None = None
    mix: float | None = None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """波动拆解: why a metric differs between two spans. now and then are the values, difference = now − then."""

    metric: str
    title: str
    unit: str
    now: float | None
    then: float | None
    difference: float | None
    factors: Split | None
    splits: tuple[Split, ...]
    why: Text = ""
    snapshot: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Trust:
    """May this number be believed? late: in words, empty when it is fresh. doubts: what a person should know first.

    waiting: why there is no figure, absence: WAITING or INAPPLICABLE then.
    """

    last_day: date | None
    snapshot: int | None
    late: Text = ""
    doubts: tuple[Text, ...] = ()
    waiting: Text = ""
    absence: str = ""

    @property
    def good(self) -> bool:
        """Neither late, nor waiting, nor in doubt."""
        return not (self.late or self.doubts or self.waiting)
