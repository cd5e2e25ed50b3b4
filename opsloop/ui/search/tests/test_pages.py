"""The whole answer: by noun with counts, two characters, marked words, a filter that stays, only what one sees."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from opsloop.base.people.models import Person
from opsloop.base.policy.models import Mandate
from opsloop.base.search.index import put_page, reindex
from opsloop.base.testing import Cast, department, given, make
from opsloop.ui.search import views
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def lin(cast: Cast) -> Client:
    department("complaints", "客户投诉组")
    make(Person, name="投诉专线")
    with given():
        put_page("sop", "complaint", title="处理办法", text="收到投诉后两小时内答复。", url="/playbook/sop/complaint/")
    reindex()
    return signed_in(cast.lin)


def test_the_page_needs_a_sign_in() -> None:
    assert Client().get("/search/?q=x").status_code == 302


def test_two_characters_are_found_by_noun_with_counts_and_marked(lin: Client) -> None:
    text = lin.get("/search/?q=投诉").content.decode()
    assert "3 results" in text and "客户<mark>投诉</mark>组" in text and "收到<mark>投诉</mark>后" in text
    for noun in ("noun=people.department", "noun=people.person", "noun=search.page%3Asop"):
        assert noun in text


def test_a_noun_narrows_and_stays_while_the_words_change(lin: Client) -> None:
    text = lin.get("/search/?q=投诉&noun=people.person").content.decode()
    assert "专线" in text and "投诉</mark>组" not in text and "3</small>" in text
    assert '<input type="hidden" name="noun" value="people.person">' in text
    assert "处理办法" in lin.get("/search/?q=投诉&noun=search.page:sop").content.decode()
    assert "Nothing of this kind" in lin.get("/search/?q=投诉&noun=nonsense").content.decode()


def test_further_results_go_on_without_a_gap(lin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PER_PAGE", 2)
    at, shown = "q=投诉", []
    while at:
        text = lin.get(f"/search/?{at}").content.decode()
        shown += re.findall(r'<li><a href="(/[a-z]+/)[^"]*">', text.split('class="found"')[1])
        onward = re.search(r'href="\?([^"]*after=[^"]*)"', text)
        at = html.unescape(onward[1]) if onward else ""
    assert sorted(shown) == ["/departments/", "/people/", "/playbook/"]


@pytest.mark.parametrize(
    "odd", ["", "q=", "q=%20", "q=...", "q=投诉&after=nonsense", "q=x&noun=" + "a" * 900, "q=" + "长" * 900]
)
def test_odd_questions_are_answered(lin: Client, odd: str) -> None:
    assert lin.get(f"/search/?{odd}").status_code == 200


def test_what_one_may_not_see_is_not_counted(lin: Client, cast: Cast) -> None:
    with given():
        mandate = Mandate.objects.get(position=cast.specialist)
        mandate.sees = {"playbook": "all"}
        mandate.save()
    text = signed_in(cast.chen).get("/search/?q=投诉").content.decode()
    assert "专线" not in text and "1 result for" in text


def test_more_hits_make_no_more_queries(lin: Client) -> None:
    def count(start: int, n: int) -> int:
        for i in range(start, start + n):
            department(f"team{i}", f"投诉{i}组")
        reindex()
        lin.get("/search/?q=投诉")
        with CaptureQueriesContext(connection) as caught:
            assert lin.get("/search/?q=投诉").status_code == 200
        return len(caught)

    assert count(0, 2) == count(2, 12)


def test_the_palette_leads_to_all_results(lin: Client, settings: Any) -> None:
    assert 'href="/search/?q=%E6%8A%95%E8%AF%89"' in lin.get("/go/?q=投诉").content.decode()
