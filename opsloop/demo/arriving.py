"""Which file comes when: at set-up, each day afterwards, and the displays and mailers behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from opsloop.demo import dirt
from opsloop.demo.chosen import Chosen
from opsloop.demo.feeds import SMALL, Feeds
from opsloop.demo.grocer import ZONE

ALONE = 7
"""So many days of redemptions come as files of their own."""
WEEKS = 5
"""So many weeks of displays and mailers come as files of their own."""
LATE, HELD = 5, 3
"""The file of the day this many days before set-up came late; that of the other broke off and came again."""
SHARE = 0.41
"""How much of the file came before it broke off."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Arrival:
    """One file of a source. `at`: when it came, None for now. `write` makes it in drop/; None when it holds nothing."""

    source: str
    name: str
    write: Callable[[Feeds, str], Path | None]
    at: datetime | None = None


def at_set_up(chosen: Chosen) -> Iterator[Arrival]:
    """Everything that is there when the demo opens, in the order in which sources refer to each other."""
    month = None if chosen.original else came(chosen.set_up_on.replace(day=1) - DAY)
    for source in SMALL:
        yield Arrival(source, f"{source}-{chosen.shift.last.year}.csv", partial(_small, source), month)
    until = chosen.until(chosen.set_up_on)
    own = [] if chosen.complete else chosen.shift.daily(chosen.set_up_on)
    first, last = chosen.shift.first, own[0] - DAY if own else until
    at = None if chosen.original else came(last)
    yield Arrival("transactions", f"transactions-{first}-to-{last}.parquet", partial(_sales, first, last), at)
    last = own[-ALONE] - DAY if own else until
    name = f"coupon-redemptions-{first}-to-{last}.csv"
    yield Arrival(
        "coupon-redemptions", name, partial(_redemptions, first, last), None if chosen.original else came(last)
    )
    for day in own:
        if day in own[-ALONE:]:
            yield _redemptions_day(day, came(day))
        yield from _sales_at_set_up(day, chosen.set_up_on, own[-1])


def since_set_up(chosen: Chosen, today: date, *, ahead: bool = False) -> Iterator[Arrival]:
    """The files that came on the days after set-up, up to today.

    ahead: today lies in the future; then each bears the morning after its day, as nothing may be sold after its load.
    """
    day, until = chosen.set_up_on, chosen.until(today)
    while not chosen.complete and day <= until:
        if day != chosen.shift.closed:
            at = came(day) if ahead else None
            yield _redemptions_day(day, at)
            yield _sales_day(day, dirt.of(day), at)
        day += DAY
    if not chosen.complete:
        yield from _promotions_since(chosen, today)


def promotions_at_set_up(chosen: Chosen) -> Iterator[Arrival]:
    """Displays and mailers of the weeks that had begun at set-up: by month, the last ones week by week."""
    until = chosen.shift.last if chosen.complete else min(chosen.shift.last, chosen.set_up_on)
    first = until if chosen.complete else _monday(until) - (WEEKS - 1) * 7 * DAY
    for since in _months(chosen.shift.first, first if chosen.complete else first - DAY):
        last = min(_end(since), until if chosen.complete else first - DAY)
        yield _promotions_of(since, last, None if chosen.original else came(_monday(last)))
    while not chosen.complete and first <= until:
        yield _promotions_of(first, first, came(first))
        first += 7 * DAY


def _promotions_since(chosen: Chosen, today: date) -> Iterator[Arrival]:
    """Those of later weeks come on their Mondays."""
    monday = chosen.set_up_on + timedelta(days=7 - chosen.set_up_on.weekday())
    while monday <= min(today, chosen.shift.last):
        yield _promotions_of(monday, monday)
        monday += timedelta(days=7)


def _small(source: str, feeds: Feeds, name: str) -> Path:
    return feeds.small(name, source)


def _sales(since: date, until: date, feeds: Feeds, name: str) -> Path:
    return feeds.sales(name, since, until)


def _redemptions(since: date, until: date, feeds: Feeds, name: str) -> Path:
    return feeds.redemptions(name, since, until)


def _redemptions_day(day: date, at: datetime | None = None) -> Arrival:
    return Arrival("coupon-redemptions", f"coupon-redemptions-{day}.csv", partial(_redemptions, day, day), at)


def _promotions_of(since: date, until: date, at: datetime | None = None) -> Arrival:
    def write(feeds: Feeds, name: str) -> Path | None:
        return feeds.promotions(name, since, until)

    return Arrival("promotions", f"promotions-{since}.parquet", write, at)


def _sales_day(day: date, what: dirt.Dirt, at: datetime | None = None) -> Arrival:
    def write(feeds: Feeds, name: str) -> Path:
        return feeds.sales_day(name, day, what)

    return Arrival("transactions", f"transactions-{day}.csv", write, at)


def _sales_at_set_up(day: date, set_up_on: date, newest: date) -> Iterator[Arrival]:
    """A day's file, which may be late; the one that was held comes a second time, whole."""
    at = came(day, 13, 40) if day == set_up_on - LATE * DAY else came(day)
    if day == set_up_on - HELD * DAY:

        def broken_off(feeds: Feeds, name: str) -> Path:
            return feeds.sales_cut_off(name, day, SHARE)

        yield Arrival("transactions", f"transactions-{day}-interrupted.csv", broken_off, came(day, 5, 3))
        at = came(day, 5, 52)
    yield _sales_day(day, dirt.of(day, newest=day == newest), at)


def came(day: date, hour: int = 5, minute: int | None = None) -> datetime:
    """When the file of a business day came, on the morning after in the shops.

    A whole year brought in at once bears the morning after its last day, which lies ahead: nothing may be sold later.
    """
    minute = 10 + day.toordinal() * 7 % 40 if minute is None else minute
    return datetime.combine(day + DAY, time(hour, minute), ZoneInfo(ZONE)).astimezone(UTC)


def _months(since: date, until: date) -> Iterator[date]:
    while since <= until:
        yield since
        since = _end(since) + DAY


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _end(day: date) -> date:
    """The last day of its month."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - DAY
