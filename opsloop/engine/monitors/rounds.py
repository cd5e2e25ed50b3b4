"""One round: every monitor that is switched on looks at its newest periods, and what is wrong becomes alerts."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import ActError, Text
from opsloop.data.metrics.questions import where_of
from opsloop.data.metrics.shown import shown
from opsloop.engine.monitors.budget import full
from opsloop.engine.monitors.days import Marked, marked
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.grouping import Alarm, Group, groups
from opsloop.engine.monitors.judging import Reading, against_usual, judge
from opsloop.engine.monitors.late import Trouble, troubles
from opsloop.engine.monitors.matching import fitting, part_of
from opsloop.engine.monitors.models import Alert, Look, Monitor
from opsloop.engine.monitors.raising import ENDING, grow, join, raise_alert, recover
from opsloop.engine.monitors.series import Series, Want, fetch, kin, left_out
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import Every, Severity, Sort, Verdict

NEWEST = {Every.HOUR: 48, Every.DAY: 3, Every.WEEK: 1}
"""Periods judged in every round: what arrives a day or two late is judged too."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One monitor's newest look. alarms: what is wrong; readings: of its own metric, the newest last."""

    row: Monitor
    verdict: Verdict
    said: str
    day: date | None = None
    readings: tuple[Reading, ...] = ()
    alarms: tuple[Alarm, ...] = ()


@dataclass(slots=True)
class Round:
    """What a round did. found: groups that made or enlarged an alert."""

    judged: list[Judged] = field(default_factory=list)
    opened: list[Alert] = field(default_factory=list)
    grown: list[Alert] = field(default_factory=list)
    ended: list[Alert] = field(default_factory=list)


def wants(obj: MonitorFile) -> list[Want]:
    """The series that a monitor needs, its own first."""
    where = where_of(obj.where)
    return [Want(one, obj.every, where, bool(obj.off_target) and one == obj.watches) for one in obj.metrics]


def go_round(by: Person, now: datetime | None = None, names: Collection[str] = ()) -> Round:
    """Judge all that are switched on (or those named), and raise, enlarge and end alerts by acts of `by`."""
    now = now or timezone.now()
    rows = Monitor.objects.filter(withdrawn=False, is_on=True).order_by("ident")
    chosen = [row for row in rows if not names or row.ident in names]
    done = Round(look_at(chosen, now))
    _write_looks(done.judged, now)
    alarms = [one for judged in done.judged for one in judged.alarms]
    made_of = kin({one.reading.metric for one in alarms})
    for group in sorted(groups(alarms, made_of), key=lambda one: one.severity):
        _raise(group, made_of, by, done, now)
    _end(done, by, names)
    return done


def look_at(rows: Sequence[Monitor], now: datetime) -> list[Judged]:
    """Judge without writing anything."""
    defined = {row.ident: row.obj for row in rows}
    found = fetch(want for obj in defined.values() for want in wants(obj))
    sources = {source.pk: source for series in found.values() for source in series.sources}
    missing, campaigns = troubles(sources.values(), now), marked()

    def one(row: Monitor) -> Judged:
        obj: MonitorFile = defined[row.ident]
        series = [found[want] for want in wants(obj)]
        late = [missing[s.ident] for s in series[0].sources if s.ident in missing]
        if late:
            return _late(row, obj, late)
        if obj.form == "late":
            return Judged(row, Verdict.FINE, "") if series[0].sources else _blind(row, obj, series[0].waiting)
        if series[0].waiting or not series[0].days:
            return _blind(row, obj, series[0].waiting)
        return _values(row, obj, series, campaigns)

    return [_safely(row, one) for row in rows]


def _safely(row: Monitor, one: Callable[[Monitor], Judged]) -> Judged:
    """A monitor that breaks is an alert too, and takes none of the others with it."""
    try:
        return one(row)
    except (ActError, ArithmeticError, ValueError, TypeError) as error:
        return _blind(row, row.obj, _t("fault: {what}").format(what=f"{type(error).__name__}: {error}"))


def _late(row: Monitor, obj: MonitorFile, late: Sequence[Trouble]) -> Judged:
    alarms = [
        Alarm(
            row.ident, row.title, obj,
            Reading(obj.watches, one.until, 0, Sort.LATE, None, severity=one.severity), (), str(one.said),
            one.source.ident,
        )
        for one in late
    ]  # fmt: skip
    verdict = Verdict.CRITICAL if any(one.critical for one in alarms) else Verdict.WARN
    if obj.form != "late":
        verdict = Verdict.CANNOT
    return Judged(row, verdict, " ".join(one.said for one in alarms), late[0].until, (), tuple(alarms))


def _blind(row: Monitor, obj: MonitorFile, why: Text) -> Judged:
    day = timezone.localdate()
    said = _t("It cannot judge: {why}").format(why=str(why).strip("-") or _t("there is no data"))[:300]
    alarm = Alarm(
        row.ident, row.title, obj, Reading(obj.watches, day, 0, Sort.BLIND, None, severity=str(Severity.WARN)), (), said
    )
    return Judged(row, Verdict.CANNOT, said, day, (), (alarm,))


