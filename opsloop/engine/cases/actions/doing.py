"""Taking, beginning and finishing work."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import act
from opsloop.base.people.models import Person
from opsloop.engine.cases import alerts
from opsloop.engine.cases.actions.shared import Fields, Item, Proofs, Ticks, Word, handed_in, live
from opsloop.engine.cases.carrying import carry
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import Case


@act("cases.claim", _("Claim"), done=_("{by} took work of {case}"), when=live)
def claim(case: Case, *, by: Person, item: Item) -> Case:
    """Take what several could do."""
    carry(case, say.Claim(item=item, by=by.pk))
    alerts.seen(case, by)
    return case


@act("cases.unclaim", _("Give back to all"), done=_("{by} gave work of {case} back to all"), when=live)
def unclaim(case: Case, *, by: Person, item: Item) -> Case:
    """Let somebody else who could do it take it."""
    carry(case, say.Unclaim(item=item, by=by.pk))
    return case


@act("cases.begin_work", _("Begin work"), done=_("{by} began with work of {case}"), when=live)
def begin_work(case: Case, *, by: Person, item: Item) -> Case:
    """Start working on it, so that waiting and working time are told apart."""
    carry(case, say.Begin(item=item, by=by.pk))
    return case


@act("cases.read", _("Mark as read"), done=_("{by} has read of {case}"))
def read(case: Case, *, by: Person, item: Item) -> Case:
    """The read receipt of work or of a copy."""
    carry(case, say.Read(item=item, by=by.pk))
    return case


@act("cases.complete", _("Finish"), done=_("{by} finished work of {case}"), when=live)
def complete(
    case: Case,
    *,
    by: Person,
    item: Item,
    values: Fields | None = None,
    evidence: Proofs | None = None,
    ticked: Ticks | None = None,
    word: Word = "",
) -> Case:
    """Finish a step with its form, evidence and checklist."""
    carry(case, say.Complete(item=item, by=by.pk, comment=word, **handed_in(case, values, evidence, ticked)))
    alerts.seen(case, by)
    return case
