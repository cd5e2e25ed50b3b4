"""Answers: definitions and days are looked up, everything needed is counted together, then each value is told."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _t

from opsloop.base.kinds.translated import language
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import mask, reads
from opsloop.data.datasets.catalogue import Catalogue, catalogue
from opsloop.data.datasets.sight import Sight, sight_of
from opsloop.data.lake.keys import pseudonym
from opsloop.data.metrics import comparing
from opsloop.data.metrics.checks import form_of, parts_of
from opsloop.data.metrics.counting import Counting, absent, relation_of, waits
from opsloop.data.metrics.definition import Metric, Unit
from opsloop.data.metrics.models import Metric as MetricRow
from opsloop.data.metrics.planning.finding import find
from opsloop.data.metrics.questions import INAPPLICABLE, Absent, Answer, CannotAnswer, Question, Result, Row
from opsloop.data.metrics.requests import Ask, Done, Key, Request, Span
from opsloop.data.metrics.values import Valuing
from opsloop.data.sources.queries import loaded_until


@dataclass
class Desk:
    """What one call of `answer` knows: relations, definitions and days, each looked up once, and whose rows count."""

    known: Catalogue
    metrics: dict[str, Metric] = field(default_factory=dict)
    at: int | None = None
    sight: Sight | None = None
    spans: dict[str, Span | None] = field(default_factory=dict)
    versions: dict[str, str] | None = None
    loaded: dict[str, date] | None = None

    def load(self, idents: Iterable[str]) -> None:
        """Definitions of these metrics and what they are computed from. Raises CannotAnswer naming a missing one."""
        if self.versions is None:
            self.versions = MetricRow.in_force()
        todo = [one for one in idents if one not in self.metrics]
        while todo:
            ident = todo.pop()
            if ident not in self.versions:
                raise CannotAnswer(_t("There is no metric {name}.").format(name=ident), field="metrics")
            obj = self.metrics[ident] = _typed(ident, self.versions[ident], language())
            todo += [part for part in parts_of(obj) if part not in self.metrics]

    def direct(self, ident: str) -> list[str]:
        """The directly counted metrics behind one."""
        parts = parts_of(self.metrics[ident])
        return [one for part in parts for one in self.direct(part)] if parts else [ident]

    def absent(self, ident: str) -> Absent | None:
        """Why there is no figure: it, or what it is made of, does not apply here or waits for its data."""
        obj = self.metrics[ident]
        parts = [] if obj.does_not_apply else [self.absent(part) for part in parts_of(obj)]
        if parts:
            missing = [one for one in parts if one is not None]
            return next((one for one in missing if one.kind == INAPPLICABLE), missing[0] if missing else None)
        return waits(obj) if obj.does_not_apply or not form_of(obj) or self._span(obj.from_) is None else None

    def span(self, ident: str) -> Span | None:
        """The days of a metric: from the first to the last of all its relations."""
        found = [one for name in self.direct(ident) if (one := self._span(self.metrics[name].from_)) is not None]
        return Span(min(one.first for one in found), max(one.last for one in found)) if found else None

    def _span(self, name: str) -> Span | None:
        relation = self.known.get(name)
        if relation is None:
            return None
        if relation.name not in self.spans:
            self.spans[relation.name] = self._days(self.known.tables([relation.name]))
        return self.spans[relation.name]

    def _days(self, tables: Sequence[str]) -> Span | None:
        """None when a table has no data. A load without rows counts for its day too."""
        found = self.known.versions(tables, self.at)
        if not tables or len(found) < len(tables):
            return None
        firsts = [one.first_day for one in found.values() if one.first_day is not None]
        lasts = [one.last_day for one in found.values() if one.last_day is not None]
        if self.at is None:
            lasts += [day for table in tables if (day := self._loads().get(table)) is not None]
        day = max(one.at.date() for one in found.values())
        return Span(min(firsts, default=day), max(lasts, default=day))

    def _loads(self) -> dict[str, date]:
        """table -> the last day of which a load came."""
        if self.loaded is None:
            self.loaded = {ident.replace("-", "_"): day for ident, day in loaded_until().items()}
        return self.loaded


@lru_cache(maxsize=2000)
def _typed(ident: str, stamp: str, language: str) -> Metric:
    """As in force at its stamp, in the reader's language."""
    obj: Metric = MetricRow.objects.get(ident=ident).obj
    return obj


@dataclass(frozen=True, slots=True)
class Wanted:
    """One metric of one question. absent: why there is nothing to count."""

    question: int
    metric: str
    ask: Ask | None
    absent: Absent | None = None


def answer(questions: Sequence[Question], person: Person | None, *, strict: bool) -> list[Answer]:
    """Answers in the order of the questions. strict: raises CannotAnswer; else a refusal stands in the results."""
    known, sight, made = catalogue(), sight_of(person), dict[int, Answer]()
    for at in dict.fromkeys(question.at for question in questions):
        mine = {i: question for i, question in enumerate(questions) if question.at == at}
        made |= zip(mine, _answer(Desk(known, at=at, sight=sight), list(mine.values()), person, strict), strict=True)
    return [made[i] for i in range(len(questions))]


