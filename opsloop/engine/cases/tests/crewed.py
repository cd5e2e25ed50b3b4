"""A refund that asks for three hands, and short ways to move it."""

from __future__ import annotations

from typing import Any

from opsloop.base.people.models import Person
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.models import Case, WorkItem
from opsloop.engine.sops.tests.samples import sop

REFUND = sop(
    """
- {id: check, title: Check, do: operations-specialist, within: 4 hours, form: [cause]}
- {id: decide, title: Decide, approve: [{by: clerk-lead, limit: compensation}], amount: amount, not_same_as: [check]}
- {id: pay, title: Pay, do: operations-specialist, not_same_as: [check, decide]}
""",
    """start: {form: [customer, amount], key: [customer], title: "Refund {customer}", happened: since,
  late_after: 2 hours}
fields:
  - {id: customer, title: Customer}
  - {id: amount, title: Amount, type: money}
  - {id: cause, title: Cause, type: choice, options: [late, broken]}
  - {id: since, title: Since, type: moment}
""",
)

IMPROVE = sop(
    """
- {id: take, title: Take on, do: operations-manager, form: [subject.owner, subject.due_on, note], act: findings.triage}
- choose:
  - {when: "subject.state is accepted and subject.owner is not empty", steps: [
      {id: drop, title: Drop, do: operations-manager, act: findings.dismiss, with: {ground: small, reason: note}}]}
  otherwise: [{id: lost, title: Lost, do: operations-manager}]
- {id: look, title: Look, do: operations-specialist, until: "subject.state is closed"}
""",
    """about: findings
start: {form: [subject.title, subject.origin, note], act: findings.raise}
fields: [{id: note, title: Note}]
""",
)
SEEN = [Filled("subject.title", "milk is sour"), Filled("subject.origin", "suggestion"), Filled("note", "not worth it")]


def start(by: Person, amount: str = "100", customer: str = "A", **more: str) -> Case:
    values = {"customer": customer, "amount": amount, **more}
    return actions.start(by=by, sop="refund", values=[Filled(name, value) for name, value in values.items()])


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def item(case: Case, node: str) -> WorkItem:
    return WorkItem.objects.get(case=case, node=node, status="open")


def checked(crew: Any, case: Case, by: Person | None = None) -> Case:
    number = item(case, "check").no
    actions.complete(again(case), by=by or crew.chen, item=number, values=[Filled("cause", "late")])
    return again(case)
