"""The tree of blocks: owners, ids, ways back, hands that must differ, sub-cases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.names import closest
from opsloop.base.kinds.registry import Book, Level, Said
from opsloop.base.things.errors import Text
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Call, Choose, Otherwise, Parallel, Step, Wait
from opsloop.engine.sops.words import How
from opsloop.playbook.reader.errors import say

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


def structure(ident: str, obj: SopFile, book: Book) -> Iterator[Said]:
    """Everybody has something to do, every id is there once and names what exists."""
    placed = list(walk.walk(obj.steps))
    if not placed:
        yield Said("steps", _("It has no step."), Level.ERROR, _("Add the first step."))
    yield from _ids(placed)
    for one in placed:
        yield from _block(obj, one)
    yield from _hands(obj, placed)
    yield from _calls(ident, placed, book)


def _ids(placed: list[walk.Placed]) -> Iterator[Said]:
    seen: set[str] = set()
    for one in placed:
        if one.id in seen:
            yield Said(f"{one.path}.id", _("Another block has this id."), Level.ERROR, _("Give it an id of its own."))
        seen.add(one.id)


def _block(obj: SopFile, one: walk.Placed) -> Iterator[Said]:
    match one.block:
        case Step(do=""):
            remedy = _("Choose the position that does it (do:).")
            yield Said(f"{one.path}.do", _("Nobody does this step."), Level.ERROR, remedy)
        case Approve():
            yield from _approve(obj, one, one.block)
        case Wait():
            if sum(map(bool, (one.block.wait, one.block.until, one.block.message))) != 1:
                text = _("It waits for one thing: a time, a condition or a message.")
                yield Said(one.path, text, Level.ERROR, _("Keep one of them (wait, until or message)."))
        case Parallel():
            yield from _ways(one, 2)
        case Choose():
            yield from _ways(one, 1)
            yield from _choose(one, one.block)
        case _:
            return


def _approve(obj: SopFile, one: walk.Placed, block: Approve) -> Iterator[Said]:
    if not block.approve:
        yield Said(
            f"{one.path}.approve",
            _("Nobody decides here."),
            Level.ERROR,
            _("Choose who approves (approve: - by:)."),
        )
    if block.on_reject:
        passed = walk.before(obj, one.id)
        if block.on_reject not in passed:
            there = walk.block(obj, block.on_reject) is not None
            text: Text = _("A case has not passed this step when it is decided here.")
            if not there:
                text = say(_("There is no step {step}."), step=block.on_reject)
            yield Said(f"{one.path}.on_reject", text, Level.ERROR, _meant(block.on_reject, passed))
    if (block.how is How.AT_LEAST) != (block.at_least is not None):
        text = _("at_least goes with how: at-least, and the other way round.")
        yield Said(
            f"{one.path}.how",
            text,
            Level.ERROR,
            _("Choose “at least” and say how many (how: at-least, at_least: 2)."),
        )
    elif block.at_least is not None and block.at_least > len(block.approve):
        text = say(_("At least {n} of {all} can never be."), n=block.at_least, all=len(block.approve))
        yield Said(f"{one.path}.at_least", text, Level.ERROR, _("Lower the number, or add approvers."))


def _ways(one: walk.Placed, least: int) -> Iterator[Said]:
    found = [way for way in walk.ways(one.block) if not way.otherwise]
    if len(found) < least:
        yield Said(one.path, _("There are too few branches."), Level.ERROR, _("Add a branch, or write steps without."))
    for way in found:
        if not way.steps:
            path = f"{one.path}.{way.path}"
            yield Said(path, _("This branch has no step."), Level.ERROR, _("Add a step to it."))


def _choose(one: walk.Placed, block: Choose) -> Iterator[Said]:
    rest = [i for i, way in enumerate(block.choose) if isinstance(way, Otherwise)]
    if len(rest) + bool(block.otherwise) > 1 or (rest and rest[0] != len(block.choose) - 1):
        text: Text = _("otherwise stands once, at the end.")
        yield Said(f"{one.path}.choose", text, Level.ERROR, _("Keep one otherwise, after all branches."))
    for i, way in enumerate(block.choose):
        if not isinstance(way, Otherwise) and not way.when:
            text = _("This branch has no condition.")
            yield Said(
                f"{one.path}.choose.{i}.when",
                text,
                Level.ERROR,
                _("Choose a field for its condition (when:), or move its steps to “otherwise”."),
            )


def _hands(obj: SopFile, placed: list[walk.Placed]) -> Iterator[Said]:
    doers = {one.id for one in placed if isinstance(one.block, Step | Approve)}
    for one in placed:
        for i, other in enumerate(one.block.not_same_as if isinstance(one.block, Step | Approve) else ()):
            if other == one.id or other not in doers:
                text = say(_("There is no other step {step}."), step=other)
                yield Said(f"{one.path}.not_same_as.{i}", text, Level.ERROR, _meant(other, doers - {one.id}))


def _calls(ident: str, placed: list[walk.Placed], book: Book) -> Iterator[Said]:
    for one in placed:
        called = one.block.call if isinstance(one.block, Step | Call) else ""
        if called and ident in _reached(called, book):
            text = say(_("The sub-case {sop} would begin this SOP again, and so on."), sop=called)
            yield Said(f"{one.path}.call", text, Level.ERROR, _("Call another SOP, or do it as a step."))


def _reached(ident: str, book: Book) -> set[str]:
    """The SOP and every one that it calls, over corners too."""
    found: set[str] = set()
    todo = [ident]
    while todo:
        if (one := todo.pop()) not in found:
            found.add(one)
            obj = book.get("sop", one)
            todo += [b.call for b in walk.blocks_of(obj) if isinstance(b, Step | Call) and b.call] if obj else []
    return found


def _meant(word: str, options: set[str]) -> Text:
    found = closest(word, options)
    if found:
        return say(_("Did you mean {name}?"), name=found)
    return say(_("One of: {names}."), names=", ".join(sorted(options))) if options else _("Leave it out.")
