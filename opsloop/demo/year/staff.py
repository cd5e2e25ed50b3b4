"""When each person works: the calendar of their department, shifts at the customer service, and nobody while away."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from opsloop.base.calendar.engine import WorkCalendar

DAY = timedelta(days=1)
LONG_DAY = timedelta(hours=10)
"""Where a place is open longer than this, its people work in shifts, five days in seven."""
SHIFT = timedelta(hours=8, minutes=30)
FURTHEST = 60
"""So many days ahead somebody is looked for."""
Span = tuple[datetime, datetime]


@dataclass
class Member:
    """One of the staff. `rank` tells those of one position apart, so that not all of them are off on the same day."""

    pk: int
    position: str
    calendar: WorkCalendar
    rank: int = 0
    away: list[tuple[datetime, datetime, int]] = field(default_factory=list)
    """Absences: from, until, who stands in."""
    open: int = 0
    """How much lies on the desk now."""
    _days: dict[date, tuple[Span, ...]] = field(default_factory=dict)

    def spans(self, day: date) -> tuple[Span, ...]:
        """When this person works on a day."""
        kept = self._days.get(day)
        if kept is None:
            kept = self._days[day] = tuple(_without(self._shift(day), self.away))
        return kept

    def _shift(self, day: date) -> list[Span]:
        hours = [one for one in self.calendar.open_intervals(day) if one[0] < one[1]]
        if not hours or sum((b - a for a, b in hours), timedelta()) <= LONG_DAY:
            return hours
        if (day.toordinal() + 3 * self.rank) % 7 in (0, 1) and self.rank < ALONE:
            return []
        opens, closes = hours[0][0], hours[-1][1]
        early = (day.toordinal() // 7 + self.rank) % 2 == 0
        return [(opens, opens + SHIFT)] if early else [(closes - SHIFT, closes)]

    def next(self, at: datetime) -> datetime:
        """The first moment from `at` on when they work."""
        day = self.calendar.local_day(at)
        for _n in range(FURTHEST):
            for begins, ends in self.spans(day):
                if ends > at:
                    return max(begins, at)
            day += DAY
        return at + FURTHEST * DAY

    def add(self, at: datetime, minutes: float) -> datetime:
        """The moment when so many minutes of their own working time are over."""
        left = timedelta(minutes=minutes)
        day = self.calendar.local_day(at)
        for _n in range(FURTHEST * 2):
            for begins, ends in self.spans(day):
                if ends <= at:
                    continue
                there = ends - max(begins, at)
                if left < there:
                    return max(begins, at) + left
                left -= there
            day += DAY
        return at + FURTHEST * DAY

    def works(self, at: datetime) -> bool:
        """Are they at work at this moment?"""
        return any(begins <= at < ends for begins, ends in self.spans(self.calendar.local_day(at)))

    def stands_in(self, at: datetime) -> int | None:
        """Who stands in for them at this moment, None while they are here."""
        i = bisect_right(self.away, (at, at + FURTHEST * DAY, 0)) - 1
        return next((sub for since, until, sub in self.away[max(i, 0) : i + 1] if since <= at < until), None)


ALONE = 90
"""The rank of somebody who holds a position alone: no shifts without anybody."""


def _without(spans: Iterable[Span], away: Iterable[tuple[datetime, datetime, int]]) -> list[Span]:
    out = list(spans)
    for since, until, _sub in away:
        out = [
            piece for a, b in out for piece in ((a, min(b, since)), (max(a, until), b)) if piece[0] < piece[1]
        ]  # fmt: skip
    return out


def draw_absences(
    members: Iterable[Member], pairs: dict[int, int], since: datetime, until: datetime, seed: int
) -> None:
    """Two holidays and some days of illness for each, with somebody who stands in and is here; never both of a pair."""
    taken: dict[int, list[tuple[datetime, datetime]]] = {}
    span = (until - since).days
    for member in members:
        rng = Random(f"{seed}:away:{member.position}:{member.rank}")  # noqa: S311  # a simulation
        for length, many in ((5, 2), (1, 3)):
            for _n in range(many):
                first = member.calendar.local_day(since + timedelta(days=rng.randrange(10, max(span - 12, 11))))
                starts = datetime.combine(first, datetime.min.time(), member.calendar.zone)
                ends = datetime.combine(first + length * DAY, datetime.min.time(), member.calendar.zone)
                both = [*taken.get(member.pk, []), *taken.get(pairs[member.pk], [])]
                if ends < until and all(ends + DAY <= a or b + DAY <= starts for a, b in both):
                    member.away.append((starts, ends, pairs[member.pk]))
                    for one in (member.pk, pairs[member.pk]):
                        taken.setdefault(one, []).append((starts, ends))
        member.away.sort()
