"""People at their desks and phones who work on a case: their windows, whose turn it is, forms filled in."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.served import Served, Window, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

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
    for duty in Duty.objects.filter(kind='sop', ident=%r, person__name__in=out):
        duty.state, duty.done_at = State.DONE, timezone.now()
        duty.save()
print(json.dumps({'cookie': settings.SESSION_COOKIE_NAME, 'who': out}))
"""
"""Signs them in; they have read the SOP, since some of its steps want that."""
TURN = """
import json
from opsloop.base.people.models import Person
from opsloop.engine.cases.models import Case, WorkItem
case = Case.objects.get(pk=%d)
rows = WorkItem.objects.filter(case=case, status='open').exclude(kind='copy').order_by('no')
names = dict(Person.objects.values_list('pk', 'name'))
print(json.dumps([case.status, [[r.no, r.node, names[r.assignee_id or r.candidates[0]]] for r in rows]]))
"""


@contextmanager
def crew(
    opened: Browser, demo: Served, names: Sequence[str], on_phone: Collection[str], sop: str
) -> Iterator[Callable[[str], Window]]:
    """A window for each person, opened when it is first needed."""
    doors = json.loads(demo.python(DOORS % (list(names), sop)).strip().splitlines()[-1])
    with ExitStack() as stack:
        windows: dict[str, Window] = {}

        def of(name: str) -> Window:
            if name not in windows:
                windows[name] = stack.enter_context(window(opened, demo, phone=name in on_phone))
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
