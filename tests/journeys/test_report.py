"""The weekly report: drafted by itself, finished by the analyst, issued by the manager, directed on by the director."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from opsloop.ui.testing import chromium
from tests.journeys.served import Served, Window, enter, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="Chromium is missing; apt-get install chromium"),
]
SOON = date.today() + timedelta(days=4)  # any day ahead will do
FIGURES = ("86,923", "−6.5%", "2,933", "29.64")
DIRECTION = "冷冻速食缺货原因报我"


def test_from_draft_to_direction(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        address = _draft(mine)
        _cite_nothing(mine, address)
        _finish(mine, address)
    with window(opened, demo) as chief:
        _issue(chief, address)
        with window(opened, demo, phone=True) as mine:
            _direct(mine, address)
        chief.go("/")
        expect(chief.page.locator("#lane-do .work li", has_text=DIRECTION)).to_have_count(1)


def _draft(mine: Window) -> str:
    """What the analyst finds in the morning: figures, and what became of the advice of the week before."""
    page = enter(mine, "张睿")
    page.locator("#lane-do a[href^='/reports/']", has_text="运营周报").first.click()
    page.wait_for_url(re.compile(r"/reports/\d+/$"))
    paper = page.locator(".paper")
    for text in (*FIGURES, "有建议", "随机对照组"):
        expect(paper).to_contain_text(text)
    mine.judge("the draft of the weekly report")
    return page.url


def _act(page: Page, name: str) -> None:
    """The act's button on the page and the one in its drawer."""
    page.locator(f"main a[href*='/act/{name}/']").first.click()
    page.locator("#drawer[open] button[data-once]").click()


def _write(mine: Window, address: str) -> Page:
    mine.page.goto(f"{address}write/")
    expect(mine.page.locator("textarea[name=c-text]")).to_have_count(3)
    return mine.page


def _save(page: Page, address: str) -> None:
    page.click("#write button[type=submit]")
    page.wait_for_url(address)


def _cite_nothing(mine: Window, address: str) -> None:
    """A conclusion without a figure is kept, but not handed in."""
    page = _write(mine, address)
    page.fill("#c-2", "购买客户数下降 1.0%")
    expect(page.locator("#checked")).to_contain_text("数值不能手写：1.0%")
    page.fill("#c-2", "购买客户数无明显差异。")
    _save(page, address)
    _act(page, "reports.submit")
    expect(page.locator("#drawer")).to_contain_text(re.compile("还不能签发.*结论 3：没有引用数值", re.DOTALL))


def _finish(mine: Window, address: str) -> None:
    """The figure comes by a click and shows its name; the advice gets its day; then it is handed in."""
    page = _write(mine, address)
    assert re.search(r"\{销售额 · .*−6,016", str(page.locator("#c-0").input_value()))
    page.fill("#c-2", "")
    page.fill("#slot-filter", "购买客户数 环比")
    page.locator(".slot:visible").first.click()
    expect(page.locator("#c-2")).to_have_value("{购买客户数 · 环比 −1.0%}")
    page.locator("#c-2").press_sequentially("，无明显差异。")
    for text, due in zip(page.locator("[name=a-text]").all(), page.locator("[name=a-due]").all(), strict=True):
        if text.input_value():
            due.fill(SOON.isoformat())
    expect(page.locator("#checked")).to_contain_text("已齐全")
    mine.judge("writing with its check")
    _save(page, address)
    _act(page, "reports.submit")
    expect(page.locator("main .badge").first).to_contain_text("待签发")


def _issue(chief: Window, address: str) -> None:
    page = enter(chief, "李航")
    expect(page.locator("#lane-approve a", has_text="运营周报")).to_have_count(1)
    page.goto(address)
    expect(page.locator(".before")).to_have_count(0)
    _act(page, "reports.issue")
    expect(page.locator("main .badge").first).to_contain_text("已签发")
    expect(page.locator(".paper")).to_contain_text("GJ-")


def _direct(mine: Window, address: str) -> None:
    """On the phone: what was issued has the draft's figures; a direction is an assignment with a person and a day."""
    page = enter(mine, "陈岚")
    page.locator("main a[href^='/reports/']", has_text="运营周报").first.click()
    page.wait_for_url(address)
    for text in (*FIGURES, re.compile(r"−1\.0%(存疑)?，无明显差异")):
        expect(page.locator(".paper")).to_contain_text(text)
    page.locator("main a[href*='/act/reports.instruct/']").first.click()
    page.fill("#f_text", DIRECTION)
    page.focus("#f_doer")
    page.keyboard.type("李航")
    page.locator(".pick-hit:has-text('李航')").click()
    page.fill("#f_due_at", f"{SOON}T12:00")
    page.locator("#drawer[open] button[data-once]").click()
    expect(page.locator("#directions a")).to_contain_text("李航")
    mine.judge("the issued report with a direction")
    mine.go("/reports/")
    expect(page.locator("[data-row]", has_text="已签发")).to_have_count(2)
    mine.judge("the archive of reports")
