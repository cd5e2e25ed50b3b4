"""A running case goes over to the version in force."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act, warn
from opsloop.base.people.models import Person
from opsloop.engine.cases import building, migrating
from opsloop.engine.cases.actions.shared import live
from opsloop.engine.cases.carrying import carry, edition_of
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.models import Case
from opsloop.engine.sops.models import Sop


@dataclass(frozen=True)
class Placed:
    """Where something open goes: to another step, to itself (begun anew), or nowhere (left out)."""

    step: Annotated[str, Arg(label=_("Open step"), max=120)]
    to: Annotated[str, Arg(label=_("Goes on at"), max=120)] = ""


@act(
    "cases.migrate", _("Take over the version in force"),
    done=_("{by} took {case} over to the version in force: {reason}"), when=live,
)  # fmt: skip
def migrate(
    case: Case,
    *,
    by: Person,
    reason: Reason,
    plan: Annotated[list[Placed] | None, Arg(label=_("Plan"), help=_("Only for what has no place of its own."))] = None,
) -> Case:
    """What is open goes on in the new version. Asks for a reason where the case is past what has changed."""
    row = Sop.objects.filter(ident=case.sop, withdrawn=False).first()
    if row is None or row.sha256 == case.edition.sha256:
        raise Refused(_t("It runs on the version in force already."))
    old, to = case.edition, edition_of(row)
    if missed := migrating.past(case, to):
        warn("past-change", _t("The case is past these steps already: {steps}.").format(steps=", ".join(missed)))
    command = say.Move(
        by=by.pk, old=building.program(old), plan={one.step: one.to for one in plan or []}, reason=reason
    )
    case.edition = to
    carry(case, command)
    return case
