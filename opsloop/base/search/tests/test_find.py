from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsloop.base.acts import act, registry
from opsloop.base.jobs.tasks import followers
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Holding, Person, Position
from opsloop.base.policy.scopes import visible
from opsloop.base.search import find as finding
from opsloop.base.search import store
from opsloop.base.search.find import find, find_page
from opsloop.base.search.index import drop_pages, follow, put_page, reindex
from opsloop.base.search.models import Document, Mark
from opsloop.base.search.register import Searchable, searchables
from opsloop.base.testing import Cast, department, given, make, person

pytestmark = pytest.mark.both


@pytest.fixture
def rename() -> Iterator[Any]:
    @act("search.test_rename", "Rename", done="{by} renamed {department}")
    def rename_it(department: Department, *, by: Person, title: str) -> Department:
        department.title = title
        department.save(update_fields=["title"])
        return department

    yield rename_it
    del registry["search.test_rename"]


@pytest.fixture
def everyone(cast: Cast) -> Iterator[Cast]:
    """Departments for all, holdings by department: both searchable."""
    kept = dict(searchables)
    label = Holding._meta.label_lower
    searchables[label] = Searchable(
        Holding, "holding", lambda h: f"任职 {h.person.name}", lambda h: h.department.title, lambda h: f"/h/{h.pk}/",
        select=("person", "department"),
    )  # fmt: skip
    yield cast
    searchables.clear()
    searchables.update(kept)


def titles(who: Person, query: str, **more: Any) -> list[str]:
    return [hit.title for hit in find_page(who, query, **more).hits]


def stock(*names: str) -> list[Department]:
    made = [department(f"d-{n}", title) for n, title in enumerate(names)]
    reindex()
    return made


def test_two_characters_are_found(cast: Cast) -> None:
    stock("客户投诉处理组", "投资与诉讼组", "运营部")
    assert titles(cast.chen, "投诉") == ["客户投诉处理组"]
    assert titles(cast.chen, "投诉处理") == ["客户投诉处理组"]
    assert titles(cast.chen, "组") == ["投资与诉讼组", "客户投诉处理组"]
    assert titles(cast.chen, "没有这个") == []


def test_widths_cases_and_beginnings_do_not_matter(cast: Cast) -> None:
    stock("ＧＭＶ分析小组", "Campaign Desk")
    assert titles(cast.chen, "gmv分析") == ["ＧＭＶ分析小组"]
    assert titles(cast.chen, "CAMP") == ["Campaign Desk"]
    assert titles(cast.chen, "desk camp") == ["Campaign Desk"]


def test_rare_characters_are_found(cast: Cast) -> None:
    stock("𬭚镇门店", "㐂乐门店")
    assert titles(cast.chen, "𬭚镇") == ["𬭚镇门店"] and titles(cast.chen, "㐂") == ["㐂乐门店"]


@pytest.mark.parametrize(
    "query", ["'", '"', "投诉'); drop", "a:b*", "NEAR(", "!", "& |", "\\", "{title} : x", "\x00投", "%", "-"]
)
def test_no_query_breaks_anything(cast: Cast, query: str) -> None:
    stock("客户投诉处理组")
    find(cast.chen, query)


def test_whole_titles_come_first_then_titles_then_texts(cast: Cast) -> None:
    put_page("sop", "a", title="退款流程说明", text="x", url="/a/")
    put_page("sop", "b", title="退款", text="x", url="/b/")
    put_page("sop", "c", title="售后", text="先看退款再看物流", url="/c/")
    put_page("sop", "d", title="新的退款规则", text="退款", url="/d/")
    assert titles(cast.chen, "退款") == ["退款", "新的退款规则", "退款流程说明", "售后"]


def test_a_text_brings_its_piece_with_the_words_marked(cast: Cast) -> None:
    put_page("sop", "c", title="售后", text="先看退款再看物流", url="/c/")
    (hit,) = find(cast.chen, "退款")
    assert [(part.text, part.found) for part in hit.parts] == [("先看", False), ("退款", True), ("再看物流", False)]
    assert (hit.url, hit.noun) == ("/c/", "sop")


def test_no_phrase_runs_from_title_into_text(cast: Cast) -> None:
    put_page("sop", "c", title="门店退", text="款式说明", url="/c/")
    assert [hit.title for hit in find_page(cast.chen, "店退 款式").hits] == ["门店退"]
    assert not find_page(cast.chen, "退款").hits


