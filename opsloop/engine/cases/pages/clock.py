"""How much of a limit is left, in working or natural time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _t

from opsloop.base.calendar.limits import LimitError, parse
from opsloop.engine.cases.world import House
from opsloop.engine.sops.wording import limit_words
from opsloop.ui.formats import minutes

SOON = 0.8
NATURAL, LONG = 24 * 60.0, 2
"""Minutes of a day; from so many days on they are counted in days."""


@dataclass(frozen=True, slots=True)
class Clock:
    """state: fine, soon, over or still (the case is suspended, the step paused). share: what has gone, 0 to 100."""

    due: datetime
    state: str
    text: str
    share: int
    limit: str = ""
    working: bool = False


def clock(
    limit: str, opened: datetime | None, due: datetime | None, now: datetime, house: House, position: str,
    stopped: datetime | None = None,
) -> Clock | None:  # fmt: skip
    """None where there is no limit."""
    if due is None:
        return None
    at = stopped or now
    working = _working(limit)
    left = _between(house, position, at, due, working=working)
    whole = _between(house, position, opened or at, due, working=working)
    gone = 100 if due <= at else max(0, min(99, round(100 * (1 - left / whole)))) if whole > 0 else 0
    state = "still" if stopped else "over" if due <= at else "soon" if gone >= SOON * 100 else "fine"
    over = _between(house, position, due, at, working=working) if due <= at else 0.0
    said = span(over if state == "over" else left, house.minutes_of_day(position, due) if working else NATURAL)
    return Clock(due, state, _words(state, said, working=working), gone, limit_words(limit) if limit else "", working)


def _working(limit: str) -> bool:
    try:
        return bool(limit) and parse(limit).working
    except LimitError:
        return False


def _between(house: House, position: str, start: datetime, end: datetime, *, working: bool) -> float:
    """Minutes."""
    if end <= start:
        return 0.0
    if working:
        return house.working_minutes(position, start, end)
    return (end - start) / timedelta(minutes=1)


def _words(state: str, said: str, *, working: bool) -> str:
    if state == "still":
        return _t("stands still, {time} left").format(time=said)
    if working:
        form = _t("{time} of working time over") if state == "over" else _t("{time} of working time left")
    else:
        form = _t("{time} over") if state == "over" else _t("{time} left")
    return form.format(time=said)


def span(amount: float, day: float = NATURAL) -> str:
    """Minutes in the largest words that say enough: in days from two on. day: minutes of one, in working time those
    that are worked; 0 where it is not known."""
    whole = int(amount)
    if whole < 1:
        return _t("less than a minute")
    if day and whole >= LONG * day:
        n, hours = whole // int(day), int(whole % int(day)) // 60
        days = _t("{n} days").format(n=n)
        return f"{days} {minutes(hours * 60)}" if hours else days
    return str(minutes(whole if whole < 600 else round(whole / 10) * 10))
