"""At most so many alerts a day for each owner: what exceeds joins the last one of the day as further parts.

Nobody reads the fourth alert of a morning; but what it would have said must not be lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from opsloop.engine.monitors.definition import MonitorFile
from opsloop.engine.monitors.grouping import Alarm, groups, related
from opsloop.engine.monitors.judging import Reading, quiet_days
from opsloop.engine.monitors.models import Alert, Look
from opsloop.engine.monitors.series import kin
from opsloop.engine.monitors.transitions import ALIVE
from opsloop.engine.monitors.words import Sort


def a_day() -> int:
    """How many alerts an owner is given on one day (`alerts_a_day` in opsloop.toml)."""
    return int(settings.WORKSPACE.alerts_a_day)


def full(owner: str, now: datetime) -> Alert | None:
    """The alert that what comes today has to join; None while the owner may be given another.

    None as well when those of today are all closed: who has done with them may be told of something new.
    """
    begin = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Alert.objects.filter(owner=owner, opened_at__gte=begin).order_by("-opened_at", "-pk")
    if today.count() < a_day():
        return None
    return today.filter(state__in=ALIVE).first()


@dataclass(frozen=True, slots=True)
class Begun:
    """One alert of a back-test: what it watches and when it began and ended."""

    ident: str
    obj: MonitorFile
    first: date
    last: date
    quiet: timedelta

    @property
    def alarm(self) -> Alarm:
        late = self.obj.form == "late"
        reading = Reading(self.obj.watches, self.first, 0, Sort.LATE if late else Sort.USUAL, None)
        return Alarm(self.ident, self.ident, self.obj, reading, source=self.ident if late else "")


@dataclass(frozen=True, slots=True)
class Load:
    """What an owner would have been given in the back-tested year, one alert a cause. most: on the worst day.

    over: days with more than the budget; joined: alerts that would have been parts of another on these days.
    """

    alerts: int
    most: int
    day: date | None
    over: int
    joined: int


def load(begun: Iterable[Begun], made_of: Mapping[str, frozenset[str]], most: int) -> Load:
    """Lay the back-tests of one owner's monitors side by side: what is one cause in one quiet time is one alert."""
    days: dict[date, list[Begun]] = {}
    for one in begun:
        days.setdefault(one.first, []).append(one)
    counts: dict[date, int] = {}
    running: list[tuple[list[Alarm], date]] = []
    for day in sorted(days):
        ends = {one.ident: one.last + one.quiet for one in days[day]}
        running = [(alarms, until) for alarms, until in running if until >= day]
        for group in groups([one.alarm for one in days[day]], made_of):
            until = max(ends[alarm.ident] for alarm in group.alarms)
            if not _known(group.alarms, running, made_of):
                counts[day] = counts.get(day, 0) + 1
            running.append((list(group.alarms), until))
    worst = max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(None, 0))
    over = [n - most for n in counts.values() if n > most]
    return Load(sum(counts.values()), worst[1], worst[0], len(over), sum(over))


def _known(
    alarms: Iterable[Alarm], running: Iterable[tuple[list[Alarm], date]], made_of: Mapping[str, frozenset[str]]
) -> bool:
    mine = list(alarms)
    return any(related(one, other, made_of) for theirs, _until in running for one in mine for other in theirs)


def loads(looks: Iterable[Look]) -> dict[str, Load]:
    """owner -> its load, from the back-tests that are kept; only those of the present definitions count."""
    begun: dict[str, list[Begun]] = {}
    for look in looks:
        row, tested = look.monitor, look.backtest
        if tested.get("sha256") != row.sha256 or tested.get("cannot"):
            continue
        mine, obj = begun.setdefault(row.owner, []), row.obj
        quiet = timedelta(days=quiet_days(obj))
        for one in tested.get("alerts", ()):
            mine.append(Begun(row.ident, obj, date.fromisoformat(one["first"]), date.fromisoformat(one["last"]), quiet))
    made_of = kin({one.obj.watches for mine in begun.values() for one in mine})
    return {owner: load(mine, made_of, a_day()) for owner, mine in begun.items()}


def load_of(owner: str, also: int) -> Load | None:
    """Of the monitors of this owner that are switched on, and of the one with this key; None without a back-test."""
    looks = Look.objects.select_related("monitor").filter(monitor__withdrawn=False)
    chosen = [one for one in looks if one.monitor.owner == owner and (one.monitor.is_on or one.monitor_id == also)]
    return loads(chosen).get(owner)
