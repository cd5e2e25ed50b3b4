"""Work behind the playbook: the PDF of the whole book, and what comes into force on its day."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from opsloop.base.due import Done, Due, when_due
from opsloop.base.files.actions import attach_file
from opsloop.base.files.keep import store
from opsloop.base.files.models import Attachment
from opsloop.base.inbox.api import tell
from opsloop.base.jobs.api import SLOW, Context, scheduled, task
from opsloop.base.people.models import Person
from opsloop.playbook import printing, queries
from opsloop.playbook.actions import call_review, enact
from opsloop.playbook.finding import put_pages
from opsloop.playbook.models import Publication, Version
from opsloop.playbook.telling import review_due

ENACT = "playbook.enact"


@task("playbook.pdf", _("Print the standard as PDF"), prepare=True, queue=SLOW, timeout_s=600)
def make_pdf(ctx: Context, publication: int, language: str) -> Callable[[], Attachment]:
    """The whole book as it is in force, attached to the publication; who asked is told."""
    with override(language):
        data = printing.pdf(queries.published())
        name = f"{printing.title()}-{timezone.localdate():%Y-%m-%d}.pdf"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "book.pdf"
        file.write_bytes(data)
        stored = store(file, ctx.by, name=name)

    def attach() -> Attachment:
        about = Publication.objects.get(pk=publication)
        made = attach_file(by=ctx.by, stored=stored, about=f"playbook.publication:{publication}", name=name)
        if ctx.behalf is not None:
            link = about.get_absolute_url()
            tell(ctx.behalf, "playbook.printed", _("The PDF of the standard is ready"), name, link=link, even_self=True)
        return made

    return attach


@scheduled(ENACT, _("Bring the standard into force"), cron="5 0 * * *", may=(ENACT,))
def bring_into_force(ctx: Context) -> None:
    """What begins today shows from today on."""
    _bring(ctx.by, timezone.localdate(ctx.due))


@when_due("playbook", order=5, may=(ENACT,))
def force_due(asked: Due) -> list[Done]:
    """The same for `opsloop run`, where something has begun since it was done last."""
    day = timezone.localdate(asked.now)
    files = Version.objects.filter(publication__in=queries.begun(day)).count()
    if not files:
        return []
    _bring(asked.by, day)
    return [Done(_t("{n} files of the standard came into force.").format(n=files), {"files": files})]


def _bring(by: Person, day: date) -> None:
    enact(by=by, day=day)
    put_pages(queries.published(day))


@scheduled("playbook.reviews", _("Call overdue reviews to mind"), cron="10 8 * * *", may=("playbook.call_review",))
def call_reviews(ctx: Context) -> None:
    """Every morning until a second person has looked at what was published as urgent."""
    for one in queries.to_review():
        if review_due(one) <= timezone.now():
            call_review(one, by=ctx.by)


@task("playbook.index", _("Make the standard searchable"))
def index(ctx: Context) -> None:
    """What is in force is found by the search over everything."""
    put_pages(queries.published())
