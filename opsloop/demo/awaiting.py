"""The demo's approvals that wait for the director: real cases of the standard's SOPs, begun today by those whose work
it is. What is made up in them says so."""

from __future__ import annotations

import json
from datetime import timedelta

from django.utils import timezone

from opsloop.base.files.models import Stored
from opsloop.demo.improving import ANALYST, SPECIALIST
from opsloop.demo.stepping import begun, done, evidence
from opsloop.demo.year.answers import MARK
from opsloop.engine.cases.models import Case
from opsloop.engine.sops.models import Sop

DIRECTOR, FINANCE, LEGAL = "HL001", "HL013", "HL014"
BUDGET, CAMPAIGN = "budget-request", "campaign"
THEME = f"{MARK}会员日活动方案"


def await_approval() -> int:
    """How many wait now; once, and only where the year's evidence is there."""
    stored, waiting = evidence(), {BUDGET: _spending, CAMPAIGN: _campaign}
    known = set(Sop.objects.filter(ident__in=waiting, withdrawn=False).values_list("ident", flat=True))
    if stored is None or Case.objects.filter(title__startswith=THEME).exists():
        return 0
    return len([make(stored) for ident, make in waiting.items() if ident in known])


def _spending(stored: Stored) -> Case:
    case = begun(SPECIALIST, BUDGET, {
        "what": f"{MARK}会员日物料与赠品", "payee": "晨光印务（虚构）", "kind": "预算内支出",
        "account": "市场活动费", "amount": "18600",
        "goal": f"{MARK}会员日三家门店陈列与赠品，目标当周会员订单 +8%。", "quotes": str(stored.pk),
    })  # fmt: skip
    return done(FINANCE, case, "check", {"left": "64000", "same_payee": "18600"}, stored)


def _campaign(stored: Stored) -> Case:
    """Above 50,000 finance signs first; then it is the director's."""
    today = timezone.localdate()
    case = begun(SPECIALIST, CAMPAIGN, {
        "theme": THEME, "kind": "会员", "goal_metric": "会员周订单数", "goal_from": "2933", "goal_to": "3170",
        "starts_on": str(today + timedelta(days=12)), "ends_on": str(today + timedelta(days=18)),
        "audience": "近 28 天下过 2 单以上的会员户", "budget": "52000", "big_day": "no",
    })  # fmt: skip
    rewards = [{"name": "满 60 减 8 券", "value": "8", "cost": "3.2", "stock": "12000", "per_person": "2"}]
    channels = [{"name": "会员短信", "count": "1", "cost": "2600", "code": "vip-sms"}]
    done(SPECIALIST, case, "brief", {
        "guardrail": "毛利率，低于上月 0.5 个百分点即停", "ways_to_join": "会员日当周到店或线上出示会员码。",
        "rewards": json.dumps(rewards), "discount_percent": "13", "channels": json.dumps(channels), "holdout": "10",
        "stop_rule": "两小时发券超过计划一倍，值守专员立即停发。", "break_even": "多带来 16,400 元毛利",
        "brief": str(stored.pk),
    }, stored)  # fmt: skip
    done(ANALYST, case, "measure-plan", {"holdout": "10"}, stored)
    done(LEGAL, case, "legal-check", {"legal_ok": f"{MARK}规则完整；短信可退订。"}, stored)
    return done(FINANCE, case, "review", {"budget_left": "64000"}, stored)
