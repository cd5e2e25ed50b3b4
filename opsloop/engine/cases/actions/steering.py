"""What those who answer for a case may do: pause it, end it, correct it, go past a step."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Reason, act
from opsloop.base.people.models import Holding, Person
from opsloop.engine.assignments.whose import staff
from opsloop.engine.cases import building
from opsloop.engine.cases.actions.shared import Fields, Item, filled, live
from opsloop.engine.cases.carrying import carry
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import Case


@act("cases.suspend", _("Suspend"), done=_("{by} suspended {case}: {reason}"), when=live)
def suspend(case: Case, *, by: Person, reason: Reason) -> Case:
    """All limits stand still until it is resumed."""
    carry(case, say.Suspend(by=by.pk, reason=reason))
    return case


@act("cases.resume", _("Resume"), done=_("{by} resumed {case}"), when=live)
def resume(case: Case, *, by: Person) -> Case:
    """What was left of each limit is left again."""
    carry(case, say.Resume(by=by.pk))
    return case


@act("cases.cancel", _("Cancel"), done=_("{by} cancelled {case}: {reason}"), when=live)
def cancel(case: Case, *, by: Person, reason: Reason) -> Case:
    """End it with everything that is open below it. By those whom the SOP names, and its owner."""
    file = building.definition(case.edition)
    if file.on_cancel.by and not _named(case, by, (*file.on_cancel.by, file.owner, building.ADMIN)):
        raise Forbidden(_t("This SOP is cancelled by others."))
    carry(case, say.Cancel(by=by.pk, reason=reason))
    return case


def _named(case: Case, by: Person, who: Collection[str]) -> bool:
    """Do they hold one of these positions, or stand in such a field of the case?"""
    fields = {case.values.get(one.removeprefix("field:")) for one in who if one.startswith("field:")}
    return by.pk in fields or Holding.objects.at().filter(person=by, position__code__in=list(who)).exists()


@act("cases.set_values", _("Correct fields"), done=_("{by} corrected fields of {case}: {reason}"), when=live)
def set_values(case: Case, *, by: Person, values: Fields, reason: Reason) -> Case:
    """Outside a step: a longer list, a corrected amount."""
    carry(case, say.SetValues(by=by.pk, values=filled(case, values), reason=reason))
    return case


@act("cases.lower_level", _("Lower the level"), done=_("{by} lowered the level of {case}: {reason}"), when=live)
def lower_level(
    case: Case, *, by: Person, level: Annotated[str, Arg(label=_("Level"), max=60)], reason: Reason
) -> Case:
    """It rises by itself; down it goes only with a reason."""
    carry(case, say.LowerLevel(by=by.pk, level=level, reason=reason))
    return case


@act("cases.skip", _("Go past a step"), done=_("{by} went past a step of {case}: {reason}"), when=live)
def skip(case: Case, *, by: Person, activation: Annotated[int, Arg(label=_("Step"), min=1)], reason: Reason) -> Case:
    """A deviation, and written down as one."""
    carry(case, say.Skip(by=by.pk, activation=activation, reason=reason))
    return case


@act("cases.resolve", _("Find the people again"), done=_("{by} had the people of {case} found again"), when=live)
def resolve(
    case: Case,
    *,
    by: Person,
    item: Item,
    to: Annotated[Person | None, Arg(label=_("Name somebody"), pick=staff)] = None,
    word: Annotated[str, Arg(label=_("Reason"), max=2000, long=True)] = "",
) -> Case:
    """After a reorganisation; or name somebody, with a reason, where nobody is found."""
    carry(case, say.Resolve(item=item, by=by.pk, to=to.pk if to else None, comment=word))
    return case
