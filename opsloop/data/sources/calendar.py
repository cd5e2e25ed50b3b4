"""数据更新日历: what became of each source on each business day, and how fresh each source is. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import models
from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.source import Source as Definition
from opsloop.data.sources.kinds.words import Every
from opsloop.data.sources.models import Load, LoadState, Repair, Source
from opsloop.data.sources.rhythm import business_day, closed, days, due_at, expected

LOOK_BACK = 35


class DayState(models.TextChoices):
    """What became of one business day of one source."""

    ON_TIME = "on_time", _("On time")
    LATE = "late", _("Came late")
    MISSING = "missing", _("Not arrived")
    FAILED = "failed", _("Failed")
    HELD = "held", _("Held")
    TURNED_BACK = "turned_back", _("Turned back")
    CLOSED = "closed", _("Closed")
    AHEAD = "ahead", _("Not due yet")
    NOTHING = "nothing", _("Nothing expected")


TROUBLE = frozenset({DayState.MISSING, DayState.FAILED, DayState.HELD, DayState.TURNED_BACK})
ARRIVED = frozenset({DayState.ON_TIME, DayState.LATE})


@dataclass(frozen=True, slots=True)
class Day:
    """One source on one business day. loads: of this day, oldest first. aside: rows still set aside.

    rows_in = kept + duplicates + set_aside, but rows that a repair took in count as kept and no more as set aside,
    and of what is held nothing is kept yet.
    """

    source: Source
    day: date
    state: DayState
    due_at: datetime
    loads: tuple[Load, ...] = ()
    rows_in: int = 0
    kept: int = 0
    duplicates: int = 0
    aside: int = 0

    @property
    def color(self) -> str:
        """green, yellow, red, orange (waits for a person), or grey (nothing to judge)."""
        if self.state == DayState.HELD:
            return "orange"
        if self.state in TROUBLE:
            return "red"
        if self.state not in ARRIVED:
            return "grey"
        return "yellow" if self.state == DayState.LATE or self.aside else "green"

    @property
    def seconds(self) -> float:
        """How long its loads took."""
        return sum(load.seconds for load in self.loads)

    @property
    def message(self) -> str:
        """What the last failure said."""
        return next((load.message for load in reversed(self.loads) if load.state == LoadState.FAILED), "")


@dataclass(frozen=True, slots=True)
class Freshness:
    """How far a source's data reaches. state: green, yellow, red, held or closed; said: the same in words.

    troubles: (day, in words) of each of the last days of which something is missing, oldest first.
    """

    source: Source
    last_day: date | None
    last_load: Load | None
    state: str
    said: str
    troubles: tuple[tuple[date, str], ...] = ()


def calendar(
    since: date, until: date, sources: Sequence[Source] | None = None, now: datetime | None = None
) -> list[tuple[Source, list[Day]]]:
    """Each source in force with every business day from `since` to `until`, in four queries."""
    wanted = list(Source.objects.filter(withdrawn=False)) if sources is None else list(sources)
    now = now or timezone.now()
    loads = _loads(wanted, since, until)
    mended = _mended(load for rows in loads.values() for load in rows)
    first = dict(Load.objects.filter(source__in=wanted).order_by().values_list("source").annotate(Min("due_on")))
    out = []
    for source in wanted:
        definition, begun = definition_of(source), first.get(source.pk)
        cells = [
            _day(source, definition, day, loads.get((source.pk, day), []), mended, begun, now)
            for day in days(since, until)
        ]
        out.append((source, cells))
    return out


def freshness(source: Source, now: datetime | None = None) -> Freshness:
    """How fresh one source is: judged by the newest business day that should be there by now."""
    return fresh([source], now)[source.ident]


def fresh(sources: Sequence[Source], now: datetime | None = None) -> dict[str, Freshness]:
    """The same for many, by id."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    grid = calendar(today - timedelta(days=LOOK_BACK), today, sources, now)
    reach = dict(
        Load.objects.filter(source__in=sources, state=LoadState.LOADED)
        .order_by().values_list("source").annotate(Max("last_day"))
    )  # fmt: skip
    newest = _newest(sources)
    return {source.ident: _fresh(source, cells, reach.get(source.pk), newest.get(source.pk)) for source, cells in grid}


