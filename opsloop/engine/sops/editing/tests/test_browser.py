"""The step list in Chromium: what is kept stays in sight, a new step is there to be named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from opsloop.base.testing import Cast
from opsloop.engine.sops.editing.tests.test_pages import PAGE, drafted, standard
from opsloop.ui.testing import browser, visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["standard"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]
LOW = {"width": 1280, "height": 520}


@pytest.fixture(scope="module")
def opened() -> Iterator[Browser]:
    with browser() as one:
        yield one


@pytest.mark.usefixtures("standard")
def test_what_is_kept_stays_in_sight_and_a_new_step_is_named_at_once(
    opened: Browser, cast: Cast, live_server: Any
) -> None:
    with visit(opened, live_server.url, cast.lin) as window:
        page = window.go(f"{PAGE}?step=apply")
        page.set_viewport_size(LOW)
        page.locator("textarea[name=mistakes]").fill("一次没问清")
        page.locator(".panel-foot").scroll_into_view_if_needed()
        page.locator("#raci-title").scroll_into_view_if_needed()
        page.keyboard.press("Tab")
        page.locator('.gap.depth-0 button[value^="add|step"]').scroll_into_view_if_needed()
        expect(page.locator(".state")).to_contain_text("Kept in your draft")
        expect(page.locator(".state")).to_be_in_viewport(ratio=1)
        page.locator('.gap.depth-0 button[value^="add|step"]').click()
        expect(page.locator("[name=title]")).to_be_focused()
        assert page.locator(".right").evaluate("e => e.scrollTop") == 0
        page.keyboard.type("通报结果")
        page.keyboard.press("Tab")
        expect(page.locator(".line.chosen")).to_contain_text("通报结果")
        assert (window.overflow(), window.faults) == (0, [])
    assert "title: 通报结果" in drafted() and "一次没问清" in drafted()
