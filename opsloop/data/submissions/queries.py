"""Which sheets wait for whom, and who has filled in what. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import QuerySet
from django.utils import timezone

from opsloop.base.people.models import Department, Person
from opsloop.base.policy.rules import reads
from opsloop.base.policy.scopes import visible
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.kinds.arrives import Filled
from opsloop.data.sources.models import Source
from opsloop.data.submissions.filling import checks, fills
from opsloop.data.submissions.layout import Layout
from opsloop.data.submissions.models import TO_FILL, Figure, State, Submission
from opsloop.data.submissions.periods import named, recent

PERIODS = 7
MOST = 200


def forms() -> list[Source]:
    """The sources in force that people fill in."""
    rows = Source.objects.filter(withdrawn=False).order_by("title")
    return [one for one in rows if isinstance(definition_of(one).arrives, Filled)]


def to_fill(person: Person) -> list[Submission]:
    """Sheets that this person is to fill in, what is due first at the top."""
    rows = _rows(person).filter(state__in=TO_FILL).order_by("due_at", "pk")[:MOST]
    return [sheet for sheet in rows if fills(person, asked_of(sheet), sheet)]


def to_check(person: Person) -> list[Submission]:
    """Sheets that this person is to check, the oldest first."""
    rows = _rows(person).filter(state=State.SUBMITTED).order_by("submitted_at", "pk")[:MOST]
    return [sheet for sheet in rows if checks(person, asked_of(sheet), sheet)]


def _rows(person: Person) -> QuerySet[Submission]:
    rows = visible(person, Submission).filter(source__withdrawn=False)
    return rows.select_related("source", "department", "submitted_by", "checked_by")


def asked_of(sheet: Submission) -> Filled:
    """How the sheet's source asks for it. A source that is not filled in any more asks nobody."""
    arrives = definition_of(sheet.source).arrives
    return arrives if isinstance(arrives, Filled) else Filled(form=())


@dataclass(frozen=True, slots=True)
class Line:
    """One department's sheets, one place for each period."""

    department: Department
    cells: list[Submission | None]


@dataclass(frozen=True, slots=True)
class Grid:
    """Who has filled in what: departments × the last periods of one source, newest first."""

    source: Source
    periods: list[tuple[date, str]]
    lines: list[Line] = field(default_factory=list)

    @property
    def rows(self) -> list[tuple[Line, list[tuple[str, Submission | None]]]]:
        """Each line with its cells, each under the name of its period."""
        names = [name for _day, name in self.periods]
        return [(line, list(zip(names, line.cells, strict=True))) for line in self.lines]

    @property
    def missing(self) -> int:
        return sum(cell.overdue for line in self.lines for cell in line.cells if cell is not None)


def grids(person: Person, now: datetime | None = None) -> list[Grid]:
    """One grid for each source of which this person may see a sheet."""
    now = now or timezone.now()
    out = []
    for source in forms():
        definition = definition_of(source)
        days = recent(definition, now, PERIODS)
        if not days:
            continue
        sheets = visible(person, Submission).filter(source=source, day__in=days).select_related("department", "source")
        grid = Grid(source, [(day, named(definition, day, short=True)) for day in days])
        grid.lines.extend(_lines(sheets, days))
        if grid.lines:
            out.append(grid)
    return out


def _lines(sheets: Iterable[Submission], days: list[date]) -> list[Line]:
    found: dict[int, Line] = {}
    for sheet in sorted(sheets, key=lambda one: one.department.path):
        line = found.setdefault(sheet.department_id, Line(sheet.department, [None] * len(days)))
        line.cells[days.index(sheet.day)] = sheet
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Traced:
    """One changed figure as it may be shown to this reader."""

    figure: Figure
    column: str
    hidden: bool


def trace(person: Person, sheet: Submission, layout: Layout) -> list[Traced]:
    """Who changed which figure from what to what, the newest first."""
    hidden = hidden_columns(person, sheet, layout)
    titles = {one.name: one.title for one in layout.columns}
    rows = sheet.figures.select_related("by")[:MOST]
    return [Traced(one, titles.get(one.column, one.column), one.column in hidden) for one in rows]


def hidden_columns(person: Person, sheet: Submission, layout: Layout) -> set[str]:
    """Personal columns that this reader's positions do not read; who fills the sheet in sees what they typed."""
    if fills(person, layout.asked, sheet):
        return set()
    personal = {one.name: one.column.personal for one in layout.columns if one.column.personal}
    return {name for name, kind in personal.items() if not reads(person, str(kind.value))}
