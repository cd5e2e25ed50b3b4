"""The working copy on which one command is carried out: rows by number, and what is to be told."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from opsloop.engine.cases.flow.outcome import Calls, Changes, Event, No, Note, Outcome, World
from opsloop.engine.cases.flow.state import ALIVE, Activation, Item, State, Status, Timer, Vote, Work
from opsloop.engine.cases.program import Block, ForEach, Program, Repeat


class Desk:
    """Rows are frozen: whoever changes one puts it back. `todo` are closed ones whose parents have to go on."""

    def __init__(self, program: Program, state: State, now: datetime, world: World, by: int | None) -> None:
        self.program, self.now, self.world, self.by = program, now, world, by
        self.before = state
        self.head = state.head
        self.last_no = state.head.last_no
        self.activations = dict(state.activations)
        self.items = dict(state.items)
        self.votes = dict(state.votes)
        self.timers = dict(state.timers)
        self.todo: deque[int] = deque()
        self.events: list[Event] = []
        self.notes: list[Note] = []
        self.start: list[tuple[int, str]] = []
        self.cancel: list[int] = []

    def number(self) -> int:
        """The next number."""
        self.last_no += 1
        return self.last_no

    def set(self, **values: Any) -> None:
        """Change the head."""
        self.head = replace(self.head, **values)

    def put(self, row: Activation | Item | Vote | Timer) -> None:
        """Keep a new or changed row."""
        match row:
            case Activation():
                self.activations[row.no] = row
            case Item():
                self.items[row.no] = row
            case Vote():
                self.votes[row.no] = row
            case Timer():
                self.timers[row.no] = row

    def activation(self, no: int | None, **values: Any) -> Activation:
        """Change an activation and answer it as it is now."""
        assert no is not None
        row = replace(self.activations[no], **values)
        self.put(row)
        return row

    def item(self, no: int, **values: Any) -> Item:
        """Change an item and answer it as it is now."""
        row = replace(self.items[no], **values)
        self.put(row)
        return row

    def block(self, row: Activation | Item) -> Block:
        """What it is one of; of what this version has no more, which can only be closed, a block that does nothing."""
        return self.program.blocks.get(row.node) or Block(id=row.node)

    def children(self, parent: Activation) -> list[Activation]:
        """The open children of the parent's present turn: none of them left means that they are joined."""
        return [
            one for one in self.activations.values()
            if one.parent == parent.no and one.round == parent.turn and one.status == Status.OPEN
        ]  # fmt: skip

    def items_of(self, activation: int) -> list[Item]:
        """Its work items in their order, whatever their state."""
        return sorted((one for one in self.items.values() if one.activation == activation), key=lambda one: one.no)

    def open_items(self, activation: int) -> list[Item]:
        """Those that wait or are open."""
        return [one for one in self.items_of(activation) if one.status in ALIVE]

    def chain(self, no: int | None) -> Iterator[Activation]:
        """The activation and all around it, from the inside out."""
        while no is not None:
            row = self.activations[no]
            yield row
            no = row.parent

    def values(self, no: int | None) -> Mapping[str, object]:
        """The case's values as they are seen there: with the entry of a loop and its round."""
        seen: dict[str, object] = {}
        for row in self.chain(no):
            above = self.activations[row.parent] if row.parent is not None else None
            block = self.program.blocks[above.node] if above else None
            if isinstance(block, ForEach):
                assert above is not None
                seen.setdefault(block.name, entries(block, self.values(above.no)).get(str(row.data.get("key"))))
            if isinstance(block, Repeat):
                seen.setdefault("round", row.round)
        head = self.head
        case = {"level": head.level, "initiator": head.initiator, "started": head.started, "now": self.now,
                "subject": self.world.subject()}  # fmt: skip
        return {**self.head.values, **case, **seen}

    def say(self, verb: str, on: Activation | Item | None = None, /, **data: object) -> None:
        """One line of the process log. by and behalf may be given for who is not the speaker."""
        by = data.pop("by", self.by)
        behalf = data.pop("behalf", None)
        item = on.no if isinstance(on, Item) else None
        act = on.no if isinstance(on, Activation) else on.activation if on else None
        self.events.append(
            Event(verb, on.node if on else "", on.round if on else 0, item, act,
                  by if isinstance(by, int) else None, behalf if isinstance(behalf, int) else None, data)
        )  # fmt: skip

    def tell(self, kind: str, *people: int, positions: tuple[str, ...] = (), on: Activation | Item | None = None,
             say: str = "") -> None:  # fmt: skip
        """Somebody is to be told."""
        if people or positions:
            node, item = (on.node if on else ""), (on.no if isinstance(on, Item) else None)
            self.notes.append(Note(kind, tuple(dict.fromkeys(people)), positions, node, item, say))

    def found(self, no: int) -> Item:
        """The item, or a no: it is not there."""
        if no not in self.items:
            raise No("no-item")
        return self.items[no]

    def outcome(self) -> Outcome:
        """What has changed since the beginning."""
        self.set(rev=self.head.rev + 1, last_no=self.last_no)
        old = self.before
        state = State(self.head, self.activations, self.items, self.votes, self.timers)
        changes = Changes(
            self.head, tuple(row for no, row in self.activations.items() if old.activations.get(no) is not row),
            tuple(row for no, row in self.items.items() if old.items.get(no) is not row),
            tuple(row for no, row in self.votes.items() if old.votes.get(no) is not row),
        )  # fmt: skip
        timers = tuple(row for no, row in self.timers.items() if old.timers.get(no) is not row)
        calls = Calls(tuple(self.start), tuple(self.cancel))
        return Outcome(state, changes, tuple(self.events), timers, tuple(self.notes), calls)


def entries(block: ForEach, values: Mapping[str, object]) -> dict[str, object]:
    """What the list holds now, by keys that stay the same when it changes: an entry's id, else what it says."""
    found = block.over(values)
    out: dict[str, object] = {}
    for entry in found if isinstance(found, list | tuple) else ():
        ident = entry.get("id") if isinstance(entry, dict) else None
        key = str(ident) if ident is not None else json.dumps(entry, ensure_ascii=False, sort_keys=True, default=str)
        copies = sum(one == key or one.startswith(f"{key}#") for one in out)
        out[f"{key}#{copies + 1}" if copies else key] = entry
    return out


def open_work(item: Item) -> bool:
    """Does it keep its block from ending? Copies do not."""
    return item.status in ALIVE and item.kind != Work.COPY
