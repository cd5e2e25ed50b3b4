"""What stands where: by source, by month, above the limit. Reads only."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import visible
from opsloop.data.reconciliation.agreements import Agreement
from opsloop.data.reconciliation.models import OURS_WRONG, Cause, Control, State

IN_DOUBT = Q(state__in=(State.OPEN, State.EXPLAINED)) | Q(state=State.CHECKED, cause__in=OURS_WRONG)
STRIP, RECENT = 14, 31


@dataclass(frozen=True, slots=True)
class Doubt:
    """存疑: a business day on which a source is not what its control figure says."""

    source: str
    day: date
    figure: str
    ours: Decimal
    control: Decimal
    state: State
    cause: str

    @property
    def difference(self) -> Decimal:
        return self.ours - self.control

    @property
    def rate(self) -> Decimal | None:
        """As a share of the control figure; None when that is 0."""
        return self.difference / abs(self.control) if self.control else None


def doubts(source: str, since: date, until: date) -> list[Doubt]:
    """The days of a source, both ends included, on which numbers are in doubt; in order."""
    return [one for one in doubts_of([source]).get(source, ()) if since <= one.day <= until]


def doubts_of(sources: Iterable[str]) -> dict[str, list[Doubt]]:
    """Every day in doubt of each of these sources, in order; those without one are left out."""
    found: dict[str, list[Doubt]] = {}
    for row in Control.objects.filter(IN_DOUBT, source__in=list(sources)).order_by("source", "day"):
        if row.ours is not None and row.control is not None:
            one = Doubt(row.source, row.day, row.figure, row.ours, row.control, State(row.state), row.cause)
            found.setdefault(row.source, []).append(one)
    return found


@dataclass(frozen=True, slots=True)
class Open:
    """A day above the limit as one person sees it. act: what choosing a cause does for them, or None."""

    row: Control
    agreement: Agreement | None
    act: str | None
    own: bool

    @property
    def title(self) -> str:
        return self.agreement.title if self.agreement else self.row.source

    @property
    def waits(self) -> str:
        """What has to happen next, in words."""
        if self.row.state == State.CHECKED:
            return _t("Confirmed: our figure is wrong. Load the missing or corrected rows.")
        if self.row.state == State.EXPLAINED and self.act != "reconciliation.check":
            return _t("A second person has to check it.")
        if self.own and self.row.state == State.OPEN and self.act:
            return _t("You entered the figure: name the cause, somebody else checks it.")
        return ""


def above(person: Person, agreed: Iterable[Agreement], source: str | None = None) -> list[Open]:
    """What is above the limit and not settled, newest first."""
    known = {one.source: one for one in agreed}
    rows = visible(person, Control).filter(IN_DOUBT).select_related("entered_by", "checked_by").order_by("-day")
    if source is not None:
        rows = rows.filter(source=source)
    may_check, may_explain = can(person, "reconciliation.check"), can(person, "reconciliation.explain")
    out = []
    for row in rows[:100]:
        own = row.entered_by_id == person.pk
        act = "reconciliation.check" if may_check and not own else "reconciliation.explain" if may_explain else None
        out.append(Open(row, known.get(row.source), act if row.state != State.CHECKED else None, own))
    return out


def cause_act(person: Person, row: Control) -> str:
    """What naming a cause is for this person: the check, or, for their own figure, only the explanation."""
    own = row.entered_by_id == person.pk
    return "reconciliation.check" if can(person, "reconciliation.check") and not own else "reconciliation.explain"


@dataclass(frozen=True, slots=True)
class Line:
    """One source on the overview. strip: the last days with our data, oldest first."""

    agreement: Agreement
    strip: Sequence[Control]
    last_control: date | None
    missing: int
    doubtful: int


def overview(person: Person, agreed: Sequence[Agreement]) -> list[Line]:
    """Every source with an agreement: how far the control figures reach and how many days are in doubt."""
    rows = visible(person, Control)
    since = timezone.localdate() - timedelta(days=RECENT)
    said = rows.order_by().values("source", "figure").annotate(
        last=Max("day", filter=Q(control__isnull=False)),
        missing=Count("pk", filter=Q(control__isnull=True, ours__isnull=False, day__gte=since)),
        doubtful=Count("pk", filter=IN_DOUBT),
    )  # fmt: skip
    by_source: dict[tuple[str, str], tuple[date | None, int, int]] = {
        (one["source"], one["figure"]): (one["last"], one["missing"], one["doubtful"]) for one in said
    }
    out = []
    for one in agreed:
        last, missing, doubtful = by_source.get((one.source, one.figure), (None, 0, 0))
        strip = list(rows.filter(source=one.source, figure=one.figure).order_by("-day")[:STRIP])
        out.append(Line(one, strip[::-1], last, missing, doubtful))
    return out


@dataclass(frozen=True, slots=True)
class DayLine:
    """A day of a month. row: None where nothing is known of it."""

    day: date
    row: Control | None
    today: bool


@dataclass(frozen=True, slots=True)
class Month:
    """The days of one month up to today, and their sums over the days that have both figures."""

    first: date
    days: Sequence[DayLine]
    compared: int
    ours: Decimal
    control: Decimal

    @property
    def difference(self) -> Decimal:
        return self.ours - self.control

    @property
    def rate(self) -> Decimal | None:
        return self.difference / abs(self.control) if self.control else None


def month(rows: QuerySet[Control], agreement: Agreement, first: date, today: date) -> Month:
    """One month of a source."""
    last = min(first.replace(day=calendar.monthrange(first.year, first.month)[1]), today)
    found = rows.filter(source=agreement.source, figure=agreement.figure, day__gte=first, day__lte=last)
    by_day = {row.day: row for row in found.select_related("entered_by", "checked_by")}
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    both = [row for row in by_day.values() if row.difference is not None]
    zero = Decimal(0)
    return Month(
        first,
        [DayLine(day, by_day.get(day), day == today) for day in days],
        len(both),
        sum((row.ours for row in both if row.ours is not None), zero),
        sum((row.control for row in both if row.control is not None), zero),
    )


CAUSES = tuple(Cause)
