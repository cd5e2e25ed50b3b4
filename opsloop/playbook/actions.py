"""Acts of the playbook: draft, propose, approve or reject, publish. Texts go by their hash; see store.py."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Day, Note, Reason, Refused, act
from opsloop.base.jobs.api import enqueue
from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.playbook import queries, reasons
from opsloop.playbook.changes import LineRow, outcome
from opsloop.playbook.enacting import take_force_on
from opsloop.playbook.following import begin
from opsloop.playbook.models import Draft, Line, Publication, State, Version
from opsloop.playbook.publishing import bring, refuse_errors, refuse_own, refuse_small, refuse_unfit
from opsloop.playbook.reader.files import wrong_ident
from opsloop.playbook.store import texts_of
from opsloop.playbook.telling import review_due, tell_deciders, tell_proposer, tell_reviewers

NO_DOORS: frozenset[str] = frozenset()
"""Drafting and proposing take hashes of kept texts: editor and command line call them with manners of their own."""
Hash = Annotated[str, Arg(label=_("Content hash"), min=64, max=64)]
About = Annotated[str, Arg(label=_("Because of"), max=80)]
FromDay = Annotated[
    date | None, Arg(label=_("In force from"), help=_("The first day on which it holds; empty: today."))
]


@act("playbook.draft", _("Save a draft"), done=_("{by} saved the draft {object}"), doors=NO_DOORS)
def draft(*, by: Person, kind: str, ident: str, sha256: Hash, base: int = 0, about: About = "") -> Draft:
    """Keep a text that may still be wrong. One open draft per person and file; saving again replaces its text.

    about: what it is because of, as `findings.finding:12`; each that is named stays.
    """
    if kind not in kinds:
        raise Refused(_t("There is no kind {name}.").format(name=kind), field="kind")
    if error := wrong_ident(kinds[kind], ident, ""):
        raise Refused(f"{error.message} {error.remedy}", field="ident")
    texts_of([sha256])
    found = Draft.objects.filter(person=by, kind=kind, ident=ident, closed_at__isnull=True).first()
    one = found or Draft(person=by, kind=kind, ident=ident)
    one.sha256, one.base, one.saved_at = sha256, base, timezone.now()
    one.save()
    if about:
        reasons.give(one, about, by)
    return one


def _open_draft(one: Draft) -> Text | None:
    return _("The draft is closed.") if one.closed_at else None


@act("playbook.discard", _("Discard draft"), done=_("{by} discarded the draft {object}"), when=_open_draft)
def discard(draft: Draft, *, by: Person) -> Draft:
    """Give up a draft. Only its writer can."""
    if draft.person_id != by.pk:
        raise Refused(_t("Only its writer can discard a draft."))
    draft.closed_at = timezone.now()
    draft.save(update_fields=["closed_at"])
    reasons.let_go([draft])
    return draft


@act(
    "playbook.propose", _("Propose"), done=_("{by} proposed {object}: {reason}"), doors=NO_DOORS
)  # fmt: skip
def propose(
    *,
    by: Person,
    reason: Reason,
    lines: list[LineRow],
    small: bool = False,
    effective_from: FromDay = None,
    urgent: bool = False,
) -> Publication:
    """Put drafts or files forward together. Refused when anything in them is wrong or was changed meanwhile.

    small: nobody needs to read any of it anew; a line may say so for itself, with its reason. urgent: it holds at once,
    is read within a working day and reviewed afterwards.
    """
    day = effective_from or timezone.localdate()
    if urgent and (small or day > timezone.localdate()):
        raise Refused(_t("What is urgent holds at once and is no small change."), field="urgent")
    if day < timezone.localdate():
        raise Refused(_t("It cannot come into force in the past."), field="effective_from")
    latest = queries.latest()
    refuse_unfit(lines, latest, day)
    result = outcome(lines, latest, day=day)
    refuse_errors(result.errors)
    refuse_small(lines, result.rights_of)
    number = (Publication.objects.aggregate(n=Max("number"))["n"] or 0) + 1
    made = Publication(
        number=number, reason=reason, small=small, effective_from=day, proposed_by=by, rights_of=result.rights_of,
        urgent=urgent,
    )  # fmt: skip
    made.save()
    Line.objects.bulk_create(
        Line(publication=made, kind=row.kind, ident=row.ident, sha256=row.sha256, base=row.base, small=row.small)
        for row in lines
    )
    reasons.carry(made, lines, by)
    tell_deciders(made)
    return made


def _undecided(publication: Publication) -> Text | None:
    return None if publication.state == State.PROPOSED else _("It is decided already.")


def _unpublished(publication: Publication) -> Text | None:
    if publication.state in (State.PROPOSED, State.APPROVED):
        return None
    return _("It is published, rejected or withdrawn already.")


def _may_publish(publication: Publication) -> Text | None:
    if said := _unpublished(publication):
        return said
    if publication.rights_of and publication.state != State.APPROVED and Version.objects.exists():
        return _("It changes rights of positions, so a second person must approve it first.")
    return None


@act("playbook.approve", _("Approve"), done=_("{by} approved {object}"), when=_undecided)
def approve(publication: Publication, *, by: Person, note: Note = "") -> Publication:
    """Say yes as the second person. Refused for whoever proposed or wrote it, and whose own rights it widens."""
    refuse_own(publication, by)
    publication.state, publication.decided_by, publication.decision = State.APPROVED, by, note
    publication.save(update_fields=["state", "decided_by", "decision"])
    tell_proposer(publication)
    return publication


@act("playbook.reject", _("Reject"), done=_("{by} rejected {object}: {reason}"), when=_unpublished)
def reject(publication: Publication, *, by: Person, reason: Reason) -> Publication:
    """Say no to a proposal, with the reason. Its drafts stay open."""
    publication.state, publication.decided_by, publication.decision = State.REJECTED, by, reason
    publication.save(update_fields=["state", "decided_by", "decision"])
    tell_proposer(publication)
    return publication


@act("playbook.withdraw", _("Withdraw proposal"), done=_("{by} withdrew {object}: {reason}"), when=_unpublished)
def withdraw(publication: Publication, *, by: Person, reason: Reason) -> Publication:
    """Take back one's own proposal before it is published."""
    if publication.proposed_by_id != by.pk:
        raise Refused(_t("Only who proposed it can withdraw it."))
    publication.state, publication.decision = State.WITHDRAWN, reason
    publication.save(update_fields=["state", "decision"])
    return publication


