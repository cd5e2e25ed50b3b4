"""Before it is switched on: how many alarms would a monitor have made in the last year of our own history?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.analytics.unusual import Episode
from opsloop.base.things.errors import Text
from opsloop.engine.monitors.days import Marked, marked
from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.judging import Reading, judge, quiet_periods
from opsloop.engine.monitors.late import past
from opsloop.engine.monitors.models import Look, Monitor
from opsloop.engine.monitors.rounds import wants
from opsloop.engine.monitors.series import STEP, Series, fetch, left_out
from opsloop.engine.monitors.words import Severity

YEAR = timedelta(days=365)
LEAST_DAYS = 28
"""A shorter judged span says nothing of a year."""


@dataclass(frozen=True, slots=True)
class Past:
    """One alert that there would have been: its days, and the worst of them."""

    first: date
    last: date
    worst: date
    score: float | None
    severity: str

    def plain(self) -> dict[str, Any]:
        days = {"first": self.first.isoformat(), "last": self.last.isoformat(), "worst": self.worst.isoformat()}
        return {**days, "score": self.score, "severity": self.severity}


@dataclass(frozen=True, slots=True)
class Backtest:
    """judged: periods that could be judged, of those in the span. cannot: why nothing can be said, for people."""

    ident: str
    sha256: str
    since: date | None
    until: date | None
    judged: int
    ignored: int
    alerts: tuple[Past, ...]
    cannot: Text = ""

    @property
    def a_year(self) -> float | None:
        """Alerts in 365 days, from the days that were judged; None where these are too few."""
        if self.since is None or self.until is None or (self.until - self.since).days + 1 < LEAST_DAYS:
            return None
        return len(self.alerts) * 365 / ((self.until - self.since).days + 1)

    def plain(self) -> dict[str, Any]:
        """As JSON; what a monitor's row keeps and the command prints."""
        return {
            "monitor": self.ident, "sha256": self.sha256, "judged": self.judged, "ignored": self.ignored,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "a_year": None if self.a_year is None else round(self.a_year, 1),
            "alerts": [one.plain() for one in self.alerts], "cannot": str(self.cannot),
        }  # fmt: skip


def backtest(rows: Sequence[Monitor], now: datetime | None = None) -> list[Backtest]:
    """Judge the last year of each. Nothing is written."""
    now = now or timezone.now()
    defined = {row.ident: row.obj for row in rows}
    own = {ident: wants(obj)[0] for ident, obj in defined.items()}
    found, campaigns = fetch(own.values()), marked()
    return [_one(row, defined[row.ident], found[own[row.ident]], campaigns, now) for row in rows]


def _one(row: Monitor, obj: MonitorFile, series: Series, campaigns: Marked, now: datetime) -> Backtest:
    if obj.form == "late":
        return _late(row, series, now)
    if series.waiting or not series.days:
        why = str(series.waiting).strip("-") or _t("there is no data")
        return Backtest(row.ident, row.sha256, None, None, 0, 0, (), why)
    skip = left_out(obj, series, campaigns)
    since = series.days[-1] - YEAR
    first = next((n for n, day in enumerate(series.days) if day > since), 0)
    readings = judge(obj, series, skip, first)
    return summed(row, obj, readings)


def summed(row: Monitor, obj: MonitorFile, readings: Sequence[Reading]) -> Backtest:
    """From readings to alerts: what lies within the quiet period of the one before is the same alert."""
    known = [one for one in readings if not one.why and not one.ignored]
    ignored = sum(one.ignored for one in readings)
    newest = next((one for one in reversed(readings) if not one.ignored), None)
    if not known or newest is None or newest.why:
        why = newest.why if newest is not None and newest.why else _t("there is no data")
        return Backtest(row.ident, row.sha256, None, None, len(known), ignored, (), why)
    days = {one.at: one for one in readings}
    alerts = [
        Past(days[e.first].day, days[e.last].day, days[e.worst].day, days[e.worst].score, days[e.worst].severity)
        for e in _episodes([one for one in readings if one.severity], quiet_periods(obj))
    ]
    last = known[-1].day + timedelta(days=STEP[obj.every] - 1)
    return Backtest(row.ident, row.sha256, known[0].day, last, len(known), ignored, tuple(alerts))


def _episodes(wrong: Iterable[Reading], quiet: int) -> list[Episode]:
    found: list[Episode] = []
    worst: dict[int, Reading] = {}
    for one in wrong:
        if found and one.at - found[-1].last <= quiet:
            last = found[-1]
            was = worst[last.worst]
            worse = _rank(one) > _rank(was)
            found[-1] = Episode(last.first, one.at, one.at if worse else last.worst, 0.0)
        else:
            found.append(Episode(one.at, one.at, one.at, 0.0))
        worst[one.at] = one
    return found


def _rank(one: Reading) -> tuple[bool, float]:
    return one.severity == Severity.CRITICAL, abs(one.score or 0.0)


def _late(row: Monitor, series: Series, now: datetime) -> Backtest:
    """Days that came late or not at all; days in a row are one alert."""
    if not series.sources:
        return Backtest(row.ident, row.sha256, None, None, 0, 0, (), series.waiting or _t("there is no data"))
    until = timezone.localdate(now) - timedelta(days=1)
    since = until - YEAR + timedelta(days=1)
    alerts: list[Past] = []
    for day in dict.fromkeys(day for day, _source in past(series.sources, since, until, now)):
        if alerts and (day - alerts[-1].last).days <= 1:
            alerts[-1] = Past(alerts[-1].first, day, day, None, str(Severity.CRITICAL))
        else:
            alerts.append(Past(day, day, day, None, str(Severity.WARN)))
    return Backtest(row.ident, row.sha256, since, until, (until - since).days + 1, 0, tuple(alerts))


def keep(tested: Iterable[Backtest], now: datetime | None = None) -> None:
    """Remember the results beside the monitors."""
    rows = {row.ident: row for row in Monitor.objects.all()}
    for one in tested:
        values = {"backtest": one.plain(), "backtested_at": now or timezone.now()}
        Look.objects.update_or_create(monitor=rows[one.ident], defaults=values)


def untested(names: Collection[str] = (), now: datetime | None = None) -> list[Monitor]:
    """Those in force whose present definition has no back-test, or none today and before today one that could not."""
    rows = Monitor.objects.filter(withdrawn=False).select_related("look").order_by("ident")
    today = timezone.localdate(now or timezone.now())
    return [row for row in rows if (not names or row.ident in names) and not _tested(row, today)]


def _tested(row: Monitor, today: date) -> bool:
    look: Look | None = getattr(row, "look", None)
    if look is None or look.backtest.get("sha256") != row.sha256:
        return False
    at = look.backtested_at
    return not look.backtest["cannot"] or (at is not None and timezone.localdate(at) >= today)
