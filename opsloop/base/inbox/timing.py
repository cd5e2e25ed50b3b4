"""When a mail goes: at once, with the next digest, or after the quiet hours. Pure; times are aware."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

DIGESTS = (time(8, 30), time(17, 30))
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Quiet:
    """From a time of day to another, over midnight when the end is not after the start."""

    start: time
    end: time

    def holds(self, moment: time) -> bool:
        """The end is no longer quiet."""
        if self.start < self.end:
            return self.start <= moment < self.end
        return moment >= self.start or moment < self.end


def clock(text: str) -> time | None:
    """`22:00` as a time of day, None for anything else."""
    found = _CLOCK.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


def quiet_of(start: str, end: str) -> Quiet | None:
    """None where either is missing or both are the same."""
    a, b = clock(start), clock(end)
    return Quiet(a, b) if a is not None and b is not None and a != b else None


def next_digest(now: datetime, zone: tzinfo) -> datetime:
    """The first digest after `now`."""
    return min(_next(now, one, zone) for one in DIGESTS)


def after_quiet(moment: datetime, quiet: Quiet | None, zone: tzinfo) -> datetime:
    """`moment`, or the end of the quiet hours it falls into."""
    if quiet is None or not quiet.holds(moment.astimezone(zone).time()):
        return moment
    return _next(moment, quiet.end, zone)


def _next(now: datetime, clock_time: time, zone: tzinfo) -> datetime:
    local = now.astimezone(zone)
    found = datetime.combine(local.date(), clock_time, zone)
    return found if found > local else datetime.combine(local.date() + timedelta(days=1), clock_time, zone)
