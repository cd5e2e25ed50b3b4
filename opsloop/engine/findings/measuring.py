"""Before and after: a metric's days on both sides of what was done, compared, and kept by `findings.measure`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.analytics.before_after import Comparison, compare
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.metrics import api
from opsloop.data.metrics.questions import CannotAnswer, Question
from opsloop.engine.findings import queries
from opsloop.engine.findings.actions.verifying import DayRow, measure
from opsloop.engine.findings.models import Finding, Measurement
from opsloop.engine.findings.words import State, Verdict, Way

LOOK_BACK = timedelta(days=56)
"""Eight weeks on each side at most: longer, and seasons are in it."""
PATIENCE = timedelta(days=3)
"""So long data may be late before the metric is measured without it."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spans:
    """The days before a decision and those after it was done; what lies between belongs to neither."""

    before: tuple[date, date]
    after: tuple[date, date]


def due(today: date) -> QuerySet[Finding]:
    """What is to be measured now: done, by a metric, its day there, and not measured since it was done."""
    rows = Finding.objects.filter(state=State.DONE, way=Way.METRIC, verify_on__lte=today)
    return rows.exclude(queries.measured()).order_by("pk")


def spans(finding: Finding) -> Spans:
    """Both spans of a finding that is done. The day of the decision and the day it was done are in neither."""
    decided = timezone.localdate(finding.decided_at or finding.done_at)
    done, until = timezone.localdate(finding.done_at), finding.verify_on or timezone.localdate()
    last = min(until - DAY, done + LOOK_BACK)
    return Spans((decided - LOOK_BACK, decided - DAY), (done + DAY, last))


def measured(finding: Finding, by: Person, today: date) -> Measurement | None:
    """Compare and keep it; None while the data is late and there is patience. What cannot be computed says why."""
    span = spans(finding)
    try:
        trust = api.trust(finding.metric)
        late = trust.last_day is None or trust.last_day < span.after[1]
        if late and not trust.waiting and finding.verify_on and today < finding.verify_on + PATIENCE:
            return None
        values, snapshot, why = _values(finding, span)
    except CannotAnswer as error:
        values, snapshot, why = {}, None, error.text
    before = {day: value for day, value in values.items() if day <= span.before[1]}
    after = {day: value for day, value in values.items() if day >= span.after[0]}
    found = compare(before, after)
    return measure(
        finding, by=by, verdict=Verdict(found.verdict), effect=found.effect, low=found.low, high=found.high,
        before_n=found.before_n, after_n=found.after_n, before_mean=found.before_mean, after_mean=found.after_mean,
        changed_on=span.after[0], said=str(why or _reason(found))[:300], snapshot=snapshot,
        days=[DayRow(day, value) for day, value in sorted(values.items())],
    )  # fmt: skip


def _values(finding: Finding, span: Spans) -> tuple[dict[date, float], int | None, Text]:
    where = api.where_of(parse_qsl(finding.where))
    question = Question((finding.metric,), "day", (), span.before[0], span.after[1], where)
    result = api.ask(question).results[0]
    rows = {row.period: float(row.value) for row in result.rows if row.value is not None and row.period is not None}
    return rows, result.snapshot, result.waiting


def _reason(found: Comparison) -> str:
    """Why nothing can be told, or nothing where something can."""
    if Verdict(found.verdict) != Verdict.FEW:
        return ""
    if found.low is None:
        return _t("{n} days before and {m} after are not enough.").format(n=found.before_n, m=found.after_n)
    return _t("The values scatter too much for an answer.")
