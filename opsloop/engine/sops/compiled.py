"""What a publication writes for SOPs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.engine.assignments import api as assignments
from opsloop.engine.sops.models import Review, ReviewState, Sop


def compile_sops(changes: Sequence[Change], by: Person) -> None:
    """Rows of the changed SOPs, and the end of their reviews; inside the publishing act."""
    Sop.put(changes)
    _end_reviews([one.ident for one in changes], by)


def _end_reviews(idents: Sequence[str], by: Person) -> None:
    """Who changed an SOP has looked at it."""
    for one in Review.objects.filter(sop__ident__in=idents, state=ReviewState.OPEN).select_related("sop"):
        one.state = ReviewState.DROPPED if one.sop.withdrawn else ReviewState.REPLACED
        one.ended_at, one.ended_by = timezone.now(), by
        one.save()
        if one.sop.withdrawn:
            assignments.drop(one.assignment_id, _t("The SOP is out of force."))
        else:
            word = _t("Version {n} of the SOP was published.").format(n=one.sop.number)
            assignments.finish(one.assignment_id, by, word)


def translate_sops(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles, checklists, messages and the like in another language; inside the publishing act."""
    Sop.put_words(language, texts)
