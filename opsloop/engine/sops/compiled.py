"""What a publication writes for SOPs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import Change
from opsloop.base.people.models import Person
from opsloop.engine.assignments import api as assignments
from opsloop.engine.sops.models import Review, ReviewState, Sop
from opsloop.engine.sops.reviewing import coming_idents
from opsloop.playbook.following import on_day
from opsloop.playbook.kinds.translation import source_of
from opsloop.playbook.models import Version
from opsloop.playbook.queries import item_of


def compile_sops(changes: Sequence[Change], by: Person) -> None:
    """Rows of the SOPs whose change holds today, and the end of their reviews; inside the publishing act. What begins
    on a later day is put there on that day."""
    today = timezone.localdate()
    Sop.put([one for one in changes if one.from_day <= today])
    _end_reviews({one.ident: one for one in changes}, by)


def begin_sops(in_force: Mapping[tuple[str, str], Version]) -> None:
    """Inside the act of each night: rows as the versions say that are in force now."""
    rows = dict(Sop.objects.filter(withdrawn=False).values_list("ident", "number"))
    held = {ident: one for (kind, ident), one in in_force.items() if kind == "sop"}
    begun = [one for ident, one in held.items() if rows.get(ident) != one.number]
    changes = [Change(one.ident, item_of(one).obj, one.number, one.sha256, one.effective_from) for one in begun]
    gone = [Change(ident, None, 0, "", timezone.localdate()) for ident in rows if ident not in held]
    Sop.put([*changes, *gone])
    for (kind, ident), one in in_force.items():
        source = source_of(ident) if kind == "translation" else None
        if source is not None and source[1].name == "sop" and source[2] in {each.ident for each in begun}:
            Sop.put_words(source[0], {source[2]: item_of(one).obj.texts})


def _end_reviews(changes: Mapping[str, Change], by: Person) -> None:
    """Who changed an SOP has looked at it."""
    for one in Review.objects.filter(sop__ident__in=changes, state=ReviewState.OPEN).select_related("sop"):
        change = changes[one.sop.ident]
        one.state = ReviewState.DROPPED if change.obj is None else ReviewState.REPLACED
        one.ended_at, one.ended_by = timezone.now(), by
        one.save()
        if change.obj is None:
            assignments.drop(one.assignment_id, _t("The SOP is out of force."))
        else:
            word = _t("Version {n} of the SOP was published.").format(n=change.number)
            assignments.finish(one.assignment_id, by, word)


def translate_sops(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Titles, checklists, messages and the like in another language; inside the publishing act. Those of a version that
    begins on a later day come with it."""
    coming = set(coming_idents())
    Sop.put_words(language, {ident: one for ident, one in texts.items() if ident not in coming})


on_day.append(begin_sops)
