"""The manager's morning: the dashboard, why a figure moved, and the rows behind it; then a view of one's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.served import Served, enter, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
NARROWEST = "Math.min(...[...document.querySelectorAll('.board-lines dd')].map(one => one.clientWidth))"
"""Of the values on the tiles, in pixels: none is written a letter a line beside a long word."""


def test_from_the_dashboard_to_the_rows(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        page = enter(mine, "李航")
        tile = page.locator(".board-tile").first
        expect(tile).to_contain_text("86,923", timeout=30_000)
        expect(tile).to_contain_text("−6.5%")
        mine.judge("workbench with the dashboard")
        page.click(".btn-language")
        expect(tile).to_contain_text("worse", timeout=30_000)
        assert page.evaluate(NARROWEST) > 60
        page.click(".btn-language")
        expect(tile).to_contain_text("变差", timeout=30_000)
        tile.locator("a").first.click()
        page.wait_for_url("**/explore/explain/**")
        expect(page.locator(".sentence")).to_contain_text("销售额 86,923，较上周 −6,016（−6.5%）")
        expect(page.locator(".sentence")).to_contain_text("订单数贡献 +574，客单价贡献 −6,590")
        meat = page.locator(".split tr", has_text="鲜肉").first
        expect(meat).to_contain_text("−769")
        mine.judge()
        meat.locator("a").click()
        page.wait_for_url("**/explore/rows/**")
        expect(page.locator("main table tbody tr").first).to_contain_text("鲜肉")
        mine.judge()


def test_a_question_becomes_a_tile_of_ones_own(opened: Browser, demo: Served) -> None:
    with window(opened, demo, phone=True) as mine:
        page = enter(mine, "李航")
        mine.go("/explore/?m=sales")
        drawn = page.locator(".chart svg").first
        expect(drawn).not_to_contain_text("食品杂货")
        page.select_option("select[name=by] >> nth=0", "department")
        page.wait_for_url(re.compile(r"by=department"))
        expect(drawn).to_contain_text("食品杂货")  # drawn anew after htmx's swap, without a page of its own
        mine.judge("explore on the phone")
        mine.go("/explore/save/?m=sales&by=department")
        page.fill("[name=title]", "各部门销售额")
        page.fill("[name=new_dashboard]", "我的看板")
        page.click("main button[data-once]")
        page.wait_for_url("**/explore/dashboards/**")
        expect(page.locator("main")).to_contain_text("各部门销售额")
        mine.judge()
        mine.go("/metrics/sales/")
        expect(page.locator(".big-value")).to_contain_text("86,923")
        mine.judge()