def _answer(desk: Desk, questions: Sequence[Question], person: Person | None, strict: bool) -> list[Answer]:
    began = time.perf_counter()
    wanted = [one for i, question in enumerate(questions) for one in _wanted(desk, i, question, person, strict)]
    done, values = _count(desk, questions, wanted, strict)
    results: dict[int, list[Result]] = {i: [] for i in range(len(questions))}
    for one in wanted:
        results[one.question].append(_result(desk, values, questions[one.question], one, person, done))
    took, newest = time.perf_counter() - began, max(done.snapshots.values(), default=None)
    return [
        Answer(question, tuple(results[i]), newest, tuple(done.sql), took, not done.computed)
        for i, question in enumerate(questions)
    ]


def _wanted(desk: Desk, i: int, question: Question, person: Person | None, strict: bool) -> list[Wanted]:
    made = []
    for ident in question.metrics:
        try:
            desk.load([ident])
            missing = desk.absent(ident)
            if missing is None:
                _may(desk, ident, question, person)
            made.append(Wanted(i, ident, None if missing else _ask(desk, ident, question), missing))
        except CannotAnswer as error:
            if strict:
                raise
            made.append(Wanted(i, ident, None, absent(error)))
    return made


def _ask(desk: Desk, ident: str, question: Question) -> Ask | None:
    span = desk.span(ident)
    if span is None:
        return None
    since, until = question.since or span.first, question.until or span.last
    return Ask(question.grain, question.by, question.where, since, until, question.at, question.engine)


def _may(desk: Desk, ident: str, question: Question, person: Person | None) -> None:
    """Raises CannotAnswer for a dimension that is not there, and for a filter on one that the person does not read."""
    for name in desk.direct(ident):
        relation = relation_of(desk.known, desk.metrics[name])
        if relation is None:
            continue
        for dim in question.by:
            find(desk.known, relation, dim)
        for dim, _values in question.where:
            personal = find(desk.known, relation, dim).column.personal
            if personal and (person is None or not reads(person, personal)):
                raise CannotAnswer(_t("You may not choose by {name}.").format(name=dim), field="where")


def _count(desk: Desk, questions: Sequence[Question], wanted: Sequence[Wanted], strict: bool) -> tuple[Done, Valuing]:
    values = Valuing(desk.known, desk.metrics, desk.spans, Done(), narrowed=desk.sight is not None)
    requests: list[Request] = []
    for one in wanted:
        if one.ask is not None:
            requests += comparing.needs(values, one.metric, one.ask, questions[one.question].compare)
    counting = Counting(desk.known, desk.metrics, desk.spans, desk.sight)
    done = counting.run(requests, strict=strict)
    return done, replace(values, done=done)


def _result(desk: Desk, values: Valuing, question: Question, one: Wanted, person: Person | None, done: Done) -> Result:
    metric = desk.metrics.get(one.metric)
    if metric is None:
        return _without(Result(one.metric, one.metric, "number"), one.absent)
    span = desk.span(one.metric)
    made = Result(
        one.metric, metric.title, str(metric.unit), _currency(desk, one.metric), metric.counted, metric.places,
        str(metric.better), ratio=metric.value is None and metric.change is None,
        first_day=span.first if span else None, last_day=span.last if span else None,
        snapshot=max(done.snapshots.values(), default=None),
    )  # fmt: skip
    if one.ask is None:
        return _without(made, one.absent)
    missing = values.waiting(one.metric, comparing.asks(one.ask, question.compare)[0])
    if missing is not None:
        return _without(made, missing)
    rows = _rows(desk, values, question, one.metric, one.ask, person)
    complete = span is None or one.ask.until <= span.last
    return replace(made, rows=rows, since=one.ask.since, until=one.ask.until, complete=complete)


def _without(made: Result, why: Absent | None) -> Result:
    return replace(made, waiting=why.text, absence=why.kind) if why is not None else made


def _currency(desk: Desk, ident: str) -> str:
    if desk.metrics[ident].unit != Unit.MONEY:
        return ""
    from django.conf import settings  # noqa: PLC0415  # one use

    found = (relation_of(desk.known, desk.metrics[name]) for name in desk.direct(ident))
    return next((one.currency for one in found if one is not None and one.currency), settings.WORKSPACE.currency)


def _rows(
    desk: Desk, values: Valuing, question: Question, ident: str, ask: Ask, person: Person | None
) -> tuple[Row, ...]:
    figures, against = comparing.compared(values, ident, desk.metrics[ident], ask, question.compare)
    hidden = [_hidden(desk, ident, dim, person) for dim in question.by]
    masks, made = any(hidden), []
    for key in _ordered(figures):
        one, then = figures[key], against(key)
        dims = tuple(map(_masked, key[1], hidden)) if masks else key[1]
        change = comparing.relative(one, then)
        why = one.why if one.value is None else then.why
        made.append(Row(key[0], dims, one.value, one.over, one.under, then.then, change, why, one.steps))
    return tuple(made)


def _ordered(keys: Iterable[Key]) -> list[Key]:
    """By period, then by dimensions, unknown ones last."""
    try:
        return sorted(keys)
    except TypeError:  # an unknown one beside a known one
        return sorted(keys, key=lambda key: (key[0], tuple((d is None, d or "") for d in key[1])))


def _hidden(desk: Desk, ident: str, dim: str, person: Person | None) -> str:
    """The class by which a dimension is hidden from the person, or empty. Nobody reads no class."""
    for name in desk.direct(ident):
        relation = relation_of(desk.known, desk.metrics[name])
        if relation is not None and (personal := find(desk.known, relation, dim).column.personal):
            return "" if person is not None and reads(person, personal) else personal
    return ""


def _masked(value: str | None, how: str) -> str | None:
    if value is None or not how:
        return value
    return pseudonym(value) if how == "identity" else mask(value)
