"""Handed in, sent back, issued, corrected. Whatever is missing is named before anything goes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.files.actions import put_file
from opsloop.base.files.models import Stored
from opsloop.base.jobs.api import enqueue
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.base.things.frame import warn
from opsloop.modules.reports.actions.writing import is_draft
from opsloop.modules.reports.advising import raise_findings
from opsloop.modules.reports.checking import Fault
from opsloop.modules.reports.composing import frozen
from opsloop.modules.reports.filing import take_off_files
from opsloop.modules.reports.judging import issuing_faults, lines, writing_faults
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.periods import Period, number_of
from opsloop.modules.reports.telling import tell_copies, tell_groups, tell_issuer, tell_returned
from opsloop.modules.reports.words import State

NO_DOORS: frozenset[str] = frozenset()
ANNOUNCE = "reports.announce"


@act("reports.submit", _("Hand in for issuing"), done=_("{by} handed {object} in"), when=is_draft)
def submit(edition: Edition, *, by: Person) -> Edition:
    """I stand by conclusions and advice. Refused with everything that is missing."""
    _refuse(writing_faults(edition))
    edition.writer, edition.submitted_at, edition.state = by, timezone.now(), State.SUBMITTED
    edition.sent_back = ""
    edition.save()
    tell_issuer(edition)
    return edition


def _handed_in(edition: Edition) -> Text | None:
    return None if edition.state == State.SUBMITTED else _("It was not handed in.")


@act("reports.send_back", _("Send back"), done=_("{by} sent {object} back: {reason}"), when=_handed_in)
def send_back(edition: Edition, *, by: Person, reason: Reason) -> Edition:
    """The writer has to change something."""
    edition.state, edition.sent_back = State.DRAFT, reason
    edition.save()
    tell_returned(edition, edition.writer, reason)
    return edition


def _not_out(edition: Edition) -> Text | None:
    return _("It was issued; corrections are editions of their own.") if edition.is_out else None


@act("reports.issue", _("Issue"), done=_("{by} issued {object}"), when=_not_out)
def issue(edition: Edition, *, by: Person) -> Edition:
    """Freeze it with its data version, number it, send the copies; its advice becomes findings.

    Refused with everything that is missing: a conclusion without a figure, a cause without evidence, advice without
    position or day, nobody who stands by the texts; and for the one who wrote it, where the standard wants two people.
    """
    _refuse(issuing_faults(edition, by))
    for fault in writing_faults(edition):
        if not fault.stops:
            warn(f"reports.{fault.part}", fault.text)
    edition.issuer, edition.issued_at, edition.state = by, timezone.now(), State.ISSUED
    edition.body = raise_findings(edition, by)
    edition.documents = frozen(edition)
    edition.save()
    take_off_files(edition)
    if edition.corrects is not None:
        _replace(edition.corrects)
    tell_copies(edition, edition.warning)
    enqueue(ANNOUNCE, {"edition": edition.pk}, key=f"{ANNOUNCE}:{edition.pk}", behalf=None)
    return edition


def _replace(old: Edition) -> None:
    row = Edition.objects.select_for_update().get(pk=old.pk)
    row.state = State.CORRECTED
    row.save()


def _refuse(found: Sequence[Fault]) -> None:
    stops = [one for one in found if one.stops]
    if stops:
        raise Refused(_t("It cannot be issued yet: {what}").format(what=" ".join(lines(stops))))


def is_issued(edition: Edition) -> Text | None:
    if edition.state == State.ISSUED:
        return None
    return _("It was replaced by a correction.") if edition.state == State.CORRECTED else _("It was not issued yet.")


@act(ANNOUNCE, _("Tell the groups of a report"), done=_("{by} told the groups of {object}"), doors=NO_DOORS,
     when=is_issued)  # fmt: skip
def announce(
    edition: Edition, *, by: Person, picture: Annotated[Stored | None, Arg(label=_("Picture"))] = None
) -> Edition:
    """What was issued, in the company's channels that take reports, once. picture: a PNG; it stays with the edition."""
    if picture is not None:
        put_file(edition, picture, by=by)
    tell_groups(edition, picture.pk if picture is not None else None)
    return edition


@act("reports.correct", _("Correct"), done=_("{by} began a correction of {object}: {reason}"), when=is_issued)
def correct(edition: Edition, *, by: Person, reason: Reason) -> Edition:
    """A new edition of the same period; the old one stays as it was issued, and is replaced when the new one is."""
    running = edition.corrections.exclude(state=State.CORRECTED).first()
    if running is not None:
        raise Refused(_t("A correction is under way: {number}").format(number=running.number))
    said = Period(edition.grain, edition.since, edition.until, edition.due_at)
    n = edition.correction + 1
    code = edition.number.split("-", 1)[0]
    made = Edition(
        report=edition.report, title=edition.title, number=number_of(code, said, n), grain=edition.grain,
        since=edition.since, until=edition.until, due_at=timezone.now(), warning=edition.warning,
        snapshot=edition.snapshot, drafted_at=edition.drafted_at, drafts=edition.drafts, body=edition.body, writer=by,
        corrects=edition, correction=n, reason=reason,
    )  # fmt: skip
    made.save()
    return made
