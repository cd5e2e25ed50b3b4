"""Reviews of SOPs: the owner position is asked in time, confirms that it stands as it is, and who leads it hears when
nobody did. Publishing a new version ends a review too; see `compiled`."""

from __future__ import annotations

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Forbidden, Reason, Refused, act, happened_at
from opsloop.base.people.models import Person, Position
from opsloop.base.things.errors import Text
from opsloop.engine.assignments import api as assignments
from opsloop.engine.sops.models import Review, ReviewState, Sop
from opsloop.engine.sops.reviewing import Term, part_of, terms
from opsloop.engine.sops.telling import KEEPER, tell_asked, tell_late

NO_DOORS: frozenset[str] = frozenset()


def _is_asked(sop: Sop) -> Text | None:
    if sop.withdrawn:
        return _("It is out of force.")
    term = terms([sop]).get(sop.pk)
    if term is None:
        return _("Its file names no span after which it is reviewed.")
    if not term.is_asked(timezone.localdate()):
        return _t("It can be confirmed from {day} on.").format(day=date_format(term.asked))
    return None


@act(
    "sops.confirm", _("Confirm unchanged"), done=_("{by} confirmed that {sop} stands unchanged: {reason}"),
    when=_is_asked,
)  # fmt: skip
def confirm(sop: Sop, *, by: Person, reason: Reason) -> Sop:
    """It was looked at and stands as it is: the next span begins today. By the owner position or the one above it.

    Refused before the days in which its review is asked for.
    """
    if part_of(by, sop.owner) is None:
        raise Forbidden(_t("Only the position that owns the SOP, or the one above it, confirms it."))
    one = Review.objects.filter(sop=sop, state=ReviewState.OPEN).first() or _new(sop, terms([sop])[sop.pk])
    one.state, one.ended_at, one.ended_by, one.reason = ReviewState.CONFIRMED, happened_at(), by, reason
    one.save()
    assignments.finish(one.assignment_id, by, reason)
    return sop


@act(
    "sops.ask_reviews", _("Ask for reviews of SOPs"), done=_("{by} asked for the review of {n} SOPs"), doors=NO_DOORS
)  # fmt: skip
def ask_reviews(sops: list[Sop], *, by: Person) -> int:
    """Give each owner position its reviews, once a span. Those that are not due or were asked for are passed over;
    refused when none is left."""
    today, found = timezone.localdate(), terms(sops)
    asked = set(Review.objects.filter(sop__in=sops, state=ReviewState.OPEN).values_list("sop_id", flat=True))
    due = [one for one in sops if one.pk in found and one.pk not in asked and found[one.pk].is_asked(today)]
    if not due:
        raise Refused(_t("None of these SOPs is due for review."))
    tell_asked([_ask(one, found[one.pk], by) for one in due])
    return len(due)


def _new(sop: Sop, term: Term) -> Review:
    today = timezone.localdate()
    return Review(
        sop=sop, number=sop.number, due_on=term.due, limit_on=term.limit(today), asked_at=timezone.now()
    )  # fmt: skip


def _ask(sop: Sop, term: Term, by: Person) -> Review:
    one = _new(sop, term)
    post = Position.objects.filter(code=sop.owner, withdrawn_at=None).first()
    if post is not None:
        one.assignment = assignments.give_kept(
            by=by, title=_t("Review the SOP: {title}").format(title=sop.title), position=post, about=sop,
            due_at=assignments.closing(one.limit_on, None), keeper=KEEPER, tells_late=False,
        )  # fmt: skip
    one.save()
    return one


@act(
    "sops.tell_reviews_late", _("Tell of overdue reviews of SOPs"),
    done=_("{by} told that {n} reviews of SOPs are overdue"), doors=NO_DOORS,
)  # fmt: skip
def tell_reviews_late(reviews: list[Review], *, by: Person) -> int:
    """Tell the owner positions and those above them, once for each review. Those that are not late or were told are
    passed over; refused when none is left."""
    late = [one for one in reviews if one.is_late and one.late_at is None]
    if not late:
        raise Refused(_t("None of these reviews is overdue."))
    for one in late:
        one.late_at = timezone.now()
        one.save()
    tell_late(late)
    return len(late)
