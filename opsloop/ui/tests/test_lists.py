"""A list: its address is its whole state, it shows only what may be seen, and it costs the same for every length."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Holding, Person
from opsloop.base.testing import Cast, given, hold, make
from opsloop.ui.listkit.render import page_numbers
from opsloop.ui.listkit.state import State
from opsloop.ui.lists import listing_named
from opsloop.ui.testing import signed_in


def state(by: Person, said: str = "") -> State:
    return State(listing_named("crowd"), by, QueryDict(said))


def names(by: Person, said: str = "") -> list[str]:
    return [row.name for row in state(by, said).shown]


def people(n: int) -> None:
    with given():
        Person.objects.bulk_create([Person(name=f"P{i:05}", number=f"E{i:05}", revision=1) for i in range(n)])


def test_the_page_shows_rows_with_links_and_labels(lin: Client, crowd: Cast) -> None:
    text = lin.get("/crowd/").content.decode()
    assert f'href="/crowd/{crowd.wu.pk}/" hx-get="/crowd/{crowd.wu.pk}/" hx-target="#drawer-body"' in text
    assert 'data-label="Staff number"' in text
    assert "1–5 of 5" in text


def test_a_cell_without_a_value_is_marked_so_that_a_card_leaves_it_out(lin: Client, crowd: Cast) -> None:
    make(Person, name="Ann Lee", number="E1", email="ann@example.com")
    page = lin.get("/crowd/?q=ann&cols=name&cols=email").content.decode()
    assert '" data-label="E-mail">ann@example.com' in page and 'class="none ' not in page
    with given():
        one = Person.objects.get(number="E1")
        one.email = ""
        one.save()
    assert 'class="none " data-label="E-mail">—' in lin.get("/crowd/?q=ann&cols=name&cols=email").content.decode()


def test_every_word_must_be_found(crowd: Cast) -> None:
    make(Person, name="Ann Lee", number="E1")
    assert names(crowd.lin, "q=ann+lee") == ["Ann Lee"]
    assert names(crowd.lin, "q=ann+e1") == ["Ann Lee"]
    assert names(crowd.lin, "q=ann+wu") == []


def test_filters_narrow_and_nonsense_does_not(crowd: Cast) -> None:
    assert names(crowd.lin, "kind=robot") == ["Robot"]
    assert len(names(crowd.lin, "kind=nonsense")) == 5
    assert len(names(crowd.lin, "joined_from=yesterday&page=x&sort=secret&cols=none")) == 5
    make(Person, name="Gone", left_on=date(2026, 1, 1))
    assert names(crowd.lin, "gone=1") == ["Gone"]
    assert "Gone" not in names(crowd.lin, "gone=0")


def test_a_span_of_days_holds_both_ends(crowd: Cast) -> None:
    for day in (1, 2, 3):
        make(Person, name=f"D{day}", joined_on=date(2026, 5, day))
    assert names(crowd.lin, "joined_from=2026-05-01&joined_to=2026-05-02") == ["D1", "D2"]


def test_a_department_counts_with_everything_below_and_nobody_twice(crowd: Cast) -> None:
    hold(crowd.lin, crowd.manager, crowd.data)
    assert Holding.objects.filter(person=crowd.lin).count() == 2
    assert names(crowd.lin, f"department={crowd.company.pk}") == ["Chen", "Lin", "Robot", "Wu"]
    assert names(crowd.lin, f"department={crowd.data.pk}") == ["Lin", "Wu"]
    assert names(crowd.lin, "department=99999") == []


def test_order_and_pages_never_overlap(crowd: Cast) -> None:
    people(60)
    seen = [row.pk for page in (1, 2, 3) for row in state(crowd.lin, f"sort=-kind&page={page}").shown]
    assert len(seen) == len(set(seen)) == 65
    assert state(crowd.lin, "page=999").page == 3
    assert names(crowd.lin, "sort=-name")[0] == "Zhao"


def test_the_address_keeps_what_matters_and_drops_the_rest(crowd: Cast) -> None:
    said = state(crowd.lin, "q=a&sort=-name&page=3&kind=&_pick=zz&junk=1")
    assert said.address() == "?q=a&sort=-name&page=3"
    assert said.address(page=None, sort=None) == "?q=a"
    assert state(crowd.lin, "cols=name&cols=email").address() == "?cols=name,email"
    everything = state(crowd.lin)
    assert state(crowd.lin, "cols=" + ",".join(c.name for c in everything.columns)).address() == "?"


def test_chosen_columns_are_shown(lin: Client) -> None:
    text = lin.get("/crowd/?cols=name,email").content.decode()
    assert 'data-label="E-mail"' in text
    assert 'data-label="Staff number"' not in text


def test_a_partial_swap_gets_the_list_alone_and_a_clean_address(lin: Client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "section#list-crowd", "HX-Source": "form"}
    answer = lin.get("/crowd/?q=wu&kind=&_pick=", headers=headers)
    assert "<html" not in answer.content.decode()
    assert answer["HX-Replace-Url"] == "/crowd/?q=wu"


def test_values_are_escaped(lin: Client, crowd: Cast) -> None:
    make(Person, name="<b>Bo</b>")
    text = lin.get("/crowd/").content.decode()
    assert "&lt;b&gt;Bo&lt;/b&gt;" in text
    assert "<b>Bo</b>" not in text


def test_sensitive_columns_are_masked_on_the_page_and_in_the_file(crowd: Cast) -> None:
    make(Person, name="Ann", phone="13812345678")
    client = signed_in(crowd.wu)
    assert "13812345678" not in client.get("/crowd/?q=Ann").content.decode()
    assert "138****5678" in client.get("/crowd/?q=Ann").content.decode()
    assert "13812345678" in signed_in(crowd.lin).get("/crowd/?q=Ann").content.decode()


def test_the_number_of_queries_does_not_grow(lin: Client, crowd: Cast) -> None:
    lin.get("/crowd/")
    with CaptureQueriesContext(
        connection,
    ) as few:
        lin.get("/crowd/")
    people(200)
    with CaptureQueriesContext(connection) as many:
        lin.get("/crowd/")
    assert len(many) == len(few)


def test_an_empty_list_says_what_to_do_next(lin: Client, crowd: Cast) -> None:
    assert "Nothing fits these filters." in lin.get("/crowd/?q=nobody").content.decode()


def test_bulk_ticks_are_for_those_who_may(lin: Client, chen: Client) -> None:
    assert 'name="_on"' in lin.get("/crowd/").content.decode()
    assert 'name="_on"' not in chen.get("/crowd/").content.decode()


def test_page_numbers_leave_gaps() -> None:
    assert page_numbers(1, 1) == [1]
    assert page_numbers(10, 20) == [1, None, 9, 10, 11, None, 20]
    assert page_numbers(1, 20) == [1, 2, 3, 4, 5, None, 20]


def test_an_export_is_recorded_with_its_filters(lin: Client, crowd: Cast) -> None:
    answer = lin.post("/crowd/?kind=robot", {"export": "csv"})
    assert answer.status_code == 200
    entry = Entry.objects.get(act="lists.export")
    assert '"filters":"Kind: Robot"' in entry.body.replace(": ", ": ").replace('": "', '":"')
    assert answer.content.startswith(b"\xef\xbb\xbf")


def test_who_may_not_export_gets_nothing(chen: Client) -> None:
    assert chen.post("/crowd/", {"export": "csv"}).status_code == 403
    assert not Entry.objects.filter(act="lists.export").exists()
    assert 'name="export"' not in chen.get("/crowd/").content.decode()


def test_an_unknown_format_is_refused(lin: Client) -> None:
    assert lin.post("/crowd/", {"export": "exe"}).status_code == 409


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@x", "\tx", "=HYPERLINK(1)"])
def test_no_value_becomes_a_formula(lin: Client, crowd: Cast, evil: str) -> None:
    made = make(Person, name="Ann", number=evil)
    csv = lin.post("/crowd/?q=Ann", {"export": "csv"}).content.decode("utf-8-sig").splitlines()
    assert csv[1].split(",")[1].strip('"') == f"'{evil}"
    book = lin.post("/crowd/?q=Ann", {"export": "xlsx"}).content
    cells = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert cells[1][1] == made.number
    assert b"<f>" not in _sheet(book)


def _sheet(book: bytes) -> bytes:
    import zipfile

    return zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml")


def test_numbers_and_days_stay_what_they_are_in_excel(lin: Client, crowd: Cast) -> None:
    make(Person, name="张三", joined_on=date(2026, 5, 1))
    book = lin.post("/crowd/?q=张三", {"export": "xlsx"}).content
    cells: list[list[Any]] = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert cells[0][0] == "Full name"
    assert cells[1][0] == "张三"
    assert cells[1][4] == date(2026, 5, 1)
    assert cells[1][6] == 2.0
