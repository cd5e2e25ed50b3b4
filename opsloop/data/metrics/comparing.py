"""What a value is held against: the period before, a year before, the usual of twelve periods, a target."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text
from opsloop.data.metrics.definition import Metric
from opsloop.data.metrics.periods import back, begin, is_whole
from opsloop.data.metrics.requests import Ask, Key, Request
from opsloop.data.metrics.values import Figure, Figures, Valuing, before, grain_of

USUAL = 12
NO_TARGET: Text = _("No target is set.")
NOT_ENOUGH: Text = _("Fewer than twelve periods to compare with.")
ONLY_WHOLE: Text = _("Targets are for the whole company, not for a part of it.")
NO_PERIOD: Text = _("Only a whole day, week, month, quarter or year has a usual value or a target.")

TargetOf = Callable[[str, str, date], float | None]
"""(metric, grain, first day of the period) -> what should be reached, or None."""
target_hooks: list[TargetOf] = []
"""Asked before the metric's own file: goals of people and teams are other apps' to know."""


class Against(NamedTuple):
    """The value compared with, or why there is none."""

    then: float | None
    why: Text = ""


NOTHING = Against(None)


def asks(ask: Ask, compare: str) -> tuple[Ask, Ask | None]:
    """(the question to ask, a second one for what it is compared with); both in one where periods are whole."""
    if compare in ("previous", "year"):
        then = before(ask, compare)
        joined = compare == "previous" and ask.grain != "total"
        if joined and begin(ask.since, ask.grain) == ask.since and is_whole(ask.until, ask.grain):
            return replace(ask, since=then.since), None
        return ask, then
    if compare == "usual" and (grain := grain_of(ask)):
        return ask, replace(ask, grain=grain, since=back(begin(ask.since, grain), grain, USUAL), until=ask.until)
    return ask, None


def needs(valuing: Valuing, metric: str, ask: Ask, compare: str) -> Iterable[Request]:
    """Everything to count for a metric with its comparison."""
    first, second = asks(ask, compare)
    yield from valuing.needs(metric, first)
    if second is not None:
        yield from valuing.needs(metric, second)


def compared(
    valuing: Valuing, ident: str, metric: Metric, ask: Ask, compare: str
) -> tuple[Figures, Callable[[Key], Against]]:
    """The values of the question's own periods, and what each is held against."""
    first, second = asks(ask, compare)
    found = valuing.figures(ident, first)
    others = found if second is None else valuing.figures(ident, second)
    began = begin(ask.since, ask.grain)
    own = {key: one for key, one in found.items() if key[0] >= began}
    match compare:
        case "previous" | "year":
            since = second.since if second is not None else first.since
            return own, lambda key: _against(valuing.then(ident, others, key, ask, compare, since))
        case "usual":
            return own, lambda key: _usual(others, key, ask)
        case "target":
            return own, lambda key: _target(ident, metric, key, ask, valuing)
    return own, lambda key: NOTHING


def _against(then: Figure) -> Against:
    return Against(then.value, then.why)


def _of_a_part(key: Key, ask: Ask, valuing: Valuing) -> bool:
    """Is the value that of some rows only: of a dimension's value, of a filter, of what one's position sees?"""
    return bool(key[1] or ask.where) or valuing.narrowed


def _usual(found: Figures, key: Key, ask: Ask) -> Against:
    """The mean of the twelve periods before; a period that is not whole is compared with nothing."""
    grain = grain_of(ask)
    if not grain:
        return Against(None, NO_PERIOD)
    if key[0] == begin(ask.until, grain) and not is_whole(ask.until, grain):
        return Against(None, _("The period is not over yet."))
    figures = [found.get((back(key[0], grain, n), key[1])) for n in range(1, USUAL + 1)]
    values = [one.value for one in figures if one is not None and one.value is not None]
    return Against(sum(values) / USUAL) if len(values) == USUAL else Against(None, NOT_ENOUGH)


def _target(ident: str, metric: Metric, key: Key, ask: Ask, valuing: Valuing) -> Against:
    grain = grain_of(ask)
    if not grain:
        return Against(None, NO_PERIOD)
    if _of_a_part(key, ask, valuing):
        return Against(None, ONLY_WHOLE)
    for hook in target_hooks:
        if (found := hook(ident, grain, key[0])) is not None:
            return Against(found)
    said = metric.target.get(grain)
    return Against(float(said)) if said is not None else Against(None, NO_TARGET)


def relative(now: Figure, then: Against) -> float | None:
    """The change relative to what it is compared with."""
    if now.value is None or then.then is None or then.then == 0:
        return None
    return now.value / then.then - 1
