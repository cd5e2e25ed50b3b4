"""Missing or late data: judged by the sources' own calendar, one reading a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import Text
from opsloop.data.sources.calendar import Day, calendar
from opsloop.data.sources.models import Source
from opsloop.engine.monitors.words import Severity

BACK = 10
"""Days looked at: what is missing longer has an alert since then."""
TROUBLE = frozenset({"red", "orange"})
NOTHING = "grey"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source whose newest due days are not there. days: how many in a row; since: the first of them."""

    source: Source
    since: date
    until: date
    days: int
    said: Text

    @property
    def severity(self) -> str:
        """One day may be a slip, two are a fault."""
        return str(Severity.CRITICAL if self.days > 1 else Severity.WARN)


def troubles(sources: Iterable[Source], now: datetime) -> dict[str, Trouble]:
    """source's id -> what is missing, for those that are late, failed or held at that moment."""
    wanted = list({one.pk: one for one in sources}.values())
    if not wanted:
        return {}
    today = timezone.localdate(now)
    grid = calendar(today - timedelta(days=BACK), today, wanted, now)
    return {source.ident: found for source, cells in grid if (found := _trouble(source, cells)) is not None}


def _trouble(source: Source, cells: Sequence[Day]) -> Trouble | None:
    missing: list[Day] = []
    for cell in reversed(cells):
        if cell.color == NOTHING:
            continue
        if cell.color not in TROUBLE:
            break
        missing.append(cell)
    if not missing:
        return None
    newest = missing[0]
    if newest.color == "orange":
        said = _t("{source}: the data of {day} is held.")
    elif newest.message:
        said = _t("{source}: loading the data of {day} failed.")
    else:
        said = _t("{source}: the data of {day} has not arrived.")
    text = said.format(source=source.title, day=newest.day)
    return Trouble(source, missing[-1].day, newest.day, len(missing), text)


def past(sources: Iterable[Source], since: date, until: date, now: datetime) -> list[tuple[date, str]]:
    """For the back-test: (day, id of the source) of every day that came late, failed, or never came."""
    grid = calendar(since, until, list(sources), now)
    return sorted(
        (cell.day, source.ident)
        for source, cells in grid
        for cell in cells
        if cell.color == "red" or cell.state == "late"
    )
