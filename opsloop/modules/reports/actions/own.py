"""个人周报: drafted from what is recorded, finished in one's own words, sent to one's superior."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.inbox.api import tell
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.modules.reports.actions.drafting import NO_DOORS
from opsloop.modules.reports.models import Content, OwnCopy, OwnReport
from opsloop.modules.reports.superiors import superiors
from opsloop.modules.reports.telling import OWN
from opsloop.modules.reports.words import OwnState


@act(
    "reports.draft_own",
    _("Draft a personal report"),
    done=_("{by} drafted a weekly report of {result}"),
    doors=NO_DOORS,
)
def draft_own(
    *,
    by: Person,
    person: Person,
    since: Annotated[date, Arg(label=_("From"))],
    until: Annotated[date, Arg(label=_("Until"))],
    content: Annotated[str, Arg(label=_("Content hash"), max=64)],
) -> OwnReport:
    """What the week's records say; drawn up again until it is sent, with the words kept."""
    found = Content.objects.filter(sha256=content).first()
    if found is None:
        raise Refused(_t("What was drafted is not there."))
    row = OwnReport.objects.select_for_update().filter(person=person, since=since).first()
    if row is not None and row.state == OwnState.SENT:
        raise Refused(_t("It was sent already."))
    fresh = row is None
    row = row or OwnReport(person=person, since=since, until=until)
    row.done, row.drafted_at = found.said, timezone.now()
    row.save()
    if fresh:
        title = format_lazy(_("Your weekly report is drafted: {since} to {until}"), since=since, until=until)
        tell(person, OWN, title, _("Add a word of your own and send it."), link=row.get_absolute_url(), about=row)
    return row


def _unsent(own: OwnReport) -> Text | None:
    return _("It was sent already.") if own.state == OwnState.SENT else None


def _mine(own: OwnReport, by: Person) -> None:
    if own.person_id != by.pk:
        raise Refused(_t("Only who it is of writes it."))


@act("reports.write_own", _("Write my weekly report"), done=_("{by} wrote on their weekly report"), when=_unsent)
def write_own(
    own: OwnReport,
    *,
    by: Person,
    words: Annotated[str, Arg(label=_("In my own words"), max=4000, long=True)] = "",
    plans: Annotated[str, Arg(label=_("Next week"), max=4000, long=True)] = "",
    help: Annotated[str, Arg(label=_("Where I need help"), max=2000, long=True)] = "",  # noqa: A002  # the field's name
) -> OwnReport:
    """What the records cannot say."""
    _mine(own, by)
    own.words, own.plans, own.help = words, plans, help
    own.save()
    return own


@act("reports.send_own", _("Send upward"), done=_("{by} sent their weekly report"), when=_unsent)
def send_own(own: OwnReport, *, by: Person) -> OwnReport:
    """To whom one's positions report. Refused where nobody is above, and without a word about the coming week."""
    _mine(own, by)
    above = superiors(by)
    if not above:
        raise Refused(_t("Nobody holds the position that yours reports to."))
    if not own.plans.strip():
        raise Refused(_t("Say in a line what comes next week."))
    own.state, own.sent_at = OwnState.SENT, timezone.now()
    own.save()
    for person in above:
        OwnCopy(own=own, person=person).save()
    title = format_lazy(
        _("Weekly report of {name}: {since} to {until}"), name=by.name, since=own.since, until=own.until
    )
    tell(above, OWN, title, own.help[:300], link=own.get_absolute_url(), about=own)
    return own
