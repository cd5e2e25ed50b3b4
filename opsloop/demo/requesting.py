"""The demo's request for figures: a list that the data really holds, asked for in a simulated case."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from opsloop.base.acts import Call, acting
from opsloop.data.requests.actions import accept, agree, ask_for
from opsloop.data.requests.models import Request
from opsloop.demo.improving import ANALYST, MANAGER, person_of

COUNSEL = "HL014"


def request() -> int:
    """How many were asked for; once, so that what people do with it stays."""
    if Request.objects.exists():
        return 0
    today = timezone.localdate()
    with acting(Call(by=person_of(MANAGER), via="demo")):
        one = ask_for(
            by=person_of(MANAGER), title="高价值会员沉默名单（模拟）", personal=True,
            wanted_on=today + timedelta(days=3),
            purpose="给沉默的高价值会员发召回券，先看名单有多大。",
            content="按近 52 周销售额前 20% 的会员户：多少户、占销售额多少；其中 21 天以上没有再来的是哪几户。"
            "在“销售额”指标页的“头部名单”里。",
        )  # fmt: skip
    with acting(Call(by=person_of(COUNSEL), via="demo")):
        agree(one, by=person_of(COUNSEL), reason="用于本公司会员召回，名单用代号，七天后销毁。")
    with acting(Call(by=person_of(ANALYST), via="demo")):
        accept(one, by=person_of(ANALYST), promised_on=today + timedelta(days=2))
    return Request.objects.count()
