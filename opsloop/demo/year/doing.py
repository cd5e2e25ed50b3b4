"""What the people of the year do: take work, begin it, finish it, say yes and no, and now and then what is unusual."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from math import log
from random import Random

from opsloop.demo.year.answers import SAID, Asked, filled
from opsloop.demo.year.habits import WEEKDAY, habit_of
from opsloop.demo.year.house import Company
from opsloop.demo.year.running import OPEN, Run, Year
from opsloop.demo.year.staff import Member
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.outcome import No
from opsloop.engine.cases.flow.state import Item, Work
from opsloop.engine.cases.program import START, Approve, Entry, Step

SPREAD = 0.5
"""Of the share of a limit that work takes, as the sigma of a log-normal."""
BUSY = 0.012
"""So much slower for each piece of work on the desk."""
NO_LIMIT = timedelta(hours=5)
SOON = timedelta(minutes=6)
PATIENCE = 2
TRIES = 20
"""So often something is planned anew; more often is a fault of the year."""
WHY = ("数字和附件对不上，请核对。", "缺一项依据，请补。", "表述不清，请改后再送。", "日期来不及，请改。")
HANDS_OVER, ASKS, SENDS_BACK, ADDS, READS = 0.012, 0.008, 0.012, 0.03, 0.4


class People:
    """Plans and does. All chance comes from the case's own generator, so a case is what it is by its number."""

    def __init__(self, company: Company, year: Year, proof: int) -> None:
        self.company, self.year, self.proof = company, year, proof

    def request(self, run: Run, by: int, now: datetime) -> dict[str, object]:
        """What the initiator writes."""
        asked = Asked(run.rng, now, by, {}, self.company, self.proof)
        return filled(run.file, habit_of(run.case.sop).answers, self._start_form(run), asked)

    @staticmethod
    def _start_form(run: Run) -> list[Entry]:
        """What the start names; the other fields could be filled in there too, but nobody does."""
        names = {one.field for one in run.file.start.form}
        return [one for one in run.program.form if one.field in names]

    def planned(self, run: Run, item: Item, now: datetime) -> None:
        """Somebody takes it, begins some time, and is done some time."""
        who = self._who(run, item, now)
        if who is None:
            self._nobody(run, item, now)
            return
        rng, done = run.rng, self._done(run, item, now, who)
        begun = who.next(now + (done - now) * rng.uniform(0.25, 0.85))
        done = max(done, who.add(begun, rng.uniform(1, 12)))
        plan = run.plans[item.no] = run.plans.get(item.no, 0) + 1

        def put(moment: datetime, do: Callable[[Run, Item, Member, datetime], None]) -> None:
            self.year.at(moment, lambda at: self._still(run, item.no, plan, who, at, do))

        if item.assignee is None and item.kind == Work.DO:
            put(who.next(now + (begun - now) * rng.uniform(0.1, 0.9)), self._take)
        put(begun, self._begin)
        put(done, self._finish)

    def _still(self, run: Run, no: int, plan: int, who: Member, at: datetime,
               do: Callable[[Run, Item, Member, datetime], None]) -> None:  # fmt: skip
        """Do it, if it is still to be done and nobody has planned it otherwise since."""
        item = self._open(run, no)
        if item is not None and run.plans[no] == plan:
            do(run, item, who, at)

    def _who(self, run: Run, item: Item, now: datetime) -> Member | None:
        """Of those who may, or who stand in for them, whoever is there soonest with least on the desk."""
        wanted = (item.assignee,) if item.assignee is not None else item.candidates
        best: tuple[datetime, Member] | None = None
        for one in wanted:
            member = self.company.members.get(one)
            other = member.stands_in(now) if member is not None else None
            if other is not None and run.rng.random() < 0.75:
                member = self.company.members.get(other, member)
            if member is None:
                continue
            free = member.next(now) + timedelta(minutes=4 * member.open + run.rng.uniform(0, 25))
            if best is None or free < best[0]:
                best = free, member
        return best[1] if best else None

    def _nobody(self, run: Run, item: Item, now: datetime) -> None:
        """Nobody was found: whoever answers for the SOP names somebody."""
        owner = next((self.company.members[one] for one in self.company.who(run.program.owner)), None)
        if owner is None:
            return
        others = [one for one in self.company.members if one not in (owner.pk, run.state.head.initiator)]
        to = run.rng.choice(others)

        def name(at: datetime) -> None:
            no = self.year.tell(run, at, say.Resolve(item=item.no, by=owner.pk, to=to, comment="岗位暂缺，指定办理。"))
            if no is None:
                self.planned(run, run.state.items[item.no], at)
            elif run.live:
                self._nobody(run, item, at + timedelta(hours=1))

        self.year.at(owner.next(now + timedelta(hours=2)), name)

    def _done(self, run: Run, item: Item, now: datetime, who: Member) -> datetime:
        rng = run.rng
        share = rng.lognormvariate(log(habit_of(run.case.sop).hurry), SPREAD)
        share *= (1 + BUSY * who.open) * WEEKDAY[now.weekday()] ** 0.5
        span = item.due - now if item.due is not None else NO_LIMIT
        done = now + (span * share if span > SOON else SOON * 2 * share)
        block = run.program.blocks[item.node]
        if isinstance(block, Step) and block.until is not None:
            day = block.until({**run.state.head.values, "now": now})
            if isinstance(day, datetime):
                done = max(done, day + timedelta(hours=9) + timedelta(hours=20) * share)
        return who.next(done)

    def _open(self, run: Run, no: int) -> Item | None:
        """The work, if it is still to be done. What waits again is planned anew when it opens again."""
        item = run.state.items[no]
        if run.live and item.status == OPEN:
            return item
        run.seen.discard(no)
        return None

    def _take(self, run: Run, item: Item, who: Member, at: datetime) -> None:
        if item.assignee is None:
            self.year.tell(run, at, say.Claim(item=item.no, by=who.pk))

    def _begin(self, run: Run, item: Item, who: Member, at: datetime) -> None:
        if item.kind != Work.DO:
            if run.rng.random() < READS:
                self.year.tell(run, at, say.Read(item=item.no, by=who.pk))
        elif item.begun is None and not self._unusual(run, item, who, at):
            self.year.tell(run, at, say.Begin(item=item.no, by=who.pk))

    def _unusual(self, run: Run, item: Item, who: Member, at: datetime) -> bool:
        """Handed over for good, or given to somebody for help, who gives it back. Answers whether plans are void."""
        chance = run.rng.random()
        same = [one for one in self.company.who(who.position) if one != who.pk]
        others = same or self.company.who("operations-specialist")
        if chance > HANDS_OVER + ASKS or not others or item.node == START or run.plans[item.no] > 1 or item.owner:
            return False
        to = self.company.members[run.rng.choice(others)]
        if chance < HANDS_OVER:
            no = self.year.tell(run, at, say.HandOver(item=item.no, by=who.pk, to=to.pk, comment="手上排满，请接手。"))
            if no is None:
                self.planned(run, run.state.items[item.no], at)
            return no is None
        asked = say.Delegate(item=item.no, by=who.pk, to=to.pk, comment="请帮忙看一下数。")
        if self.year.tell(run, at, asked) is not None:
            return False
        run.plans[item.no] += 1

        def give_back(then: datetime) -> None:
            there = self._open(run, item.no)
            if there is not None and there.owner is not None:
                if self.year.tell(run, then, say.GiveBack(item=there.no, by=to.pk, comment="看过，没有问题。")) is None:
                    self.planned(run, run.state.items[there.no], then)
                else:
                    self.year.at(to.next(then + timedelta(hours=3)), give_back)

        self.year.at(to.next(at + timedelta(minutes=run.rng.uniform(20, 200))), give_back)
        return True

    def _finish(self, run: Run, item: Item, who: Member, at: datetime) -> None:
        said = self._decide(run, item, who, at) if item.kind != Work.DO else self._complete(run, item, who, at)
        why = self.year.tell(run, at, said)
        if why is None and isinstance(said, say.AddSigners):
            run.seen.discard(item.no)  # planned anew when the added one has said something
            return
        if why is not None and why.code == "beyond":
            back = say.Return(item=item.no, by=who.pk, to=say.To.PREVIOUS, comment="超出我的权限，请先审批。")
            why = self.year.tell(run, at, back)
        if why is not None and self._open(run, item.no) is not None:
            self._later(run, item.no, at, why)

    def _later(self, run: Run, no: int, at: datetime, why: No) -> None:
        """It cannot be said now: not before its day, or it is somebody else's by now."""
        if run.plans[no] > TRIES:
            raise RuntimeError(f"{run.case.sop} {run.state.items[no].node} is never done: {why.code} {why.details}")
        then = why.details.get("at")
        when = then if isinstance(then, datetime) else at + timedelta(hours=run.rng.uniform(1, 4))

        def again(moment: datetime) -> None:
            item = self._open(run, no)
            if item is not None:
                self.planned(run, item, moment)

        self.year.at(when, again)

    def _asked(self, run: Run, who: Member, at: datetime) -> Asked:
        values = {**run.state.head.values, "now": at}
        return Asked(run.rng, at, who.pk, values, self.company, self.proof)

    def _complete(self, run: Run, item: Item, who: Member, at: datetime) -> say.Command:
        block = run.program.blocks[item.node]
        if not isinstance(block, Step):
            return say.Complete(item=item.no, by=who.pk)
        if item.node != START and run.patience < PATIENCE and run.rng.random() < SENDS_BACK:
            run.patience += 1
            return say.Return(item=item.no, by=who.pk, to=say.To.PREVIOUS, comment=run.rng.choice(WHY))
        form = self._start_form(run) if item.node == START else list(block.form)
        values = filled(run.file, habit_of(run.case.sop).answers, form, self._asked(run, who, at))
        return say.Complete(
            item=item.no, by=who.pk, values=values, evidence=self._proofs(block.evidence),
            ticked=frozenset(block.checklist),
            comment=run.rng.choice(SAID) if run.rng.random() < 0.05 else "",
        )  # fmt: skip

    def _proofs(self, names: tuple[str, ...]) -> dict[str, tuple[int, ...]]:
        return dict.fromkeys(names, (self.proof,))

    def _decide(self, run: Run, item: Item, who: Member, at: datetime) -> say.Command:
        block = run.program.blocks[item.node]
        assert isinstance(block, Approve)
        rng, agrees = run.rng, habit_of(run.case.sop).agrees
        drawn = rng.random()
        if run.patience < PATIENCE and drawn > agrees and item.kind == Work.APPROVE:
            run.patience += 1
            why = rng.choice(WHY)
            if drawn > (1 + agrees) / 2:
                return say.Reject(item=item.no, by=who.pk, comment=why, straight=rng.random() < 0.3)
            return say.Return(item=item.no, by=who.pk, to=say.To.PREVIOUS, comment=why, straight=rng.random() < 0.3)
        if item.kind == Work.APPROVE and item.host is None and drawn < ADDS and not item.urged:
            signer = rng.choice(self.company.who("finance-head") + self.company.who("legal-counsel"))
            if signer not in (who.pk, run.state.head.initiator) and not self._added(run, item):
                before = say.Place.BEFORE
                return say.AddSigners(item=item.no, by=who.pk, people=(signer,), place=before, comment="请先看一下。")
        values = filled(run.file, habit_of(run.case.sop).answers, block.form, self._asked(run, who, at))
        return say.Agree(
            item=item.no, by=who.pk, values=values, evidence=self._proofs(block.evidence),
            ticked=frozenset(block.checklist),
            comment="同意。" if rng.random() < 0.3 else "",
        )  # fmt: skip

    @staticmethod
    def _added(run: Run, item: Item) -> bool:
        return any(one.host == item.no for one in run.state.items.values())


def seeded(*parts: object) -> Random:
    """A generator of its own for these."""
    return Random(":".join(map(str, parts)))  # noqa: S311  # a simulation
