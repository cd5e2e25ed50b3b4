"""The loop, once round: an alert is acknowledged and closed, its finding decided, done, and verified by another."""

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
ALERT, TASK, FOUND = "周销售额环比跌幅超限", "逐店核对上周缺货的牛肉条码", "牛肉断货两天，补货单漏报"
SOON = date.today() + timedelta(days=2)


def do(mine: Window, address: str, **said: str) -> Page:
    """The act's form as a page: fill it, press its button, and stand where that leads."""
    page = mine.go(address)
    for name, value in said.items():
        field = page.locator(f"#f_{name}")
        tag = field.evaluate("one => one.tagName")
        field.select_option(value) if tag == "SELECT" else field.fill(value)
    return press(page)


def press(page: Page) -> Page:
    page.click("main button[data-once]")
    page.wait_for_url(lambda url: "/act/" not in url)
    return page


def number(address: str) -> str:
    found = re.search(r"/(\d+)/$", address)
    assert found is not None, address
    return found[1]


def test_from_an_alert_to_what_was_verified(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as manager, window(opened, demo) as doer, window(opened, demo) as analyst:
        finding = _alert_to_finding(manager)
        _decide(manager, finding)
        task = _give(manager, finding)
        _do_it(doer, finding, task)
        _verify(analyst, finding)


def _alert_to_finding(manager: Window) -> str:
    """On the start page as the first step of its case, acknowledged, looked at, closed with its cause and a finding.
    Answers the finding's number."""
    page = enter(manager, "李航")
    line = page.locator("#lane-do .work li", has_text=ALERT)
    for _second in range(30):  # the worker opens the case
        if "认领" in line.inner_text():
            break
        page.wait_for_timeout(1000)
        page.reload()
    expect(line).to_contain_text("认领")
    manager.go(str(line.locator("a").first.get_attribute("href")))
    expect(page.locator("main")).to_contain_text(re.compile("看到了什么.*−6.5%", re.DOTALL))
    alert = str(page.locator("main a[href^='/monitors/alerts/']").first.get_attribute("href"))
    page = manager.go(f"/act/monitors.acknowledge/{number(alert)}/")
    press(page)
    manager.go(alert)
    expect(page.locator("main")).to_contain_text("处理流程单")
    expect(page.locator("main .big-side").first).to_contain_text("界限")
    expect(page.locator(".chart svg").first).to_be_visible()
    manager.judge("alert, acknowledged")
    page = manager.go(f"/act/monitors.close/{number(alert)}/")
    page.check("#f_finding")
    page.select_option("#f_cause", "supply")
    page.fill("#f_note", FOUND)
    press(page)
    expect(page.locator("main")).to_contain_text("已关闭")
    link = page.locator("section[aria-labelledby=found-title] a").first
    return number(str(link.get_attribute("href")))


def _decide(manager: Window, finding: str) -> None:
    """Triaged to the specialists' post; what will be done, checked on the spot."""
    page = manager.go(f"/findings/triage/{finding}/")
    expect(page.locator("main")).to_contain_text(FOUND)
    manager.judge()
    post = page.locator("#t-owner option", has_text=re.compile(r"^运营专员"))
    page.select_option("#t-owner", post.get_attribute("value"))
    page.fill("#t-due", SOON.isoformat())
    page.click("button[value=triage]")
    expect(page.locator("#toasts")).to_contain_text("已受理：GJ-")
    do(manager, f"/act/findings.decide/{finding}/", measure=TASK, way="spot", verify_on=SOON.isoformat())
    expect(page.locator("main")).to_contain_text(TASK)


def _give(manager: Window, finding: str) -> str:
    """An assignment that follows from it, by the button of its page."""
    page = manager.go(f"/findings/{finding}/")
    manager.go(str(page.locator("main a[href*='/act/assignments.give/']").first.get_attribute("href")))
    page.focus("#f_doer")
    page.keyboard.type("王芳")
    page.locator(".pick-hit:has-text('王芳')").click()
    page.fill("#f_due_at", f"{SOON}T18:00")
    press(page)
    return number(page.url)


def _do_it(doer: Window, finding: str, task: str) -> None:
    """Who was asked finishes the assignment, then says that the finding's measure is done."""
    page = enter(doer, "王芳")
    expect(page.locator("#lane-do .work li", has_text=TASK)).to_have_count(1)
    do(doer, f"/act/assignments.done/{task}/", word="十家店核对完毕，四个条码已补")
    do(doer, f"/act/findings.finish/{finding}/", word="缺货条码已补，店长每日复核")
    doer.go(f"/findings/{finding}/")
    expect(page.locator("main")).to_contain_text("待验证")
    assert page.locator("main a[href*='/act/findings.verify/']").count() == 0


def _verify(analyst: Window, finding: str) -> None:
    """Another person looks on the spot; the board has it among what is over."""
    page = enter(analyst, "张睿")
    expect(page.locator(f"#lane-approve a[href$='/findings/{finding}/']")).to_have_count(1)
    do(analyst, f"/act/findings.verify/{finding}/", outcome="effective", found="抽查五家店，四家货架满")
    expect(page.locator("main")).to_contain_text("抽查五家店")
    analyst.judge()
    analyst.go("/findings/")
    expect(page.locator(f"section[aria-labelledby=c-verified] a[href$='/findings/{finding}/']")).to_have_count(1)
    analyst.judge()
