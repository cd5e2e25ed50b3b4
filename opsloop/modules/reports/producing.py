"""An edition is computed outside any transaction, put down by its hash, and published by an act."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused
from opsloop.data.lake.models import Snapshot
from opsloop.data.metrics.api import sources_behind
from opsloop.data.metrics.models import Metric
from opsloop.data.metrics.period_names import span_name
from opsloop.data.metrics.periods import begin, end
from opsloop.modules.reports.actions.drafting import ContentRow, draft, renew
from opsloop.modules.reports.composing import LANGUAGES
from opsloop.modules.reports.definition import ReportFile
from opsloop.modules.reports.drafting import draft as drafted_of
from opsloop.modules.reports.drafting import gather
from opsloop.modules.reports.figuring import Maker
from opsloop.modules.reports.models import Content, Edition, Report
from opsloop.modules.reports.periods import Period, newest, number_of, period_of, rhythm
from opsloop.modules.reports.proposing import propose
from opsloop.modules.reports.slots import Slots


@dataclass(frozen=True, slots=True)
class Computed:
    """What was drafted: language -> JSON, the company's language first."""

    contents: dict[str, dict[str, Any]]
    snapshot: int | None

    def rows(self) -> list[ContentRow]:
        """Put down, by their hashes."""
        return [ContentRow(language, Content.keep(said)) for language, said in self.contents.items()]


TRIES = 3


class Arriving(Refused):
    """Data keeps coming; later it can be computed."""


def compute(report: Report, period: Period, by: Person) -> Computed:
    """Every figure and text of a period, in each language; conclusions and advice in the company's.

    All of one state of the data: when more of it comes meanwhile, it is computed anew. Raises Arriving while data keeps
    coming.
    """
    for _try in range(TRIES):
        before = _newest(report.obj)
        made = _computed(report, period, by)
        if _newest(report.obj) == before:
            return made
    raise Arriving(_t("The data of this report is just arriving; try again in a few minutes."))


def _newest(obj: ReportFile) -> int | None:
    """The newest data version of the sources behind the report's metrics."""
    known = Metric.objects.filter(withdrawn=False, ident__in=obj.metrics).values_list("ident", flat=True)
    tables = [source.table for source in sources_behind(known)]
    newest_of: int | None = Snapshot.objects.filter(table__in=tables).aggregate(last=Max("pk"))["last"]
    return newest_of


def _computed(report: Report, period: Period, by: Person) -> Computed:
    contents: dict[str, dict[str, Any]] = {}
    snapshot = None
    own = settings.LANGUAGE_CODE
    for language in sorted(LANGUAGES, key=lambda one: one != own):
        with translation.override(language):
            evidence = gather(report.obj, period, by)
            snapshot = evidence.numbers.snapshot
            maker = Maker(period, evidence.numbers, Slots())
            body = propose(evidence, maker)
            made = drafted_of(evidence, maker)
            contents[language] = made.plain() | ({"body": body} if language == own else {})
    return Computed(contents, snapshot)


def due_period(report: Report, now: datetime) -> Period:
    """The newest period whose report is due. Raises Refused for a definition without a rhythm."""
    obj: ReportFile = report.obj
    said = rhythm(obj.every)
    if said is None:
        raise Refused(_t("{report} does not say when it is due.").format(report=report.title))
    return newest(obj.covers.grain, said, timezone.localtime(now))


def period_with(report: Report, day: date) -> Period:
    """The period of this report in which a day lies."""
    obj: ReportFile = report.obj
    said = rhythm(obj.every)
    if said is None:
        raise Refused(_t("{report} does not say when it is due.").format(report=report.title))
    return period_of(begin(day, obj.covers.grain), obj.covers.grain, said, timezone.get_current_timezone())


def missing(now: datetime) -> list[tuple[Report, Period]]:
    """Reports in force of whose newest due period there is no edition."""
    out = []
    for report in Report.objects.filter(withdrawn=False).order_by("ident"):
        period = due_period(report, now)
        if not Edition.objects.filter(report=report, since=period.since).exists():
            out.append((report, period))
    return out


def producing(report: Report, period: Period, by: Person) -> Callable[[], Edition]:
    """Compute now; what is answered publishes it. Raises Arriving."""
    made = compute(report, period, by)
    obj: ReportFile = report.obj
    with translation.override(settings.LANGUAGE_CODE):
        title = f"{report.title} {span_name(period.since, period.until)}"
    rows = made.rows()
    number = number_of(obj.code or report.ident.upper()[:8], period)
    return lambda: draft(
        by=by, report=report, title=title[:200], number=number, grain=period.grain, since=period.since,
        until=period.until, due_at=period.due_at, contents=rows, snapshot=made.snapshot,
    )  # fmt: skip


def renewing(edition: Edition, by: Person) -> Callable[[], Edition]:
    """The same for an edition that is there."""
    period = Period(edition.grain, edition.since, end(edition.since, edition.grain), edition.due_at)
    made = compute(edition.report, period, by)
    rows = made.rows()

    def publish() -> Edition:
        fresh = Edition.objects.get(pk=edition.pk)
        return renew(fresh, by=by, contents=rows, snapshot=made.snapshot)

    return publish
