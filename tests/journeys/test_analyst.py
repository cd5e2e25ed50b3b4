"""The analyst's morning: what is late, rows aside put right, a held load released, a figure that did not agree."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.served import Served, Window, enter, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator

pytestmark = pytest.mark.browser
DOUBTS = """
from datetime import date
from opsloop.data.reconciliation.api import doubts
print(len(doubts('transactions', date(2000, 1, 1), date(2100, 1, 1))))
"""
CHECKED = """
from opsloop.data.reconciliation.models import Control
row = Control.objects.get(source='transactions', remark__startswith='模拟')
print(row.entered_by.name, row.state, row.checked_by)
"""


def test_late_data_is_seen_and_rows_aside_become_green(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        page = enter(mine, "张睿")
        expect(page.locator("main")).to_contain_text("昨日数据")
        page = mine.go("/sources/")
        mine.judge()
        late = page.locator(".days .day-cell", has_text="迟").first
        late.click()
        expect(page.locator("#drawer-body")).to_contain_text("迟到")
        page.keyboard.press("Escape")
        cell = page.locator(".days tr", has_text="门店交易明细").locator(".day-yellow:has(small)").last
        day = str(cell.get_attribute("href"))
        aside = page.locator(".hands a[href$='/aside/']").first
        aside.click()
        page.wait_for_url("**/aside/")
        mine.judge()
        _repair_one(mine)
        _dismiss_rest(mine, day)
        page = mine.go("/sources/")
        expect(page.locator(f".days a[href='{day}']")).to_have_class(re.compile("day-green"))


def _repair_one(mine: Window) -> None:
    """The first amount below nothing: the right one is typed, checked at once, and taken in with a reason."""
    page = mine.page
    page.click(".chips a:has-text('小于')")
    row = page.locator(".aside tbody tr").first
    cell = row.locator("input.cell-wrong").first
    cell.fill("3.99")
    cell.press("Tab")
    expect(row).to_contain_text("可以入库")
    page.fill("#why", "收银员把负号打进了金额，按小票更正")
    page.click("[data-save]")
    expect(page.locator("#toasts")).to_contain_text("已修复 1 行")
    expect(page.locator("#trace-title")).to_be_visible()
    expect(page.locator("main")).to_contain_text("按小票更正")
    mine.judge("aside after a repair")


def _dismiss_rest(mine: Window, day: str) -> None:
    """What cannot be put right of one day is given up with a reason."""
    page = mine.go(day)
    mine.judge("a source's day")
    page = mine.go("/sources/-/asides/")
    mine.judge()
    wanted = _shown_day(day)
    row = page.locator("tbody tr", has_text=wanted).first
    row.locator("a.row-link").click()
    page.wait_for_url("**/aside/?load=*")
    page.check("[data-tick-all]")
    page.fill("#why", "演示数据里的坏行，来源已确认作废")
    page.click("button[formaction$='/dismiss/']")
    expect(page.locator("#toasts")).to_contain_text("已作废")


def _shown_day(url: str) -> str:
    return url.rstrip("/").rsplit("/", 1)[1]


def test_a_held_load_is_looked_at_and_released(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        enter(mine, "张睿")
        page = mine.go("/sources/-/held/")
        mine.judge()
        page.locator("main a.btn-primary").first.click()
        page.wait_for_url(re.compile(r"/sources/-/loads/\d+/"))
        page.wait_for_selector(".chart canvas, .chart svg")
        expect(page.locator("main")).to_contain_text("低于")
        expect(page.locator("table.sample tbody tr")).not_to_have_count(0)
        mine.judge("a held load")
        page.fill("#why", "门店当天提前打烊，已与店长确认")
        page.click("button[value=release]")
        expect(page.locator("#toasts")).to_contain_text("已放行")
        expect(page.locator("main")).to_contain_text("已与店长确认")
        mine.judge("a released load")


def test_a_difference_puts_the_numbers_in_doubt_until_it_is_checked(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        page = enter(mine, "张睿")
        expect(page.locator("main")).to_contain_text("门店交易明细：1 天超限")
        page = mine.go("/explore/?m=sales&grain=day")
        expect(page.locator(".doubt")).to_contain_text("1.86%")
        page = mine.go("/reconciliation/")
        mine.judge()
        above = page.locator(".differs li", has_text="模拟")
        expect(above).to_contain_text("超限")
        expect(above).to_contain_text("−1.86%")
        above.locator("button", has_text="手工单").click()
        expect(page.locator(".differs")).to_have_count(0)
        assert demo.python(CHECKED) == "许强 checked 张睿"
        page = mine.go("/explore/?m=sales&grain=day")
        expect(page.locator(".chart svg, .chart canvas").first).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("1.86%")


def test_ones_own_figure_is_checked_by_a_second_person(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as analyst, window(opened, demo) as manager:
        enter(analyst, "张睿")
        page = analyst.go("/reconciliation/")
        page.locator("main a.row-link").first.click()
        page.wait_for_url("**/reconciliation/transactions/**")
        row = _with_ours(page.locator("table.figures tbody tr:has(input.figure)"))
        ours = Decimal(row.locator("td").nth(1).inner_text().replace(",", ""))
        row.locator("input.figure").fill(str((ours * Decimal("1.02")).quantize(Decimal("0.01"))))
        page.click(".figures-save")
        above = page.locator(".differs li").first
        expect(above).to_contain_text("超限")
        assert demo.python(DOUBTS) == "1"
        analyst.judge("a month above the limit")
        above.locator("button", has_text="退款跨日").click()
        expect(page.locator(".differs li").first).to_contain_text("等另一人核对")
        assert demo.python(DOUBTS) == "1", "the one who typed it cannot clear it"
        enter(manager, "李航")
        page = manager.go("/reconciliation/")
        page.locator(".differs button.btn-primary", has_text="退款跨日").first.click()
        expect(page.locator(".differs")).to_have_count(0)
        assert demo.python(DOUBTS) == "0"
        manager.judge("reconciliation, nothing above")


def _with_ours(rows: Locator) -> Locator:
    """The last row that has our figure and no control figure yet."""
    for n in reversed(range(rows.count())):
        if re.search(r"\d", rows.nth(n).locator("td").nth(1).inner_text()):
            return rows.nth(n)
    raise AssertionError("no day with our figure waits for its control figure")
