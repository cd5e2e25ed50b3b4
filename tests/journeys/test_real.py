"""A company of one's own: the first start with the console's token, the password, the second step."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.served import Served, Window, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
PASSWORD = "Regen-am-Montag-7"


def code(secret: str) -> str:
    """The six digits of RFC 6238 at this moment."""
    key = base64.b32decode(secret.strip().replace(" ", "") + "=" * (-len(secret.strip()) % 8))
    mac = hmac.digest(key, struct.pack(">Q", int(time.time() // 30)), "sha1")
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def test_the_first_person_begins_and_turns_the_second_step_on(opened: Browser, real: Served) -> None:
    token = (real.root / "var/secrets/first-start.token").read_text().strip()
    assert token in real.printed()
    with window(opened, real) as mine:
        page = mine.go("/")
        page.wait_for_url("**/sign-in/first/**")
        mine.judge()
        _begin(page, "not-the-token")
        expect(page.locator(".invalid-feedback, .alert-danger, .field-wrong").first).to_be_visible()
        mine.judge("first start, wrong token")
        _begin(page, token)
        page.wait_for_url(mine.url + "/")
        mine.judge()
        assert mine.go("/sign-in/demo/").locator(".faces").count() == 0
        secret = _second_step(mine)
        mine.go("/")
        page.locator("details.menu summary").click()
        page.click("form[action='/sign-in/leave/'] button")
        page.wait_for_url("**/sign-in/**")
        page.fill("[name=login]", "lin")
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]:has-text('登录')")
        page.wait_for_url("**/sign-in/second-factor/**")
        mine.judge()
        page.fill("[name=code]", "000000")
        page.click("form button.btn-primary")
        expect(page.locator("[name=code]")).to_be_visible()
        _fresh(secret)
        page.fill("[name=code]", code(secret))
        page.click("form button.btn-primary")
        page.wait_for_url(mine.url + "/")


def _begin(page: Page, token: str) -> None:
    said = {"token": token, "company": "临江百货", "name": "林青", "login": "lin", "new": PASSWORD, "again": PASSWORD}
    for name, value in said.items():
        page.fill(f"[name={name}]", value)
    page.click("button.btn-primary[type=submit]")


_used: list[str] = []


def _fresh(secret: str) -> None:
    """A code counts once: wait for the next one."""
    while code(secret) in _used:
        time.sleep(0.5)


def _second_step(mine: Window) -> str:
    """Switch the second step on; answers its secret."""
    page = mine.go("/sign-in/app/on/")
    if re.search(r"/confirm/", page.url):
        mine.judge()
        page.fill("[name=password]", PASSWORD)
        page.click("main form button.btn-primary, form button.btn-primary")
        page.wait_for_url("**/sign-in/app/on/**")
    mine.judge()
    page.locator("details summary").filter(has=page.locator("xpath=following-sibling::p/code")).click()
    secret = page.locator("details code").inner_text()
    page.fill("[name=code]", code(secret))
    _used.append(code(secret))
    page.click("main button.btn-primary")
    page.wait_for_url(lambda url: "/app/on/" not in url)
    mine.judge()
    return secret
