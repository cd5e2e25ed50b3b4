"""Everything that the page of one case shows to one person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t

from opsloop.base.acts import registry
from opsloop.base.files.models import Attachment
from opsloop.base.files.queries import may_read, visible_attachments
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.engine.cases.flow.state import ALIVE, Item, Work
from opsloop.engine.cases.models import Case, CaseEvent
from opsloop.engine.cases.origins import Origin, origins
from opsloop.engine.cases.pages import clock as clocks
from opsloop.engine.cases.pages import history, places
from opsloop.engine.cases.pages.buttons import Button, Buttons
from opsloop.engine.cases.pages.desk import Reader, Turn
from opsloop.engine.cases.pages.form import Asks, StepForm, asks
from opsloop.engine.cases.pages.hiding import hidden_at
from opsloop.engine.cases.pages.noted import Noted, noted
from opsloop.engine.cases.pages.ofsubject import readings, subject_of
from opsloop.engine.cases.pages.people import Names, of_state
from opsloop.engine.cases.pages.said import said, step_titles
from opsloop.engine.cases.pages.values import Value, Values
from opsloop.engine.cases.program import START
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Step
from opsloop.engine.sops.drawing import Drawing, draw
from opsloop.engine.sops.placeholders import fill
from opsloop.engine.sops.wording import condition_words, names_of
from opsloop.playbook.reader import bodies
from opsloop.playbook.reading import markdown
from opsloop.ui.formats import moment

SENT_BACK = ("returned", "rejected")


@dataclass(slots=True)
class Stop:
    """One line of the steps at the left."""

    place: places.Place
    who: str = ""
    clock: clocks.Clock | None = None
    mine: bool = False


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
    helps: str = ""
    back: str = ""
    waits: Waiting | None = None
    buttons: list[Button] = field(default_factory=list)


class Shown:
    """One case before one person. Lookups are made once, whatever the template asks for."""

    def __init__(self, case: Case, person: Person, data: Any = None, files: Any = None) -> None:
        self.case, self.person, self.data, self.uploads = case, person, data, files
        self.reader = Reader(case, person)
        self.written, self.file = self.reader.file, said(case.edition)
        self.titles = {START: _t("Request"), **step_titles(self.file)}
        self.words = names_of(self.file)
        self.events = list(CaseEvent.objects.filter(case=case).order_by("seq"))
        people = of_state(self.reader.state) | history.people_in(self.events) | {person.pk}
        self.names = Names(people, self.words)
        self.attached: list[Attachment] = list(visible_attachments(person, case))
        turns = self.reader.turns
        self.hidden = hidden_at(self.reader.program, (one.item.node for one in turns))
        self.values = Values(
            case, (self.written, self.file), self.attached, whole=bool(turns), hidden=self.hidden
        )  # fmt: skip

    @property
    def code(self) -> str:
        return code_of(self.case)

    @cached_property
    def subject(self) -> Any:
        """What the case is about, if this person sees it."""
        return subject_of(self.case, self.person)

    @property
    def level(self) -> str:
        return self.words.get(self.case.level, self.case.level)

    @cached_property
    def stops(self) -> list[Stop]:
        """The steps, each with who and until when."""
        found = places.places(self.file.steps, self.reader.state, self._condition, _t("otherwise"))
        mine = {turn.item.node for turn in self.reader.turns if not turn.why}
        own = [one for one in self.reader.state.items.values() if one.node == START and one.kind == Work.DO]
        waits = [one for one in own if one.status in ALIVE]
        start = places.Place(
            START, self.titles[START], "step", places.HERE if waits else places.DONE, items=waits or own[:1],
            at=self.case.started,
        )  # fmt: skip
        return [self._stop(one, mine) for one in (start, *found)]

    def _stop(self, place: places.Place, mine: set[str]) -> Stop:
        if place.state == places.HERE:
            items = [one for one in place.open_items if one.kind != Work.COPY]
            who = " · ".join(dict.fromkeys(filter(None, map(self.names.has, items))))
            due = min((one for one in items if one.due), key=lambda one: one.due or self.reader.now, default=None)
            return Stop(place, who, self._clock(due) if due else None, place.id in mine)
        if place.state == places.DONE:
            return Stop(place, " · ".join(dict.fromkeys(filter(None, map(self.names.did, place.items)))))
        return Stop(place, " · ".join(self.names.who(one) for one in place.spec))

    def _clock(self, item: Item) -> clocks.Clock | None:
        return clocks.clock(
            item.limit,
            item.opened,
            item.held or item.due,
            self.reader.now,
            self.reader.house,
            item.position,
            item.paused or self.case.suspended,
        )

    @cached_property
    def case_clock(self) -> clocks.Clock | None:
        """The total limit of the case, while it runs."""
        if not self.reader.live or self.case.due is None:
            return None
        limit = self.reader.program.limit.at(self.case.level) if self.reader.program.limit else ""
        return clocks.clock(limit, self.case.happened or self.case.started, self.case.due, self.reader.now,
                            self.reader.house, self.written.owner, self.case.suspended)  # fmt: skip

    def _condition(self, text: str) -> str:
        return condition_words(text, self.words)

    @property
    def here(self) -> list[Stop]:
        return [one for one in self.stops if one.place.state == places.HERE]

    @property
    def count(self) -> tuple[int, int]:
        """(steps done, steps that are known to be gone)."""
        sure = [one for one in self.stops if one.place.state in (places.DONE, places.HERE, places.AHEAD)]
        return len([one for one in sure if one.place.state == places.DONE]), len(sure)

    def turn(self, number: int | None) -> Turn | None:
        """The item asked for, else the first that one may act on."""
        mine = self.reader.turns
        return next((one for one in mine if one.item.no == number), None) or next(iter(mine), None)

    def now(self, turn: Turn, form: StepForm | None = None) -> Now:
        """The step at the right."""
        node = turn.item.node
        block, told = self._blocks(node)
        asked = self.asks(node)
        if form is None and not turn.why and not turn.helping and not turn.item.paused and asked is not None:
            form = self.form(turn)
        reads = self._reads(turn, block, asked)
        return Now(
            turn, self.titles.get(node, node), self._guidance(node), told.mistakes if told else (), form, reads,
            self._clock(turn.item), self._messages(turn), noted(self.case, node, self.person), self._ballots(turn),
            self._amount(turn, block), self._helps(turn), self._returned(turn), self._waits(turn),
            self.buttons.of_turn(turn),
        )  # fmt: skip

    def asks(self, node: str) -> Asks | None:
        """What the step asks for; the start again what the start asked for."""
        block, told = self._blocks(node)
        if node == START:
            return asks(_Begin(self.written.start.form, act=self._start_act()), _Begin(self.file.start.form))
        return asks(block, told) if block is not None and told is not None else Asks(())

    def _start_act(self) -> str:
        """What made the subject is not done a second time when the request is mended."""
        this = registry.get(self.written.start.act)
        made = this is not None and this.subject is None and self.case.subject_id is not None
        return "" if made else self.written.start.act

    def form(self, turn: Turn, data: Any = None, uploads: Any = None) -> StepForm:
        asked = self.asks(turn.item.node) or Asks(())
        return StepForm(
            asked, (self.written, self.file), self.person, self.case, data, uploads, decides=turn.decides,
            proofs=self._given_before(turn),
        )  # fmt: skip

    def _given_before(self, turn: Turn) -> Mapping[str, list[int]]:
        """What was shown for this step before it was sent back; of approvals by the same person. Where the step was
        done for several things at once nobody can tell which of them it was for."""
        found = [
            one for one in self.events
            if one.node == turn.item.node and one.data.get("evidence")
            and (not turn.decides or one.by_id == self.person.pk)
        ]  # fmt: skip
        sent_back = max((one.seq for one in self.events if one.verb in SENT_BACK), default=0)
        last = [one for one in found if one.round == found[-1].round]
        return dict(last[0].data["evidence"]) if len(last) == 1 and last[0].seq < sent_back else {}

    def _blocks(self, node: str) -> tuple[Step | Approve | None, Step | Approve | None]:
        """(as written, as said) of a step or an approval."""
        found = [
            next((one for one in walk.blocks_of(file) if walk.block_id(one) == node), None)
            for file in (self.written, self.file)
        ]
        fit = [one if isinstance(one, Step | Approve) else None for one in found]
        return fit[0], fit[1]

    def _reads(self, turn: Turn, block: Step | Approve | None, asked: Asks | None) -> list[Value]:
        """What stands above the form: fields that one only reads, and for a decision all that is known."""
        if turn.decides or asked is None:
            hidden = {name for name, _may in asked.form} if asked else set()
            own = [one for one in self.values.all() if one.id not in hidden]
        else:
            own = self.values.some(name for name, may in asked.form if may == "read")
        return [*own, *(readings(asked.act, asked.form, self.subject, self.person) if asked else ())]

    def _guidance(self, node: str) -> SafeString | str:
        prose, _errors = bodies.prose(self.file.body.text, 0, "")
        text = next((one.text for one in prose.sections if one.title == node), "")
        return markdown.render(text, level=3) if text else ""

    def _messages(self, turn: Turn) -> list[tuple[str, str]]:
        """Message texts of the SOP with what is known filled in."""
        known = {
            **self.values.words(), "number": self.code, "title": self.case.title, "doer": self.person.name,
            "initiator": self.names.person(self.case.initiator_id), "level": self.level,
            "due": _time(turn.item.due), "started": _time(self.case.started), "now": _time(self.reader.now),
            "today": f"{self.reader.now:%m-%d}",
        }  # fmt: skip
        return [(one.title, fill(self.file, one.text, known)) for one in self.file.messages]

    def _ballots(self, turn: Turn) -> list[Ballot]:
        if not turn.decides:
            return []
        found = [
            one for one in self.reader.state.items.values()
            if one.activation == turn.item.activation and one.kind != Work.COPY and one.status != "removed"
        ]  # fmt: skip
        return [self._ballot(one) for one in sorted(found, key=lambda one: one.no)]

    def _ballot(self, item: Item) -> Ballot:
        who = self.names.did(item) if item.by is not None else self.names.has(item) or self.names.who(item.position)
        added = self.names.person(item.added_by) if item.added_by else ""
        return Ballot(item, who, self.names.person(item.behalf), added)

    def _amount(self, turn: Turn, block: Step | Approve | None) -> Any:
        if not isinstance(block, Approve) or not block.amount:
            return None
        ask = self.reader.program.blocks[turn.item.node].amount  # type: ignore[attr-defined]  # an approval has one
        return ask(self.reader.desk.values(turn.item.activation)) if ask else None

    def _helps(self, turn: Turn) -> str:
        return self.names.person(turn.item.owner)

    def _returned(self, turn: Turn) -> str:
        """Why it came back, if it did: the last word of whoever returned it."""
        if turn.item.round < 2 and turn.item.node != START:
            rows = [one for one in self.reader.state.activations.values() if one.node == turn.item.node]
            if len(rows) < 2:
                return ""
        last = next((one for one in reversed(self.events) if one.verb in SENT_BACK), None)
        if last is None or not last.data.get("comment"):
            return ""
        return _t("{who}: {text}").format(who=self.names.person(last.by_id), text=last.data["comment"])

    def _waits(self, turn: Turn) -> Waiting | None:
        if turn.item.paused is None:
            return None
        mine = [one for one in self.events if one.verb == "step-paused" and one.item == turn.item.no]
        data = mine[-1].data if mine else {}
        return Waiting(turn.item.paused, history.waiting(str(data.get("waits", ""))), str(data.get("comment", "")))

    # The rest of the page.

    @cached_property
    def drawing(self) -> Drawing:
        """The flow with the present place."""
        labels = {
            "start": _t("Start"), "end": _t("End"), "again": _t("again"), "refused": _t("returned"),
            "otherwise": _t("otherwise"),
        }  # fmt: skip
        made = draw(self.file.steps, self.names.who, self._condition, labels)
        known = {one.place.id: one.place.state for one in self.stops}
        for node in made.nodes:
            if node.shape == "box" and node.id in known:
                node.note = f"{node.note} at-{known[node.id]}"
        return made

    @property
    def picture(self) -> dict[str, Any]:
        """What sops/flow.html takes."""
        return {"drawing": self.drawing, "title": self.case.title, "lines": ()}

    @cached_property
    def history(self) -> list[history.Line]:
        words = {**self.words, **{one.id: one.title for one in self.file.fields}}
        files = {one.pk: one for one in self.attached}
        elsewhere = Attachment.objects.filter(pk__in=history.files_in(self.events) - set(files)).select_related(
            "stored"
        )
        files |= {one.pk: one for one in elsewhere if may_read(self.person, one)}
        return history.history(self.events, self.names, self.titles, words, files)

    @cached_property
    def facts(self) -> list[Value]:
        return self.values.all()

    @cached_property
    def origins(self) -> list[Origin]:
        return origins(self.case, self.person)

    @cached_property
    def children(self) -> list[Case]:
        return list(visible(self.person, Case).filter(parent=self.case).order_by("pk"))

    @cached_property
    def copies(self) -> list[tuple[str, Any]]:
        """(who was sent a copy, when they read it)."""
        return [
            (self.names.person(one.assignee), one.done)
            for one in self.reader.state.items.values() if one.kind == Work.COPY
        ]  # fmt: skip

    @cached_property
    def buttons(self) -> Buttons:
        return Buttons(self.reader)

    @cached_property
    def others(self) -> list[tuple[str, str, clocks.Clock | None, Item, list[Button]]]:
        """(step, who has it, clock, item, what can be done about it) of open work of others."""
        return [
            (self.titles.get(one.node, one.node), self.names.has(one), self._clock(one), one, found)
            for one, found in self.buttons.of_others
        ]


@dataclass(frozen=True, slots=True)
class _Begin:
    """The start as a step: it has a form and nothing else."""

    form: Any
    evidence: tuple[str, ...] = ()
    checklist: tuple[str, ...] = ()
    act: str = ""


def code_of(case: Case) -> str:
    """The number by which people call a case."""
    return f"LC-{case.pk:04d}"


def _time(at: Any) -> str:

    return strip_tags(str(moment(at))) if at else ""
