"""What is asked of assignments: mine, given by me, copied to me, overdue; and who can be named in a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from opsloop.base.calendar.queries import calendar_for
from opsloop.base.people.models import Holding, Person
from opsloop.base.people.posts import department_of
from opsloop.base.policy.scopes import visible
from opsloop.engine.assignments import line
from opsloop.engine.assignments.models import RUNNING, Assignment, Copied, Series
from opsloop.engine.assignments.whose import staff

LIMIT = Coalesce(F("promised_at"), F("due_at"))


def to_do(person: Person) -> QuerySet[Any]:
    """What this person has to do, or may take on because they hold its post; what is due first comes first."""
    posts = Holding.objects.at().filter(person=person).values("position_id")
    wanted = Q(doer=person) | Q(doer=None, position__in=posts)
    return _rows(person).filter(wanted, state__in=RUNNING).order_by("limit", "id")


def given_by(person: Person) -> QuerySet[Any]:
    """What this person asked of others."""
    return _rows(person).filter(asked_by=person).exclude(doer=person)


def copied_to(person: Person) -> QuerySet[Any]:
    return _rows(person).filter(pk__in=Copied.objects.filter(person=person).values("assignment_id"))


def overdue() -> QuerySet[Any]:
    """Everything past its limit of which nobody was told yet, for the job that tells."""
    late = Assignment.objects.annotate(limit=LIMIT).filter(state__in=RUNNING, told_late=False)
    return late.filter(limit__lte=timezone.now()).select_related("doer", "position", "asked_by").order_by("id")


def series_due(today: date) -> list[Series]:
    """Series whose next one is to be given today or was missed."""
    found = Series.objects.filter(stopped_at=None, next_on__isnull=False).select_related("doer", "position", "asked_by")
    return [one for one in found if one.is_due(today)]


def _rows(person: Person) -> QuerySet[Any]:
    rows = visible(person, Assignment).annotate(limit=LIMIT)
    return rows.select_related("doer", "position", "asked_by", "department")


@dataclass(frozen=True, slots=True)
class Draft:
    """A line as it is understood: what the act would be given. Missing: what nothing says, not even the defaults."""

    line: line.Line
    who: Person | None
    copies: tuple[Person, ...]
    due_at: datetime | None
    title: str
    missing: tuple[str, ...]

    def values(self) -> dict[str, Any]:
        """The values of `assignments.give`."""
        return {
            "title": self.title, "doer": self.who.pk if self.who else None, "due_at": self.due_at,
            "copies": [one.pk for one in self.copies], "note": self.line.text if self.title != self.line.text else "",
        }  # fmt: skip


def drafts(by: Person, text: str, who: Person | None = None, day: date | None = None) -> list[Draft]:
    """Each line of the text as an assignment. who, day: for lines that name nobody or no day."""
    people = {one.name: one for one in staff(by)}
    keys = {name: one.pk for name, one in people.items()}
    by_key = {one.pk: one for one in people.values()}
    today = timezone.localdate()
    read = [line.read(one, keys, today) for one in line.lines(text)]
    return [_draft(one, by_key, who, day) for one in read]


def _draft(said: line.Line, people: dict[int, Person], who: Person | None, day: date | None) -> Draft:
    doer = people.get(said.who) if said.who else who
    due = _due(said.day or (timezone.localdate() if said.at else day), said.at, doer)
    lacks = [word for word, there in (("what", len(said.title) > 1), ("who", doer), ("day", due)) if not there]
    if due is not None and due <= timezone.now():
        lacks.append("over")
    copies = tuple(people[one] for one in said.others if one in people)
    return Draft(said, doer, copies, due, said.title[:200], tuple(lacks))


def _due(day: date | None, at: time | None, doer: Person | None) -> datetime | None:
    """A day alone is due at its close of business, by the calendar of who does it; 18:00 on a day off."""
    if day is None:
        return None
    if at is not None:
        return timezone.make_aware(datetime.combine(day, at))
    return closing(day, doer)


def closing(day: date, doer: Person | None) -> datetime:
    """The close of business of a day where the doer works; 18:00 on a day off."""
    open_then = calendar_for(department_of(doer) if doer else None).open_intervals(day)
    return open_then[-1][1] if open_then else timezone.make_aware(datetime.combine(day, time(18, 0)))


def next_workday(person: Person) -> date:
    """The first day after today on which this person works."""
    calendar = calendar_for(department_of(person))
    days = [timezone.localdate() + timedelta(days=n) for n in range(1, 31)]
    return next((day for day in days if calendar.is_working_day(day)), days[0])