def _values(row: Monitor, obj: MonitorFile, series: Sequence[Series], campaigns: Marked) -> Judged:
    mine = series[0]
    readings = judge(obj, mine, left_out(obj, mine, campaigns), max(0, len(mine.days) - NEWEST[obj.every]))
    newest = readings[-1]
    if newest.why:
        return _blind(row, obj, newest.why)
    beside = _beside(obj, series[1:], campaigns)
    alarms = [
        Alarm(row.ident, row.title, obj, one, tuple(beside.get((one.day, one.hour), ())))
        for one in readings
        if one.severity
    ]  # fmt: skip
    verdict = Verdict(newest.severity) if newest.severity else Verdict.IGNORED if newest.ignored else Verdict.FINE
    return Judged(row, verdict, in_words(newest, mine), newest.day, tuple(readings), tuple(alarms))


def _beside(
    obj: MonitorFile, others: Iterable[Series], campaigns: Marked
) -> dict[tuple[date, int | None], list[Reading]]:
    """The readings of the metrics named in `with`, by the same rule where it needs no limits of its own."""
    found: dict[tuple[date, int | None], list[Reading]] = {}
    for series in others:
        if series.waiting or not series.days:
            continue
        since = max(0, len(series.days) - NEWEST[obj.every])
        for one in judge(against_usual(obj), series, left_out(obj, series, campaigns), since):
            found.setdefault((one.day, one.hour), []).append(one)
    return found


def in_words(reading: Reading, series: Series) -> str:
    """The figure and what it is held against, in the running language."""
    value, look = shown(reading.value, series.look), series.look
    if reading.expected is not None:
        text = {
            Sort.TARGET: _t("{metric} {value}, target {expected}"),
            Sort.LIMIT: _t("{metric} {value}, limit {expected}"),
            Sort.TREND: _t("{metric} {value}, leads to the limit {expected}"),
        }.get(reading.sort, _t("{metric} {value}, expected {expected}"))
        return text.format(metric=series.title, value=value, expected=shown(reading.expected, look))
    return f"{series.title} {value}"


def _write_looks(judged: Iterable[Judged], now: datetime) -> None:
    for one in judged:
        values = {"looked_at": now, "day": one.day, "verdict": str(one.verdict), "said": one.said[:300]}
        Look.objects.update_or_create(monitor=one.row, defaults=values)


def _raise(group: Group, made_of: Mapping[str, frozenset[str]], by: Person, done: Round, now: datetime) -> None:
    known = fitting(group, made_of)
    if known is None:
        _open(group, by, done, now)
    elif known.state in ALIVE:
        _grow(known, group, by, done)


def _open(group: Group, by: Person, done: Round, now: datetime) -> None:
    """A new alert, or further parts of the last one of the day where its owner was given enough of them."""
    head, parts = group.head, part_of(group)
    said = head.said or _said(head, done)
    row = next(one.row for one in done.judged if one.row.ident == head.ident)
    title = (head.said if head.source else "")[:200]
    last = full(head.obj.owner, now)
    if last is not None:
        title = title or row.title
        done.grown.append(
            join(last, by=by, key=group.key, severity=Severity(group.severity), parts=parts, said=said, title=title)
        )
        return
    done.opened.append(
        raise_alert(
            by=by, monitor=row, key=group.key, sort=head.reading.sort, severity=Severity(group.severity),
            parts=parts, said=said, owners=sorted({one.obj.owner for one in group.alarms}), title=title,
        )
    )  # fmt: skip


def _grow(known: Alert, group: Group, by: Person, done: Round) -> None:
    parts = part_of(group)
    there = set(known.parts.values_list("monitor", "metric", "day", "hour"))
    new = [one for one in parts if one.severity and (one.monitor, one.metric, one.day, one.hour) not in there]
    worse = group.severity == Severity.CRITICAL and known.severity != Severity.CRITICAL
    if new or worse:
        times = {(one.day, one.hour) for one in new}
        context = [one for one in parts if (one.day, one.hour) in times]
        said = group.head.said or _said(group.head, done)
        done.grown.append(grow(known, by=by, severity=Severity(group.severity), parts=context, said=said))


def _said(alarm: Alarm, done: Round) -> str:
    judged = next(one for one in done.judged if one.row.ident == alarm.ident)
    return judged.said or alarm.title


def _end(done: Round, by: Person, names: Collection[str]) -> None:
    """Alerts of missing data and blind monitors end when all that they were about is over."""
    if names:
        return
    alive = {f"source:{one.source}" for judged in done.judged for one in judged.alarms if one.source}
    alive |= {f"blind:{judged.row.ident}" for judged in done.judged if judged.verdict == Verdict.CANNOT}
    for alert in Alert.objects.filter(state__in=ALIVE, sort__in=ENDING):
        others = alert.parts.exclude(severity="").exclude(sort__in=ENDING)
        if not alert.causes & alive and not others.exists():
            done.ended.append(recover(alert, by=by))
