"""The demo's approvals that wait for the director: real cases of the standard's SOPs, begun today by those whose work
it is. What is made up in them says so."""

from __future__ import annotations

from django.utils import timezone

from opsloop.base.acts import Call, acting
from opsloop.base.acts.about import ref
from opsloop.base.files.actions import attach_file
from opsloop.base.files.models import Attachment, Stored
from opsloop.base.people.models import Person
from opsloop.demo.improving import MANAGER, SPECIALIST, person_of
from opsloop.demo.year.answers import MARK
from opsloop.demo.year.keeping import PROOF
from opsloop.engine.cases import building
from opsloop.engine.cases.actions import complete, start
from opsloop.engine.cases.actions.shared import Filled, Proof, Ticked
from opsloop.engine.cases.models import Case, WorkItem
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Step
from opsloop.engine.sops.models import Sop

FINANCE = "HL013"
BUDGET, TRAINING = "budget-request", "training-plan"


def await_approval() -> int:
    """How many wait now; once, and only where the year's evidence is there."""
    stored = Stored.objects.filter(pk__in=Attachment.objects.filter(name=PROOF).values("stored")).first()
    known = set(Sop.objects.filter(ident__in=(BUDGET, TRAINING), withdrawn=False).values_list("ident", flat=True))
    if stored is None or Case.objects.filter(sop__in=known).exists():
        return 0
    made = [_spending(stored)] if BUDGET in known else []
    return len([*made, *([_training(stored)] if TRAINING in known else [])])


def _spending(stored: Stored) -> Case:
    case = _begun(SPECIALIST, BUDGET, {
        "what": f"{MARK}会员日物料与赠品", "payee": "晨光印务（虚构）", "kind": "预算内支出",
        "account": "市场活动费", "amount": "18600",
        "goal": f"{MARK}会员日三家门店陈列与赠品，目标当周会员订单 +8%。", "quotes": str(stored.pk),
    })  # fmt: skip
    return _done(FINANCE, case, "check", {"left": "64000", "same_payee": "18600"}, stored)


def _training(stored: Stored) -> Case:
    year = timezone.localdate().year + 1
    case = _begun(MANAGER, TRAINING, {
        "year": f"{MARK}{year}", "gaps": f"{MARK}投诉根因里“价格标签”“服务态度”占四成；新的突发事件流程还没有演练过。",
    })  # fmt: skip
    plan = (
        '[{"theme": "换价与核签", "goal": "独立完成换价核签，差错率低于 0.2%", "way": "实地", '
        '"who": "门店店长、收银", "cost": "2400"},'
        ' {"theme": "客诉首响与话术", "goal": "首响及时率 95% 以上", "way": "案例", '
        '"who": "客服专员", "cost": "3600"}]'
    )
    return _done(MANAGER, case, "plan", {"plan": plan, "cost": "6000"}, stored)


def _begun(number: str, sop: str, values: dict[str, str]) -> Case:
    by = person_of(number)
    with acting(Call(by=by, via="demo")):
        return start(by=by, sop=sop, values=_filled(values))


def _done(number: str, case: Case, step: str, values: dict[str, str], stored: Stored) -> Case:
    """The step is done as its file asks: every kind of evidence, every line of the checklist."""
    by = person_of(number)
    asked = walk.block(building.definition(case.edition), step)
    assert isinstance(asked, Step), step
    item = WorkItem.objects.get(case=case, node=step, status="open")
    with acting(Call(by=by, via="demo")):
        given = [Proof(one, _attached(by, case, stored)) for one in asked.evidence]
        ticked = [Ticked(one) for one in asked.checklist]
        done: Case = complete(case, by=by, item=item.no, values=_filled(values), evidence=given, ticked=ticked)
    return done


def _attached(by: Person, case: Case, stored: Stored) -> int:
    found: Attachment = attach_file(by=by, stored=stored, about=ref(case), name=PROOF)
    return found.pk


def _filled(values: dict[str, str]) -> list[Filled]:
    return [Filled(name, text) for name, text in values.items()]
