"""Everything that the page of one case shows to one person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _t

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
from opsloop.engine.cases.pages.hiding import hidden_at
from opsloop.engine.cases.pages.ofsubject import subject_of
from opsloop.engine.cases.pages.people import Names, of_state
from opsloop.engine.cases.pages.values import Value, Values
from opsloop.engine.cases.program import START
from opsloop.engine.cases.translated import said, step_titles
from opsloop.engine.sops.drawing import Drawing, draw
from opsloop.engine.sops.wording import condition_words, names_of, proof_names


@dataclass(slots=True)
class Stop:
    """One line of the steps at the left."""

    place: places.Place
    who: str = ""
    clock: clocks.Clock | None = None
    mine: bool = False


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
            return Stop(place, who, self.clock_of(due) if due else None, place.id in mine)
        if place.state == places.DONE:
            return Stop(place, " · ".join(dict.fromkeys(filter(None, map(self.names.did, place.items)))))
        return Stop(place, " · ".join(self.names.who(one) for one in place.spec))

    def clock_of(self, item: Item) -> clocks.Clock | None:
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
        words |= proof_names(self.file, self.written)
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
            (self.titles.get(one.node, one.node), self.names.has(one), self.clock_of(one), one, found)
            for one, found in self.buttons.of_others
        ]


def code_of(case: Case) -> str:
    """The number by which people call a case."""
    return f"LC-{case.pk:04d}"
