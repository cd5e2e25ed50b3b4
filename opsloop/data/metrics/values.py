"""From counted numbers to a metric's values: division, formulas, changes, and what cannot be known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.base.things.texts import say
from opsloop.data.datasets.catalogue import Catalogue
from opsloop.data.metrics.checks import form_of, parts_of
from opsloop.data.metrics.counting import relation_of, waits, windows
from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.formula import evaluate, formula, sides
from opsloop.data.metrics.periods import earlier, earlier_key, end, periods, whole
from opsloop.data.metrics.planning.pieces import pieces_of
from opsloop.data.metrics.questions import Absent
from opsloop.data.metrics.requests import Ask, Done, Key, Numbers, Request, Span

NO_DATA: Text = _("No data in that period.")
NOTHING_UNDER: Text = _("Nothing to divide by.")
UNKNOWN: Text = _("Unknown: the rows have no value there.")
TOO_EARLY: Text = _("The window begins before the data does.")
NOT_OVER: Text = _("The time that counts is not over yet.")
NO_DATA_BEFORE: Text = _("No data for the period before.")
NO_DATA_LAST_YEAR: Text = _("No data for last year.")

PastOf = Callable[[str, str, date], float | None]
"""(metric, grain, first day of the period) -> its value from before the data began, or None."""
past_hooks: list[PastOf] = []
"""Asked for a whole period that the data has not, or not all of."""


class Figure(NamedTuple):
    """One value with what it was made of, as in Row."""

    value: float | None
    over: float | None = None
    under: float | None = None
    why: Text = ""
    steps: tuple[float, ...] = ()


Figures = dict[Key, Figure]


@dataclass(frozen=True)
class Valuing:
    """Values of one answer's metrics. `done` is empty while `needs` collects what must be counted.

    narrowed: the values are of a part of the company, so that its targets and past totals are no measure of them.
    """

    known: Catalogue
    metrics: Mapping[str, Metric]
    spans: Mapping[str, Span | None]
    done: Done
    narrowed: bool = False

    def needs(self, metric: str, ask: Ask) -> Iterable[Request]:
        """Everything that must be counted for a metric."""
        obj = self.metrics[metric]
        if obj.change is not None:
            yield from self.needs(obj.change.of, ask)
            yield from self.needs(obj.change.of, before(ask, str(obj.change.against)))
        elif obj.formula:
            for part in parts_of(obj):
                yield from self.needs(part, ask)
        elif form_of(obj):
            yield Request(metric, ask)

    def waiting(self, metric: str, ask: Ask) -> Absent | None:
        """Why it cannot be computed, or nothing."""
        obj = self.metrics[metric]
        if not form_of(obj):
            return waits(obj)
        return next((found for one in self.needs(metric, ask) if (found := self.done.waiting.get(one))), None)

    def figures(self, metric: str, ask: Ask) -> Figures:
        """The metric's values by period and dimensions."""
        obj = self.metrics[metric]
        if obj.change is not None:
            return self._changes(obj, ask)
        if obj.formula:
            return self._formula(obj, ask)
        numbers = self.done.numbers.get(Request(metric, ask), {})
        late = self._unknowable(obj, ask)
        return {key: _unknown(late[key[0]], one) if key[0] in late else one for key, one in _counted(obj, numbers)}

    def _unknowable(self, obj: Metric, ask: Ask) -> dict[date, Text]:
        """Periods whose window begins before the data, or whose time to act is not over."""
        relation = relation_of(self.known, obj)
        span = self.spans.get(relation.name) if relation is not None else None
        if span is None:
            return {}
        found: dict[date, Text] = {}
        for piece in pieces_of(obj):
            asked = periods(ask.since, min(ask.until, span.last), ask.grain)
            if piece.window is not None and piece.window.to_date != "ever":
                early = (one for one in windows(piece.window, asked, span) if one.before < span.first)
                found |= {one.key: TOO_EARLY for one in early}
            elif piece.hours:
                limit = span.last - timedelta(days=piece.days)
                found |= {one.key: NOT_OVER for one in asked if _last_day(one.key, one.until, ask) > limit}
        return found

    def _formula(self, obj: Metric, ask: Ask) -> Figures:
        tree = formula(obj.formula)
        parts = {name: self.figures(name, ask) for name in parts_of(obj)}
        made: Figures = {}
        for key in dict.fromkeys(key for found in parts.values() for key in found):
            values = {name: self._part(name, found, key, ask) for name, found in parts.items()}
            value, both = evaluate(tree, values), sides(tree)
            over, under = (evaluate(both[0], values), evaluate(both[1], values)) if both else (None, None)
            why: Text = ""
            if value is None:
                why = NOTHING_UNDER if under == 0 else _first_why(parts, key)
            made[key] = Figure(value, over, under, why)
        return made

    def _part(self, name: str, found: Figures, key: Key, ask: Ask) -> float | None:
        """A part's value; where a count has no rows although its data reaches so far, nothing happened: 0."""
        if key in found:
            return found[key].value
        obj = self.metrics[name]
        relation = relation_of(self.known, obj)
        span = self.spans.get(relation.name) if relation is not None else None
        counts = obj.value is not None and (obj.value.count or obj.value.sum) and not obj.balance
        if span is None or not counts:
            return None
        last = key[0] if ask.grain == "total" else end(key[0], ask.grain)
        return 0.0 if span.first <= last and key[0] <= span.last else None

    def then(self, metric: str, found: Figures, key: Key, ask: Ask, against: str, since: date) -> Figure:
        """The value to hold one against: counted, else as typed in for a whole period, else nothing with the reason.

        since: the first day of the earlier span. A year before in which the data only began is no year before.
        """
        period = earlier_key(key[0], ask.grain, against, since)
        one = found.get((period, key[1]))
        began = self._began_after(metric, period) if against == "year" else None
        if one is not None and began is None:
            return one
        grain = self._whole_grain(metric, key[0], ask)
        if grain and not (key[1] or ask.where or self.narrowed):
            past = self.past(metric, grain, period)
            if past is not None:
                return Figure(past)
        if one is not None:
            return Figure(None, why=say(_("The data of last year begins only on {day}."), day=began))
        return Figure(None, why=NO_DATA_LAST_YEAR if against == "year" else NO_DATA_BEFORE)

    def past(self, metric: str, grain: str, period: date) -> float | None:
        """What was typed in for a period; of a formula, what it makes of its parts' values."""
        for hook in past_hooks:
            if (found := hook(metric, grain, period)) is not None:
                return found
        obj = self.metrics[metric]
        if not obj.formula:
            return None
        values = {name: self.past(name, grain, period) for name in parts_of(obj)}
        return None if None in values.values() else evaluate(formula(obj.formula), values)

    def _spans_of(self, metric: str) -> Iterable[tuple[Metric, Span]]:
        """The directly counted metrics behind one, each with the days of its data."""
        obj = self.metrics[metric]
        for name in parts_of(obj):
            yield from self._spans_of(name)
        relation = relation_of(self.known, obj) if obj.from_ else None
        span = self.spans.get(relation.name) if relation is not None else None
        if span is not None:
            yield obj, span

    def _began_after(self, metric: str, period: date) -> date | None:
        """The first day of the data where it begins inside the period; windows tell on their own what they lack."""
        found = [
            span.first
            for obj, span in self._spans_of(metric)
            if not (obj.window or obj.to_date or obj.balance or obj.cohort)
        ]
        first = max(found, default=period)
        return first if first > period else None

    def _whole_grain(self, metric: str, first: date, ask: Ask) -> str:
        """The period that a value is of, if it is asked and known from its first to its last day; else empty."""
        grain = grain_of(ask)
        last = ask.until if ask.grain == "total" else end(first, grain)
        reached = all(span.last >= last for _obj, span in self._spans_of(metric))
        return grain if grain and first >= ask.since and last <= ask.until and reached else ""

    def _changes(self, obj: Metric, ask: Ask) -> Figures:
        assert obj.change is not None
        against = str(obj.change.against)
        then_ask = before(ask, against)
        now, then = self.figures(obj.change.of, ask), self.figures(obj.change.of, then_ask)
        made: Figures = {}
        for (period, dims), figure in now.items():
            old = self.then(obj.change.of, then, (period, dims), ask, against, then_ask.since)
            made[(period, dims)] = _change(figure, old, rate=obj.change.as_ == "rate")
        return made


