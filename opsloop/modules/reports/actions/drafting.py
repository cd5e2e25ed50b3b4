"""The machine drafts an edition and computes it anew; a person asks for that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.jobs.api import enqueue
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.modules.reports.models import Content, Edition, Report
from opsloop.modules.reports.telling import tell_writer
from opsloop.modules.reports.words import WORKING

NO_DOORS: frozenset[str] = frozenset()
RENEW = "reports.renew"


@dataclass(frozen=True)
class ContentRow:
    """What was drafted in one language, by the hash under which it was put down."""

    language: Annotated[str, Arg(label=_("Language"), max=10)]
    sha256: Annotated[str, Arg(label=_("Content hash"), max=64)]


Contents = Annotated[list[ContentRow], Arg(label=_("Drafted contents"))]
Version = Annotated[int | None, Arg(label=_("Data version"))]


def in_work(edition: Edition) -> Text | None:
    """A `when`: it is neither issued nor replaced."""
    return None if edition.state in WORKING else _("It was issued; corrections are editions of their own.")


@act("reports.draft", _("Draft a report"), done=_("{by} drafted {result}"), doors=NO_DOORS)
def draft(
    *,
    by: Person,
    report: Report,
    title: Annotated[str, Arg(label=_("Title"), max=200)],
    number: Annotated[str, Arg(label=_("Report number"), max=40)],
    grain: Annotated[str, Arg(label=_("Period"), max=6)],
    since: Annotated[date, Arg(label=_("From"))],
    until: Annotated[date, Arg(label=_("Until"))],
    due_at: Annotated[datetime, Arg(label=_("To be out at"))],
    contents: Contents,
    snapshot: Version = None,
) -> Edition:
    """The edition of a period, with conclusions and advice as the evidence suggests them. Refused when it is there."""
    if Edition.objects.filter(report=report, since=since).exists():
        raise Refused(_t("There is an edition of this period."))
    row = Edition(
        report=report, title=title, number=number, grain=grain, since=since, until=until, due_at=due_at,
        snapshot=snapshot, drafted_at=timezone.now(),
    )  # fmt: skip
    _put(row, contents)
    row.body = _said(contents, 0).get("body", {})
    row.save()
    tell_writer(row)
    return row


@act("reports.renew", _("Compute anew"), done=_("{by} computed {object} anew"), doors=NO_DOORS, when=in_work)
def renew(edition: Edition, *, by: Person, contents: Contents, snapshot: Version = None) -> Edition:
    """New figures under the same names; what people wrote stays."""
    edition.snapshot, edition.drafted_at = snapshot, timezone.now()
    _put(edition, contents)
    edition.save()
    return edition


@act("reports.recompute", _("Compute anew"), done=_("{by} had {object} computed anew"), when=in_work)
def recompute(edition: Edition, *, by: Person) -> Edition:
    """Ask for the newest figures, in the background; the texts stay."""
    enqueue(RENEW, {"edition": edition.pk}, key=f"{RENEW}:{edition.pk}:{edition.revision}")
    return edition


def _put(edition: Edition, contents: list[ContentRow]) -> None:
    edition.drafts = {one.language: one.sha256 for one in contents}
    edition.warning = str(_said(contents, 0).get("warning", ""))[:500]


def _said(contents: list[ContentRow], n: int) -> dict[str, object]:
    found = Content.objects.filter(sha256=contents[n].sha256).first() if n < len(contents) else None
    if found is None:
        raise Refused(_t("What was drafted is not there."))
    said: dict[str, object] = found.said
    return said
