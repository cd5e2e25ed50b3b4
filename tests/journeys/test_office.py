"""Work of the office in a real browser: people from a file, the auditor's search of the record, the year's calendar."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from python_calamine import CalamineWorkbook

from tests.journeys.served import Served, Window, enter, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
HEADER = "姓名,工号,部门,岗位,手机,入职日期\n"
WRONG = HEADER + "钱进,HL101,运营部,不存在的岗位,,2026-03-01\n周末,HL102,,,,三月一号\n吴双,HL103,,,,\n,HL104,,,,\n"
RIGHT = HEADER + "钱进,HL101,运营部,运营专员,13900001234,2026-03-01\n吴双,HL103,,,,2026/3/2\n"


def _new(demo: Served) -> str:
    """How many people have numbers that only the files of this journey give."""
    ours = "Person.objects.filter(number__in=['HL101', 'HL102', 'HL103', 'HL104'])"
    return demo.python(f"from opsloop.base.people.models import Person; print({ours}.count())")


def in_both_languages(mine: Window, name: str) -> None:
    """Judge the page as it stands in Chinese and in English."""
    for tongue, lang in (("en", "en"), ("zh", re.compile("zh"))):
        mine.judge(f"{name} before {tongue}", dark=tongue == "en")
        mine.page.click(".btn-language")
        expect(mine.page.locator("html")).to_have_attribute("lang", lang)


def offer(mine: Window, folder: Path, name: str, content: bytes) -> Page:
    """Upload a roster and look at what it would do."""
    file = folder / name
    file.write_bytes(content)
    page = mine.go("/people/import/")
    page.set_input_files("#file", str(file))
    with page.expect_navigation():
        page.click("main form button[type=submit]")
    return page


def test_people_come_from_a_file(opened: Browser, demo: Served, tmp_path: Path) -> None:
    with window(opened, demo) as mine:
        enter(mine, "李航")
        page = offer(mine, tmp_path, "名册.csv", HEADER.encode("gb18030") + b"\xff\xff,HL101,,,,\n")
        expect(page.locator("[role=alert]")).to_contain_text("请另存为")
        page = offer(mine, tmp_path, "名冊.csv", "姓名,員工編號\n錢進,HL101\n".encode("big5"))
        expect(page.locator("[role=alert]")).to_contain_text("工号")
        in_both_languages(mine, "import, wrong encoding")
        page = offer(mine, tmp_path, "名册.csv", WRONG.encode())
        page.wait_for_url(re.compile(r"/people/import/\d+/"))
        faults = page.locator("section[aria-labelledby=faults-title] tbody tr")
        assert [row.split("\t")[0] for row in faults.all_inner_texts()] == ["2", "3", "5"]
        expect(faults.nth(0)).to_contain_text("不存在的岗位")
        expect(faults.nth(1)).to_contain_text("三月一号")
        expect(page.locator("button:has-text('立即导入')")).to_have_count(0)
        in_both_languages(mine, "import, errors")
        with page.expect_download() as taken:
            page.click("a[href$='/errors.xlsx']")
        sheet = CalamineWorkbook.from_path(str(taken.value.path())).get_sheet_by_index(0).to_python()
        assert [row[1] for row in sheet[1:]] == ["HL101", "HL102", "HL104"]
        assert _new(demo) == "0"
        page = offer(mine, tmp_path, "名册.csv", RIGHT.encode("gb18030"))
        in_both_languages(mine, "import, preview")
        for why in page.locator("textarea[name^='why-']").all():
            why.fill("三月扩编，已由总监同意。")
        page.click("main form:has(button.btn-primary) button.btn-primary")
        page.wait_for_url(re.compile(r"/people/import/run/\d+/"))
        page.locator(".empty-title:has-text('完成')").wait_for(timeout=60_000)
        in_both_languages(mine, "import, done")
        mine.go("/people/?q=HL10")
        expect(page.locator("[data-row]")).to_have_count(2)
        assert _new(demo) == "2"
        offer(mine, tmp_path, "名册.csv", RIGHT.encode())
        expect(page.locator("main")).not_to_contain_text("13900001234")
        mine.judge("import, the same again")


def test_the_auditor_finds_who_did_what(opened: Browser, demo: Served) -> None:
    code = "from opsloop.base.people.models import Person as P; print(P.objects.get(number='HL006').pk)"
    him = demo.python(code)
    with window(opened, demo) as manager:
        page = enter(manager, "李航")
        manager.go(f"/act/people.correct/{him}/")
        page.fill("#f_phone", "13912345678")
        page.fill("#f_reason", "本人换了手机号。")
        page.click("main button[data-once]")
        page.wait_for_url(lambda url: "/act/" not in url)
    with window(opened, demo) as mine:
        page = enter(mine, "周慎")
        mine.go("/ledger/")
        in_both_languages(mine, "record")
        page.focus("#list-ledger-who")
        page.keyboard.type("李航")
        page.locator(".pick-hit:has-text('李航')").click()
        page.wait_for_url(re.compile(r"[?&]who=\d+"))
        page.select_option("#list-ledger-act", "people.correct")
        page.select_option("#list-ledger-kind", "people.person")
        page.fill("#list-ledger-number", him)
        page.wait_for_url(re.compile(r"number=" + him))
        expect(page.locator("[data-row]")).to_have_count(1)
        mine.judge("record, narrowed")
        address = page.url
        page.click(".row-link")
        page.wait_for_selector("#drawer[open] .drawer-title")
        mine.judge("record, drawer")
        number = page.locator("#drawer .drawer-title").inner_text()
        mine.go(f"/ledger/{re.sub(r'[^0-9]', '', number)}/")
        said = page.locator("p.said")
        expect(said).to_contain_text("李航")
        chinese = said.inner_text()
        expect(page.locator("main table")).to_contain_text("13912345678")
        expect(page.locator(".verified")).to_be_visible()
        in_both_languages(mine, "record, entry")
        page.click(".btn-language")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        assert (
            said.inner_text() != chinese and "本人换了手机号。" in said.inner_text() + page.locator("main").inner_text()
        )
        page.click(".btn-language")
        page.goto(address)
        page.click("a[href^='/ledger/export/']")
        in_both_languages(mine, "record, export")
        page.fill("#f_reason", "抽查联系方式的更改。")
        page.select_option("#id_kind", "csv")
        with page.expect_download() as taken:
            page.click("main form button.btn-primary[type=submit]")
        rows = taken.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(rows) == 2 and chinese in rows[1].replace('""', '"')
        mine.go("/ledger/?act=ledger.export")
        expect(page.locator("[data-row]").first).to_contain_text("抽查联系方式的更改。")


def test_a_day_off_is_put_into_the_years_calendar(opened: Browser, demo: Served) -> None:
    with window(opened, demo) as manager, window(opened, demo, phone=True) as mine:
        page = enter(mine, "王芳")
        worked = []
        for month in range(1, 13):
            mine.go(f"/calendar/?month=2026-{month:02}")
            worked += [f"{month}-{one.locator('.month-day').inner_text()}" for one in _here(page, "small.worked")]
        assert worked == ["1-4", "2-14", "2-28", "5-9", "9-20", "10-10"]
        mine.go("/calendar/?month=2026-10")
        expect(page.locator("td:not(.elsewhere):has(small.worked)")).to_contain_text("09:00–12:00")
        in_both_languages(mine, "calendar with a make-up workday")
        mine.go("/calendar/?month=2026-10&limit=2个工作日&start=2026-09-30T10:00")
        expect(page.locator(".answer")).to_contain_text("2026-10-09")
        mine.judge("calendar, calculator")
        page = enter(manager, "李航")
        manager.go("/playbook/-/edit/calendar/company/")
        page.locator("[data-grow=days] > [data-grow-add]").click()
        page.fill("[name='days.0.key']", "2026-12-25")
        page.locator("[data-grow='days.0.value'] > [data-grow-add]").click()
        page.fill("[name='days.0.value.0']", "off")
        manager.judge("edit, calendar")
        page.click("button[value=save]")
        page.wait_for_url("**/playbook/-/drafts/")
        page.click("form[action='/playbook/-/propose/'] button[type=submit]")
        page.fill("#reason", "元旦前盘点，全员休息一天。")
        page.click("main button.btn-primary[type=submit]")
        page.wait_for_url(re.compile(r"/playbook/-/publications/\d+/"))
        page.locator("main a[href*='/act/playbook.publish/']").first.click()
        page.locator("#drawer[open] button[data-once], main button[data-once]").first.click()
        expect(page.locator("main")).to_contain_text("已发布")
        page = mine.go("/calendar/?month=2026-12")
        expect(page.locator("td.off:not(.elsewhere):has-text('25')")).to_have_count(1)
        mine.judge("calendar with a day off")
        assert mine.go("/act/playbook.publish/1/").locator("button[data-once]").count() == 0


def _here(page: Page, what: str) -> list:
    return page.locator(f"td:not(.elsewhere):has({what})").all()
