"""A complaint from call to closing, on the desk and the phone: 300 yuan stop at the clerk who may give 200."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.casework import crew, fill, send, turns
from tests.journeys.served import Served, Window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
CREW = ["孙琪", "赵敏", "李航", "何平", "许强", "冯静", "钱多"]
"""Agent and head of customer service, operations manager, store manager, heads of finance and quality, second agent."""
ON_PHONE = {"孙琪", "赵敏"}
SAID = {
    "claimed": "300", "responsible_head": "何平", "handler": "孙琪", "cash": "300", "refund": "0", "coupon": "0",
    "damages": "0", "customer_30d": "0", "agent_today": "0", "answer": "接受", "paid": "300", "score": "5",
    "solved": "yes", "same_cause_7d": "1", "claim": "退货退款", "responsible": "门店", "repeat_30d": "no",
}  # fmt: skip
"""What the journey says in fields that matter; in the others whatever fits."""


def test_a_complaint_from_the_call_to_the_closing(opened: Browser, demo: Served, tmp_path: Path) -> None:
    photo = tmp_path / "照片.txt"
    photo.write_text("胀包的酸奶")
    said = dict(SAID)
    with crew(opened, demo, CREW, ON_PHONE, "complaint") as of:
        agent = of("孙琪")
        page = agent.go("/cases/start/complaint/")
        agent.judge("start")
        fill(page, photo, {**said, "customer_no": "H9001", "customer": "王女士", "phone": "13812345678"})
        moment = page.locator("[name=f-happened_at]")
        assert moment.input_value(), "now, unless one says otherwise"
        send(page)
        case = int(re.findall(r"/cases/(\d+)/", page.url)[0])
        expect(page.locator(".run-now")).to_contain_text("受理登记")
        agent.judge("run")
        page.click("form.act-form button[type=submit]")
        expect(page.locator("[role=alert]").first).to_contain_text("没填")
        seen: list[tuple[str, str]] = []
        for _turn in range(40):
            status, rows = turns(demo, case)
            if status != "running":
                break
            number, node, name = rows[0]
            work(of(name), case, number, node, photo, said)
            seen.append((node, name))
        assert status == "done", seen
        did = dict(seen)
        assert did["plan"] == did["negotiate"] == "孙琪" and did["approve"] == "赵敏" and did["pay"] == "许强"
        assert did["return-visit"] != "孙琪", "nobody visits their own case"
        page = of("李航").go(f"/cases/{case}/")
        expect(page.locator(".story")).to_contain_text("赵敏 同意了「审批补偿」")
        expect(page.locator("main")).not_to_contain_text("13812345678")
        of("李航").judge("closed")


def work(mine: Window, case: int, number: int, node: str, photo: Path, said: dict[str, Any]) -> None:
    """One step on its page; the approval from the start page."""
    if node == "approve":
        mine.go("/")
        page = mine.page
        page.click(f"#lane-approve a[href='/cases/{case}/?item={number}']")
        expect(page.locator(".run-amount")).to_contain_text("300")
        mine.judge("approval")
    else:
        if node == "pay":
            beside_the_list(mine, case)
        page = mine.go(f"/cases/{case}/?item={number}")
    fill(page, photo, said)
    send(page)
    expect(page.locator("#toasts, main").first).to_be_attached()
    wrong = page.locator("form.act-form .invalid-feedback, .alert-danger").all_inner_texts()
    assert not wrong, (node, wrong)


def beside_the_list(mine: Window, case: int) -> None:
    """The step in the drawer: too narrow for two columns, so how it is done stands below the form."""
    page = mine.go("/cases/todo/")
    page.click(f"main a[href^='/cases/{case}/']")
    form, guidance = page.locator("#drawer .run-form"), page.locator("#drawer .run-help")
    expect(guidance).to_be_visible()
    above, below = form.bounding_box(), guidance.bounding_box()
    assert above and below and above["y"] + above["height"] <= below["y"] + 1
