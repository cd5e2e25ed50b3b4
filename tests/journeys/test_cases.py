"""A complaint from call to closing, on the desk and the phone: 300 yuan stop at the clerk who may give 200."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.served import Served, Window, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser
DOORS = """
import json
from django.conf import settings
from django.test import Client
from opsloop.base.people.models import Account, Person
from django.utils import timezone
from opsloop.base.testing import given, make
from opsloop.engine.readings.models import Duty, State
settings.ALLOWED_HOSTS = ['*']
out = {}
for one in Person.objects.filter(name__in=%r):
    account = Account.objects.filter(person=one).first() or make(Account, login=f'journey{one.pk}', person=one)
    client = Client()
    client.force_login(account, backend='django.contrib.auth.backends.ModelBackend')
    out[one.name] = client.cookies[settings.SESSION_COOKIE_NAME].value
with given():
    for duty in Duty.objects.filter(kind='sop', ident='complaint', person__name__in=out):
        duty.state, duty.done_at = State.DONE, timezone.now()
        duty.save()
print(json.dumps({'cookie': settings.SESSION_COOKIE_NAME, 'who': out}))
"""
"""Signs them in; they have read the SOP, since the step of the plan wants that."""
TURN = """
import json
from opsloop.base.people.models import Person
from opsloop.engine.cases.models import Case, WorkItem
case = Case.objects.get(pk=%d)
rows = WorkItem.objects.filter(case=case, status='open').exclude(kind='copy').order_by('no')
names = dict(Person.objects.values_list('pk', 'name'))
print(json.dumps([case.status, [[r.no, r.node, names[r.assignee_id or r.candidates[0]]] for r in rows]]))
"""
CREW = ["孙琪", "赵敏", "李航", "何平", "许强", "冯静", "钱多"]
"""Agent and head of customer service, operations manager, store manager, heads of finance and quality, second agent."""
ON_PHONE = {"孙琪", "赵敏"}
SAID = {
    "claimed": "300", "responsible_head": "何平", "handler": "孙琪", "cash": "300", "refund": "0", "coupon": "0",
    "damages": "0", "customer_30d": "0", "agent_today": "0", "answer": "接受", "paid": "300", "score": "5",
    "solved": "yes", "same_cause_7d": "1", "claim": "退货退款", "responsible": "门店", "repeat_30d": "no",
}  # fmt: skip
"""What the journey says in fields that matter; in the others whatever fits."""


@contextmanager
def crew(opened: Browser, demo: Served) -> Iterator[Callable[[str], Window]]:
    """A window for each person, opened when it is first needed."""
    doors = json.loads(demo.python(DOORS % (CREW,)).strip().splitlines()[-1])
    with ExitStack() as stack:
        windows: dict[str, Window] = {}

        def of(name: str) -> Window:
            if name not in windows:
                windows[name] = stack.enter_context(window(opened, demo, phone=name in ON_PHONE))
                cookie = {"name": doors["cookie"], "value": doors["who"][name], "url": demo.url}
                windows[name].page.context.add_cookies([cookie])  # type: ignore[list-item]
            return windows[name]

        yield of


def turns(demo: Served, case: int) -> tuple[str, list[tuple[int, str, str]]]:
    status, rows = json.loads(demo.python(TURN % case).strip().splitlines()[-1])
    return status, rows


def fill(page: Page, photo: Path, said: dict[str, str]) -> None:
    """Everything that the form asks for, as a person would: choices, words, files, ticks."""
    form = page.locator("form.act-form")
    for box in form.locator("select").all():
        choose(box, said.get(name_of(box), ""))
    for pick in form.locator("[data-pick]").all():
        find(page, pick, said.get((pick.get_attribute("data-name") or "").removeprefix("f-"), ""))
    for box in form.locator("input[type=text], input[type=tel], textarea").all():
        if name_of(box) != "word" and box.is_visible() and not box.input_value():
            number = box.get_attribute("inputmode") == "decimal"
            box.fill(said.get(name_of(box), "1" if number else "按记录"))
        elif name_of(box) in said and box.is_visible():
            box.fill(said[name_of(box)])
    for box in form.locator("input[type=datetime-local], input[type=date]").all():
        if not box.input_value():
            day = box.get_attribute("type") == "date"
            box.fill("2026-01-05" if day else "2026-01-05T10:00")
    for box in form.locator("input[type=file]").all():
        box.set_input_files(str(photo))
    for box in form.locator(".checks-box input[type=checkbox]").all():
        box.check()


def name_of(box: Locator) -> str:
    return (box.get_attribute("name") or "").removeprefix("f-")


def choose(box: Locator, wanted: str) -> None:
    values = [one.get_attribute("value") or "" for one in box.locator("option").all()]
    if box.input_value() and not wanted:
        return
    box.select_option(wanted if wanted and wanted in values else "no" if "no" in values else values[1])


def find(page: Page, pick: Locator, wanted: str) -> None:
    if not wanted or pick.locator(".pick-chip").count():
        return
    pick.locator("input[type=search]").fill(wanted)
    pick.locator(f".pick-hit:has-text('{wanted}')").first.click()
    expect(pick.locator(".pick-chip")).to_contain_text(wanted)
    page.keyboard.press("Escape")


def send(page: Page) -> None:
    with page.expect_navigation():
        page.click("form.act-form button[type=submit]")


def test_a_complaint_from_the_call_to_the_closing(opened: Browser, demo: Served, tmp_path: Path) -> None:
    photo = tmp_path / "照片.txt"
    photo.write_text("胀包的酸奶")
    said = dict(SAID)
    with crew(opened, demo) as of:
        agent = of("孙琪")
        page = agent.go("/cases/start/complaint/")
        agent.judge("start")
        fill(page, photo, {**said, "customer_no": "H9001", "customer": "王女士", "phone": "13812345678"})
        moment = page.locator("[name=f-happened_at]")
        assert moment.input_value(), "now, unless one says otherwise"
        send(page)
        case = int(re.findall(r"/cases/(\d+)/", page.url)[0])
        expect(page.locator(".run-now")).to_contain_text("受理登记")
        agent.judge("run")
        page.click("form.act-form button[type=submit]")
        expect(page.locator("[role=alert]").first).to_contain_text("没填")
        seen: list[tuple[str, str]] = []
        for _turn in range(40):
            status, rows = turns(demo, case)
            if status != "running":
                break
            number, node, name = rows[0]
            work(of(name), case, number, node, photo, said)
            seen.append((node, name))
        assert status == "done", seen
        did = dict(seen)
        assert did["plan"] == did["negotiate"] == "孙琪" and did["approve"] == "赵敏" and did["pay"] == "许强"
        assert did["return-visit"] != "孙琪", "nobody visits their own case"
        page = of("李航").go(f"/cases/{case}/")
        expect(page.locator(".story")).to_contain_text("赵敏 同意了「审批补偿」")
        expect(page.locator("main")).not_to_contain_text("13812345678")
        of("李航").judge("closed")


def work(mine: Window, case: int, number: int, node: str, photo: Path, said: dict[str, Any]) -> None:
    """One step on its page; the approval from the start page."""
    if node == "approve":
        mine.go("/")
        page = mine.page
        page.click(f"#lane-approve a[href='/cases/{case}/?item={number}']")
        expect(page.locator(".run-amount")).to_contain_text("300")
        mine.judge("approval")
    else:
        page = mine.go(f"/cases/{case}/?item={number}")
    fill(page, photo, said)
    send(page)
    expect(page.locator("#toasts, main").first).to_be_attached()
    wrong = page.locator("form.act-form .invalid-feedback, .alert-danger").all_inner_texts()
    assert not wrong, (node, wrong)
