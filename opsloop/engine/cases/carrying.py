"""One command to one case, inside an act that holds the case's lock: read, advance, write, tell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.jobs.api import enqueue
from opsloop.base.people.models import Person
from opsloop.engine.cases import building, casevalues, naming, performing, raising, store
from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.approving import amount_of
from opsloop.engine.cases.flow.commands import LOOKING_BACK, Command, OnItem
from opsloop.engine.cases.flow.desk import Desk
from opsloop.engine.cases.flow.outcome import No, Outcome
from opsloop.engine.cases.flow.state import State
from opsloop.engine.cases.models import LIVE, Case, Edition
from opsloop.engine.cases.program import START, Approve, Call, Program, Step
from opsloop.engine.cases.saying import said
from opsloop.engine.cases.telling import tell_all
from opsloop.engine.cases.translated import words_of
from opsloop.engine.cases.world import House
from opsloop.engine.sops.models import Sop

DEEPEST = 5
"""Cases within cases within cases: an SOP that calls itself must not go on for ever."""


def carry(case: Case, command: Command) -> Outcome:
    """Raises Refused, Forbidden or Stale; then nothing has changed."""
    file, program = building.of(case)
    item = command.item if isinstance(command, OnItem) else None
    before = store.load(case, casevalues.typed(file, case.values), item, back=isinstance(command, LOOKING_BACK))
    now = timezone.now()
    house = House(case, file.calendar, now)
    out = _judged(case, program, before, command, now, house)
    if out.state is before:
        return out
    if (doing := performing.due(Desk(program, before, now, house, None), before, command, out)) is not None:
        performing.do(case, Desk(program, out.state, now, house, None), command, *doing)
        house = House(case, file.calendar, now)
        out = _judged(case, program, before, command, now, house)
    if isinstance(command, say.Complete) and before.items[command.item].node == START:
        naming.name_once(case, file, out.state.head.values)
    desk = Desk(program, out.state, now, house, None)
    raising.look(case, file, program, desk.values(None), str(out.state.head.status))
    store.save(case, before, out, casevalues.plain(out.state.head.values), given_by(desk, before), now)
    tell_all(case, program, out.notes)
    _sub_cases(case, desk, out)
    if case.status not in LIVE and case.parent_id is not None:
        _report(case)
    return out


def _judged(case: Case, program: Program, before: State, command: Command, now: datetime, house: House) -> Outcome:
    try:
        return advance(program, before, command, now, house)
    except No as no:
        raise said(no, words_of(case.edition)) from no


def given_by(desk: Desk, before: State) -> Mapping[int, tuple[str, Decimal]]:
    """Vote -> what was given under which authority; counted together with what was given before."""
    given: dict[int, tuple[str, Decimal]] = {}
    for vote in desk.votes.values():
        item = desk.items.get(vote.item)
        if vote.no in before.votes or not vote.yes or item is None or not item.authority:
            continue
        block = desk.program.blocks[item.node]
        amount = (
            amount_of(desk, block, desk.activations[vote.activation]) if isinstance(block, Approve | Step) else None
        )
        if amount is not None and amount.is_finite():
            given[vote.no] = item.authority, amount
    return given


def _sub_cases(case: Case, desk: Desk, out: Outcome) -> None:
    for activation in out.calls.cancel:
        for child in Case.objects.select_for_update(of=("self",)).filter(
            parent=case, parent_activation=activation, status__in=LIVE
        ):  # fmt: skip
            carry(child, say.Cancel(reason=_t("The case above no longer needs it.")))
    for activation, ident in out.calls.start:
        _start_below(case, desk, activation, ident)


def _start_below(case: Case, desk: Desk, activation: int, ident: str) -> None:
    """Where the SOP is not there, or calls go too deep, a person decides how to go on: nothing waits for ever."""
    row = Sop.objects.filter(ident=ident, withdrawn=False).first()
    if row is None or _depth(case) >= DEEPEST:
        carry(case, say.SubcaseEnded(activation=activation, outcome="missing"))
        return
    child = new_case(row, case.initiator, title=f"{row.title} · {case.title}"[:200])
    child.parent, child.parent_activation, child.department = case, activation, case.department
    file = building.definition(child.edition)
    if file.about and file.about == building.definition(case.edition).about:
        child.subject_type, child.subject_id = case.subject_type, case.subject_id
    given = casevalues.fitting(file, given_below(desk, activation))
    if naming.name(child, file, given) is not None:
        child.key = None  # nobody is there to be refused; it gets its key when its start is filled in
    child.save()
    happened = given.get(file.start.happened) if file.start.happened else None
    moment = happened if isinstance(happened, datetime) and happened <= desk.now else None
    carry(child, say.Start(by=case.initiator_id, values=given, happened=moment, below=True))


def given_below(desk: Desk, activation: int) -> dict[str, object]:
    """What `with` says, worth what it is here, over the fields that both have."""
    block = desk.program.blocks[desk.activations[activation].node]
    values = desk.values(activation)
    gives = block.gives if isinstance(block, Call | Step) else {}
    return {**desk.head.values, **{name: rule(values) for name, rule in gives.items()}}


def _depth(case: Case) -> int:
    depth, above = 0, case.parent_id
    while above is not None:
        depth, above = depth + 1, Case.objects.values_list("parent_id", flat=True).get(pk=above)
    return depth


def _report(case: Case) -> None:
    """The end of a sub-case reaches the case above: at once where that one has just begun it, else by a job of its own,
    so that nobody waits for two locks the wrong way round."""
    activation, values = case.parent_activation or 0, dict(case.values)
    if Case._meta.get_field("parent").is_cached(case) and case.parent is not None:
        carry(case.parent, say.SubcaseEnded(activation=activation, outcome=case.status, values=values))
    else:
        enqueue("cases.report", {"case": case.pk}, key=f"case-report:{case.pk}", behalf=None)


def edition_of(sop: Sop) -> Edition:
    """The version in force, as cases keep it."""
    edition, _new = Edition.objects.get_or_create(
        sop=sop.ident, sha256=sop.sha256, defaults={"number": sop.number, "definition": sop.definition}
    )
    return edition


def new_case(sop: Sop, by: Person, *, title: str = "", key: str | None = None) -> Case:
    """An unsaved case on the version in force, which it keeps."""
    return Case(edition=edition_of(sop), sop=sop.ident, title=title or sop.title, initiator=by, key=key)
