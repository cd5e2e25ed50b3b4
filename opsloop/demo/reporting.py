"""The demo's reports: last week's is to be finished, the one before was issued, and its advice is under way.

All of it is done by the acts that people have, on the day of set-up. Figures, conclusions and advice are the machine's
own, from the demo's data; the days, and what became of the advice, are invented and say so.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from opsloop.base.acts import Call, acting
from opsloop.base.acts.about import ref
from opsloop.base.jobs.robot import for_itself
from opsloop.base.people.models import Person
from opsloop.demo.chosen import Chosen
from opsloop.demo.improving import ANALYST, MANAGER, SPECIALIST, person_of
from opsloop.engine.assignments.api import give
from opsloop.engine.findings.actions import decide, triage
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.words import Plan
from opsloop.modules.reports.actions import issue, submit, write
from opsloop.modules.reports.actions.writing import AdviceRow, ConclusionRow
from opsloop.modules.reports.checking import MOST_ADVICE
from opsloop.modules.reports.jobs import MAY
from opsloop.modules.reports.judging import slots_of
from opsloop.modules.reports.models import Edition, Report
from opsloop.modules.reports.periods import Period
from opsloop.modules.reports.producing import due_period, missing, period_with, producing
from opsloop.modules.reports.words import State

WEEKLY = "weekly"
SOON, LATER = timedelta(days=4), timedelta(days=11)
CONTROL = "下一期优惠券活动预留随机对照组：没有对照组，核销多少不等于多卖多少"
VERIFY = "活动方案附件写明对照组名单与比例"
SILENT = "sales.household_id.first.silent"
CALL = f"回访头部客户中沉默 21 天以上的 {{{SILENT}}}，记下去向和不再来的说法"
BACK = "回访后 21 天内再次购买的户数"
MEASURE = "【模拟】方案模板加一行“对照组”：随机抽取，不发券，活动结束后与发券户比较；缺这一行的方案退回。"
TASK = "把“对照组”一行写进优惠券活动方案模板（模拟）"


def report(now: Chosen) -> list[str]:
    """Numbers of the editions that were drafted now; none where all are there.

    What is due later today is drafted too: set up before breakfast on a Monday, the demo shows last week all the same.
    """
    made = [] if now.original else _issue_last(now)
    robot = for_itself(MAY)
    with acting(Call(by=robot, via="demo")):
        due = missing(_evening(timezone.localtime()))
        return made + [producing(row, period, robot)().number for row, period in due]


def _evening(day: datetime) -> datetime:
    return day.replace(hour=23, minute=59)


def _issue_last(now: Chosen) -> list[str]:
    """The weekly edition before the newest one at set-up, from draft to issued. Begun again, it goes on."""
    kind = Report.objects.filter(ident=WEEKLY, withdrawn=False).first()
    if kind is None:
        return []
    day = datetime.combine(now.set_up_on, datetime.min.time(), timezone.get_current_timezone())
    period = period_with(kind, due_period(kind, _evening(day)).before[0])
    edition = Edition.objects.filter(report=kind, since=period.since).order_by("correction").first()
    if edition is not None and edition.is_out:
        return []
    edition = edition or _drafted(kind, period)
    if not edition.body.get("conclusions"):
        return [edition.number]
    _go_out(edition)
    return [edition.number]


def _drafted(kind: Report, period: Period) -> Edition:
    robot = for_itself(MAY)
    with acting(Call(by=robot, via="demo")):
        return producing(kind, period, robot)()


def _go_out(edition: Edition) -> None:
    """Finished and handed in by the analyst, issued by the manager, its advice taken on."""
    analyst, manager = person_of(ANALYST), person_of(MANAGER)
    if edition.state == State.DRAFT:
        with acting(Call(by=analyst, via="demo")):
            _write(edition, analyst)
            submit(_fresh(edition), by=analyst)
    with acting(Call(by=manager, via="demo")):
        done = issue(_fresh(edition), by=manager)
        for n, row in enumerate(done.body["advice"]):
            _take_on(Finding.objects.get(pk=row["finding"]), manager, first=n == 0)


def _write(edition: Edition, by: Person) -> None:
    """The machine's texts, with days; and as advice what its method says of campaigns and its result of customers."""
    due = timezone.localdate() + SOON
    said = [AdviceRow(one["text"], one["position"], due, one["verify"]) for one in edition.body["advice"]]
    if SILENT in slots_of(edition).by_key:
        said.append(AdviceRow(CALL, "operations-specialist", due, BACK))
    write(
        _fresh(edition), by=by, conclusions=[ConclusionRow(**one) for one in edition.body["conclusions"]],
        advice=[AdviceRow(CONTROL, "operations-manager", due, VERIFY), *said][:MOST_ADVICE],
        nothing_to_decide=True,
    )  # fmt: skip


def _take_on(finding: Finding, manager: Person, *, first: bool) -> None:
    """All of it is triaged; of the first piece it is decided what will be done, and somebody has that."""
    today = timezone.localdate()
    assert finding.owner is not None, "advice names its position"
    triage(finding, by=manager, owner=finding.owner, due_on=finding.due_on or today + SOON)
    if not first:
        return
    finding.refresh_from_db()
    decide(finding, by=manager, measure=MEASURE, way=Plan.SPOT, verify_on=today + LATER)
    give(
        by=manager, title=TASK, doer=person_of(SPECIALIST), about=ref(finding), due_at=timezone.now() + SOON
    )  # fmt: skip


def _fresh(edition: Edition) -> Edition:
    return Edition.objects.get(pk=edition.pk)