def test_a_sentence_found_nowhere_is_tried_word_by_word(cast: Cast) -> None:
    put_page("sop", "c", title="处理客户的投诉", text="", url="/c/")
    found = find_page(cast.chen, "投诉客户")
    assert not found.loose and not found.hits, "诉客 is nowhere, not even loosely"
    found = find_page(cast.chen, "客户-投诉")
    assert found.loose and [hit.title for hit in found.hits] == ["处理客户的投诉"]
    assert not find_page(cast.chen, "客户").loose


def test_only_what_one_sees_is_found(everyone: Cast) -> None:
    reindex()
    assert len(titles(everyone.lin, "任职")) == 5 - 1
    assert set(titles(everyone.chen, "任职")) == {"任职 Lin", "任职 Chen"}
    assert titles(everyone.zhao, "任职") == []
    assert titles(everyone.zhao, "operations") == []


def test_pages_of_texts_go_by_their_noun(cast: Cast) -> None:
    put_page("sop", "open", title="公开制度", text="", url="/1/")
    put_page("pay", "closed", title="薪酬制度", text="", url="/2/", sees="pay")
    seer = person("Seer", make(Position, code="seer", title="seer"), cast.ops)
    from datetime import date

    from opsloop.base.policy.models import Mandate

    make(
        Mandate, position=Position.objects.get(code="seer"), from_day=date(2020, 1, 1), version="t", sees={"pay": "own"}
    )
    assert titles(cast.zhao, "制度") == ["公开制度"]
    assert titles(seer, "制度") == ["薪酬制度", "公开制度"]


def test_visible_hits_fill_the_page_before_it_is_cut(everyone: Cast) -> None:
    """A page is full of what one sees, however many hidden rows are newer."""
    for n in range(6):
        person(f"运营{n}", everyone.specialist, everyone.ops)
    for n in range(60):
        person(f"数据{n}", everyone.analyst, everyone.data)
    reindex()
    first = find_page(everyone.chen, "任职", labels=["people.holding"], limit=5)
    assert [hit.title for hit in first.hits] == [f"任职 运营{n}" for n in (5, 4, 3, 2, 1)]
    rest = find_page(everyone.chen, "任职", labels=["people.holding"], limit=5, after=first.after)
    assert [hit.title for hit in rest.hits] == ["任职 运营0", "任职 Chen", "任职 Lin"] and rest.after is None


def test_pages_together_are_all_and_none_twice(cast: Cast) -> None:
    for n in range(23):
        put_page("sop", f"t{n}", title=f"退款 {n}", text="", url=f"/t{n}/")
        put_page("sop", f"x{n}", title=f"其他 {n}", text="退款", url=f"/x{n}/")
        if n == 2:
            put_page("sop", "whole", title="退款", text="", url="/w/")
    got: list[str] = []
    after = None
    while True:
        page = find_page(cast.chen, "退款", limit=7, after=after)
        got += [hit.url for hit in page.hits]
        after = page.after
        if after is None:
            break
    assert len(got) == len(set(got)) == 47 and got[0] == "/w/"


def test_the_work_for_one_page_is_bounded(everyone: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "MOST_LOOKED", 40)
    for n in range(120):
        person(f"数据{n}", everyone.analyst, everyone.data)
    reindex()
    page = find_page(everyone.chen, "任职", labels=["people.holding"], limit=5)
    assert page.hits == [] and page.after is not None, "there may be more, further on"
    seen: list[str] = []
    while page.after is not None:
        page = find_page(everyone.chen, "任职", labels=["people.holding"], limit=5, after=page.after)
        seen += [hit.title for hit in page.hits]
    assert seen == ["任职 Chen", "任职 Lin"]


def test_queries_do_not_grow_with_hits(cast: Cast, django_assert_max_num_queries: Any) -> None:
    stock("独一处", *[f"投诉 {n}" for n in range(50)])
    visible(cast.chen, Department).exists()
    with CaptureQueriesContext(connection) as for_one:
        assert len(find(cast.chen, "独一处")) == 1
    with django_assert_max_num_queries(len(for_one)):
        assert len(find(cast.chen, "投诉")) == 20


def test_the_index_follows_acts_and_no_act_waits_for_it(cast: Cast, rename: Any) -> None:
    reindex()
    _renamed(rename, cast, "客户成功部")
    assert titles(cast.chen, "客户成功") == []
    assert follow() >= 1
    assert titles(cast.chen, "客户成功") == ["客户成功部"]
    assert Mark.objects.get().entry_id == Entry.objects.latest("id").pk
    assert follow() == 0
    _renamed(rename, cast, "增长部")
    follow()
    assert titles(cast.chen, "客户成功") == [] and titles(cast.chen, "增长") == ["增长部"]