def _newest(sources: Sequence[Source]) -> dict[int, Load]:
    rows = Load.objects.filter(source__in=sources, state=LoadState.LOADED).order_by()
    last = [pk for _source, pk in rows.values_list("source").annotate(Max("pk"))]
    return {load.source_id: load for load in Load.objects.filter(pk__in=last)}


def _fresh(source: Source, cells: Sequence[Day], reach: date | None, last: Load | None) -> Freshness:
    if last is None:
        held = any(cell.state == DayState.HELD for cell in cells)
        return Freshness(source, None, None, "held" if held else "red", _t("Nothing was loaded yet."))
    due = [cell for cell in cells if cell.state not in (DayState.AHEAD, DayState.NOTHING)]
    if not due:
        return Freshness(source, reach, last, "green", _t("As it should be."))
    cell = due[-1]
    lacking = [one for one in due if one.state in TROUBLE and (one is cell or not _arrived(one))]
    state = {"orange": "held", "grey": "closed"}.get(cell.color, cell.color)
    return Freshness(source, reach, last, state, _words(cell), tuple((one.day, _words(one)) for one in lacking))


def _arrived(cell: Day) -> bool:
    """Did some load of this day come in, whatever became of others?"""
    return any(one.state in (LoadState.LOADED, LoadState.SAME) for one in cell.loads)


def _words(cell: Day) -> str:
    """What became of the day, for people."""
    words = {
        "green": _t("As it should be."),
        "yellow": _t("{n} rows are set aside.").format(n=cell.aside) if cell.aside else _t("It came late."),
        "orange": _t("The data of {day} is held.").format(day=cell.day),
        "red": _t("The data of {day} has not arrived.").format(day=cell.day),
        "grey": _t("{day} was closed.").format(day=cell.day),
    }
    if cell.state == DayState.FAILED:
        words["red"] = _t("Loading {day} failed.").format(day=cell.day)
    return words[cell.color]


def _loads(sources: Sequence[Source], since: date, until: date) -> Mapping[tuple[int, date], list[Load]]:
    found: dict[tuple[int, date], list[Load]] = defaultdict(list)
    rows = Load.objects.filter(source__in=sources, due_on__gte=since, due_on__lte=until).order_by("pk")
    for load in rows.select_related("by", "decided_by"):
        if load.due_on is not None:
            found[load.source_id, load.due_on].append(load)
    return found


def _mended(loads: Iterable[Load]) -> dict[int, int]:
    """load -> how many of its rows aside were repaired or dismissed."""
    rows = Repair.objects.filter(load__in=[load.pk for load in loads if load.set_aside]).order_by()
    return dict(rows.values_list("load").annotate(Count("line", distinct=True)))


def _day(
    source: Source, definition: Definition, day: date, loads: Sequence[Load], mended: Mapping[int, int],
    begun: date | None, now: datetime,
) -> Day:  # fmt: skip
    due = due_at(definition, day)
    state = _state(definition, day, loads, due, begun, now)
    brought = [one for one in loads if one.state in (LoadState.LOADED, LoadState.HELD)]
    taken = [one for one in brought if one.state == LoadState.LOADED]
    own = [one for one in brought if one.repairs_id is None]
    aside = max(0, sum(one.set_aside for one in taken) - sum(mended.get(one.pk, 0) for one in taken))
    return Day(
        source, day, state, due, tuple(loads), sum(one.rows_in for one in own), sum(one.kept for one in taken),
        sum(one.duplicates for one in own), aside,
    )  # fmt: skip


def _state(
    definition: Definition, day: date, loads: Sequence[Load], due: datetime, begun: date | None, now: datetime
) -> DayState:
    states = {one.state for one in loads}
    if LoadState.HELD in states:
        return DayState.HELD
    arrived = [one for one in loads if one.state in (LoadState.LOADED, LoadState.SAME)]
    if arrived:
        return DayState.ON_TIME if min(one.ended_at for one in arrived) <= due else DayState.LATE
    if LoadState.FAILED in states:
        return DayState.FAILED
    if LoadState.TURNED_BACK in states:
        return DayState.TURNED_BACK
    if definition.every is Every.NEVER or begun is None or day < begun or not expected(definition, day):
        return DayState.NOTHING
    if closed(definition, day):
        return DayState.CLOSED
    return DayState.AHEAD if now < due or day >= business_day(definition, now) else DayState.MISSING
