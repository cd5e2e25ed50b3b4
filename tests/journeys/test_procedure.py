"""An SOP is changed by people who never see its file, and only those concerned are asked to read it."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.served import Served, enter, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CONCERNED = {"operations-manager", "content-editor", "store-manager", "department-head", "legal-counsel"}
"""Who does, answers for or is asked in the brand check."""
ASKED = """
from opsloop.engine.readings.models import Duty
import json
rows = Duty.objects.filter(kind='sop', ident='brand-check', number=2).values_list('position__code', flat=True)
print(json.dumps(sorted(set(rows))))
"""


def asked(demo: Served) -> set[str]:
    """Positions that have to read the new version; the worker gives the readings."""
    until = time.monotonic() + 90
    while not (found := set(json.loads(demo.python(ASKED)))) and time.monotonic() < until:
        time.sleep(1)
    return found


def kept(page: Page) -> None:
    expect(page.locator(".state")).to_contain_text("已存入草稿")


def test_a_limit_is_changed_a_step_added_and_only_those_concerned_read_it(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        enter(mine, "李航")
        page = mine.go("/sops/brand-check/")
        page.click("text=提出修改")
        mine.judge("step list")
        page.click("#line-check a.what")
        limit = page.get_by_label("时限").first
        limit.fill("4")
        limit.press("Tab")
        kept(page)
        mine.judge("step")
        page.click(".gap.depth-0 button:has-text('添加步骤')")
        expect(page.locator(".line.chosen")).to_contain_text("新步骤")
        title = page.get_by_label("名称").first
        title.fill("通报结果")
        title.press("Tab")
        expect(page.locator(".line.chosen")).to_contain_text("通报结果")
        expect(page.locator(".changes")).to_contain_text("时限由 5个工作日 改为 4个工作日")
        expect(page.locator(".changes")).to_contain_text("通报结果")
        page.click("a:has-text('提交')")
        expect(page.locator("main")).to_contain_text("时限由 5个工作日 改为 4个工作日")
        page.fill("#reason", "抽查四天就够，结果要通报。")
        page.click("button[name=at_once]")
        page.wait_for_url("**/publications/**")
        found = asked(demo)
        assert found and found <= CONCERNED, found
        assert "content-editor" in found


def test_on_the_phone_steps_are_moved_and_changed_too(opened: Browser, demo: Served) -> None:
    with window(opened, demo, phone=True) as mine:
        enter(mine, "王芳")
        page = mine.go("/sops/win-back/edit/")
        first = page.locator(".step-list .line").first.get_attribute("data-key")
        page.click(f"#down-{first}")
        kept(page)
        expect(page.locator(".step-list .line").first).not_to_have_attribute("data-key", str(first))
        page.click("[data-undo]")
        expect(page.locator(".step-list .line").first).to_have_attribute("data-key", str(first))
        page.click(f"#line-{first} a.what")
        title = page.get_by_label("名称").first
        title.fill("圈出沉默客户")
        title.press("Tab")
        kept(page)
        page.click("a:has-text('关闭')")
        expect(page.locator(".step-list .line").first).to_contain_text("圈出沉默客户")
        mine.judge("step list on the phone")