def test_every_worker_follows() -> None:
    assert followers["search.follow"] is follow


def _renamed(rename: Any, cast: Cast, title: str) -> None:
    from opsloop.base.testing import hold, position

    post = position(f"renamer-{title}", may=["search.*"], sees={"*": "all"})
    hold(cast.lin, post, cast.ops)
    rename(cast.ops, by=cast.lin, title=title)


def test_acts_that_concern_nothing_searchable_cost_two_reads(
    cast: Cast, rename: Any, django_assert_num_queries: Any
) -> None:
    _renamed(rename, cast, "x")
    reindex()
    kept = searchables.pop(Department._meta.label_lower)
    try:
        _renamed(rename, cast, "y")
        with django_assert_num_queries(2):
            follow()
    finally:
        searchables[kept.label] = kept


def test_a_persons_positions_are_their_words(cast: Cast) -> None:
    with given():
        post = Position.objects.get(pk=cast.manager.pk)
        post.title = "运营经理"
        post.save()
    reindex()
    assert titles(cast.lin, "运营经理", labels=["people.person"]) == ["Lin"]


def test_sensitive_values_are_not_in_the_index(cast: Cast) -> None:
    kept = dict(searchables)
    label = Person._meta.label_lower
    searchables[label] = Searchable(Person, "person", str, lambda p: f"{p.phone} {p.email}", lambda p: "/")
    try:
        with given():
            chen = Person.objects.get(pk=cast.chen.pk)
            chen.phone, chen.email = "13800005678", "chen@example.com"
            chen.save()
        reindex(anew=True)
        for query in ("13800005678", "138", "chen@example.com", "example"):
            assert titles(cast.lin, query) == []
        assert titles(cast.lin, "Chen") == ["Chen"]
    finally:
        searchables.clear()
        searchables.update(kept)


def test_what_is_gone_leaves_the_index(cast: Cast) -> None:
    made = stock("客户投诉处理组")[0]
    with given():
        Department.objects.filter(pk=made.pk).delete()
    assert titles(cast.lin, "投诉") == [], "even before the index knows"
    before = Document.objects.count()
    reindex()
    assert Document.objects.count() == before - 1


def test_a_fault_in_one_models_words_spares_the_others(cast: Cast, caplog: Any) -> None:
    label = Holding._meta.label_lower
    searchables[label] = Searchable(Holding, "holding", lambda h: 1 / 0, str, str)
    try:
        stock("客户投诉处理组")
        assert titles(cast.lin, "投诉") == ["客户投诉处理组"] and "cannot be indexed" in caplog.text
    finally:
        del searchables[label]


def test_texts_are_replaced_and_dropped(cast: Cast) -> None:
    put_page("sop", "a", title="旧标题", text="", url="/a/")
    put_page("sop", "a", title="新标题", text="", url="/a/")
    put_page("sop", "b", title="另一标题", text="", url="/b/")
    assert titles(cast.chen, "标题") == ["另一标题", "新标题"]
    drop_pages("sop", keep=["b"])
    assert titles(cast.chen, "标题") == ["另一标题"]
    reindex(anew=True)
    assert titles(cast.chen, "标题") == ["另一标题"]


def test_a_very_long_text_is_indexed_as_far_as_it_goes(cast: Cast) -> None:
    put_page("sop", "long", title="长文", text="甲乙丙丁" * 50_000 + "末尾", url="/l/")
    put_page("sop", "word", title="长词", text="x" * 5000 + " 结束", url="/w/")
    assert titles(cast.chen, "丙丁甲乙") == ["长文"] and titles(cast.chen, "末尾") == []
    assert titles(cast.chen, "x" * 100) == ["长词"] and titles(cast.chen, "结束") == ["长词"]


def test_the_same_row_indexed_twice_is_there_once(cast: Cast) -> None:
    put_page("sop", "a", title="标题", text="", url="/a/")
    count = Document.objects.count()
    entry = store.Entry("people.department", cast.ops.pk, "标题", "")
    store.put([entry])
    store.put([entry])
    assert Document.objects.count() == count + 1


def test_an_erased_persons_name_leaves_the_index_at_once(cast: Cast) -> None:
    from opsloop.base.people.erasing import erasers

    reindex()
    assert titles(cast.lin, "Chen") == ["Chen"]
    with given():
        for one in erasers():
            one(cast.chen)
    assert not store.exactly("Chen", ["people.person"], 5)
