"""What no person says: the clock, other systems, sub-cases."""

from __future__ import annotations

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.people.models import Person
from opsloop.engine.cases.actions.shared import Fields, filled
from opsloop.engine.cases.carrying import carry
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import LIVE, Case


@act("cases.ring", _("Look at the limits of a case"), done=_("The limits of {case} were looked at"), doors=frozenset())
def ring(case: Case, *, by: Person) -> Case:
    """Whatever is due, each once; nothing where it came too late."""
    carry(case, say.TimersDue())
    return case


@act("cases.hear", _("Take a sub-case's result"), done=_("{case} took the result of {child}"), doors=frozenset())
def hear(case: Case, *, by: Person, child: Case) -> Case:
    """The end of a sub-case, once."""
    if child.parent_id != case.pk or child.status in LIVE:
        raise Refused(_("That sub-case is not over."))
    ended = say.SubcaseEnded(activation=child.parent_activation or 0, outcome=child.status, values=dict(child.values))
    carry(case, ended)
    return case


@act("cases.receive", _("Receive a message"), done=_("A message reached {case}: {key}"))
def receive(
    case: Case,
    *,
    by: Person,
    key: Annotated[str, Arg(label=_("Message"), min=1, max=60)],
    values: Fields | None = None,
) -> Case:
    """Something from outside, perhaps before anybody waits for it."""
    carry(case, say.Message(by=by.pk, key=key, values=filled(case, values)))
    return case
