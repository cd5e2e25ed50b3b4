"""My notices and my rules: unread first, opening reads, others' lines are out of reach, defaults come back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opsloop.base.inbox import kinds
from opsloop.base.inbox.kinds import AT_ONCE, BY_DIGEST, notice_kind
from opsloop.base.inbox.models import Notice, Rule
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given
from opsloop.ui.inbox.rules import table
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(kinds.notice_kinds):
        monkeypatch.delitem(kinds.notice_kinds, name)
    notice_kind("test.due", "Something is due", default=AT_ONCE)
    notice_kind("test.must", "Must be known", default=BY_DIGEST, may_off=False, urgent=True)


@pytest.fixture
def lin(cast: Cast) -> Client:
    return signed_in(cast.lin)


def notice(person: Any, title: str, **values: Any) -> Notice:
    return Notice.objects.create(person=person, title=title, **{"kind": "test.due", **values})


@pytest.mark.parametrize("at", ["", "rules/", "rules/test.due/", "1/"])
def test_the_pages_need_a_sign_in(at: str) -> None:
    assert Client().get(f"/inbox/{at}").status_code == 302


def test_unread_stand_first_then_by_day_and_only_mine(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 3, 4, 2, tzinfo=UTC), tick=False):
        lin = signed_in(cast.lin)
        now = timezone.now()
        notice(cast.lin, "read today", at=now, read_at=now)
        notice(cast.lin, "unread old", at=now - timedelta(days=5), count=3)
        notice(cast.lin, "unread yesterday", at=now - timedelta(days=1), body="More about it")
        notice(cast.chen, "not mine", at=now)
        text = lin.get("/inbox/").content.decode()
    places = [text.index(part) for part in ("Yesterday", "unread yesterday", "unread old", "Today", "read today")]
    assert places == sorted(places)
    assert "×3" in text and "More about it" in text and "not mine" not in text


def test_opening_a_line_reads_it_and_goes_where_it_leads(lin: Client, cast: Cast) -> None:
    there, plain = notice(cast.lin, "there", link="/go/"), notice(cast.lin, "plain", body="All of it")
    answer = lin.get(f"/inbox/{there.pk}/")
    assert (answer.status_code, answer["Location"]) == (302, "/go/")
    assert "All of it" in lin.get(f"/inbox/{plain.pk}/").content.decode()
    assert not Notice.objects.filter(read_at__isnull=True).exists()


def test_the_line_of_somebody_else_is_not_there(lin: Client, cast: Cast) -> None:
    other = notice(cast.chen, "Chen's")
    assert lin.get(f"/inbox/{other.pk}/").status_code == 404
    other.refresh_from_db()
    assert other.read_at is None


def test_all_of_a_kind_or_all_are_marked_read(lin: Client, cast: Cast) -> None:
    notice(cast.lin, "a")
    must = notice(cast.lin, "b", kind="test.must")
    other = notice(cast.chen, "c")
    assert lin.get("/inbox/read/").status_code == 405
    assert lin.post("/inbox/read/", {"kind": "test.due"})["Location"] == "/inbox/?kind=test.due"
    assert set(Notice.objects.filter(read_at__isnull=True)) == {must, other}
    assert lin.post("/inbox/read/", {"kind": ""})["Location"] == "/inbox/"
    assert list(Notice.objects.filter(read_at__isnull=True)) == [other]


def test_a_kind_narrows_and_a_strange_one_does_not(lin: Client, cast: Cast) -> None:
    notice(cast.lin, "first thing")
    notice(cast.lin, "second thing", kind="test.must")
    text = lin.get("/inbox/?kind=test.must").content.decode()
    assert "second thing" in text and "first thing" not in text
    for odd in ("kind=nonsense", "page=x", "page=99999999", "page=-1"):
        assert lin.get(f"/inbox/?{odd}").status_code == 200
    assert "first thing" in lin.get("/inbox/?kind=nonsense").content.decode()


def test_older_lines_stand_on_further_pages(lin: Client, cast: Cast) -> None:
    for n in range(51):
        notice(cast.lin, f"line {n:02}", at=timezone.now() - timedelta(minutes=n))
    assert "line 50" not in lin.get("/inbox/").content.decode()
    assert "line 50" in lin.get("/inbox/?page=2").content.decode()


def test_an_empty_inbox_says_what_will_come(lin: Client) -> None:
    assert "Nothing here." in lin.get("/inbox/").content.decode()


def test_more_lines_make_no_more_queries(lin: Client, cast: Cast) -> None:
    def count(n: int) -> int:
        for _i in range(n):
            notice(cast.lin, "x", behalf=cast.wu)
        with CaptureQueriesContext(connection) as caught:
            assert lin.get("/inbox/").status_code == 200
        return len(caught)

    lin.get("/inbox/")
    assert count(2) == count(20)


def test_the_table_says_what_holds_and_why(cast: Cast) -> None:
    said = {one.kind: (one.inbox, one.mail, one.origin, one.must) for one in table(cast.lin)}
    assert said["test.due"] == (True, True, "default", False)
    assert said["test.must"] == (True, True, "default", True)
    with given():
        Rule(person=cast.lin, kind="*", where=["inbox"], when="now", quiet_from="22:00", quiet_to="07:00").save()
        Rule(person=cast.lin, kind="test.due", where=[], when="off").save()
    rows = {one.kind: one for one in table(cast.lin)}
    assert (rows["test.due"].inbox, rows["test.due"].origin, rows["test.due"].when) == (False, "mine", "Not at all")
    assert (rows["test.must"].mail, rows["test.must"].origin) == (False, "general")
    assert (rows["test.due"].quiet, rows["test.must"].quiet) == ("22:00–07:00", "")


def test_a_rule_is_set_and_the_default_comes_back(lin: Client, cast: Cast) -> None:
    said = {"where": ["inbox", "mail"], "when": "digest", "quiet_from": "22:00", "quiet_to": "07:00"}
    assert lin.post("/inbox/rules/test.due/", said)["Location"] == "/inbox/rules/"
    rule = Rule.objects.get()
    assert (rule.person, rule.kind, rule.where, rule.when) == (cast.lin, "test.due", ["inbox", "mail"], "digest")
    text = lin.get("/inbox/rules/").content.decode()
    assert "22:00–07:00" in text and "my rule" in text
    assert "Back to the default" in lin.get("/inbox/rules/test.due/").content.decode()
    assert lin.post("/inbox/rules/test.due/", {"default": "1"}, headers={"HX-Request": "true"}).status_code == 204
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    ("kind", "said", "text"),
    [
        ("test.must", {"where": ["inbox"], "when": "off"}, "cannot be switched off"),
        ("test.due", {"when": "now"}, "at least one place"),
        ("test.due", {"where": ["inbox"], "when": "now", "quiet_from": "25:00"}, "A time like 22:00"),
        ("test.due", {"where": ["inbox"]}, "required"),
    ],
)
def test_what_does_not_go_stands_beside_its_field(lin: Client, kind: str, said: dict[str, Any], text: str) -> None:
    answer = lin.post(f"/inbox/rules/{kind}/", said)
    assert answer.status_code == 422 and text in answer.content.decode()
    assert not Rule.objects.exists()


def test_a_strange_kind_is_not_found_and_without_the_right_there_is_no_form(lin: Client, cast: Cast) -> None:
    assert lin.get("/inbox/rules/nonsense/").status_code == 404
    chen = signed_in(cast.chen)
    assert Mandate.objects.get(position=cast.specialist).may == []
    assert chen.get("/inbox/rules/test.due/").status_code == 403
    assert "/inbox/rules/test.due/" not in chen.get("/inbox/rules/").content.decode()