def grain_of(ask: Ask) -> str:
    """The question's period; for a total the one period that it is exactly, or empty."""
    if ask.grain != "total":
        return ask.grain
    return "day" if ask.since == ask.until else whole(ask.since, ask.until)


def _last_day(key: date, until: date, ask: Ask) -> date:
    """The last day on which somebody may begin in the period asked."""
    return ask.until if ask.grain == "total" else max(until, min(end(key, ask.grain), ask.until))


def before(ask: Ask, against: str) -> Ask:
    """The same question about the span to compare with."""
    since, until = earlier(ask.since, ask.until, ask.grain, against)
    return replace(ask, since=since, until=until)


def _counted(obj: Metric, numbers: Numbers) -> Iterable[tuple[Key, Figure]]:
    ratio = obj.value is None
    for key, found in numbers.items():
        if obj.funnel is not None:
            yield key, _ratio(found[-1], found[0], tuple(one or 0.0 for one in found))
        elif ratio:
            yield key, _ratio(found[0], found[1])
        else:
            yield key, Figure(found[0], why="" if found[0] is not None else UNKNOWN)


def _ratio(over: float | None, under: float | None, steps: tuple[float, ...] = ()) -> Figure:
    if over is None or under is None:
        return Figure(None, over, under, UNKNOWN, steps)
    return Figure(over / under, over, under, "", steps) if under else Figure(None, over, under, NOTHING_UNDER, steps)


def _unknown(why: Text, figure: Figure) -> Figure:
    return Figure(None, None, None, why, figure.steps)


def _first_why(parts: Mapping[str, Figures], key: Key) -> Text:
    return next((str(one.why) for found in parts.values() if (one := found.get(key)) and one.why), "") or NO_DATA


def _change(now: Figure, then: Figure, *, rate: bool) -> Figure:
    old = then.value
    if now.value is None or old is None:
        return Figure(None, now.value, old, now.why or then.why or NO_DATA)
    if not rate:
        return Figure(now.value - old, now.value, old)
    return Figure(now.value / old - 1, now.value, old) if old else Figure(None, now.value, old, NOTHING_UNDER)
