"""Does a cause have its alert already? And the rows that a group of alarms becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from opsloop.engine.monitors.grouping import Group
from opsloop.engine.monitors.judging import Reading, quiet_days
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.raising import PartRow, of_cause
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import Severity, Sort, State

WITHOUT_VALUES = (Sort.LATE, Sort.BLIND)


def fitting(group: Group, made_of: Mapping[str, frozenset[str]]) -> Alert | None:
    """The alert of the same cause: one that is not closed, or one closed so recently that this still belongs to it.

    A closed one stands for what comes within the quiet period behind its last day, unless that is graver than it was.
    """
    same = of_cause(group.key).order_by("-opened_at")
    alive = same.exclude(state=State.CLOSED).first()
    reading, obj = group.head.reading, group.head.obj
    if alive is None and reading.sort in WITHOUT_VALUES:
        # closed by somebody who knows that it is still missing: not again until another day is missing too
        return same.filter(closed_by__isnull=False, last_day__gte=reading.day).first()
    if alive is not None:
        return alive
    quiet = timedelta(days=quiet_days(obj))
    near = Alert.objects.exclude(sort__in=WITHOUT_VALUES).filter(last_day__gte=reading.day - quiet)
    touching = [
        alert
        for alert in near.select_related("monitor").prefetch_related("parts").order_by("-opened_at")
        if alert.monitor.obj.where == obj.where and _touches(alert, group, made_of)
    ]
    living = next((alert for alert in touching if alert.state in ALIVE), None)
    if living is not None:
        return living
    return next(
        (alert for alert in touching if alert.severity == Severity.CRITICAL or group.severity == Severity.WARN), None
    )


def _touches(alert: Alert, group: Group, made_of: Mapping[str, frozenset[str]]) -> bool:
    """Is a metric that was wrong there one that is wrong here, or made of one, or a part of one?"""
    theirs = {part.metric for part in alert.parts.all() if part.severity}
    for one in group.alarms:
        mine = one.reading.metric
        if mine in theirs or theirs & (made_of.get(mine, frozenset()) | set(one.obj.with_)):
            return True
        if any(mine in made_of.get(name, frozenset()) for name in theirs):
            return True
    return False


def part_of(group: Group) -> list[PartRow]:
    """Each metric and day once: the alarms first, then what stands beside them for comparison."""
    rows: dict[tuple[str, str, object, object], PartRow] = {}
    wrong = {(one.reading.metric, one.reading.day, one.reading.hour) for one in group.alarms}
    for one in group.alarms:
        _put(rows, one.ident, one.said, [one.reading])
    for one in group.alarms:
        _put(rows, one.ident, "", [part for part in one.parts if (part.metric, part.day, part.hour) not in wrong])
    return list(rows.values())


def _put(
    rows: dict[tuple[str, str, object, object], PartRow], ident: str, said: str, readings: Iterable[Reading]
) -> None:
    for one in readings:
        row = PartRow(
            ident, one.metric, one.sort, one.day, one.value, one.expected, one.low, one.high, one.score, one.severity,
            one.side, said[:300], one.snapshot, one.hour,
        )  # fmt: skip
        rows.setdefault((ident, one.metric, one.day, one.hour), row)
