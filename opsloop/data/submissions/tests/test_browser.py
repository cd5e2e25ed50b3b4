"""The sheet in Chromium: keys, a block from Excel, messages at the cell, saving by itself; on a phone, in the dark."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from opsloop.data.submissions.models import State, Submission
from opsloop.data.submissions.tests.conftest import Shops
from opsloop.ui.testing import browser, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
PASTE = """text => { const at = document.activeElement, data = new DataTransfer(); data.setData('text/plain', text);
at.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }"""


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


def test_a_sheet_is_filled_in_from_excel_and_by_keys(opened: Browser, shops: Shops, live_server: Any) -> None:
    losses, prices = shops.sheet(), shops.sheet(shops.prices)
    with visit(opened, live_server.url, shops.ning) as window:
        page = window.go(losses.get_absolute_url())
        cell = page.locator("[name=cell-0-amount]")
        cell.click()
        page.evaluate(PASTE, "12.50\tspoiled\r\nabc\tbroken\r\n-3\t\r\n")
        expect(page.locator("[name=cell-0-why]")).to_have_value("spoiled")
        expect(page.locator("#cell-1-amount-said")).to_have_text("Amount is no amount")
        expect(page.locator("#cell-2-amount-said")).to_have_text("Amount is less than 0")
        expect(page.locator(".sheet-status")).to_have_text("Saved")
        assert Submission.objects.get(pk=losses.pk).rows[0]["amount"] == "12.50"
        assert (window.violations(), window.overflow(), window.faults) == ([], 0, [])
        page.locator("[name=cell-1-amount]").fill("4")
        page.keyboard.press("Enter")
        page.keyboard.type("0")
        expect(page.locator("[name=cell-2-amount]")).to_have_value("0")
        expect(page.locator("#cell-2-amount-said")).to_have_text("")
        page.get_by_role("button", name="Hand in").click()
        expect(page.get_by_text("Waits for the check").first).to_be_visible()
        page = window.go(prices.get_absolute_url())
        page.locator("[name=cell-3-rival]").click()
        page.evaluate(PASTE, "\n".join(f"A\tMilk {n}\t{n}" for n in range(1, 5)))
        expect(page.locator("[name=cell-6-price]")).to_have_value("4")
        assert page.locator("[name=cell-6-price]").get_attribute("aria-label") == "Price"
        assert window.faults == []
    assert Submission.objects.get(pk=losses.pk).state == State.SUBMITTED


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_on_a_phone_in_the_dark_nothing_runs_out_of_the_page(
    opened: Browser, shops: Shops, live_server: Any, language: str
) -> None:
    sheet = shops.sheet()
    with visit(opened, live_server.url, shops.ning, phone=True, dark=True, language=language) as window:
        for at in ("/submissions/", sheet.get_absolute_url()):
            page = window.go(at)
            assert (at, window.violations(), window.overflow(), window.faults) == (at, [], 0, [])
        label = page.locator("td[data-label=Amount]").first
        assert re.search(r"Amount", label.evaluate("e => getComputedStyle(e, '::before').content"))
