"""A person's own report: drafted from what is recorded, finished in one's own words, sent to whom one reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.testing import Cast, make, person, position
from opsloop.engine.assignments.models import Assignment, State
from opsloop.engine.cases import api as cases
from opsloop.modules.reports import own
from opsloop.modules.reports.actions import draft_own, send_own, write_own
from opsloop.modules.reports.models import OwnReport
from opsloop.modules.reports.own import drafting_own, draw_up, week_of, writers
from opsloop.modules.reports.words import OwnState
from opsloop.ui.testing import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.both]
RIGHTS = ["reports.write_own", "reports.send_own", "assignments.*"]


@pytest.fixture
def fang(cast: Cast) -> Person:
    post = position("clerk", may=RIGHTS, sees={"*": "own"})
    from opsloop.base.testing import given

    with given():
        post.remember()
        post.reports_to = cast.manager
        post.save()
    return person("Fang", post, cast.ops)


def _task(who: Person, asked_by: Person, title: str, **values: object) -> Assignment:
    now = timezone.now()
    return make(Assignment, title=title, doer=who, asked_by=asked_by, asked_at=now, **{"due_at": now, **values})


def _draft(cast: Cast, who: Person, day: date | None = None) -> OwnReport:
    return drafting_own(who, *week_of(day or timezone.localdate()), by=cast.robot)()


def test_it_holds_what_was_done_what_is_late_and_what_the_ledger_says(cast: Cast, fang: Person) -> None:
    now = timezone.now()
    _task(fang, cast.lin, "上架检查", state=State.DONE, done_at=now, word="全部合格")
    _task(fang, cast.lin, "回访六户", state=State.ACCEPTED, due_at=now - timedelta(days=1))
    _task(fang, cast.lin, "下周方案", state=State.ACCEPTED, due_at=now + timedelta(days=5))
    _task(cast.chen, cast.lin, "别人的事", state=State.DONE, done_at=now)
    said = draw_up(fang, *week_of(timezone.localdate()))
    assert [one["title"] for one in said["done"]] == ["上架检查"] and said["done"][0]["word"] == "全部合格"
    assert [one["title"] for one in said["late"]] == ["回访六户"]
    assert [one["title"] for one in said["running"]] == ["下周方案"]
    assert said["counts"] == {"done": 1, "late": 1, "running": 1, "given": 0}


def test_steps_of_cases_stand_beside_assignments(cast: Cast, fang: Person, monkeypatch: Any) -> None:
    now = timezone.now()
    step = cases.Step("核实 · 投诉 A", "客户投诉处理", "/cases/1/", "属实", now - timedelta(hours=1), now)
    open_ones = [
        replace(step, done=None, due=None, title="没有时限"), replace(step, done=None, title="回访 · 投诉 B"),
        replace(step, done=None, due=now + timedelta(days=3), title="结案 · 投诉 C"),
    ]  # fmt: skip
    monkeypatch.setattr(own.cases, "done_between", lambda *_asked: [step] * 50)
    monkeypatch.setattr(own.cases, "in_hand", lambda _person: open_ones)
    _task(fang, cast.lin, "上架检查", state=State.DONE, done_at=now - timedelta(minutes=1))
    said = draw_up(fang, *week_of(timezone.localdate()))
    assert said["counts"] == {"done": 51, "late": 1, "running": 2, "given": 0} and len(said["done"]) == 40
    assert [one["title"] for one in said["done"][:2]] == ["上架检查", "核实 · 投诉 A"]
    assert not said["done"][1]["on_time"] and said["done"][1]["by"] == "客户投诉处理"
    assert [one["title"] for one in said["late"]] == ["回访 · 投诉 B"]
    assert [one["title"] for one in said["running"]] == ["结案 · 投诉 C", "没有时限"]
    page = signed_in(fang).get(_draft(cast, fang).get_absolute_url()).content.decode()
    assert "核实 · 投诉 A" in page and "没有时限" in page


@pytest.mark.parametrize(("demo", "marked"), [(True, ["done", "given"]), (False, [])])
def test_a_count_with_made_up_work_bears_the_mark_in_a_demo(
    cast: Cast, fang: Person, settings: Any, demo: bool, marked: list[str]
) -> None:
    settings.WORKSPACE = replace(settings.WORKSPACE, demo=demo)
    now = timezone.now()
    _task(fang, cast.lin, "真的事", state=State.DONE, done_at=now)
    _task(fang, cast.lin, "核实 · 【模拟】投诉 A", state=State.DONE, done_at=now)
    _task(fang, cast.lin, "下周方案", due_at=now + timedelta(days=5))
    _task(cast.chen, fang, "补货单（模拟）")
    said = draw_up(fang, *week_of(timezone.localdate()))
    assert said["simulated"] == marked and said["counts"]["done"] == 2
    page = signed_in(fang, "zh-hans").get(_draft(cast, fang).get_absolute_url()).content.decode()
    assert page.count('<sup class="mark">模拟</sup>') == len(marked)


def test_only_those_with_the_right_write_one(cast: Cast, fang: Person) -> None:
    found = writers()
    assert fang in found and cast.lin in found and cast.chen not in found and cast.zhao not in found


def test_it_goes_to_whom_ones_post_reports_to_and_to_nobody_else(cast: Cast, fang: Person) -> None:
    own = _draft(cast, fang)
    assert not visible(cast.wu, OwnReport).exclude(person=fang).exists()
    with pytest.raises(Refused, match="next week"):
        send_own(own, by=fang)
    write_own(OwnReport.objects.get(pk=own.pk), by=fang, words="补货及时", plans="下周盘点")
    sent = send_own(OwnReport.objects.get(pk=own.pk), by=fang)
    assert sent.state == OwnState.SENT and [one.person for one in sent.copies.all()] == [cast.lin]
    assert Notice.objects.filter(person=cast.lin, kind="reports.own").count() == 1
    with pytest.raises(Refused, match="sent already"):
        write_own(OwnReport.objects.get(pk=own.pk), by=fang, words="改一下")


def test_nobody_writes_anothers_and_without_a_superior_nothing_is_sent(cast: Cast, fang: Person) -> None:
    own = _draft(cast, fang)
    with pytest.raises(Refused, match="Only who"):
        write_own(own, by=cast.lin, words="替她写")
    with pytest.raises(Refused, match="Only who"):
        send_own(OwnReport.objects.get(pk=own.pk), by=cast.lin)
    mine = _draft(cast, cast.lin)
    write_own(OwnReport.objects.get(pk=mine.pk), by=cast.lin, plans="开会")
    with pytest.raises(Refused, match="Nobody holds"):
        send_own(OwnReport.objects.get(pk=mine.pk), by=cast.lin)


def test_drawn_up_again_the_words_stay(cast: Cast, fang: Person) -> None:
    own = _draft(cast, fang)
    write_own(OwnReport.objects.get(pk=own.pk), by=fang, words="补货及时", plans="盘点")
    _task(fang, cast.lin, "新事", state=State.DONE, done_at=timezone.now())
    again = _draft(cast, fang)
    assert (again.pk, again.words, again.done["counts"]["done"]) == (own.pk, "补货及时", 1)
    with pytest.raises(Refused, match="not there"):
        draft_own(by=cast.robot, person=fang, since=own.since, until=own.until, content="0" * 64)
