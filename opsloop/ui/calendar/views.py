"""The working calendar by month, who works by it, and a calculator of limits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from opsloop.base.calendar.engine import NeverOpen, WorkCalendar
from opsloop.base.calendar.limits import LimitError, parse
from opsloop.base.calendar.queries import calendar_for, unannounced_years
from opsloop.base.people.models import Department, Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.texts import in_chinese
from opsloop.ui.calendar.month import FIRST_YEAR, LAST_YEAR, month_of, weeks
from opsloop.ui.formats import day as day_text
from opsloop.ui.page import PersonRequest, page

DAYS = (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))
EXAMPLES = (
    ("2 working days", "4 working hours", "24 hours", "3 days"),
    ("2个工作日", "4个工作时", "24小时", "3个自然日"),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the calculator says: a due moment, or what is wrong with the question. field: where it is wrong."""

    limit: str = ""
    start: str = ""
    due: str = ""
    provisional: bool = False
    wrong: str = ""
    field: str = ""


def title_of(calendar: WorkCalendar) -> str:
    """The file's title; office hours where no file was published."""
    return calendar.title or _t("Office hours")


def departments(person: Person) -> list[Department]:
    """The open departments that this person sees, as a tree reads."""
    return list(visible(person, Department).filter(closed_at__isnull=True).order_by("path"))


def by_calendar(found: list[Department]) -> list[tuple[str, list[Department]]]:
    """(calendar, the departments that work by it)."""
    out: dict[str, list[Department]] = {}
    for one in found:
        out.setdefault(title_of(calendar_for(one)), []).append(one)
    return list(out.items())


@require_safe
@page(see="calendar")
def month_page(request: PersonRequest) -> HttpResponse:
    """`department` chooses whose calendar, `month` which month; `limit` and `start` ask the calculator."""
    found = departments(request.person)
    asked = request.GET.get("department", "")
    chosen = next((one for one in found if str(one.pk) == asked), None)
    calendar = calendar_for(chosen)
    today = timezone.now().astimezone(calendar.zone).date()
    first = month_of(request.GET.get("month", ""), today)
    context: dict[str, Any] = {
        "departments": found,
        "chosen": chosen,
        "title": title_of(calendar),
        "zone": calendar.zone.key,
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=32)).replace(day=1),
        "weeks": weeks(calendar, first, today),
        "heads": DAYS,
        "groups": by_calendar(found),
        "unannounced": unannounced_years(),
        "limit": request.GET.get("limit", ""),
        "start": request.GET.get("start", "") or f"{timezone.now().astimezone(calendar.zone):%Y-%m-%dT%H:%M}",
        "answer": answer(calendar, request.GET.get("limit", "").strip(), request.GET.get("start", "").strip()),
        "examples": EXAMPLES[in_chinese()],
    }
    return render(request, "calendar/month.html", context)


def answer(calendar: WorkCalendar, limit: str, start: str) -> Answer | None:
    """When a limit of these words from this local moment (now, when empty) is due; None while nothing is asked."""
    if not limit:
        return None
    try:
        wanted = parse(limit[:100])
    except LimitError as error:
        return Answer(wrong=str(error), field="limit")
    begins = moment_of(start, calendar)
    if begins is None:
        return Answer(wrong=_t("A date and time like 2026-01-31 08:30."), field="start")
    try:
        due = wanted.due(begins, calendar)
    except (NeverOpen, OverflowError):
        return Answer(wrong=_t("This calendar does not open within three years."), field="limit")
    return Answer(
        str(wanted), spelled(begins, begins.date()), spelled(due.at.astimezone(calendar.zone), due.last_day(calendar)),
        due.provisional,
    )  # fmt: skip


def moment_of(text: str, calendar: WorkCalendar) -> datetime | None:
    """A local moment in the calendar's zone, now when empty, None for anything else."""
    if not text:
        return timezone.now().astimezone(calendar.zone)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found.replace(tzinfo=calendar.zone) if found.tzinfo is None else found.astimezone(calendar.zone)


def spelled(at: datetime, last: date) -> str:
    """The day, its weekday and the time; what ends at midnight ends at 24:00 of the day that is over then."""
    clock = "24:00" if last < at.date() else f"{at:%H:%M}"
    return f"{day_text(last)} {DAYS[last.weekday()]} {clock}"
