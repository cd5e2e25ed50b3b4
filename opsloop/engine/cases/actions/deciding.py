"""Approving, rejecting, returning; signers."""

from __future__ import annotations

from typing import Annotated

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, act
from opsloop.base.people.models import Person
from opsloop.engine.assignments.whose import staff
from opsloop.engine.cases.actions.shared import Fields, Item, Proofs, Ticks, Word, handed_in, live
from opsloop.engine.cases.carrying import carry
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import Case

Straight = Annotated[bool, Arg(label=_("Straight back to me"), help=_("The others need not approve again."))]


class Place(models.TextChoices):
    """Where a signer is added."""

    BEFORE = "before", _("Before me")
    AFTER = "after", _("After me")
    BESIDE = "beside", _("Beside me")


@act("cases.approve", _("Approve"), done=_("{by} approved {case}"), when=live)
def approve(
    case: Case,
    *,
    by: Person,
    item: Item,
    values: Fields | None = None,
    evidence: Proofs | None = None,
    ticked: Ticks | None = None,
    word: Word = "",
) -> Case:
    """Say yes, within one's authority."""
    carry(case, say.Agree(item=item, by=by.pk, comment=word, **handed_in(case, values, evidence, ticked)))
    return case


@act("cases.reject", _("Reject"), done=_("{by} rejected {case}: {reason}"), when=live)
def reject(case: Case, *, by: Person, item: Item, reason: Reason, straight: Straight = False) -> Case:
    """Say no; it goes back to where the SOP says."""
    carry(case, say.Reject(item=item, by=by.pk, comment=reason, straight=straight))
    return case


@act("cases.return", _("Return"), done=_("{by} returned {case}: {reason}"), when=live)
def return_(
    case: Case,
    *,
    by: Person,
    item: Item,
    reason: Reason,
    to: Annotated[
        str, Arg(label=_("To which step"), help=_("A step's id, to:initiator or to:previous."), max=120)
    ] = "to:previous",
    straight: Straight = False,
) -> Case:
    """Back to a step that was passed; then everything again, or straight back here."""
    carry(case, say.Return(item=item, by=by.pk, comment=reason, to=to, straight=straight))
    return case


@act("cases.take_back", _("Take my approval back"), done=_("{by} took an approval of {case} back"), when=live)
def take_back(case: Case, *, by: Person, item: Item) -> Case:
    """While nobody has touched what follows."""
    carry(case, say.TakeBack(item=item, by=by.pk))
    return case


@act("cases.add_signers", _("Add signers"), done=_("{by} added {people} to {case}"), when=live)
def add_signers(
    case: Case,
    *,
    by: Person,
    item: Item,
    people: Annotated[list[Person], Arg(label=_("Who signs too"), pick=staff)],
    place: Annotated[Place, Arg(label=_("Place"))] = Place.BEFORE,
    word: Word = "",
) -> Case:
    """Before, after or beside me."""
    numbers = tuple(one.pk for one in people)
    carry(case, say.AddSigners(item=item, by=by.pk, people=numbers, place=say.Place(place.value), comment=word))
    return case


@act("cases.remove_signer", _("Remove a signer"), done=_("{by} removed a signer from {case}"), when=live)
def remove_signer(case: Case, *, by: Person, item: Item) -> Case:
    """Somebody whom I added and who has not signed yet."""
    carry(case, say.RemoveSigner(item=item, by=by.pk))
    return case
