"""Any program, any commands: the case is never stuck, joins fire once a round, votes are counted rightly."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.commands import Command
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.state import ALIVE, LIVE, Activation, CaseStatus, Item, Status, Timer, Work
from opsloop.engine.cases.program import (
    Adding,
    Again,
    Alarm,
    Approve,
    Block,
    Branch,
    Call,
    Choose,
    Empty,
    Entry,
    ForEach,
    How,
    Limit,
    May,
    Notify,
    Own,
    Parallel,
    Program,
    Repeat,
    Seat,
    Sequence,
    Step,
    Timing,
    Wait,
)
from opsloop.engine.cases.tests.playing import (
    ADMIN,
    ASKER,
    BOSS,
    CLERK,
    CLERK2,
    HEAD,
    LEAD,
    OTHER,
    Company,
    Play,
    get,
    is_,
)

PEOPLE = (ASKER, CLERK, CLERK2, LEAD, HEAD, BOSS, OTHER, ADMIN)
POSTS = ("clerk", "lead", "head", "boss", "vacant", "initiator", "field:who")
FORM = (Entry("x", May.WRITE), Entry("goods", May.WRITE))
TIMED = st.sampled_from(
    (None, Timing(Limit("4h")), Timing(Limit("2h"), overdue=("lead",), again=(Alarm(2, ("head",)),)))
)


class Tree:
    """Draws a program; every block gets an id of its own."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.count, self.steps = draw, 0, ["start"]

    def ident(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def body(self, depth: int, least: int = 0) -> Sequence:
        ident = self.ident("body")
        return Sequence(id=ident, blocks=tuple(self.block(depth) for _i in range(self.draw(st.integers(least, 3)))))

    def block(self, depth: int) -> Block:
        leaves = (self.step, self.step, self.approve, self.approve, self.wait, self.call, self.notify)
        inner = (self.parallel, self.choose, self.for_each, self.repeat)
        made: Any = self.draw(st.sampled_from((*leaves, *inner) if depth else leaves))
        return made(depth - 1) if made in inner else made()

    def step(self) -> Step:
        ident = self.ident("step")
        apart = self.draw(st.sampled_from(((), (), tuple(self.steps[-1:]))))
        self.steps.append(ident)
        call = self.draw(st.sampled_from(("", "", "", "other")))
        return Step(
            id=ident, do=self.draw(st.sampled_from(POSTS)), form=FORM, apart=apart, timing=self.draw(TIMED), call=call
        )

    def approve(self) -> Approve:
        ident = self.ident("approve")
        when = (None, None, is_("x", 1))
        seats = tuple(
            Seat(
                self.draw(st.sampled_from(POSTS)), self.draw(st.sampled_from(when)), weight=self.draw(st.integers(1, 2))
            )
            for _i in range(self.draw(st.integers(1, 3)))
        )
        one = self.draw
        made = Approve(
            id=ident, seats=seats, how=one(st.sampled_from(How)), at_least=one(st.integers(1, 4)),
            veto=one(st.booleans()), on_reject=one(st.sampled_from(("", "start", "start", *self.steps[-2:]))),
            empty=one(st.sampled_from(Empty)), own=one(st.sampled_from(Own)), again=one(st.sampled_from(Again)),
            adding=one(st.sampled_from(Adding)), timing=one(TIMED), form=FORM,
        )  # fmt: skip
        self.steps.append(ident)
        return made

    def wait(self) -> Wait:
        ident = self.ident("wait")
        return self.draw(
            st.sampled_from(
                (Wait(id=ident, limit=Limit("3h")), Wait(id=ident, message="m"), Wait(id=ident, until=is_("x", 2)))
            )
        )

    def call(self) -> Call:
        return Call(id=self.ident("call"), sop="other")

    def notify(self) -> Notify:
        return Notify(id=self.ident("notify"), notify=("lead",))

    def parallel(self, depth: int) -> Parallel:
        ways = tuple(
            Branch(self.body(depth), self.draw(st.sampled_from((None, None, is_("x", 1)))))
            for _i in range(self.draw(st.integers(1, 3)))
        )
        return Parallel(id=self.ident("parallel"), branches=ways, any=self.draw(st.booleans()))

    def choose(self, depth: int) -> Choose:
        ways = tuple(Branch(self.body(depth), is_("x", i)) for i in range(self.draw(st.integers(1, 2))))
        return Choose(
            id=self.ident("choose"), branches=ways, otherwise=self.draw(st.sampled_from((None, self.body(depth))))
        )

    def for_each(self, depth: int) -> ForEach:
        return ForEach(id=self.ident("each"), over=get("goods"), name="good", body=self.body(depth))

    def repeat(self, depth: int) -> Repeat:
        return Repeat(
            id=self.ident("loop"), until=is_("x", 1), body=self.body(depth), at_most=self.draw(st.integers(1, 3))
        )


VALUES = st.fixed_dictionaries(
    {}, optional={"x": st.integers(0, 2), "goods": st.lists(st.sampled_from(("p", "q", {"id": 3})), max_size=3)}
)


class AnyCase(RuleBasedStateMachine):
    """One case of one program; whatever people, clocks and systems say to it."""

    play: Play

    @initialize(data=st.data(), by=st.sampled_from(PEOPLE), values=VALUES)
    def begin(self, data: st.DataObject, by: int, values: dict[str, object]) -> None:
        tree = Tree(data.draw)
        main = tree.body(2, least=1)
        company = Company()
        company.away = data.draw(st.dictionaries(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), max_size=2))
        company.left = data.draw(st.sets(st.sampled_from(PEOPLE[1:]), max_size=2)) - {by}
        self.play = Play(Program(sop="any", title="", body=main, owner="head", admin="admin", form=FORM), company)
        self.play.start(by, **values)
        self.judge()

    def hear(self, command: Command) -> None:
        before = self.play.state
        try:
            self.play.do(command)
        except No:
            assert self.play.state is before
        self.judge()

    def judge(self) -> None:
        state = self.play.state
        for item in state.items.values():
            stands_still_or_runs(item, [one for one in state.timers.values() if one.item == item.no and one.live])
        for row in state.activations.values():
            block = self.play.program.blocks[row.node]
            if isinstance(block, Approve) and row.status == Status.DONE:
                won(block, row, [one for one in state.items.values() if one.activation == row.no])

    @property
    def live(self) -> bool:
        return self.play.state.head.status in LIVE

    def any_item(self, data: st.DataObject) -> Item | None:
        items = [one for one in self.play.state.items.values() if one.status in ALIVE]
        return data.draw(st.sampled_from(items)) if items else None

    def who(self, data: st.DataObject, item: Item) -> int:
        named = (item.assignee, *item.candidates)
        return data.draw(st.sampled_from([*(one for one in named if one), *(one for one in named if one), *PEOPLE]))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), values=VALUES, straight=st.booleans(), kind=st.integers(0, 9))
    def works(self, data: st.DataObject, values: dict[str, object], straight: bool, kind: int) -> None:
        item = self.any_item(data)
        if item is None:
            return
        by = self.who(data, item)
        if item.kind == Work.DO and kind < 8:
            self.hear(say.Complete(item=item.no, by=by, values=values))
        elif kind < 5:
            self.hear(say.Agree(item=item.no, by=by))
        elif kind < 7:
            self.hear(say.Reject(item=item.no, by=by, comment="no", straight=straight))
        else:
            to = data.draw(st.sampled_from((say.To.INITIATOR, say.To.PREVIOUS, *self.play.program.blocks)))
            self.hear(say.Return(item=item.no, by=by, comment="no", to=to, straight=straight))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), to=st.sampled_from(PEOPLE), place=st.sampled_from(say.Place), kind=st.integers(0, 8))
    def changes_hands(self, data: st.DataObject, to: int, place: say.Place, kind: int) -> None:
        item = self.any_item(data)
        if item is None:
            return
        by, no = self.who(data, item), item.no
        commands = (
            say.Claim(item=no, by=by), say.Unclaim(item=no, by=by), say.HandOver(item=no, by=by, to=to),
            say.Delegate(item=no, by=by, to=to), say.GiveBack(item=no, by=by),
            say.AddSigners(item=no, by=by, people=(to,), place=place), say.RemoveSigner(item=no, by=by, force=True),
            say.Resolve(item=no, by=by), say.Read(item=no, by=by),
        )  # fmt: skip
        self.hear(commands[kind])

    @precondition(lambda self: self.live)
    @rule(data=st.data(), force=st.booleans())
    def stands_still(self, data: st.DataObject, force: bool) -> None:
        item = self.any_item(data)
        if item is None:
            return
        by = self.who(data, item)
        if item.paused is None:
            self.hear(say.PauseStep(item=item.no, by=by, waits="customer", comment="papers"))
        else:
            self.hear(say.ResumeStep(item=item.no, by=by, force=force))

    @precondition(lambda self: self.live)
    @rule(data=st.data())
    def takes_back(self, data: st.DataObject) -> None:
        done = [one for one in self.play.state.items.values() if one.outcome == "agreed"]
        if done:
            item = data.draw(st.sampled_from(done))
            self.hear(say.TakeBack(item=item.no, by=item.by))

    @rule(hours=st.floats(-1, 9))
    def time_goes_by(self, hours: float) -> None:
        self.play.later(hours)
        self.hear(say.TimersDue())

    @rule(values=VALUES, kind=st.integers(0, 2))
    def something_arrives(self, values: dict[str, object], kind: int) -> None:
        if kind == 0:
            self.hear(say.Message(key="m", values=values))
        elif kind == 1:
            self.hear(say.SetValues(by=ADMIN, values=values))
        elif self.play.starts:
            self.hear(say.SubcaseEnded(activation=self.play.starts[-1][0], outcome="done" if values else "cancelled"))

    @precondition(lambda self: self.live)
    @rule(data=st.data(), kind=st.integers(0, 9))
    def somebody_steers(self, data: st.DataObject, kind: int) -> None:
        rows = [one for one in self.play.state.activations.values() if one.status == Status.OPEN]
        if kind == 0:
            self.hear(say.Withdraw(by=ASKER))
        elif kind < 4:
            self.hear(say.Skip(by=ADMIN, activation=data.draw(st.sampled_from(rows)).no, reason="it must go on"))
        elif self.play.state.head.status == CaseStatus.SUSPENDED:
            self.hear(say.Resume(by=ADMIN))
        elif kind < 6:
            self.hear(say.Suspend(by=ADMIN, reason="pause"))
        else:
            self.hear(say.Copy(by=ADMIN, people=(OTHER,)))

    def teardown(self) -> None:
        """From wherever it stands, people who do what they are asked bring it to an end."""
        if not hasattr(self, "play"):
            return
        if self.live and self.play.state.head.status == CaseStatus.SUSPENDED:
            self.play.do(say.Resume(by=ADMIN))
        for _round in range(500):
            if not self.live:
                return
            self.push()
        raise AssertionError(f"still running: {self.play.nodes()}")

    def push(self) -> None:
        play = self.play
        for item in play.open():
            if play.state.items[item.no].status != Status.OPEN:
                continue
            if item.owner is not None:
                play.do(say.GiveBack(item=item.no, by=item.owner))
                return
            by = item.assignee or next(iter(item.candidates), None)
            if play.state.items[item.no].paused is not None:
                play.do(say.ResumeStep(item=item.no, by=ADMIN, force=True))
            try:
                play.do(
                    say.Complete(item=item.no, by=by, values={"x": 1}) if item.kind == Work.DO
                    else say.Agree(item=item.no, by=by)
                )  # fmt: skip
            except No:
                play.do(say.Skip(by=ADMIN, activation=item.activation or 0, reason="nobody may"))
            return
        for row in play.state.activations.values():
            if row.status == Status.OPEN:
                play.do(say.SubcaseEnded(activation=row.no, outcome="done"))
        play.do(say.Message(key="m"))
        if self.live:
            play.do(say.SetValues(by=ADMIN, values={"x": 2}))
        play.later(10).do(say.TimersDue())


