"""What pages do in a real browser: one test for each behaviour that a script or htmx carries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.ui.testing import Visit, browser, visit
from opsloop.ui.tests.test_lists import people

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.fixture
def lin(opened: Browser, live_server: Any, crowd: Cast) -> Iterator[Visit]:
    with visit(opened, live_server.url, crowd.lin) as one:
        yield one
        assert one.faults == []


def drawer(one: Visit) -> Any:
    one.page.wait_for_selector("#drawer[open] .drawer-title")
    return one.page.locator("#drawer")


def test_a_filter_keeps_the_focus_and_cleans_the_address(lin: Visit) -> None:
    people(40)
    page = lin.go("/crowd/")
    page.fill("[data-filter-first]", "Wu")
    expect(page.locator("[data-row]")).to_have_count(1)
    assert page.evaluate("document.activeElement.name") == "q"
    page.wait_for_url("**/crowd/?q=Wu")


def test_sorting_goes_into_history_and_back(lin: Visit) -> None:
    people(40)
    page = lin.go("/crowd/")
    page.click("thead a:has-text('Full name')")
    page.wait_for_url("**/crowd/?sort=name")
    page.click(".pagination a:has-text('2')")
    page.wait_for_url("**/crowd/?sort=name&page=2")
    page.go_back()
    page.wait_for_url("**/crowd/?sort=name")
    expect(page.locator(".list-foot")).to_contain_text("1–25")
    page.fill("[data-filter-first]", "Wu")  # the page still works after it came out of history
    expect(page.locator("[data-row]")).to_have_count(1)


def test_a_row_opens_beside_the_list_and_an_act_in_it_refreshes_the_page_behind(lin: Visit, crowd: Cast) -> None:
    page = lin.go("/crowd/?q=Wu")
    page.click(".row-link")
    side = drawer(lin)
    assert side.locator(".drawer-title").inner_text() == "Wu"
    side.locator(".menu summary").click()
    side.locator("a[href*='uitest.leave']").click()
    page.wait_for_selector("#f_reason")
    page.fill("#f_reason", "x")
    page.fill("#f_left_on", "2026-01-31")
    side.locator("[data-once]").click()
    page.wait_for_selector("#f_reason_error")
    page.fill("#f_reason", "Moves to Xi'an.")
    side.locator("[data-once]").click()
    page.wait_for_selector("#drawer:not([open])", state="attached")
    page.wait_for_selector("#toasts .alert:has-text('Let somebody go: Wu')")
    page.wait_for_selector("td .late:has-text('31 Jan 2026')")
    page.wait_for_timeout(300)  # the refreshed page must not open the drawer again
    assert page.locator("#drawer[open]").count() == 0
    assert Person.objects.get(pk=crowd.wu.pk).left_on is not None


def test_choosing_by_typing_with_the_keyboard(lin: Visit, crowd: Cast) -> None:
    page = lin.go(f"/act/uitest.leave/{crowd.wu.pk}/")
    page.fill("#f_reason", "Moves to Xi'an.")
    page.fill("#f_left_on", "2026-01-31")
    page.focus("#f_heir")
    page.keyboard.type("che")
    expect(page.locator(".pick-hit")).to_have_count(1)
    page.keyboard.press("Enter")
    assert page.locator(".pick-chip input[name=heir]").input_value() == str(crowd.chen.pk)
    page.locator(".pick-chip").click()
    assert page.locator(".pick-chip").count() == 0


def test_nested_rows_are_added_and_taken_away(lin: Visit) -> None:
    page = lin.go("/act/uitest.add/")
    page.fill("#f_name", "Ann")
    page.click("[data-row-add]")
    page.locator("[data-row-box]").nth(0).locator("[data-row-drop]").click()
    page.fill("[name='posts-1-title']", "Cashier")
    page.click("[data-once]")
    page.wait_for_url("**/")
    assert Person.objects.get(name="Ann").number == "1-0-0"


def test_an_act_on_ticked_rows(lin: Visit) -> None:
    page = lin.go("/crowd/")
    page.click("[data-tick-all]")
    page.click("[data-bulk-act]")
    drawer(lin)
    page.fill("#f_language", "en")
    page.click("#drawer [data-once]")
    page.wait_for_selector("#toasts .alert:has-text('done for 5')")
    assert Person.objects.filter(language="en").count() == 5


def test_the_palette_opens_by_key_and_walks_by_arrows(lin: Visit) -> None:
    page = lin.go("/crowd/")
    page.keyboard.press("Control+k")
    page.wait_for_selector("#palette[open] .hits a")
    page.keyboard.type("my work")
    expect(page.locator("#hits a")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")


def test_single_keys_walk_the_list(lin: Visit) -> None:
    page = lin.go("/crowd/")
    for key in ("j", "j", "x"):
        page.keyboard.press(key)
    assert page.locator("[data-row].at input:checked").count() == 1
    page.keyboard.press("o")
    drawer(lin)
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    page.wait_for_selector("#keys[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_dark_and_dense_are_kept(lin: Visit) -> None:
    page = lin.go("/crowd/")
    page.click("[data-theme-toggle]")
    page.click("button[data-density]")
    page = lin.go("/")
    assert page.evaluate("[document.documentElement.dataset.bsTheme, document.documentElement.dataset.density]") == [
        "dark", "compact",
    ]  # fmt: skip


@pytest.mark.parametrize(("phone", "dark"), [(False, False), (False, True), (True, False)])
def test_pages_have_no_axe_violations_and_never_overflow(
    opened: Browser, live_server: Any, crowd: Cast, phone: bool, dark: bool
) -> None:
    people(30)
    with visit(opened, live_server.url, crowd.lin, phone=phone, dark=dark) as one:
        for path in ("/", "/crowd/", "/act/uitest.add/", "/go/?q=a", "/no-such-page/"):
            one.go(path)
            assert (path, one.violations()) == (path, [])
            assert (path, one.overflow()) <= (path, 0)
        assert one.faults == []


def test_the_drawer_and_a_refused_form_have_no_axe_violations(lin: Visit, crowd: Cast) -> None:
    page = lin.go("/crowd/?q=Wu")
    page.click(".row-link")
    drawer(lin)
    assert lin.violations() == []
    page.click("#drawer .menu summary")
    assert lin.violations() == []
    page.click("#drawer a[href*='uitest.leave']")
    page.wait_for_selector("#f_reason")
    page.click("#drawer [data-once]")
    page.wait_for_selector("#f_reason_error")
    assert lin.violations() == []


TOO_SMALL = """() => [...document.querySelectorAll('.btn, select, textarea, .tabbar a, .top summary, .menu-box a, '
  + '.menu-box button, label.form-check, .banner a, .drawer summary, '
  + 'input:not([type=hidden], [type=checkbox], [type=radio], .visually-hidden)')]
  .filter((one) => one.checkVisibility({visibilityProperty: true}) && !one.closest('.no-js'))
  .map((one) => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
  .filter(([, box]) => box.height && box.height < 43.5).map(([said, box]) => box.height + ' ' + said)"""
ZOOMS = """() => [...document.querySelectorAll('input[type=text], input[type=search], select, textarea')]
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16).map((one) => one.outerHTML.slice(0, 120))"""


def test_on_the_phone_a_finger_hits_everything_and_no_field_zooms(
    opened: Browser, live_server: Any, crowd: Cast
) -> None:
    people(30)
    with visit(opened, live_server.url, crowd.lin, phone=True) as one:
        for path in ("/", "/crowd/", "/act/uitest.add/", "/go/?q=a"):
            page = one.go(path)
            assert (path, page.evaluate(TOO_SMALL)) == (path, [])
            assert (path, page.evaluate(ZOOMS)) == (path, [])
        page = one.go("/crowd/?q=Wu")
        row = page.locator("[data-row]").bounding_box()
        assert row
        page.mouse.click(row["x"] + row["width"] - 4, row["y"] + row["height"] - 4)  # beside the name, still the row
        drawer(one)
        page.click("#drawer .menu summary")
        assert page.evaluate(TOO_SMALL) == []
        assert one.violations() == []
        assert one.faults == []


def test_the_demos_banner_takes_two_lines_of_a_phone_at_most(
    opened: Browser, live_server: Any, crowd: Cast, settings: Any
) -> None:
    settings.WORKSPACE = replace(settings.WORKSPACE, demo=True)
    for language in ("en", "zh-hans"):
        with visit(opened, live_server.url, crowd.lin, phone=True, language=language) as one:
            box = one.go("/crowd/").locator(".banner-demo > span").bounding_box()
            assert box and box["height"] <= 36, language
