"""The demo as each of its five faces: what they come for, in a real browser, on every page without a fault."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.journeys.served import Served, enter, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
READ = (
    "/playbook/-/publications/", "/playbook/-/publications/1/", "/playbook/-/open/", "/playbook/-/kinds/",
    "/playbook/-/kinds/position/", "/playbook/calendar/company/", "/playbook/glossary/operations/", "/departments/",
    "/people/waiting/",
)  # fmt: skip
LIMIT = "[name='limits.0.value.0.value']"


def test_the_director_looks_at_the_week_on_the_phone(opened: Browser, demo: Served) -> None:
    with window(opened, demo, phone=True) as mine:
        mine.go("/sign-in/demo/")
        expect(mine.page.locator(".faces button")).to_have_count(5)
        mine.judge()
        page = enter(mine, "陈岚")
        expect(page.locator(".banner, .demo, main").first).to_be_visible()
        mine.judge()
        page = mine.go("/metrics/sales/")
        page.wait_for_selector("canvas, svg[role=img], .chart svg")
        expect(page.locator("main table")).not_to_have_count(0)
        mine.judge()
        for path in ("/inbox/", "/inbox/rules/", "/people/me/", "/sign-in/security/"):
            mine.go(path)
            mine.judge()


def test_rights_change_only_with_a_second_person(opened: Browser, demo: Served) -> None:
    limit = "from opsloop.base.policy.models import Mandate as M; print(M.objects.filter(position__code='operations-sp"
    limit += "ecialist').last().limits['compensation']['each'])"
    with window(opened, demo) as manager, window(opened, demo) as director:
        page = enter(manager, "李航")
        page.keyboard.press("Control+k")
        page.locator("#palette input").fill("运营专员")
        page.locator("#palette a[href='/playbook/position/operations-specialist/']").first.wait_for()
        page.keyboard.press("Escape")
        page = manager.go("/playbook/position/operations-specialist/")
        manager.judge()
        page.click("a[href='/playbook/-/edit/position/operations-specialist/']")
        expect(page.locator(LIMIT)).to_have_value(re.compile(r"^200"))
        manager.judge()
        page.fill(LIMIT, "250")
        page.click("button[value=look]")
        expect(page.locator("#looking")).to_contain_text("250")
        manager.judge("edit, looking")
        page.click("button[value=save]")
        page.wait_for_url("**/playbook/-/drafts/")
        manager.judge()
        page.click("form[action='/playbook/-/propose/'] button[type=submit]")
        expect(page.locator("main .alert-warning")).to_be_visible()
        page.fill("#reason", "旺季投诉补偿额度不够。")
        manager.judge()
        page.click("main button.btn-primary[type=submit]")
        page.wait_for_url(re.compile(r"/playbook/-/publications/\d+/"))
        proposal = page.url.removeprefix(manager.url)
        manager.judge()
        assert demo.python(limit) == "200"
        page = enter(director, "陈岚")
        page = director.go(proposal)
        pk = _pk(page.locator("main a[href*='/act/playbook.approve/']").first.get_attribute("href"))
        director.go(f"/act/playbook.approve/{pk}/")
        director.judge()
        page.click("main button[data-once]")
        page.wait_for_url(lambda url: "/act/" not in url)
        manager.go(f"/act/playbook.publish/{pk}/")
        manager.page.click("main button[data-once]")
        manager.page.wait_for_url(lambda url: "/act/" not in url)
        assert demo.python(limit) in ("250", "250.0")
        manager.go("/playbook/position/operations-specialist/versions/")
        expect(manager.page.locator("main")).to_contain_text("旺季投诉补偿额度不够。")
        manager.judge()
        manager.go("/playbook/position/operations-specialist/compare/")
        manager.judge()


def _pk(href: str | None) -> str:
    found = re.search(r"/act/[\w.]+/(\d+)/", href or "")
    assert found is not None, href
    return found[1]


def test_the_specialist_is_away_and_somebody_stands_in(opened: Browser, demo: Served, tmp_path: Path) -> None:
    with window(opened, demo) as mine:
        page = enter(mine, "王芳")
        theme = "document.documentElement.getAttribute('data-bs-theme')"
        before = page.evaluate(theme)
        page.click("[data-theme-toggle]")
        assert page.evaluate(theme) != before
        page.click("[data-theme-toggle]")
        page.click(".btn-language")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        mine.judge("workbench in English")
        page.click(".btn-language")
        expect(page.locator("html")).to_have_attribute("lang", re.compile("zh"))
        me = demo.python("from opsloop.base.people.models import Person as P; print(P.objects.get(number='HL003').pk)")
        mine.go(f"/act/people.absent/{me}/")
        page.fill("#f_starts_at", "2031-03-03T09:00")
        page.fill("#f_ends_at", "2031-03-05T18:00")
        page.focus("#f_substitute")
        page.keyboard.type("刘洋")
        expect(page.locator(".pick-hit")).to_have_count(1)
        mine.judge("absence with hits")
        page.focus("#f_substitute")
        page.locator(".pick-hit").click()
        page.fill("#f_reason", "年假")
        page.click("main button[data-once]")
        page.wait_for_url(lambda url: "/act/" not in url)
        mine.go(f"/people/{me}/")
        expect(page.locator("main")).to_contain_text("刘洋")
        file = tmp_path / "交接清单.txt"
        file.write_text("一、在途活动\n", encoding="utf-8")
        page.set_input_files("form[action^='/attach/'] input[type=file]", str(file))
        send = page.locator("form[action^='/attach/'] button[type=submit]")
        if send.count() and send.first.is_visible():
            send.first.click()
        expect(page.locator("main")).to_contain_text("交接清单.txt")
        mine.judge()
        answer = page.request.get(mine.url + str(page.locator("main a[href^='/files/']").first.get_attribute("href")))
        assert answer.text() == "一、在途活动\n"


def test_two_characters_find_what_they_name(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        page = enter(mine, "王芳")
        page.keyboard.press("Control+k")
        page.locator("#palette input").fill("采购")
        expect(page.locator("#hits")).to_contain_text("采购专员")
        mine.judge("palette with hits")
        mine.go("/go/?q=郑凯")
        expect(page.locator("main")).to_contain_text("郑凯")
        mine.judge()
        mine.go("/playbook/-/search/?q=补偿")
        expect(page.locator("main")).to_contain_text("客服专员")
        mine.judge()


def test_the_analyst_takes_a_list_along(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        page = enter(mine, "张睿")
        mine.go("/metrics/sales/?days=365")
        page.wait_for_selector("canvas, svg[role=img], .chart svg")
        mine.go("/people/")
        mine.judge()
        page.fill("[data-filter-first]", "HL00")
        page.wait_for_url("**/people/?q=HL00")
        expect(page.locator("[data-row]")).to_have_count(9)
        page.locator("details:has(button[name=export]) summary").click()
        with page.expect_download() as taken:
            page.click("button[name=export][value=csv]")
        rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(rows) == 10 and any("陈岚" in row for row in rows)
        page.click(".row-link >> nth=0")
        page.wait_for_selector("#drawer[open] .drawer-title")
        mine.judge("people with drawer")
        for path in ("/jobs/", "/jobs/all/", "/jobs/schedules/", "/jobs/outbox/", "/jobs/mine/"):
            mine.go(path)
            mine.judge()


def test_the_auditor_reads_everything_and_changes_nothing(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        page = enter(mine, "周慎")
        mine.go("/people/2/")
        expect(page.locator("main")).to_contain_text("陈岚")
        assert page.locator("main a[href*='/act/people.']").count() == 0
        mine.go("/people/2/rights/")
        mine.judge()
        mine.go("/playbook/")
        assert page.locator("main a[href*='/-/new/']").count() == 0
        mine.judge()
        for path in READ:
            mine.go(path)
            mine.judge()
        page.emulate_media(media="print")
        mine.go("/playbook/-/whole/")
        expect(page.locator("main")).to_contain_text("审计员")
        expect(page.locator("nav.side")).to_be_hidden()
        page.emulate_media(media="screen")
        mine.judge()
        assert mine.go("/act/people.register/").locator("main").count() == 1
        mine.judge("not for your position")
        mine.go("/people/999999/")
        mine.judge("no such thing")


def test_wrong_passwords_lock_out(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as mine:
        page = mine.go("/sign-in/?password=1")
        mine.judge()
        for _n in range(8):
            page.fill("[name=login]", "lihang")
            page.fill("[name=password]", "not-this-one-1")
            with page.expect_navigation():
                page.press("[name=password]", "Enter")
        expect(page.locator("[role=alert]")).to_contain_text("15")
        mine.judge("locked")
