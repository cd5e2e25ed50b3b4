"""An auditor rebuilds cases of three months ago, changed as the rules are since; all she has is the archive."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.served import Served, Window, enter, window

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
THEN = """
import json
from datetime import timedelta
import time_machine
from django.db import connection
from django.utils import timezone
from opsloop.base.acts import Call, perform
from opsloop.base.people.models import Holding, Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import given
from opsloop.playbook.models import Version
then = timezone.now().replace(microsecond=0) - timedelta(days=92)
with given():
    first = then.date() - timedelta(days=30)
    with connection.cursor() as past:  # what is published is sealed, so the past of the demo is made by hand
        past.execute(f"update {Version._meta.db_table} set effective_from = %s where number = 1", [first])
    for post in set(Mandate.objects.values_list('position', flat=True)):
        Mandate.objects.filter(pk=Mandate.objects.filter(position=post).earliest('pk').pk).update(from_day=first)
    Holding.objects.update(starts_at=then - timedelta(days=30))
agent = Person.objects.get(name='孙琪')
asked = then - timedelta(hours=5)
values = {'channel': '电话', 'asked_at': asked.isoformat(), 'customer': '李女士', 'question': '会员积分何时到期'}
rows = [{'field': name, 'value': value} for name, value in values.items()]
with time_machine.travel(then, tick=False):
    call = Call(by=agent, overrides={'late-entry': '门店停电，来电先记在纸上。'})
    case = perform('cases.start', {'sop': 'customer-enquiry', 'values': rows}, call)
print(json.dumps([case.pk, str(timezone.localdate(then))]))
"""
"""The standard was in force then, and a call was entered five hours later, with the reason."""
SINCE = """
from opsloop.base.acts import Call, operation
from opsloop.base.people.models import Person
from opsloop.playbook import actions, queries
from opsloop.playbook.changes import LineRow
from opsloop.playbook.store import keep_all, texts_of
CHANGES = {
    ('sop', 'complaint'): ('within: {general: 15 working minutes,', 'within: {general: 10 working minutes,'),
    ('position', 'customer-service-head'): ('compensation: {each: 1000}', 'compensation: {each: 800}'),
}
manager, director = (Person.objects.get(name=name) for name in ('李航', '陈岚'))
latest, lines = queries.latest(), []
for key, (old, new) in CHANGES.items():
    was = latest[key]
    text = texts_of([was.sha256])[was.sha256]
    assert text.count(old) == 1, (key, text.count(old))
    lines.append(LineRow(*key, keep_all([text.replace(old, new)])[0], was.number))
with operation(Call(by=manager)):
    made = actions.propose(by=manager, reason='受理再快一点，主管额度收紧。', lines=lines)
with operation(Call(by=director)):
    actions.approve(made, by=director)
with operation(Call(by=manager)):
    actions.publish(made, by=manager)
