"""The start page: what waits, what is new, what was done today; cards of apps; the palette."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from opsloop.base.acts import registry
from opsloop.base.acts.about import ref
from opsloop.base.inbox.models import Notice
from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Appointment
from opsloop.base.search.index import put_page
from opsloop.base.testing import Cast, make
from opsloop.ui import cards, waiting
from opsloop.ui.cards import Card, card
from opsloop.ui.testing import signed_in
from opsloop.ui.waiting import Lane, Waiting, waits
from opsloop.ui.workbench.views import greeting


@pytest.fixture
def _own_registers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cards, "_cards", {})
    monkeypatch.setattr(waiting, "_sources", {})


def test_what_waits_for_a_second_person_is_there_but_not_what_one_asked_for(lin: Client, crowd: Cast) -> None:
    said = {"position": crowd.analyst, "department": crowd.ops, "starts_at": timezone.now()}
    make(Appointment, person=crowd.wu, asked_by=crowd.chen, **said)
    make(Appointment, person=crowd.zhao, asked_by=crowd.lin, **said)
    found = waiting.lanes_of(crowd.lin)
    assert [one.title for one in found[Lane.APPROVE]] == ["Wu · data-analyst"]
    assert [one.title for one in found[Lane.STARTED]] == ["Zhao · data-analyst"]
    text = lin.get("/").content.decode()
    assert "1 thing waits for you" in text
    assert "Zhao · data-analyst" in text.split("Started by me")[1]
    assert [one.title for one in waiting.lanes_of(crowd.chen)[Lane.STARTED]] == ["Wu · data-analyst"]


@pytest.mark.usefixtures("_own_registers")
def test_what_is_due_first_stands_first_and_a_broken_source_takes_nothing_away(crowd: Cast) -> None:
    now = timezone.now()

    @waits("test.some")
    def some(person: Any) -> Iterator[Waiting]:
        for title, due in (("none", None), ("later", now + timedelta(days=2)), ("late", now - timedelta(days=1))):
            yield Waiting(title=title, kind="x", url="/", since=now, due=due)

    @waits("test.broken")
    def broken(person: Any) -> Iterator[Waiting]:
        raise ValueError("a bug")

    assert [one.title for one in waiting.lanes_of(crowd.lin)[Lane.DO]] == ["late", "later", "none"]


@pytest.mark.usefixtures("_own_registers")
def test_a_line_that_stands_for_another_thing_takes_its_place(crowd: Cast) -> None:
    now = timezone.now()

    @waits("test.alerts")
    def alerts(person: Any) -> Iterator[Waiting]:
        for one in (crowd.ops, crowd.company):
            yield Waiting(title=f"alert {one}", kind="x", url="/", since=now, on=one)

    @waits("test.cases")
    def cases(person: Any) -> Iterator[Waiting]:
        yield Waiting(title="its case", kind="x", url="/", since=now, instead=ref(crowd.ops))

    titles = {one.title for one in waiting.lanes_of(crowd.lin)[Lane.DO]}
    assert titles == {f"alert {crowd.company}", "its case"}


@pytest.mark.usefixtures("_own_registers")
def test_a_lane_shows_twelve_lines_then_lists_of_the_rest_and_folds_what_stands_nowhere_else(
    lin: Client, crowd: Cast
) -> None:
    now = timezone.now()

    @waits("test.listed")
    def listed(person: Any) -> Iterator[Waiting]:
        whole = waiting.Whole("/all/", "Cases", 40)
        for n in range(20):
            yield Waiting(title=f"case {n:02}", kind="x", url="/", since=now, due=now, whole=whole)

    @waits("test.loose")
    def loose(person: Any) -> Iterator[Waiting]:
        yield Waiting(title="nowhere else", kind="x", url="/", since=now)

    lane = waiting.lines(waiting.lanes_of(crowd.lin)[Lane.DO])
    assert [one.title for one in lane.shown] == [f"case {n:02}" for n in range(waiting.AT_ONCE)]
    assert [one.title for one in lane.folded] == ["nowhere else"]
    assert ([one.url for one in lane.lists], lane.n) == (["/all/"], 41)
    text = lin.get("/").content.decode()
    assert "41 things wait for you" in text and "case 11" in text and "case 12" not in text
    assert '<a href="/all/">All: Cases (40)</a>' in text
    few = waiting.lines([Waiting(title="one", kind="x", url="/", since=now, whole=waiting.Whole("/a/", "A", 1))])
    assert (few.lists, few.folded, few.n) == ([], [], 1)


@pytest.mark.usefixtures("_own_registers")
def test_cards_are_shown_to_whom_they_concern_in_their_order(lin: Client, crowd: Cast) -> None:
    @card("test.second", order=2)
    def second(person: Any) -> Card | None:
        return Card(title="Second", template="frame/empty.html", context={}, scripts=("echarts/echarts.min.js",))

    @card("test.first", order=1)
    def first(person: Any) -> Card | None:
        return Card(title="First", template="frame/empty.html", url="/go/")

    @card("test.none")
    def none(person: Any) -> Card | None:
        return None

    @card("test.broken", order=3)
    def broken(person: Any) -> Card | None:
        raise ValueError("a bug")

    @card("test.people", see="people")
    def people(person: Any) -> Card | None:
        return Card(title="People seen", template="frame/empty.html")

    text = lin.get("/").content.decode()
    assert text.index("First") < text.index("Second") < text.index("cannot be shown just now")
    assert text.count("echarts/echarts.min.js") == 1
    assert "People seen" in text
    assert "People seen" not in signed_in(crowd.zhao).get("/").content.decode()


def test_new_notices_are_shown_and_can_be_marked_read(lin: Client, crowd: Cast) -> None:
    mine = make_notice(crowd.lin, "For Lin")
    other = make_notice(crowd.chen, "For Chen")
    text = lin.get("/").content.decode()
    assert "For Lin" in text and "For Chen" not in text
    assert "Inbox, 1 unread" in text
    assert lin.post("/read/", {"id": [mine.pk, other.pk]}).status_code == 204
    mine.refresh_from_db()
    other.refresh_from_db()
    assert mine.read_at is not None and other.read_at is None
    assert lin.get("/read/").status_code == 405


def make_notice(person: Any, title: str) -> Notice:
    return Notice.objects.create(person=person, kind="test", title=title)


def test_what_was_done_today_is_listed_and_yesterday_is_not(crowd: Cast) -> None:
    leave = registry["uitest.leave"].run
    with time_machine.travel(datetime(2026, 3, 2, 15, 59, tzinfo=UTC), tick=False):
        lin = signed_in(crowd.lin)
        leave(crowd.wu, by=crowd.lin, reason="Moves away.", left_on=date(2026, 3, 31))
        assert "Lin let Wu leave: Moves away." in lin.get("/").content.decode().split("What I did today")[1]
    with time_machine.travel(datetime(2026, 3, 2, 16, 1, tzinfo=UTC), tick=False):
        assert "Nothing recorded yet today" in lin.get("/").content.decode()


def test_the_greeting_follows_the_clock() -> None:
    assert [str(greeting(hour)) for hour in (3, 8, 14, 20, 23)] == [
        "It is late", "Good morning", "Good afternoon", "Good evening", "It is late",
    ]  # fmt: skip


def test_the_palette_finds_pages_and_what_one_may_do(lin: Client, chen: Client) -> None:
    text = lin.get("/go/?q=add+a").content.decode()
    assert 'href="/act/uitest.add/"' in text
    assert 'href="/act/uitest.add/"' not in chen.get("/go/?q=add+a").content.decode()
    assert 'href="/"' in lin.get("/go/?q=my+w", headers={"HX-Request": "true"}).content.decode()
    assert "Nothing found for “zzz”" in lin.get("/go/?q=zzz").content.decode()


def test_texts_of_the_standard_bear_the_name_of_their_kind_in_the_palette(lin: Client, crowd: Cast) -> None:
    put_page("metric", "sales", title="Sales of the day", text="", url="/playbook/metric/sales/")
    page = lin.get("/go/?q=sales of", headers={"HX-Request": "true"}).content.decode()
    assert "/playbook/metric/sales/" in page and f"<small>{kinds['metric'].title}</small>" in page


def test_the_palette_finds_records_one_may_see(lin: Client, crowd: Cast) -> None:
    from opsloop.base.search.api import reindex

    reindex(anew=True)
    text = lin.get("/go/?q=chen").content.decode()
    assert "Things found" in text and "Chen" in text.split("Things found")[1]