@act("playbook.publish", _("Publish"), done=_("{by} published {object}"), when=_may_publish)
def publish(publication: Publication, *, by: Person) -> Publication:
    """Bring it into force: versions, positions' rights, calendars. Refused when its files were changed meanwhile.

    What changes rights needs the approval of a second person, but for the first publication of a workspace.
    """
    bring(publication, by)
    return publication


def _to_review(publication: Publication) -> Text | None:
    return None if publication.waits_for_review else _("There is nothing to review afterwards.")


@act("playbook.review", _("Review afterwards"), done=_("{by} reviewed {object}: {note}"), when=_to_review)
def review(
    publication: Publication, *, by: Person, note: Annotated[str, Arg(label=_("What came of it"), min=3, max=2000)]
) -> Publication:
    """Look as the second person at what was published as urgent. What is wrong in it is changed by a new version."""
    refuse_own(publication, by, "playbook.review")
    publication.reviewed_by, publication.reviewed_at, publication.review = by, timezone.now(), note
    publication.save(update_fields=["reviewed_by", "reviewed_at", "review"])
    tell_proposer(publication, reviewed=True)
    return publication


@act(
    "playbook.call_review", _("Call an overdue review to mind"), done=_("The review of {object} was called to mind"),
    when=_to_review, doors=NO_DOORS,
)  # fmt: skip
def call_review(publication: Publication, *, by: Person) -> Publication:
    """Tell those who can review it again. Refused before the three working days are over."""
    if review_due(publication) > timezone.now():
        raise Refused(_t("Its review is not overdue."))
    tell_reviewers(publication)
    return publication


def _is_published(publication: Publication) -> Text | None:
    return None if publication.state == State.PUBLISHED else _("It is not published.")


@act("playbook.print", _("Make the PDF"), done=_("{by} had the book printed at {object}"), when=_is_published)
def print_book(publication: Publication, *, by: Person) -> Publication:
    """Have the whole book, as it is in force today, made into a PDF that is attached to this publication."""
    language = get_language() or "zh-hans"
    enqueue(
        "playbook.pdf", {"publication": publication.pk, "language": language}, key=f"pdf:{publication.pk}:{language}"
    )
    return publication


@act("playbook.enact", _("Bring into force"), done=_("{by} brought into force what begins on {day}"), doors=NO_DOORS)
def enact(*, by: Person, day: Day) -> None:
    """What was published for this day, or for one before it, holds from now on; each publication once."""
    take_force_on(day, by)
    begin(day)