"""
NOW = """
import json
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.engine.sops.models import Sop
who = Person.objects.get(name='周慎').pk
print(json.dumps({
    'complaint': Sop.objects.get(ident='complaint').number,
    'limit': str(Mandate.objects.filter(position__code='customer-service-head').order_by('from_day', 'pk').last()
                 .limits['compensation']['each']),
    'access': [one.act for one in Entry.objects.filter(by_id=who, act__startswith='audits.').order_by('id')],
}))
"""
REASON = "三季度补偿抽查"


def test_an_auditor_rebuilds_cases_of_three_months_ago(opened: Browser, demo: Served) -> None:
    late, day = json.loads(demo.python(THEN).splitlines()[-1])
    demo.python(SINCE)
    until = date.fromisoformat(day)
    days = until - timedelta(days=7), until
    with window(opened, demo) as mine:
        enter(mine, "周慎").click("nav a[href='/audits/']")
        mine.judge()
        everything, whole = taken(mine, *days, size=200, seed=1)
        rows = list(csv.DictReader(io.StringIO(whole.read("cases.csv").decode("utf-8-sig"))))
        sample = json.loads(whole.read("sample.json"))
        assert len(rows) == sample["cases_to_draw_from"] == len(sample["drawn"]) > 10
        complaint = next(one for one in rows if one["sop"] == "complaint" and one["approvals"] != "0")
        rebuilt(whole, complaint["number"])
        entered_late(whole, late, rows)
        approved(whole, rows)
        sealed(whole)
        _path, first = taken(mine, *days, size=5, seed=20261)
        _path, again = taken(mine, *days, size=5, seed=20261)
        drawn = [json.loads(one.read("sample.json"))["drawn"] for one in (first, again)]
        assert drawn[0] == drawn[1] == Random("20261").sample(sorted(sample["drawn"]), 5)
        page = mine.go(everything)
        expect(page.locator("main")).to_contain_text("周慎")
        expect(page.locator("main")).to_contain_text("下载")
        mine.judge("audit pack")
    now = json.loads(demo.python(NOW).splitlines()[-1])
    assert (now["complaint"], now["limit"]) == (2, "800"), "both were changed since"
    assert now["access"] == ["audits.draw", "audits.take"] * 3
    with window(opened, demo) as other:
        enter(other, "王芳")
        assert other.page.locator("nav a[href='/audits/']").count() == 0
        assert REASON not in other.page.request.get(other.url + "/audits/").text()
        assert other.page.request.get(other.url + everything).status == 404
        assert other.page.request.get(other.url + "/act/audits.draw/").status == 403


def taken(mine: Window, since: date, until: date, *, size: int, seed: int) -> tuple[str, zipfile.ZipFile]:
    """Draw, wait for the archive, download: (the pack's path, the archive)."""
    page = mine.go("/audits/")
    page.locator("a[href*='/act/audits.draw/']").first.click()
    form = page.locator("#drawer[open] form.act-form, main form.act-form").first
    said = {"since": since.isoformat(), "until": until.isoformat(), "size": str(size), "seed": str(seed)}
    for name, value in {**said, "reason": REASON}.items():
        form.locator(f"[name={name}]").fill(value)
    mine.judge("drawing")
    form.locator("button[type=submit]").click()
    page.wait_for_url(re.compile(r"/audits/\d+/"))
    path = page.url.removeprefix(mine.url)
    get = page.locator("form[action$='/file/'] button")
    for _try in range(60):
        if get.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    with page.expect_download() as file:
        get.click()
    return path, zipfile.ZipFile(file.value.path())


def told(pack: zipfile.ZipFile, number: str) -> dict[str, Any]:
    out: dict[str, Any] = json.loads(pack.read(f"cases/{number}/case.json"))
    return out


def rebuilt(pack: zipfile.ZipFile, number: str) -> None:
    """From the archive alone: version, limits and authority of then, what happened, who agreed to how much, proofs."""
    case = told(pack, number)
    version = case["version"]
    assert version["number"] == 1 and version["in_force_from"] < case["started"][:10]
    name = f"editions/complaint-v1-{version['sha256'][:8]}.md"
    text = pack.read(name)
    assert hashlib.sha256(text).hexdigest() == version["sha256"]
    assert "within: {general: 15 working minutes," in text.decode()
    limits = {one["step"]: one["within"] for one in case["limits"]}
    assert limits["register"]["general"] == "15 working minutes"
    head = next(one for one in case["authority"] if one["position"] == "客服主管")
    assert head["limit"] == {"each": 1000} and head["in_force"] and head["since"] < case["started"][:10]
    for voice in case["approvals"]:
        assert voice["authority"] == "compensation" and 0 < float(voice["amount"]) <= 1000 and voice["by"]
    story = [one["what"] for one in case["timeline"]]
    assert any("完成了「受理登记」" in one for one in story) and case["title"].startswith("【模拟】")
    moments = [one["at"] for one in case["timeline"]]
    assert moments == sorted(moments) and moments[0] >= case["happened"]
    assert {one["verb"] for one in case["log"]} >= {"started", "completed", "ended"}
    assert all(one["entry"] for one in case["log"])
    for proof in case["evidence"]:
        assert hashlib.sha256(pack.read(f"cases/{number}/{proof['path']}")).hexdigest() == proof["sha256"]
    fields = {one["field"]: one.get("text", "") for one in case["fields"]}
    assert case["evidence"] and "*" in fields["phone"] and not re.search(r"\d{11}", fields["phone"]), "masked"
    page = pack.read(f"cases/{number}/index.html").decode()
    assert "15个工作分钟" in page and "完成了「受理登记」" in page and "http" not in re.sub(r"xmlns=\S+", "", page)


def approved(pack: zipfile.ZipFile, rows: list[dict[str, str]]) -> None:
    """Who said yes or no by hand, when it came to them, when they answered, as the timeline has it."""
    seen = 0
    for case in (told(pack, one["number"]) for one in rows if one["approvals"] != "0"):
        for voice in (one for one in case["approvals"] if not one["automatic"]):
            assert voice["by"] and voice["step"] and voice["opened"] <= voice["at"]
            verb = "同意了" if voice["yes"] else "驳回了"
            lines = [one["what"] for one in case["timeline"] if one["at"] == voice["at"]]
            assert any(verb in one and voice["by"] in one and voice["step"] in one for one in lines), (voice, lines)
            seen += 1
    assert seen > 0


def entered_late(pack: zipfile.ZipFile, key: int, rows: list[dict[str, str]]) -> None:
    """The call that was entered five hours later stands out, and nothing that was entered in time."""
    number = f"LC-{key:04d}"
    assert [one["number"] for one in rows if one["late"] != "0"] == [number]
    (one,) = told(pack, number)["late"]
    assert (one["minutes"], one["allowed"], one["reason"]) == (300, "2 hours", "门店停电，来电先记在纸上。")
    assert "门店停电" in pack.read(f"cases/{number}/index.html").decode()


def sealed(pack: zipfile.ZipFile) -> None:
    """Every file but the list itself is in the list of hashes, and is what the list says."""
    lines = [one.split("  ", 1) for one in pack.read("HASHES.txt").decode().splitlines()]
    assert {name for _digest, name in lines} == set(pack.namelist()) - {"HASHES.txt"}
    for digest, name in lines:
        assert hashlib.sha256(pack.read(name)).hexdigest() == digest, name
