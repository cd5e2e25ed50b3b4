"""The same hard cases once more with the database between any two commands: nothing lives in memory only."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from opsloop.base.people.models import Person
from opsloop.base.testing import given, make
from opsloop.base.things.frame import running
from opsloop.engine.cases import casevalues, store
from opsloop.engine.cases.advance import advance
from opsloop.engine.cases.columns import TIMERS
from opsloop.engine.cases.flow.commands import LOOKING_BACK, Command, OnItem
from opsloop.engine.cases.flow.outcome import Outcome
from opsloop.engine.cases.flow.state import State
from opsloop.engine.cases.models import Activation, Case, CaseEvent, Edition, Vote, WorkItem
from opsloop.engine.cases.tests import test_hard_approvals, test_hard_cases, test_hard_returns
from opsloop.engine.cases.tests.playing import Play, check

TESTS = [
    one for module in (test_hard_cases, test_hard_returns, test_hard_approvals) for name, one in vars(module).items()
    if name.startswith("test_") and not inspect.signature(one).parameters
]  # fmt: skip


def do(self: Play, command: Command) -> Outcome:
    """As Play.do, from the stored rows and back into them."""
    with given():
        case = self.__dict__.get("case") or begun(self)
        case = Case.objects.get(pk=case.pk)
        item = command.item if isinstance(command, OnItem) else None
        back = isinstance(command, LOOKING_BACK)
        before = store.load(case, case.values, item, back=back) if case.last_no else self.state
        out = advance(self.program, before, command, self.now, self.company)
        if out.state is not before:
            store.save(case, before, out, casevalues.plain(out.state.head.values), {}, self.now)
            for note in running().written:
                note(1)
    self.state = everything(self, case) if out.state is not before else self.state
    self.events += out.events
    self.notes += out.notes
    self.starts += out.calls.start
    self.cancels += out.calls.cancel
    check(self.program, self.state)
    return out


def begun(play: Play) -> Case:
    edition, _new = Edition.objects.get_or_create(sop="test", number=1, sha256="x", defaults={"definition": {}})
    play.case = Case(edition=edition, sop="test", title="Test", initiator_id=1)  # type: ignore[attr-defined]
    play.case.save()  # type: ignore[attr-defined]
    return play.case  # type: ignore[attr-defined,no-any-return]


def everything(play: Play, case: Case) -> State:
    """All rows, closed ones and fired timers too."""
    made = store.load(case, case.values, None, back=True)
    return replace(made, timers=TIMERS.read("case_id = %s", case.pk))


@pytest.fixture
def stored(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for number in (*range(1, 9), 11, 12, 13, 14):
        make(Person, pk=number, name=f"p{number}")
    monkeypatch.setattr(Play, "do", do)
    yield


@pytest.mark.both
@pytest.mark.parametrize("test", TESTS, ids=lambda one: one.__name__)
def test_stored(test: Callable[[], None], stored: None) -> None:
    test()
    assert all(table.objects.exists() for table in (Activation, WorkItem, CaseEvent, Case))
    assert not Vote.objects.filter(item=0).exists()
