"""What of the loads needs a person. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.data.sources.calendar import TROUBLE, Day, DayState
from opsloop.data.sources.models import Attempt, Load, LoadState, Repair, Source

MOST = 500
STALE_AFTER = timedelta(hours=2)
"""An attempt that is still open after this long was killed; it is no work that goes on."""


@dataclass(frozen=True, slots=True)
class Hand:
    """One thing that needs a hand: where it is, what is wrong in words, and where to go."""

    day: Day
    said: str
    url: str

    @property
    def color(self) -> str:
        return self.day.color


@dataclass(frozen=True, slots=True)
class Aside:
    """A load that still has rows aside, and how many."""

    load: Load
    rows: int


_LOADED = """
    select ident, (
        select due_on from sources_load where source_id = s.id and state = 'loaded' and due_on is not null
        order by due_on desc limit 1
    ) from sources_source s
"""
"""One step along an index for each source, however many loads there are."""


def loaded_until() -> dict[str, date]:
    """Id of a source -> the last business day of which a load came; without those that never brought anything."""
    with connection.cursor() as cursor:
        cursor.execute(_LOADED)
        return {ident: _day(said) for ident, said in cursor.fetchall() if said}


def _day(said: date | str) -> date:
    """SQLite hands on a day as it keeps it, as text."""
    return date.fromisoformat(said) if isinstance(said, str) else said


def open_asides(person: Person, source: Source | None = None) -> list[Aside]:
    """Loads with rows aside that nobody repaired or dismissed yet, newest first."""
    loads = visible(person, Load).filter(state=LoadState.LOADED, set_aside__gt=0)
    if source is not None:
        loads = loads.filter(source=source)
    mended = dict(
        Repair.objects.filter(load__in=loads).order_by().values_list("load").annotate(Count("line", distinct=True))
    )
    rows = loads.select_related("source").order_by("-pk")[:MOST]
    return [Aside(load, left) for load in rows if (left := load.set_aside - mended.get(load.pk, 0)) > 0]


def held_loads(person: Person) -> QuerySet[Load]:
    """Loads that wait for a person, oldest first."""
    return visible(person, Load).filter(state=LoadState.HELD).select_related("source", "by").order_by("pk")


def running() -> list[Attempt]:
    """Loads under way."""
    since = timezone.now() - STALE_AFTER
    return list(Attempt.objects.filter(ended_at=None, began_at__gte=since).select_related("source").order_by("pk"))


def hands(grid: Iterable[tuple[Source, Sequence[Day]]]) -> list[Hand]:
    """What needs a hand in these days: held first, then failed and missing, then rows aside; newest first in each."""
    found = [hand for _source, days in grid for day in days if (hand := _hand(day)) is not None]
    rank = {DayState.HELD: 0, DayState.FAILED: 1, DayState.MISSING: 1, DayState.TURNED_BACK: 2}
    return sorted(found, key=lambda one: (rank.get(one.day.state, 3), -one.day.day.toordinal(), one.day.source.name))


def _hand(day: Day) -> Hand | None:
    last = day.loads[-1] if day.loads else None
    if day.state == DayState.HELD:
        held = next(load for load in reversed(day.loads) if load.state == LoadState.HELD)
        return Hand(day, _t("Held: look at it, then release it or turn it back."), held.get_absolute_url())
    if day.state == DayState.MISSING:
        return Hand(day, _t("Not arrived; it was expected by {at}."), day.source.get_absolute_url())
    if day.state in TROUBLE and last is not None:
        said = last.message or last.decision or str(last.get_state_display())
        return Hand(day, said, last.get_absolute_url())
    if day.aside:
        text = _n("{n} row is set aside.", "{n} rows are set aside.", day.aside).format(n=day.aside)
        return Hand(day, text, f"{day.source.get_absolute_url()}aside/")
    return None


@dataclass(frozen=True, slots=True)
class Summary:
    """One business day over all sources."""

    day: date
    green: int
    yellow: int
    red: int
    orange: int
    waiting: int
    rows_in: int
    kept: int
    duplicates: int
    aside: int


def judged_day(grid: Iterable[tuple[Source, Sequence[Day]]], before: date) -> date:
    """The newest business day before `before` on which something came or should have come; else the day before it."""
    days = [
        cell.day for _source, cells in grid for cell in cells
        if cell.day < before and cell.state not in (DayState.NOTHING, DayState.AHEAD, DayState.CLOSED)
    ]  # fmt: skip
    return max(days, default=before - timedelta(days=1))


def summary(grid: Iterable[tuple[Source, Sequence[Day]]], day: date) -> Summary:
    """How a day went: sources by colour, and what became of their rows."""
    cells = [cell for _source, days in grid for cell in days if cell.day == day]
    count = {color: sum(cell.color == color for cell in cells) for color in ("green", "yellow", "red", "orange")}
    return Summary(
        day, count["green"], count["yellow"], count["red"], count["orange"],
        sum(cell.state == DayState.AHEAD for cell in cells), sum(cell.rows_in for cell in cells),
        sum(cell.kept for cell in cells), sum(cell.duplicates for cell in cells), sum(cell.aside for cell in cells),
    )  # fmt: skip
