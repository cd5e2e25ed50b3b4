"""Data quality of a period: what was expected and what came, rows aside and mended, and 对数 with the outside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _t

from opsloop.data.metrics.api import sources_behind
from opsloop.data.reconciliation.models import Control
from opsloop.data.sources.calendar import ARRIVED, TROUBLE, Day, DayState, calendar
from opsloop.data.sources.models import LoadState, Repair
from opsloop.modules.reports.glue import comma, semicolon
from opsloop.modules.reports.periods import Period

JUDGED = frozenset({*ARRIVED, *TROUBLE})
MOST_SAID = 3


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source whose days did not come as they should. state: the worst of them."""

    ident: str
    title: str
    owner: str
    state: DayState
    days: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """expected, arrived, late: business days on which anything was. aside: rows set aside in the period's loads,
    mended of them. compared: days with a control figure; rate: of their sums; unsettled: days in doubt."""

    expected: int
    arrived: int
    late: int
    aside: int
    mended: int
    troubles: tuple[Trouble, ...]
    compared: int
    rate: float | None
    unsettled: tuple[str, ...]

    @property
    def warning(self) -> str:
        """What must be known before anything else is read; empty when all is as it should be."""
        said = [_trouble(one) for one in self.troubles[:MOST_SAID]]
        if len(self.troubles) > MOST_SAID:
            said.append(_t("{n} more sources").format(n=len(self.troubles) - MOST_SAID))
        said += list(self.unsettled[:MOST_SAID])
        return semicolon().join(said)


def quality(metrics: Iterable[str], period: Period) -> Quality:
    """Of all sources behind these metrics."""
    sources = sources_behind(metrics)
    grid = calendar(period.since, period.until, sources)
    cells = [cell for _source, days in grid for cell in days if cell.state in JUDGED]
    days = {cell.day for cell in cells}
    short = {cell.day for cell in cells if cell.state in TROUBLE}
    loads = [load for cell in cells for load in cell.loads if load.state == LoadState.LOADED]
    mended = Repair.objects.filter(load__in=loads).values("load", "line").distinct().count()
    controls = _controls([one.ident for one in sources], period)
    both = [row for row in controls if row.difference is not None]
    ours = sum((row.ours for row in both if row.ours is not None), Decimal(0))
    theirs = sum((row.control for row in both if row.control is not None), Decimal(0))
    names = {one.ident: one.name for one in sources}
    return Quality(
        expected=len(days), arrived=len(days - short), late=len({c.day for c in cells if c.state == DayState.LATE}),
        aside=sum(load.set_aside for load in loads), mended=mended, troubles=tuple(_troubles(grid)),
        compared=len(both), rate=float((ours - theirs) / abs(theirs)) if theirs else None,
        unsettled=tuple(_doubt(row, names) for row in both if row.in_doubt),
    )  # fmt: skip


def _controls(idents: Sequence[str], period: Period) -> list[Control]:
    rows = Control.objects.filter(source__in=idents, day__gte=period.since, day__lte=period.until)
    return list(rows.order_by("day", "source"))


ORDER = (DayState.FAILED, DayState.MISSING, DayState.HELD, DayState.TURNED_BACK, DayState.LATE)


def _troubles(grid: Iterable[tuple[object, Sequence[Day]]]) -> list[Trouble]:
    """Sources with failed, missing, held or late days; the gravest first."""
    out = []
    for _source, days in grid:
        wrong = [cell for cell in days if cell.state in ORDER]
        if wrong:
            worst = min((cell.state for cell in wrong), key=ORDER.index)
            source = wrong[0].source
            owner = str(source.definition.get("owner", ""))
            same = tuple(cell.day for cell in wrong if cell.state == worst)
            out.append(Trouble(source.ident, source.name, owner, worst, same))
    return sorted(out, key=lambda one: (ORDER.index(one.state), -len(one.days), one.title))


def _trouble(one: Trouble) -> str:
    words = {
        DayState.FAILED: _t("{source}: the load of {days} failed"),
        DayState.MISSING: _t("{source}: nothing has arrived for {days}"),
        DayState.HELD: _t("{source}: the data of {days} is held"),
        DayState.TURNED_BACK: _t("{source}: the data of {days} was turned back"),
        DayState.LATE: _t("{source}: the data of {days} came late"),
    }
    return words[one.state].format(source=one.title, days=day_list(one.days))


def day_list(days: Sequence[date]) -> str:
    """11-09, 11-10 and so on; from six on the number of days."""
    if len(days) > 5:
        return _t("{n} days").format(n=len(days))
    return comma().join(f"{day:%m-%d}" for day in days)


def _doubt(row: Control, titles: dict[str, str]) -> str:
    rate = f"{abs(row.rate):.2%}" if row.rate is not None else str(abs(row.difference or 0))
    return _t("{source}, {day}: {rate} off the control figure, not settled").format(
        source=titles.get(row.source, row.source), day=f"{row.day:%m-%d}", rate=rate
    )
