"""Due moments of a cron line in a time zone, exact over changes of summer time.

As in Debian's cron: a fixed hour that the clock skips is due right after the gap, one that comes twice is due once;
lines with a star for hour or minute follow real time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def check_cron(line: str) -> None:
    """Raises ValueError when the line is not five cron fields or is never due."""
    try:
        if len(line.split()) != 5:
            raise CronSimError("five fields are expected")
        next(CronSim(line, MONDAY))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"{line!r} is not a cron line: {error or 'it is never due'}") from None


def due_after(line: str, zone: str, start: datetime) -> Iterator[datetime]:
    """Every due moment after `start`, in UTC, in order, without end."""
    last = start
    for moment in CronSim(line, start.astimezone(ZoneInfo(zone))):
        found = moment.astimezone(UTC)
        if found > last:  # a moment of the hour that comes twice may lie behind us
            last = found
            yield found
