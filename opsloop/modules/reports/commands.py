"""Behind `opsloop report`: the edition of a period as a file, drafted as a job would when it is not there yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.modules.reports.company_template import template_of
from opsloop.modules.reports.composing import document_of
from opsloop.modules.reports.models import Edition, Report
from opsloop.modules.reports.producing import due_period, producing
from opsloop.modules.reports.rendering import render

MAY = ("reports.draft",)


@dataclass(frozen=True, slots=True)
class Made:
    """A file's bytes and the edition that it shows."""

    edition: Edition
    content: bytes
    drafted: bool


def chosen(name: str) -> Report:
    """The report in force of this id. Raises NotFound naming those that there are."""
    found = Report.objects.filter(ident=name, withdrawn=False).first()
    if found is None:
        idents = Report.objects.filter(withdrawn=False).order_by("ident").values_list("ident", flat=True)
        there = ", ".join(idents) or "-"
        raise NotFound(_t("There is no report {name}; there are: {there}").format(name=name, there=there))
    return found


def edition_at(report: Report, as_of: date | None, by: Person) -> tuple[Edition, bool]:
    """The newest edition that is due at the end of a day (none: now), corrections before what they correct; was it
    drafted for this? Raises Refused for a report without a rhythm."""
    now = timezone.now() if as_of is None else timezone.make_aware(datetime.combine(as_of, time.max))
    period = due_period(report, now)
    there = Edition.objects.filter(report=report, since=period.since).order_by("-correction", "-pk").first()
    return (there, False) if there is not None else (producing(report, period, by)(), True)


def report_file(name: str, as_of: date | None, shape: str, language: str, by: Person) -> Made:
    """The file. Raises NotFound, Refused."""
    report = chosen(name)
    edition, drafted = edition_at(report, as_of, by)
    template = template_of(report) if shape == "docx" else None
    return Made(edition, render(document_of(edition, language), shape, template), drafted)
