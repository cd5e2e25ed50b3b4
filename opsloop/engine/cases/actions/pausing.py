"""One step stands still while somebody outside the house is waited for."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, act
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.engine.cases.actions.shared import Item, Word, live
from opsloop.engine.cases.carrying import carry
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import Case, Waits


@act("cases.pause_step", _("Pause the step"), done=_("{by} paused a step of {case}: {reason}"), when=live)
def pause_step(
    case: Case,
    *,
    by: Person,
    item: Item,
    waits: Annotated[Waits, Arg(label=_("What it waits for"), help=_("Whoever waits for a colleague urges them."))],
    reason: Reason,
) -> Case:
    """The limit of this step stands still; the other steps and the limit of the whole case go on."""
    carry(case, say.PauseStep(item=item, by=by.pk, waits=waits.value, comment=reason))
    return case


@act("cases.resume_step", _("Resume the step"), done=_("{by} resumed a step of {case}"), when=live)
def resume_step(case: Case, *, by: Person, item: Item, word: Word = "") -> Case:
    """What was left of its limit is left again. By whoever has it, or who may resume whole cases."""
    force = can(by, "cases.resume", case)
    carry(case, say.ResumeStep(item=item, by=by.pk, comment=word, force=force))
    return case
