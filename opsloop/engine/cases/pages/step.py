"""The step at the right of a case's page: what is to be done, with everything that helps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t

from opsloop.base.acts import registry
from opsloop.engine.cases.flow.state import Item, Work
from opsloop.engine.cases.models import CaseEvent
from opsloop.engine.cases.pages import clock as clocks
from opsloop.engine.cases.pages import history
from opsloop.engine.cases.pages.allowance import Allowance, allowances
from opsloop.engine.cases.pages.buttons import Button
from opsloop.engine.cases.pages.desk import Turn
from opsloop.engine.cases.pages.form import Asks, StepForm, asks
from opsloop.engine.cases.pages.noted import Noted, noted
from opsloop.engine.cases.pages.ofsubject import readings
from opsloop.engine.cases.pages.values import Value
from opsloop.engine.cases.program import START
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Step
from opsloop.engine.sops.placeholders import fill
from opsloop.playbook.reader import bodies
from opsloop.playbook.reading import markdown
from opsloop.ui.formats import moment

if TYPE_CHECKING:
    from opsloop.engine.cases.pages.shown import Shown

SENT_BACK = ("returned", "rejected")


@dataclass(frozen=True, slots=True)
class Ballot:
    """One approver of an open approval."""

    item: Item
    who: str
    behalf: str = ""
    added: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why the step stands still, and since when."""

    since: datetime
    for_whom: str
    reason: str


@dataclass(slots=True)
class Now:
    """The step at the right: what is to be done, with everything that helps."""

    turn: Turn
    title: str
    guidance: SafeString | str
    mistakes: Sequence[str]
    form: StepForm | None
    reads: list[Value]
    clock: clocks.Clock | None
    messages: list[tuple[str, str]]
    noted: list[Noted]
    ballots: list[Ballot] = field(default_factory=list)
    amount: Any = None
    allowances: list[Allowance] = field(default_factory=list)
    helps: str = ""
    back: str = ""
    waits: Waiting | None = None
    buttons: list[Button] = field(default_factory=list)


def now_at(shown: Shown, turn: Turn, form: StepForm | None = None) -> Now:
    """The step at the right."""
    node = turn.item.node
    block, told = _blocks(shown, node)
    asked = asked_at(shown, node)
    if form is None and not turn.why and not turn.helping and not turn.item.paused and asked is not None:
        form = form_of(shown, turn)
    reads = _reads(shown, turn, block, asked)
    return Now(
        turn, shown.titles.get(node, node), _guidance(shown, node), told.mistakes if told else (), form, reads,
        shown.clock_of(turn.item), _messages(shown, turn), noted(shown.case, node, shown.person), _ballots(shown, turn),
        _amount(shown, turn, block), allowances(shown, turn, block), _helps(shown, turn), _returned(shown, turn),
        _waits(shown, turn), shown.buttons.of_turn(turn),
    )  # fmt: skip


def asked_at(shown: Shown, node: str) -> Asks | None:
    """What the step asks for; the start again what the start asked for."""
    block, told = _blocks(shown, node)
    if node == START:
        return asks(_Begin(shown.written.start.form, act=_start_act(shown)), _Begin(shown.file.start.form))
    return asks(block, told) if block is not None and told is not None else Asks(())


def _start_act(shown: Shown) -> str:
    """What made the subject is not done a second time when the request is mended."""
    this = registry.get(shown.written.start.act)
    made = this is not None and this.subject is None and shown.case.subject_id is not None
    return "" if made else shown.written.start.act


def form_of(shown: Shown, turn: Turn, data: Any = None, uploads: Any = None) -> StepForm:
    asked = asked_at(shown, turn.item.node) or Asks(())
    return StepForm(
        asked, (shown.written, shown.file), shown.person, shown.case, data, uploads, decides=turn.decides,
        proofs=_given_before(shown, turn),
    )  # fmt: skip


def _given_before(shown: Shown, turn: Turn) -> Mapping[str, list[int]]:
    """What was shown for this step before it was sent back; of approvals by the same person, or by who signed just
    before in this round. Where the step was done for several things at once nobody can tell which it was for."""
    here = [one for one in shown.events if one.node == turn.item.node and one.data.get("evidence")]
    if turn.decides and (signed := [one for one in here if _same_round(one, turn)]):
        return dict(signed[-1].data["evidence"])
    found = [one for one in here if not turn.decides or one.by_id == shown.person.pk]
    sent_back = max((one.seq for one in shown.events if one.verb in SENT_BACK), default=0)
    last = [one for one in found if one.round == found[-1].round]
    return dict(last[0].data["evidence"]) if len(last) == 1 and last[0].seq < sent_back else {}


