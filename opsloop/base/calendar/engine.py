"""The working calendar: which minutes count, and arithmetic on them that is exact at the edges.

Pure: no Django, no database. Moments are aware; answers are in UTC. Everything is counted on instants, so a day
on which the clock is moved has the hours that it really has.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from opsloop.base.calendar.instants import ONE_DAY, instant, utc
from opsloop.base.calendar.rules import DAY, Rules

MICRO = timedelta(microseconds=1)
MICROS_A_MINUTE = 60_000_000
NEVER = 1_100
"""So many closed days in a row (three years) mean that the calendar never opens again."""
KEEP_DAYS = 20_000

Span = tuple[datetime, datetime]
"""An opening: from, until; the end is not part of it."""


class NeverOpen(ValueError):
    """The calendar has no opening within three years."""


@dataclass(frozen=True, slots=True)
class _Day:
    """What one day from midnight to midnight holds: openings cut at both ends, never overlapping."""

    begins: datetime
    ends: datetime
    spans: tuple[Span, ...]
    total: timedelta


@dataclass(frozen=True)
class WorkCalendar:
    """Working hours in one zone. `eras`: rules in force from a day on, oldest first; the first also rule before it."""

    zone: ZoneInfo
    eras: tuple[tuple[date, Rules], ...]
    code: str = ""
    title: str = ""
    _days: dict[date, _Day] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def of(cls, zone: str, rules: Rules, code: str = "", title: str = "") -> WorkCalendar:
        """A calendar whose rules never change."""
        return cls(ZoneInfo(zone), ((date.min, rules),), code, title)

    # one day

    def local_day(self, at: datetime) -> date:
        """The day that the clock in the calendar's zone shows."""
        return utc(at).astimezone(self.zone).date()

    def rules(self, day: date) -> Rules:
        """The rules in force on a day."""
        return next((rules for since, rules in reversed(self.eras) if since <= day), self.eras[0][1])

    def shifts(self, day: date) -> list[Span]:
        """The openings that begin on this day, uncut: a night shift ends on the next. Empty on a day off."""
        found = [(instant(self.zone, day, h.opens), instant(self.zone, day, h.closes)) for h in self.rules(day).on(day)]
        return [(opens, closes) for opens, closes in found if opens < closes]

    def open_intervals(self, day: date) -> tuple[Span, ...]:
        """When it is open between this day's midnights, the rest of yesterday's night shift included."""
        return self._day(day).spans

    def is_working_day(self, day: date) -> bool:
        """Does work begin on this day?"""
        return bool(self.shifts(day))

    # a moment

    def is_open(self, at: datetime) -> bool:
        at = utc(at)
        return any(opens <= at < closes for day in self._from(at, count=2) for opens, closes in day.spans)

    def next_open(self, at: datetime) -> datetime:
        """`at` itself while open, else when it next opens. Raises NeverOpen."""
        at = utc(at)
        for day in self._from(at):
            for opens, closes in day.spans:
                if closes > at:
                    return max(opens, at)
        raise AssertionError("unreachable: _from raises NeverOpen")

    # working minutes

    def add(self, start: datetime, minutes: float) -> datetime:
        """The moment `minutes` of working time after `start`; before it when negative.

        The earliest such moment: what ends at closing time ends then, not when it next opens (counting back: the
        latest, at opening time). Zero minutes are `start`, open or not. Exact to the microsecond. Raises NeverOpen.
        """
        start, left = utc(start), timedelta(microseconds=round(minutes * MICROS_A_MINUTE))
        if left > timedelta(0):
            return self._forward(start, left)
        return self._back(start, -left) if left else start

    def between(self, start: datetime, end: datetime) -> float:
        """Working minutes from `start` to `end`, negative when `end` is earlier; a microsecond is not lost."""
        start, end = utc(start), utc(end)
        if end < start:
            return -self.between(end, start)
        worked = timedelta(0)
        for day in self._from(start, stop=end):
            if start <= day.begins and day.ends <= end:
                worked += day.total
                continue
            for opens, closes in day.spans:
                worked += max(min(closes, end) - max(opens, start), timedelta(0))
        return (worked // MICRO) / MICROS_A_MINUTE

    def _forward(self, start: datetime, left: timedelta) -> datetime:
        for day in self._from(start):
            if start <= day.begins and day.total < left:
                left -= day.total
                continue
            for opens, closes in day.spans:
                there = max(closes - max(opens, start), timedelta(0))
                if there and left <= there:
                    return max(opens, start) + left
                left -= there
        raise AssertionError("unreachable: _from raises NeverOpen")

    def _back(self, start: datetime, left: timedelta) -> datetime:
        for day in self._from(start, 1, step=-1):
            if day.ends <= start and day.total < left:
                left -= day.total
                continue
            for opens, closes in reversed(day.spans):
                there = max(min(closes, start) - opens, timedelta(0))
                if there and left <= there:
                    return min(closes, start) - left
                left -= there
        raise AssertionError("unreachable: _from raises NeverOpen")

    # days

    def add_days(self, start: datetime, days: int) -> datetime:
        """The close of the `days`-th working day after the day of `start`, which is not counted (Civil Code 201, 203).

        Negative: the opening of that working day before. Zero: `start`. Inside a night shift, the day of `start` is
        the day on which the shift began. Raises NeverOpen.
        """
        start, step = utc(start), 1 if days > 0 else -1
        day, closed = self._home(start), 0
        while days:
            day += step * ONE_DAY
            closed = 0 if self.is_working_day(day) else closed + 1
            if closed > NEVER:
                raise NeverOpen(f"{self.code or 'the calendar'} has no working day within three years of {day}")
            if not closed:
                days -= step
                if not days:
                    shifts = self.shifts(day)
                    return max(s[1] for s in shifts) if step > 0 else min(s[0] for s in shifts)
        return start

    def add_natural_days(self, start: datetime, days: int) -> datetime:
        """The end (24:00) of the `days`-th day after the day of `start`; negative: the beginning of that day before."""
        if not days:
            return utc(start)
        return instant(self.zone, self.local_day(start) + (days + (days > 0)) * ONE_DAY, 0)

    def provisional(self, start: datetime, end: datetime) -> bool:
        """May an announcement of public holidays still change the working time between these moments?"""
        first, last = sorted((self.local_day(start), self.local_day(end)))
        days = (first + n * ONE_DAY for n in range((last - first).days + 1))
        return any(not self.rules(day).sure(day) for day in days)

    def _home(self, at: datetime) -> date:
        today = self.local_day(at)
        yesterday = today - ONE_DAY
        in_shift = any(opens <= at < closes for opens, closes in self.shifts(today))
        in_rest = any(opens <= at < closes for opens, closes in self.shifts(yesterday))
        return yesterday if in_rest and not in_shift else today

    def _from(
        self, at: datetime, shift: int = 0, count: int | None = None, *, step: int = 1, stop: datetime | None = None
    ) -> Iterator[_Day]:
        """Days from that of `at` on. Raises NeverOpen after three closed years.

        Counting back begins a day later: where the clock is set back over midnight it shows yesterday again, though
        today, counted from its first midnight, has begun.
        """
        today, closed, n = self.local_day(at) + shift * ONE_DAY, 0, 0
        while count is None or n < count:
            day = self._day(today)
            if stop is not None and day.begins >= stop:
                return
            yield day
            today, n = today + step * ONE_DAY, n + 1
            closed = 0 if day.spans else closed + 1
            if closed > NEVER and stop is None:
                raise NeverOpen(f"{self.code or 'the calendar'} is not open within three years of {today}")

    def _day(self, day: date) -> _Day:
        kept = self._days.get(day)
        if kept is not None:
            return kept
        begins, ends = instant(self.zone, day, 0), instant(self.zone, day, DAY)
        spans = _merged([*self.shifts(day - ONE_DAY), *self.shifts(day)], begins, ends)
        made = _Day(begins, ends, spans, sum((closes - opens for opens, closes in spans), timedelta(0)))
        if len(self._days) >= KEEP_DAYS:
            self._days.clear()
        self._days[day] = made
        return made


def _merged(spans: list[Span], begins: datetime, ends: datetime) -> tuple[Span, ...]:
    """Cut to [begins, ends), in order, overlaps counted once."""
    out: list[Span] = []
    for opens, closes in sorted((max(o, begins), min(c, ends)) for o, c in spans):
        if opens >= closes:
            continue
        if out and opens <= out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], closes))
        else:
            out.append((opens, closes))
    return tuple(out)
