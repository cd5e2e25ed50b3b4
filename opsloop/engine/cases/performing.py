"""The act of a step, in the transaction that completes it: done by the person, with their right; its no is the step's.

What the form asks of the subject (`subject.x`) and what `with` says are the act's values. An act that makes something
makes the case's subject. It is done before the case moves on, so that conditions see what it changed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, Refused, perform, registry
from opsloop.base.acts.args import Param
from opsloop.base.people.models import Person
from opsloop.base.things.models import Thing
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.commands import Command
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import Outcome
from opsloop.engine.cases.flow.state import State, Status
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.program import START, Approve, Doing, May, Step
from opsloop.engine.cases.subjects import Seen

ON = "on"
"""The name in `with` of the object of an act that is about something else than the case's subject."""


def due(desk: Desk, before: State, command: Command, out: Outcome) -> tuple[Doing, int] | None:
    """What this command brings with it: the act, and the activation that it belongs to."""
    if isinstance(command, say.Start):
        row = next(one for one in out.state.activations.values() if one.node == START)
        return (desk.program.begins, row.no) if desk.program.begins and row.status == Status.DONE else None
    if not isinstance(command, say.Complete | say.Agree):
        return None
    item = before.items[command.item]
    no, block = item.activation or 0, desk.program.blocks[item.node]
    if item.node == START:
        return (desk.program.begins, no) if desk.program.begins else None
    if not isinstance(block, Step | Approve) or block.doing is None:
        return None
    over = isinstance(block, Step) or out.state.activations[no].status == Status.DONE
    return (block.doing, no) if over else None


def do(case: Case, desk: Desk, command: Command, doing: Doing, activation: int) -> None:
    """Raises what the act raises, and Refused where the form is not filled."""
    this = registry.get(doing.act)
    if this is None or "step" not in this.doors or this.noun == "cases":
        raise Refused(_t("There is no act {name}.").format(name=doing.act))
    makes = this.subject is None
    if makes and doing is desk.program.begins and case.subject_id is not None:
        return  # begun for it, or corrected after a return: the request makes no second one
    given = _asked(case, doing, getattr(command, "subject", {}))
    values = desk.values(activation)
    raw: dict[str, Any] = {name: rule(values) for name, rule in doing.gives.items()}
    known = {one.name: one for one in this.params}
    raw |= {name: _raw(known.get(name), text) for name, text in given.items()}
    on = raw.pop(ON, case.subject_id)
    by = Person.objects.get(pk=command.by or 0)
    result = perform(doing.act, {k: v for k, v in raw.items() if v is not None}, Call(by=by), on=_on(makes, this, on))
    if makes and isinstance(result, Thing) and case.subject_id is None:
        case.subject_type, case.subject_id = result._meta.label_lower, result.pk


def _on(makes: bool, this: Any, on: object) -> object:
    if makes:
        return None
    if on is None:
        raise Refused(_t("The case has no subject yet."))
    return [on] if this.subject.many else on


def _asked(case: Case, doing: Doing, given: Mapping[str, str]) -> Mapping[str, str]:
    writable = {one.field for one in doing.asks if one.may.fills}
    if strange := sorted(set(given) - writable):
        raise Refused(_t("This step may not fill in: {fields}.").format(fields=", ".join(strange)), field="values")
    filled = {name: text for name, text in given.items() if text.strip()}
    seen = Seen(case.subject)
    missing = [one.field for one in doing.asks
               if one.may == May.NEED and one.field not in filled and seen.get(one.field) in (None, "")]  # fmt: skip
    if missing:
        raise Refused(_t("This has to be filled in: {fields}.").format(fields=", ".join(missing)), field="values")
    return filled


def _raw(param: Param | None, text: str) -> Any:
    """As a door would hand it over: lists and rows as JSON."""
    if param is None or not (param.many or param.is_rows):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
