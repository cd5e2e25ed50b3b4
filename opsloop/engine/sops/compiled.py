"""What a publication writes for SOPs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.base.things.frame import running
from opsloop.engine.assignments import api as assignments
from opsloop.engine.sops.models import Review, ReviewState, Sop
from opsloop.playbook.models import Publication


def compile_sops(changes: Sequence[Change], by: Person) -> None:
    """Rows of the changed SOPs, as they take force."""
    Sop.put(changes)


def end_reviews(publication: Publication) -> None:
    """Inside the publishing act: who changed an SOP has looked at it, whichever day the change begins on."""
    by = running().call.by
    changes = {one.ident: one for one in publication.versions.filter(kind="sop")}
    for one in Review.objects.filter(sop__ident__in=changes, state=ReviewState.OPEN).select_related("sop"):
        change = changes[one.sop.ident]
        one.state = ReviewState.DROPPED if change.withdrawn else ReviewState.REPLACED
        one.ended_at, one.ended_by = timezone.now(), by
        one.save()
        if change.withdrawn:
            assignments.drop(one.assignment_id, _t("The SOP is out of force."))
        else:
            word = _t("Version {n} of the SOP was published.").format(n=change.number)
            assignments.finish(one.assignment_id, by, word)


def translate_sops(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles, checklists, messages and the like in another language, as they take force."""
    Sop.put_words(language, texts)