def stands_still_or_runs(item: Item, timers: list[Timer]) -> None:
    """A paused item has no end that could be over, and none of its timers rings; nothing else is held."""
    if item.status == Status.OPEN:
        assert (item.paused is None) or item.due is None
        assert item.paused is not None or item.held is None
        assert all(one.paused == (item.paused is not None) for one in timers)


def won(block: Approve, row: Activation, items: list[Item]) -> None:
    """Counted apart from the engine: an approval that is done has the voices that it needs."""
    counted = [one for one in items if one.kind == Work.APPROVE and one.status in (Status.DONE, Status.UNNEEDED)]
    yes = [one for one in counted if one.outcome == "agreed"]
    no = [one for one in counted if one.outcome == "rejected"]
    added = [one for one in items if one.kind == Work.COUNTERSIGN and one.status == Status.DONE]
    assert all(one.outcome == "agreed" for one in added)
    assert not (block.veto and no)
    if block.how in (How.ALL, How.IN_TURN):
        assert len(yes) == len(counted), row
    elif block.how == How.ANY:
        assert yes or not counted, row
    else:
        assert sum(one.weight for one in yes) >= min(block.at_least, sum(one.weight for one in counted)), row


def test_no_case_is_ever_stuck_joins_fire_once_and_votes_are_counted_rightly() -> None:
    run_state_machine_as_test(
        AnyCase,
        settings=settings(max_examples=60, stateful_step_count=25, deadline=None, derandomize=True,
                          phases=(Phase.explicit, Phase.generate),
                          suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