def _same_round(one: CaseEvent, turn: Turn) -> bool:
    return one.verb == "agreed" and (one.activation, one.round) == (turn.item.activation, turn.item.round)


def _blocks(shown: Shown, node: str) -> tuple[Step | Approve | None, Step | Approve | None]:
    """(as written, as said) of a step or an approval."""
    found = [
        next((one for one in walk.blocks_of(file) if walk.block_id(one) == node), None)
        for file in (shown.written, shown.file)
    ]
    fit = [one if isinstance(one, Step | Approve) else None for one in found]
    return fit[0], fit[1]


def _reads(shown: Shown, turn: Turn, block: Step | Approve | None, asked: Asks | None) -> list[Value]:
    """What stands above the form: fields that one only reads, and for a decision all that is known."""
    if turn.decides or asked is None:
        hidden = {name for name, _may in asked.form} if asked else set()
        own = [one for one in shown.values.all() if one.id not in hidden]
    else:
        own = shown.values.some(name for name, may in asked.form if may == "read")
    return [*own, *(readings(asked.act, asked.form, shown.subject, shown.person) if asked else ())]


def _guidance(shown: Shown, node: str) -> SafeString | str:
    prose, _errors = bodies.prose(shown.file.body.text, 0, "")
    text = next((one.text for one in prose.sections if one.title == node), "")
    return markdown.render(text, level=3) if text else ""


def _messages(shown: Shown, turn: Turn) -> list[tuple[str, str]]:
    """Message texts of the SOP with what is known filled in."""
    known = {
        **shown.values.words(), "number": shown.code, "title": shown.case.title, "doer": shown.person.name,
        "initiator": shown.names.person(shown.case.initiator_id), "level": shown.level,
        "due": _time(turn.item.due), "started": _time(shown.case.started), "now": _time(shown.reader.now),
        "today": f"{shown.reader.now:%m-%d}",
    }  # fmt: skip
    return [(one.title, fill(shown.file, one.text, known)) for one in shown.file.messages]


def _ballots(shown: Shown, turn: Turn) -> list[Ballot]:
    if not turn.decides:
        return []
    found = [
        one for one in shown.reader.state.items.values()
        if one.activation == turn.item.activation and one.kind != Work.COPY and one.status != "removed"
    ]  # fmt: skip
    return [_ballot(shown, one) for one in sorted(found, key=lambda one: one.no)]


def _ballot(shown: Shown, item: Item) -> Ballot:
    who = shown.names.did(item) if item.by is not None else shown.names.has(item) or shown.names.who(item.position)
    added = shown.names.person(item.added_by) if item.added_by else ""
    return Ballot(item, who, shown.names.person(item.behalf), added)


def _amount(shown: Shown, turn: Turn, block: Step | Approve | None) -> Any:
    if not isinstance(block, Approve) or not block.amount:
        return None
    ask = shown.reader.program.blocks[turn.item.node].amount  # type: ignore[attr-defined]  # an approval has one
    return ask(shown.reader.desk.values(turn.item.activation)) if ask else None


def _helps(shown: Shown, turn: Turn) -> str:
    return shown.names.person(turn.item.owner)


def _returned(shown: Shown, turn: Turn) -> str:
    """Why it came back, if it did: the last word of whoever returned it."""
    if turn.item.round < 2 and turn.item.node != START:
        rows = [one for one in shown.reader.state.activations.values() if one.node == turn.item.node]
        if len(rows) < 2:
            return ""
    last = next((one for one in reversed(shown.events) if one.verb in SENT_BACK), None)
    if last is None or not last.data.get("comment"):
        return ""
    return _t("{who}: {text}").format(who=shown.names.person(last.by_id), text=last.data["comment"])


def _waits(shown: Shown, turn: Turn) -> Waiting | None:
    if turn.item.paused is None:
        return None
    mine = [one for one in shown.events if one.verb == "step-paused" and one.item == turn.item.no]
    data = mine[-1].data if mine else {}
    return Waiting(turn.item.paused, history.waiting(str(data.get("waits", ""))), str(data.get("comment", "")))


@dataclass(frozen=True, slots=True)
class _Begin:
    """The start as a step: it has a form and nothing else."""

    form: Any
    evidence: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    act: str = ""


def _time(at: Any) -> str:

    return strip_tags(str(moment(at))) if at else ""
