"""Two complaints on the specialist's start page: one just came and wants its first answer, one wants a proposal, where
more than 200 goes to who may give it. They are simulated and say so; she has a second post at the customer service."""

from __future__ import annotations

import json
from datetime import timedelta

from django.utils import timezone

from opsloop.base.acts import Call, acting
from opsloop.base.files.models import Stored
from opsloop.base.people.actions.appointments import appoint
from opsloop.base.people.beginning import setup_robot
from opsloop.base.people.models import Department, Holding, HoldingKind, Position
from opsloop.base.policy.beginning import seeding
from opsloop.demo.improving import KEEPER, SPECIALIST, person_of
from opsloop.demo.stepping import begun, done, evidence
from opsloop.demo.year.answers import MARK
from opsloop.engine.cases.actions import claim
from opsloop.engine.cases.models import Case, WorkItem
from opsloop.engine.sops.models import Sop

COMPLAINT, AGENT = "complaint", "customer-service-agent"
HEAD, SERVICE = "HL008", "customer-service"
NEW, OLD = "KF-0417", "KF-0398"
"""The numbers of the two customers, by which they are found again."""


def await_specialist() -> int:
    """How many wait now; once, and only where the year's evidence is there."""
    stored = evidence()
    known = Sop.objects.filter(ident=COMPLAINT, withdrawn=False).exists()
    if stored is None or not known or Case.objects.filter(sop=COMPLAINT, key__in=(NEW, OLD)).exists():
        return 0
    _second_post()
    return len([_to_propose(stored), _to_answer(stored)])


def _second_post() -> None:
    person, post = person_of(SPECIALIST), Position.objects.get(code=AGENT)
    if Holding.objects.at().filter(person=person, position=post).exists():
        return
    with seeding():
        robot = setup_robot()
    with seeding(), acting(Call(by=robot, via="demo")):
        where = Department.objects.get(code=SERVICE)
        appoint(person, by=robot, position=post, department=where, kind=HoldingKind.DUAL, reason=f"{MARK}值班客服")


def _to_answer(stored: Stored) -> Case:
    """Eighteen minutes ago, of the thirty that a first answer may take."""
    case = _told(NEW, 18, {"claim": "道歉", "claimed": "36.5", "words": "“收银的算错了两次，也没有一句对不起。”"})
    _registered(case, "36.5", stored)
    item = WorkItem.objects.get(case=case, node="first-reply", status="open")
    by = person_of(SPECIALIST)
    with acting(Call(by=by, via="demo")):
        taken: Case = claim(case, by=by, item=item.no)
    return taken


def _to_propose(stored: Stored) -> Case:
    """Investigated; what is offered to the customer is now the specialist's to say."""
    keeper, now = person_of(KEEPER), timezone.localtime()
    words = "“牛肉买回家一闻就酸了，赶回来换，来回打车都不止这个钱。”"
    case = _told(OLD, 95, {"claim": "赔偿", "claimed": "180", "words": words})
    _registered(case, "88.6", stored)
    said = {"at": now.isoformat(), "way": "电话", "reached": "yes", "said": "说明编号和下一次答复时间"}
    told = {"contacts": json.dumps([said]), "replied_at": now.isoformat()}
    done(SPECIALIST, case, "first-reply", told, stored)
    done(HEAD, case, "classify", {
        "level_basis": "诉求 180 元，无人身伤害，无同批投诉。", "responsible": "门店",
        "responsible_head": str(keeper.pk), "handler": str(person_of(SPECIALIST).pk),
    }, stored)  # fmt: skip
    return done(KEEPER, case, "investigate", {
        "promised_at": (now + timedelta(hours=2)).isoformat(),
        "facts": f"{MARK}冷柜当日 14:10 至 15:30 温度 9 度，同批 6 盒已下架；小票与会员记录相符。",
        "facts_proof": str(stored.pk), "truth": "属实",
    }, stored)  # fmt: skip


def _told(number: str, minutes_ago: int, more: dict[str, str]) -> Case:
    happened = timezone.localtime() - timedelta(minutes=minutes_ago)
    return begun(SPECIALIST, COMPLAINT, {
        "channel": "电话", "happened_at": happened.isoformat(), "customer_no": number, "customer": "会员（虚构）",
        "phone": "13800000000", "store": f"{MARK}门店 367", **more,
    })  # fmt: skip


def _registered(case: Case, amount: str, stored: Stored) -> None:
    no = dict.fromkeys(
        ("injury", "batch_suspected", "exposure", "group", "privacy", "repeat_30d", "platform", "asks_head"), "no"
    )
    receipt = {"order_no": "40532211", "order_amount": amount, "product": "冷鲜牛肉", "duplicates": "没有旧单"}
    done(SPECIALIST, case, "register", {**receipt, **no}, stored)
