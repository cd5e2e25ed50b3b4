"""A whole year: who begins what when, what becomes of it by accident, up to this moment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from opsloop.demo.year.doing import People, seeded
from opsloop.demo.year.habits import HABITS, Habit, expected
from opsloop.demo.year.house import Company
from opsloop.demo.year.running import Run, Year
from opsloop.demo.year.staff import draw_absences
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.state import LIVE, Status, Work
from opsloop.engine.cases.lateness import is_late
from opsloop.engine.cases.program import Takes
from opsloop.engine.sops.models import Sop

SEED = 20251122
DAYS = 364
CANCELLED, WITHDRAWN, PAUSED, WORDS, COPIED, SKIPPED = 0.018, 0.02, 0.012, 0.07, 0.03, 0.004
A_WHILE = timedelta(hours=1)
"""Nobody asks the calendar whether less is late."""
COPIES, COPIES_LATELY = 8, timedelta(days=4)


def simulate(company: Company, until: datetime, proof: int, *, seed: int = SEED, days: int = DAYS,
             share: float = 1.0) -> Year:  # fmt: skip
    """The days before `until`; `share` of the load, for tests. Same people, seed and moment: the same year."""
    since = until - timedelta(days=days)
    draw_absences(company.members.values(), pairs_of(company), since, until, seed)
    year = Year(company, seed, Sop.objects.filter(withdrawn=False), until)
    year.people = People(company, year, proof)
    made = Beginnings(company, year, seed)
    for n in range(days + 1):
        for sop, habit in HABITS.items():
            made.day(sop, habit, since + timedelta(days=n), share)
    year.go()
    made.copies_for_auditor()
    return year


def pairs_of(company: Company) -> dict[int, int]:
    """Who stands in for whom: somebody of the same position, else whom they report to, else anybody."""
    out = {}
    for pk, member in company.members.items():
        above = company.tree.get(member.position, "")
        near = [*company.who(member.position), *company.who(above), *company.members]
        out[pk] = next(one for one in near if one != pk)
    return out


class Beginnings:
    """Cases begin, and some of them are cancelled, paused, talked about."""

    def __init__(self, company: Company, year: Year, seed: int) -> None:
        self.company, self.year, self.seed = company, year, seed

    def day(self, sop: str, habit: Habit, day: datetime, share: float) -> None:
        """All beginnings of one SOP on one day, put on the clock."""
        rng = seeded(self.seed, sop, day.date())
        many, level = 0, rng.expovariate(1)
        mean = expected(habit, day.date()) * (1 if habit.weekdays else share)
        while level < mean and not habit.weekdays:
            many, level = many + 1, level + rng.expovariate(1)
        for _n in range(round(mean) if habit.weekdays else many):
            position = rng.choices(list(habit.by), list(habit.by.values()))[0]
            if not (who := self.company.who(position)):
                continue
            member = self.company.members[rng.choice(who)]
            spans = member.spans(day.date())
            if not spans:
                continue
            begins, ends = rng.choice(spans)
            at = begins + (ends - begins) * rng.betavariate(1.6, 2.2)
            self.year.at(at.replace(microsecond=0), self._begin(sop, member.pk))

    def _begin(self, sop: str, by: int) -> Callable[[datetime], None]:
        def begin(at: datetime) -> None:
            run = self.year.begin(sop, by, at)
            if run is not None:
                self._late(run, by, at)
                self._accidents(run, at)

        return begin

    def _late(self, run: Run, by: int, at: datetime) -> None:
        """Why it is entered so long after it happened. In a year made at once no case has an entry of its own in the
        ledger that could hold the reason, so whoever enters it says it with the case."""
        happened = run.state.head.happened
        if happened is not None and at - happened > A_WHILE and is_late(run.case, run.file, happened, at):
            self.year.tell(run, at, say.Comment(by=by, text=f"补录原因：{LATE_WHY[run.no % len(LATE_WHY)]}"))

    def _accidents(self, run: Run, at: datetime) -> None:
        rng = run.rng
        by = run.file.on_cancel.by if run.file.on_cancel else (run.program.owner,)
        boss = next((one for position in by for one in self.company.who(position)), None)
        initiator = run.state.head.initiator
        some_time = at + timedelta(hours=rng.lognormvariate(3, 0.8))
        if boss is not None:
            if rng.random() < CANCELLED:
                self._say(run, boss, some_time, lambda who: say.Cancel(by=who, reason=rng.choice(CANCELS)))
            if rng.random() < PAUSED:
                self._pause(run, boss, some_time)
            if rng.random() < SKIPPED:
                self._skip(run, boss, some_time)
        if run.program.withdraw != Takes.NEVER and rng.random() < WITHDRAWN:
            soon = at + timedelta(minutes=rng.uniform(3, 90))
            self._say(run, initiator, soon, lambda who: say.Withdraw(by=who, comment="填错了，重新提。"))
        if rng.random() < WORDS:
            self._say(run, initiator, some_time, lambda who: say.Comment(by=who, text=rng.choice(TALK)))
        if rng.random() < WORDS:
            self._urge(run, initiator, some_time)
        if rng.random() < COPIED:
            to = rng.choice(list(self.company.members))
            self._say(run, initiator, some_time, lambda who: say.Copy(by=who, people=(to,)))

    def _say(self, run: Run, who: int, at: datetime, what: Callable[[int], say.Command]) -> None:
        """Said when they are at work, if the case still runs by then."""
        moment = self.company.members[who].next(at)
        self.year.at(moment, lambda then: self.year.tell(run, then, what(who)) if run.live else None)

    def _pause(self, run: Run, boss: int, at: datetime) -> None:
        self._say(run, boss, at, lambda who: say.Suspend(by=who, reason="等外部单位回函。"))
        self._say(run, boss, at + timedelta(days=run.rng.uniform(1, 5)), lambda who: say.Resume(by=who))

    def _urge(self, run: Run, who: int, at: datetime) -> None:
        def urge(then: datetime) -> None:
            late = [
                one for one in run.state.items.values()
                if one.status == Status.OPEN and one.kind != Work.COPY and one.due is not None and one.due < then
            ]  # fmt: skip
            if late and run.live:
                self.year.tell(run, then, say.Urge(item=late[0].no, by=who, comment="已经过了时限，请今天办完。"))

        self.year.at(self.company.members[who].next(at), urge)

    def _skip(self, run: Run, boss: int, at: datetime) -> None:
        """A deviation: whoever answers for it goes past a step, with a reason."""

        def skip(then: datetime) -> None:
            there = [one for one in run.state.items.values() if one.status == Status.OPEN and one.kind == Work.DO]
            if there and run.live and there[0].activation is not None:
                why = "客户已撤诉或事项已在别处办完，不必再做。"
                command = say.Skip(by=boss, activation=there[0].activation, reason=why)
                self.year.tell(run, then, command)

        self.year.at(self.company.members[boss].next(at), skip)

    def copies_for_auditor(self) -> None:
        """The auditor gets copies of a few that run now, to look at."""
        late = self.year.until - COPIES_LATELY
        lately = [one for one in self.year.runs if one.state.head.status in LIVE and one.last and one.last > late]
        for auditor in self.company.who("auditor"):
            for run in lately[-COPIES:]:
                by = run.state.head.initiator
                now = self.company.members[by].next(max(run.last or late, late))
                if now <= self.year.until:
                    self.year.tell(run, now, say.Copy(by=by, people=(auditor,)))


CANCELS = ("客户已撤回，不再需要。", "与另一单重复，并到那一单。", "情况变了，按新的要求另提。")
LATE_WHY = (
    "门店系统断线，先记在纸上，恢复后补录。", "夜班电话接的，早班交接后录入。", "客户当面说的，忙完收银才录。",
    "平台消息隔夜导出后才看到。",
)  # fmt: skip
TALK = (
    "今天能给个时间吗？", "补充：现场照片已发给主办。",
    "对方已经回电，先按原计划走。", "材料晚一天到，请留意时限。",
)  # fmt: skip
