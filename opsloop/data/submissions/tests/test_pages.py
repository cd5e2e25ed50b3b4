"""The pages: what waits for me, who has filled in what, the sheet; rights and bad input."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from opsloop.base.acts import Call
from opsloop.base.people.models import Person
from opsloop.data.submissions.actions import approve, save, send_back
from opsloop.data.submissions.cards import sheets
from opsloop.data.submissions.models import Figure, State, Submission
from opsloop.data.submissions.tests.conftest import NOON, Shops, cells
from opsloop.data.submissions.working import correct, submit
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
FETCH = {"X-Requested-With": "fetch"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel(NOON, tick=True) as found:
        yield found


@pytest.fixture
def sheet(shops: Shops) -> Submission:
    return shops.sheet()


def test_the_pages_need_a_sign_in_and_the_noun(shops: Shops, sheet: Submission) -> None:
    for at in ("/submissions/", "/submissions/all/", sheet.get_absolute_url()):
        assert Client().get(at).status_code == 302
        assert signed_in(shops.wu).get(at).status_code == 200
        assert signed_in(Person.objects.get(name="Zhao")).get(at).status_code == 403
    assert signed_in(shops.song).get(sheet.get_absolute_url()).status_code == 404


def test_the_overview_says_what_is_mine_and_who_has_filled_in_what(shops: Shops, sheet: Submission) -> None:
    south = shops.sheet(place=shops.south)
    submit(south, cells({"amount": "1"}), Call(by=shops.song), leave_out=True)
    mine = signed_in(shops.ning).get("/submissions/").content.decode()
    assert "For me to fill in" in mine and sheet.get_absolute_url() in mine and "9 h left" in mine
    assert "South" not in mine
    theirs = signed_in(shops.wu).get("/submissions/").content.decode()
    assert "For me to check" in theirs and south.get_absolute_url() in theirs and "To be checked" in theirs
    assert "For me to fill in" not in theirs and "North" in theirs


def test_what_is_missing_after_the_deadline_is_counted(
    shops: Shops, sheet: Submission, clock: time_machine.Coordinates
) -> None:
    clock.shift(10 * 3600)
    text = signed_in(shops.wu).get("/submissions/").content.decode()
    assert "1 overdue" in text and "Missing" in text


def test_the_sheet_has_a_field_for_each_figure_of_given_rows(shops: Shops, sheet: Submission) -> None:
    text = signed_in(shops.ning).get(sheet.get_absolute_url()).content.decode()
    assert 'name="cell-0-amount"' in text and 'name="cell-2-why"' in text and "cell-3-" not in text
    assert text.count("<select") == 3 and 'inputmode="decimal"' in text
    assert '<th scope="row" data-label="Goods">Fruit</th>' in text
    reader = signed_in(shops.wu).get(sheet.get_absolute_url()).content.decode()
    assert "cell-0-amount" not in reader


def test_saving_by_itself_answers_with_the_new_revision(shops: Shops, sheet: Submission) -> None:
    client = signed_in(shops.ning)
    said = {"do": "save", "revision": str(sheet.revision), "cell-0-amount": "5", "cell-1-amount": " "}
    answer = client.post(sheet.get_absolute_url(), said, headers=FETCH)
    sheet.refresh_from_db()
    assert answer.json() == {"said": "Saved", "revision": sheet.revision}
    assert sheet.rows == [{"amount": "5", "goods": "Fruit"}]
    stale = client.post(sheet.get_absolute_url(), said, headers=FETCH)
    assert stale.status_code == 412, "somebody else's figures are not written over"


def test_cells_are_judged_while_one_types_and_nothing_is_kept(shops: Shops, sheet: Submission) -> None:
    at = f"{sheet.get_absolute_url()}check/"
    answer = signed_in(shops.ning).post(at, {"cell-0-amount": "x", "cell-2-amount": "-1"})
    assert answer.json() == {
        "faults": [
            {"row": 0, "column": "amount", "said": ["Amount is no amount"]},
            {"row": 2, "column": "amount", "said": ["Amount is less than 0"]},
        ]
    }
    sheet.refresh_from_db()
    assert sheet.rows == []
    assert signed_in(shops.wu).post(at, {}).status_code == 404
    assert signed_in(shops.song).post(at, {}).status_code == 404


def test_handing_in_wrong_figures_shows_them_where_they_were_typed(shops: Shops) -> None:
    sheet = shops.sheet(shops.prices)
    said = {"do": "submit", "cell-0-rival": "A", "cell-0-product": "Milk", "cell-0-price": "3", "cell-2-price": "cheap"}
    answer = signed_in(shops.ning).post(sheet.get_absolute_url(), said)
    text = answer.content.decode()
    assert answer.status_code == 422 and "3 figures do not fit" in text
    assert 'name="cell-2-price" value="cheap"' in text and "Price is no amount" in text and "Rival is missing" in text
    sheet.refresh_from_db()
    assert sheet.state == State.OPEN


def test_handing_in_goes_to_the_check(shops: Shops, sheet: Submission) -> None:
    answer = signed_in(shops.ning).post(
        sheet.get_absolute_url(),
        {"do": "submit", "cell-0-amount": "5", "cell-0-why": "broken", "leave_out": "1"},
        follow=True,
    )
    assert "Handed in" in answer.content.decode() and 'name="cell-0-amount"' not in answer.content.decode()
    checker = signed_in(shops.wu)
    text = checker.get(sheet.get_absolute_url()).content.decode()
    assert f"/act/submissions.approve/{sheet.pk}/" in text and f"/act/submissions.send_back/{sheet.pk}/" in text
    assert "submissions.approve" not in signed_in(shops.ning).get(sheet.get_absolute_url()).content.decode()


def test_a_correction_needs_its_reason_and_shows_its_trace(shops: Shops, sheet: Submission) -> None:
    approve(submit(sheet, cells({"amount": "5"}), Call(by=shops.ning), leave_out=True), by=shops.wu)
    client, at = signed_in(shops.ning), sheet.get_absolute_url()
    assert 'name="cell-0-amount"' not in client.get(at).content.decode()
    assert 'name="reason"' in client.get(f"{at}?correct=1").content.decode()
    answer = client.post(at, {"do": "correct", "cell-0-amount": "6", "reason": ""})
    assert answer.status_code == 422 and Figure.objects.count() == 0
    answer = client.post(at, {"do": "correct", "cell-0-amount": "6", "reason": "Counted again"}, follow=True)
    text = answer.content.decode()
    assert "Counted again" in text and "<del>5</del>" in text
    assert signed_in(shops.wu).get(f"{at}?correct=1").content.decode().count('name="cell-') == 0


def test_personal_columns_are_shown_to_who_fills_in_and_who_reads_them(shops: Shops) -> None:
    sheet = shops.sheet(shops.prices)
    row = {"rival": "A", "product": "Milk", "price": "3", "told_by": "13800000000"}
    correct(
        submit(sheet, cells(row), Call(by=shops.ning), leave_out=True),
        cells(row | {"told_by": "13900000000"}),
        "x" * 3,
        Call(by=shops.ning),
    )
    assert "13900000000" in signed_in(shops.ning).get(sheet.get_absolute_url()).content.decode()
    text = signed_in(shops.wu).get(sheet.get_absolute_url()).content.decode()
    assert "13900000000" not in text and "13800000000" not in text and "•••" in text
    boss = Person.objects.get(name="Lin")  # reads contact
    assert "13900000000" in signed_in(boss).get(sheet.get_absolute_url()).content.decode()


@pytest.mark.parametrize("said", [{"cell-900-amount": "1"}, {f"cell-{n}-amount": "1" for n in range(499, 503)}])
def test_more_rows_than_a_sheet_has_are_refused(shops: Shops, sheet: Submission, said: dict[str, str]) -> None:
    assert signed_in(shops.ning).post(sheet.get_absolute_url(), said | {"do": "save"}).status_code == 409


@pytest.mark.parametrize("name", ["cell-x-amount", "cell-0", "cell--1-amount", "nonsense", "cell-0-nope"])
def test_what_is_no_cell_is_passed_over(shops: Shops, sheet: Submission, name: str) -> None:
    assert signed_in(shops.ning).post(sheet.get_absolute_url(), {name: "1", "do": "save"}).status_code == 302
    sheet.refresh_from_db()
    assert sheet.rows == []


def test_sheets_wait_on_the_start_page(shops: Shops, sheet: Submission) -> None:
    (line,) = list(sheets(shops.ning))
    assert (line.url, line.due, line.kind) == (sheet.get_absolute_url(), sheet.due_at, "To be filled in")
    assert list(sheets(shops.wu)) == [] == list(sheets(shops.song))
    handed_in = submit(sheet, cells({"amount": "5"}), Call(by=shops.ning), leave_out=True)
    (line,) = list(sheets(shops.wu))
    assert (line.kind, line.asked_by) == ("To be checked", "Ning")
    send_back(handed_in, by=shops.wu, reason="Really?")
    (line,) = list(sheets(shops.ning))
    assert (line.kind, line.tone) == ("Sent back", "orange")


def test_the_list_of_all_sheets_shows_what_one_may_see(shops: Shops, sheet: Submission) -> None:
    shops.sheet(place=shops.south)
    assert "South" in signed_in(shops.wu).get("/submissions/all/").content.decode()
    assert "South" not in signed_in(shops.ning).get("/submissions/all/").content.decode()


def test_a_source_that_is_not_filled_in_any_more_keeps_its_sheets(shops: Shops, sheet: Submission) -> None:
    from opsloop.base.kinds.fields import plain
    from opsloop.base.testing import given
    from opsloop.data.sources.kinds.arrives import Drop
    from opsloop.data.sources.kinds.source import Source as Definition
    from opsloop.data.submissions.tests.conftest import losses

    save(sheet, by=shops.ning, cells=cells({"amount": "5"}))
    from dataclasses import replace

    with given():
        shops.losses.refresh_from_db()
        shops.losses.definition = plain(Definition, replace(losses(), arrives=Drop("losses-*.csv")))
        shops.losses.number, shops.losses.sha256 = 2, "2" * 64
        shops.losses.save()
    client = signed_in(shops.ning)
    assert client.get("/submissions/").status_code == 200
    assert client.get(sheet.get_absolute_url()).status_code == 409


def test_empty_rows_are_asked_about_and_stay_out_with_a_word(shops: Shops, sheet: Submission) -> None:
    client, at = signed_in(shops.ning), sheet.get_absolute_url()
    typed = {"cell-0-amount": "12.50", "do": "submit"}
    said = client.post(at, typed)
    text = said.content.decode()
    assert said.status_code == 422 and "These rows are empty: Meat, Bread." in text
    assert 'name="leave_out"' in text and 'value="12.50"' in text
    assert Submission.objects.get(pk=sheet.pk).state == State.OPEN
    done = client.post(at, {**typed, "leave_out": "1"}, follow=True)
    assert "without the empty rows: Meat, Bread" in done.content.decode()
    assert Submission.objects.get(pk=sheet.pk).rows == [{"amount": "12.50", "goods": "Fruit"}]
    changed = {"cell-0-amount": "", "cell-1-amount": "3", "do": "correct", "reason": "Typed into the wrong row"}
    assert "These rows are empty: Fruit." in client.post(at, changed).content.decode()
    assert client.post(at, {**changed, "leave_out": "1"}).status_code == 302
    assert [row["goods"] for row in Submission.objects.get(pk=sheet.pk).rows] == ["Meat"]


def test_free_rows_that_nobody_filled_in_are_no_rows(shops: Shops) -> None:
    sheet = shops.sheet(shops.prices)
    typed = {"cell-1-rival": "Other", "cell-1-product": "Milk", "cell-1-price": "3", "cell-2-rival": "  "}
    assert signed_in(shops.ning).post(sheet.get_absolute_url(), {**typed, "do": "submit"}).status_code == 302
    assert Submission.objects.get(pk=sheet.pk).rows == [{"rival": "Other", "product": "Milk", "price": "3"}]
