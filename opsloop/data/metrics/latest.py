"""The newest figure of many metrics at once: value, what it is compared with, the line behind it, and its trust."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.metrics import api, period_names
from opsloop.data.metrics.periods import back, begin, end
from opsloop.data.metrics.questions import WAITING, Absent, Answer, Question, Result, Row, Trust, Where
from opsloop.data.metrics.shown import Look, look_of, moved, shown
from opsloop.data.metrics.sparks import spark


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One figure: a metric at a grain, with what it is held against."""

    metric: str
    grain: str
    compare: tuple[str, ...] = ("previous",)
    where: Where = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The newest whole period's value. compared: by the word of the comparison; progress: of the running period.

    waiting: why there is no figure, for people; absence: which kind of reason it is.
    """

    metric: str
    grain: str
    look: Look
    period: date | None = None
    row: Row | None = None
    values: tuple[float | None, ...] = ()
    compared: Mapping[str, Row]
    trust: Trust
    running: Row | None = None
    running_from: date | None = None
    waiting: Text = ""
    absence: str = ""

    @property
    def value(self) -> float | None:
        return self.row.value if self.row else None

    @property
    def shown(self) -> str:
        return shown(self.value, self.look)

    @property
    def spark(self) -> SafeString:
        return spark(self.values)

    @property
    def period_name(self) -> str:
        return period_names.name(self.period, self.grain) if self.period else ""

    @property
    def why(self) -> Text:
        """Why the value is not known."""
        return self.row.why if self.row and self.row.value is None else ""

    def then(self, word: str) -> float | None:
        row = self.compared.get(word)
        return row.then if row else None

    def moved(self, word: str) -> SafeString | str | None:
        """The change against a comparison, None when it is not known."""
        then = self.then(word)
        return None if then is None or self.value is None else moved(self.value, then, self.look)

    @property
    def reached(self) -> float | None:
        """达成率 of the running month where it has a target, else of the shown period; None without one."""
        for row in (self.running, self.compared.get("target")):
            if row is not None and row.then and row.value is not None and not self.look.share:
                return row.value / row.then
        return None

    @property
    def pace(self) -> float | None:
        """时间进度 beside it: how much of the running month is over by the data's last day."""
        if self.running is None or not self.running.then or self.running_from is None or self.trust.last_day is None:
            return None
        return period_names.elapsed(self.running_from, "month", self.trust.last_day)


def figures(wanted: Sequence[Wanted], person: Person | None, at: int | None = None) -> list[Figure]:
    """The figures in the order asked. One that cannot be computed says why and takes no other away."""
    return figures_and(wanted, (), person, at)[0]


def figures_and(
    wanted: Sequence[Wanted], more: Sequence[Question], person: Person | None, at: int | None = None,
    judges: api.Judges | None = None,
) -> tuple[list[Figure], list[Answer]]:  # fmt: skip
    """Figures and the answers to further questions, all counted together. judges: of their metrics, when at hand."""
    judges = judges or api.Judges(one.metric for one in wanted)
    plans = [_plan(one, judges.trust(one.metric), at) for one in wanted]
    asked = list(dict.fromkeys([question for plan in plans for question in plan.values()] + list(more)))
    answers = dict(zip(asked, api.ask_many(asked, person), strict=True)) if asked else {}
    made = [
        _figure(one, _trust(judges, one, plan), plan, {word: answers[question] for word, question in plan.items()})
        for one, plan in zip(wanted, plans, strict=True)
    ]
    return made, [answers[one] for one in more]


RUNNING = "running"
FIRST = "first"


def _plan(one: Wanted, trust: Trust, at: int | None) -> dict[str, Question]:
    """What to ask for one figure, by what the answer is for."""
    if trust.last_day is None or trust.waiting:
        return {}
    first = period_names.last_whole(trust.last_day, one.grain)
    last = end(first, one.grain)
    since = back(first, one.grain, period_names.USUAL_LENGTH[one.grain] - 1)
    main = one.compare[0] if one.compare and one.compare[0] != "target" else ""
    plan = {FIRST: Question((one.metric,), one.grain, (), since, last, one.where, main, at)}
    for word in one.compare:
        if word != main:
            plan[word] = Question((one.metric,), one.grain, (), first, last, one.where, word, at)
    if "target" in one.compare:
        month = begin(trust.last_day, "month")
        plan[RUNNING] = Question((one.metric,), "month", (), month, trust.last_day, one.where, "target", at)
    return plan


def _trust(judges: api.Judges, one: Wanted, plan: Mapping[str, Question]) -> Trust:
    """Of the period that is shown: what is doubted or missing outside of it says nothing of this figure."""
    last = plan[FIRST].until if FIRST in plan else None
    return judges.trust(one.metric, begin(last, one.grain), last) if last is not None else judges.trust(one.metric)


def _figure(one: Wanted, trust: Trust, plan: Mapping[str, Question], found: Mapping[str, Answer]) -> Figure:
    if FIRST not in found or found[FIRST].results[0].waiting:
        missing = _missing(trust, found[FIRST].results[0] if FIRST in found else None)
        return Figure(
            metric=one.metric, grain=one.grain, look=Look(), compared={}, trust=trust, waiting=missing.text,
            absence=missing.kind,
        )  # fmt: skip
    result, question = found[FIRST].results[0], plan[FIRST]
    rows = {row.period: row for row in result.rows}
    period = begin(question.until or date.max, one.grain)
    compared = {word: row for word, answer in found.items() if (row := _of(answer, period)) is not None}
    if question.compare and period in rows:
        compared[question.compare] = rows[period]
    running = found[RUNNING].results[0].rows if RUNNING in found else ()
    return Figure(
        metric=one.metric,
        grain=one.grain,
        look=look_of(result),
        period=period,
        row=rows.get(period),
        values=tuple(_value(rows.get(day)) for day in _days(question)),
        compared=compared,
        trust=trust,
        running=running[-1] if running else None,
        running_from=plan[RUNNING].since if RUNNING in plan else None,
    )


def _missing(trust: Trust, result: Result | None) -> Absent:
    if trust.waiting or result is None:
        return Absent(trust.waiting or _t("There is no data yet."), trust.absence or WAITING)
    return Absent(result.waiting, result.absence)


def _of(answer: Answer, period: date) -> Row | None:
    return next((row for row in answer.results[0].rows if row.period == period), None)


def _days(question: Question) -> Iterable[date]:
    day, last = question.since or date.max, question.until or date.min
    while day <= last:
        yield day
        day = back(day, question.grain, -1)


def _value(row: Row | None) -> float | None:
    return row.value if row else None
