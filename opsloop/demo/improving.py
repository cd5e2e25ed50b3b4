"""The demo's findings: one from its real alert, and three that are simulated and say so, each at another place."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from opsloop.base.acts import Call, acting
from opsloop.base.acts.about import ref
from opsloop.base.people.models import Person, Position
from opsloop.engine.assignments.api import give as give_assignment
from opsloop.engine.findings import api
from opsloop.engine.findings.actions import decide, finish, triage
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.words import Plan
from opsloop.engine.monitors.improving import raised_from
from opsloop.engine.monitors.models import Alert

TABLE = "findings"
"""The house's own table of them, collected once they are there."""
MANAGER, SPECIALIST, ANALYST, KEEPER = "HL002", "HL003", "HL004", "HL010"


def improve() -> int:
    """How many findings were made; once, so that what people do with them stays."""
    if Finding.objects.exists():
        return 0
    with acting(Call(by=person_of(MANAGER), via="demo")):
        _from_alert()
        _suggested()
        _in_hand()
        _to_verify()
    return Finding.objects.count()


def _from_alert() -> None:
    """Real: what the newest alert shows, with its figures and data version."""
    alert = Alert.objects.order_by("-last_day", "-pk").first()
    if alert is None:
        return
    title = f"查明原因：{alert.title}"[:200]
    raised_from(alert, person_of(ANALYST), title, "预警触发，依据见下表；原因待核实。")


def _suggested() -> None:
    api.give(
        by=person_of(KEEPER), title="周六下午收银排队太久，建议加开一台自助收银", origin="suggestion", simulated=True,
        seen="【模拟】连续三个周六 15 至 17 点，排队超过 8 人，有顾客放下商品离开。建议周六加开一台自助收银。",
    )  # fmt: skip


def _in_hand() -> None:
    manager, today = person_of(MANAGER), timezone.localdate()
    one = api.give(
        by=person_of(ANALYST), title="冷冻速食周末缺货", origin="advice", simulated=True, owner="store-manager",
        seen="【模拟】周末冷冻速食货架有空位，补货单周五下班后才到。",
    )  # fmt: skip
    keeper = person_of(KEEPER)
    triage(one, by=manager, owner=_post("store-manager"), due_on=today + timedelta(days=7), person=keeper)
    decide(
        one, by=manager, measure="补货单提前到周四提交，周五上午到货上架", way=Plan.SPOT,
        verify_on=today + timedelta(days=14),
    )  # fmt: skip
    give_assignment(
        by=manager, title="周四 12:00 前提交冷冻速食补货单（模拟）", doer=keeper, about=ref(one),
        due_at=timezone.now() + timedelta(days=5),
    )  # fmt: skip


def _to_verify() -> None:
    manager, specialist, today = person_of(MANAGER), person_of(SPECIALIST), timezone.localdate()
    one = api.give(
        by=manager, title="促销价签与系统价不一致", origin="suggestion", simulated=True,
        seen="【模拟】抽查 30 个价签，4 个与收银价不一致。",
    )  # fmt: skip
    triage(one, by=manager, owner=_post("operations-specialist"), due_on=today + timedelta(days=3), person=specialist)
    decide(
        one, by=manager, measure="换价当日闭店前逐签核对，双人签字", way=Plan.SPOT, verify_on=today + timedelta(days=5)
    )
    finish(one, by=specialist, word="【模拟】两次换价都已逐签核对，签字单已归档。")


def person_of(number: str) -> Person:
    return Person.objects.get(number=number)


def _post(code: str) -> Position:
    return Position.objects.get(code=code)
