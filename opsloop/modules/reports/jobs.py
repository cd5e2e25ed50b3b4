"""Reports that are due are drafted by themselves; people have them computed anew; on Friday everybody's own is."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.due import Done, Due, when_due
from opsloop.base.files.keep import store
from opsloop.base.files.models import Stored
from opsloop.base.inbox.api import known_channels
from opsloop.base.jobs.api import SLOW, Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.modules.reports import filing
from opsloop.modules.reports.actions.drafting import RENEW
from opsloop.modules.reports.actions.issuing import ANNOUNCE, announce
from opsloop.modules.reports.actions.taking import keep_file
from opsloop.modules.reports.company_template import template_of
from opsloop.modules.reports.composing import document_of
from opsloop.modules.reports.document import Document
from opsloop.modules.reports.messages import picture_of
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.own import drafting_own, due_own
from opsloop.modules.reports.producing import Arriving, missing, producing, renewing
from opsloop.modules.reports.rendering import file_name, render
from opsloop.modules.reports.telling import tell_asker
from opsloop.modules.reports.words import WORKING, FileShape, State
from opsloop.ui.pictures import CannotDraw

log = logging.getLogger("opsloop.reports")
MAY = ("reports.draft", "reports.renew")
OWN = ("reports.draft_own",)
TOLD = (ANNOUNCE, "files.keep")
FILES = ("files.keep", "reports.keep_file")


@scheduled("reports.round", _("Draft the reports that are due"), cron="*/10 * * * *", prepare=True, may=MAY)
def draft_due(ctx: Context) -> None:
    """Each report of whose newest due period there is no edition."""
    for report, period in missing(timezone.now()):
        try:
            publish = producing(report, period, ctx.by)
        except Arriving:
            continue  # the next round, in ten minutes, finds it missing again
        with ctx.checkpoint():
            publish()


@task(RENEW, _("Compute a report anew"), prepare=True, may=MAY)
def renew_one(ctx: Context, edition: int) -> Callable[[], Edition] | None:
    """With the newest data; nothing where it was issued meanwhile."""
    row = Edition.objects.select_related("report").filter(pk=edition, state__in=WORKING).first()
    return None if row is None else renewing(row, ctx.by)


@task(ANNOUNCE, _("Tell the groups of a report"), prepare=True, may=TOLD)
def tell_groups(ctx: Context, edition: int) -> Callable[[], Edition | None] | None:
    """Its card is drawn here, never where pages are served. Nothing where no channel is set up, or it was replaced."""
    row = Edition.objects.select_related("report").filter(pk=edition, state=State.ISSUED).first()
    if row is None or not known_channels():
        return None
    picture = _picture(row, ctx.by)

    def publish() -> Edition | None:
        fresh = Edition.objects.get(pk=row.pk)
        return announce(fresh, by=ctx.by, picture=picture) if fresh.state == State.ISSUED else None

    return publish


def _picture(edition: Edition, by: Person) -> Stored | None:
    """Kept as a file; the words go out without it where it cannot be drawn."""
    try:
        drawn = picture_of(edition)
    except (CannotDraw, OSError, ImportError):
        log.exception("the card of report %s cannot be drawn", edition.number)
        return None
    return store(ContentFile(drawn, f"{edition.number}.png"), by) if drawn else None


@task(filing.TASK, _("Make a report's file"), prepare=True, queue=SLOW, timeout_s=600, max_attempts=3, may=FILES)
def make_file(ctx: Context, edition: int, shape: str, language: str, person: int) -> Callable[[], Edition]:
    """Of what the edition says when it is made; kept at the edition, and who asked is told."""
    row = Edition.objects.select_related("report", "writer", "issuer", "corrects").get(pk=edition)
    kind = FileShape(shape)
    document = document_of(row, language)
    said, name = filing.of_document(row, document)[kind], file_name(document, shape)
    ctx.progress(1, 3)
    stored = None if filing.made(row, said) else _stored(_content(row, document, kind), name, ctx.by)
    ctx.progress(2, 3)

    def keep() -> Edition:
        if document.draft and Edition.objects.get(pk=edition).is_out:
            return row  # its page offers the issued one now
        if stored is not None:
            keep_file(
                row, by=ctx.by, stored=stored, shape=kind, language=said.language, content=said.content, name=name,
                draft=document.draft,
            )  # fmt: skip
        tell_asker(row, Person.objects.get(pk=person), name)
        return row

    return keep


def _content(edition: Edition, document: Document, shape: FileShape) -> bytes:
    return render(document, shape, template_of(edition.report) if shape == FileShape.WORD else None)


def _stored(content: bytes, name: str, by: Person) -> Stored:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report"
        file.write_bytes(content)
        return store(file, by, name=name)


@when_due("reports", order=60, may=MAY)
def reports_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`."""
    out = []
    for report, period in missing(asked.now):
        try:
            row = producing(report, period, asked.by)()
        except Arriving as error:
            out.append(Done(f"{report.title}: {error}", {"report": report.pk}, failed=True))
            continue
        out.append(Done(_t("Drafted: {title}").format(title=row.title), {"report": row.pk, "number": row.number}))
    return out


@scheduled("reports.own_round", _("Draft everybody's weekly report"), cron="0 15 * * 5", prepare=True, may=OWN)
def draft_own_reports(ctx: Context) -> None:
    """Friday at three: time to add a word before the week is over."""
    for person, since, until in due_own(timezone.localdate()):
        publish = drafting_own(person, since, until, by=ctx.by)
        with ctx.checkpoint():
            publish()
