"""The assignment behind a review: it ends with the review, and stays with the positions that answer for the SOP."""

from __future__ import annotations

from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.base.people.models import Person
from opsloop.engine.assignments.api import Assignment, keep, named
from opsloop.engine.sops.models import Review
from opsloop.engine.sops.reviewing import part_of
from opsloop.engine.sops.telling import KEEPER


class ReviewKeeper:
    """Whoever accepts it does it; it ends on the page of the SOP, where the reason is said."""

    def accepted(self, one: Assignment, by: Person) -> None:
        return

    def finished(self, one: Assignment, by: Person, word: str) -> None:
        raise Refused(_t("Confirm the SOP unchanged on its page, or publish a new version: this ends with it."))

    def declined(self, one: Assignment, by: Person) -> None:
        raise Refused(_t("A review stays with the position that owns the SOP."))

    def handed(self, one: Assignment, to: Person) -> None:
        review = Review.objects.select_related("sop").filter(assignment_id=one.pk).first()
        if review is not None and part_of(to, review.sop.owner) is None:
            text = _t("{name} does not answer for this SOP. Give an assignment of its own about it instead.")
            raise Refused(text.format(name=to.name), field="to")


def name_of(pk: int) -> str:
    """Of the assignment behind a review, in the reader's language."""
    review = Review.objects.select_related("sop").filter(assignment_id=pk).first()
    return _t("Review the SOP: {title}").format(title=review.sop) if review is not None else ""


keep(KEEPER, ReviewKeeper())
named(KEEPER, name_of)
