"""The pages: what differs first, a month to type into, a block to paste, one day with its history."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
from django.test import Client

from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.data.reconciliation.actions import enter_figure
from opsloop.data.reconciliation.cards import differences
from opsloop.data.reconciliation.models import Control, State
from opsloop.data.reconciliation.tests.conftest import a_source, day, load, measured
from opsloop.data.sources.models import Source
from opsloop.ui.people.sheets import workbook
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db
YESTERDAY = "1"


@pytest.fixture
def above(sales: Source, analyst: Person) -> Control:
    """Yesterday, typed by the analyst, is above the limit."""
    return enter_figure(by=analyst, source="sales", day=day(1), control=Decimal("1100"))


@pytest.mark.parametrize("at", ["", "-/days/", "sales/", "sales/?month=2024-02", "sales/?month=nonsense"])
def test_the_pages_need_a_sign_in_and_the_noun(cast: Cast, sales: Source, analyst: Person, at: str) -> None:
    assert Client().get(f"/reconciliation/{at}").status_code == 302
    assert signed_in(analyst).get(f"/reconciliation/{at}").status_code == 200
    assert signed_in(cast.zhao).get(f"/reconciliation/{at}").status_code == 403


def test_what_is_not_there_is_not_found(sales: Source, analyst: Person) -> None:
    client = signed_in(analyst)
    a_source("notes", check_against=None)
    for at in ("notes/", "nothing/", "days/999/", "notes/paste/"):
        assert client.get(f"/reconciliation/{at}").status_code == 404


def test_what_is_above_the_limit_stands_first_with_its_causes(above: Control, analyst: Person, finance: Person) -> None:
    own = signed_in(analyst).get("/reconciliation/").content.decode()
    assert "name the cause, somebody else checks it" in own
    other = signed_in(finance).get("/reconciliation/").content.decode()
    for part in ("Above the limit", "1,100.00", "−100.00", "Refund on another day", "Checked, the cause is"):
        assert part in other, part


def test_one_click_explains_ones_own_figure_and_checks_anothers(
    above: Control, analyst: Person, finance: Person
) -> None:
    said = signed_in(analyst).post(f"/reconciliation/-/days/{above.pk}/cause/", {"cause": "refund"})
    above.refresh_from_db()
    assert (said.status_code, above.state) == (302, State.EXPLAINED)
    page = signed_in(finance)
    assert "Checked: Refund on another day" in page.get("/reconciliation/sales/").content.decode()
    said = page.post(f"/reconciliation/-/days/{above.pk}/cause/", {"cause": ""}, headers={"HX-Request": "true"})
    above.refresh_from_db()
    assert (said.status_code, above.state, above.checked_by) == (204, State.CHECKED, finance)
    assert "acted" in said.headers["HX-Trigger"]


def test_a_click_without_the_right_changes_nothing(cast: Cast, above: Control) -> None:
    assert signed_in(cast.chen).post(f"/reconciliation/-/days/{above.pk}/cause/", {"cause": "zone"}).status_code == 403
    above.refresh_from_db()
    assert above.state == State.OPEN


def test_the_empty_cells_of_a_month_are_typed_into(sales: Source, analyst: Person) -> None:
    client = signed_in(analyst)
    one, two = day(1), day(2)
    text = client.get(f"/reconciliation/sales/?month={one:%Y-%m}").content.decode()
    assert f'name="day-{one}"' in text
    said = client.post("/reconciliation/sales/enter/", {f"day-{one}": "1,001.00", f"day-{two}": "", "other": "x"})
    assert said.status_code == 302
    assert Control.objects.get(day=one).state == State.WITHIN
    assert Control.objects.get(day=two).control is None
    assert f'name="day-{one}"' not in client.get(f"/reconciliation/sales/?month={one:%Y-%m}").content.decode()


@pytest.mark.parametrize("typed", [{}, {"day-2026-01-01": "lots"}, {"day-nonsense": "1"}])
def test_cells_that_hold_no_number_enter_nothing(sales: Source, analyst: Person, typed: dict[str, str]) -> None:
    assert signed_in(analyst).post("/reconciliation/sales/enter/", typed).status_code == 409
    assert not Control.objects.filter(control__isnull=False).exists()


def test_a_reader_sees_no_cells_and_may_not_post(cast: Cast, sales: Source) -> None:
    client = signed_in(cast.chen)
    assert (
        '<input class="form-control form-control-sm figure"'
        not in client.get("/reconciliation/sales/").content.decode()
    )
    assert client.post("/reconciliation/sales/enter/", {f"day-{day(1)}": "1"}).status_code == 403
    assert client.get("/reconciliation/sales/paste/").status_code == 403


def test_a_pasted_block_is_looked_at_before_it_counts(sales: Source, analyst: Person) -> None:
    client, text = signed_in(analyst), f"{day(1)}\t1000\n{day(2)}\t1200"
    looked = client.post("/reconciliation/sales/paste/", {"text": text, "step": "look"})
    assert looked.status_code == 200 and "Enter 2 figures" in looked.content.decode()
    assert not Control.objects.filter(control__isnull=False).exists()
    done = client.post("/reconciliation/sales/paste/", {"text": text, "step": "enter"})
    assert done.status_code == 302
    assert Control.objects.get(day=day(2)).state == State.OPEN


def test_a_block_with_a_bad_line_is_not_entered(sales: Source, analyst: Person) -> None:
    text = f"{day(1)}\t1000\nsum\t1200"
    said = signed_in(analyst).post("/reconciliation/sales/paste/", {"text": text, "step": "enter"})
    assert "This is no day: sum" in said.content.decode()
    assert not Control.objects.filter(control__isnull=False).exists()


@pytest.mark.parametrize("text", ["", "nothing here"])
def test_what_is_no_table_is_said(sales: Source, analyst: Person, text: str) -> None:
    assert signed_in(analyst).post("/reconciliation/sales/paste/", {"text": text, "step": "look"}).status_code == 422


def test_an_excel_file_is_read_like_a_paste(sales: Source, analyst: Person) -> None:
    file = io.BytesIO(workbook(["日期", "单数", "实收"], [[str(day(1)), "9", "1,000.00"]]))
    file.name = "till.xlsx"
    said = signed_in(analyst).post("/reconciliation/sales/paste/", {"file": file, "step": "look"})
    text = said.content.decode()
    assert said.status_code == 200 and "Which column is the figure?" in text and "1,000.00" in text


def test_one_day_tells_its_history(above: Control, analyst: Person) -> None:
    text = signed_in(analyst).get(above.get_absolute_url()).content.decode()
    for part in ("1,000.00", "1,100.00", "0.50%", "entered the control figure"):
        assert part in text, part


def test_the_list_is_exported_with_differences(above: Control, cast: Cast, analyst: Person) -> None:
    text = signed_in(analyst).get("/reconciliation/-/days/?state=open").content.decode()
    assert "−100" in text and "Above the limit" in text


def test_it_waits_for_who_may_check_and_for_the_owner(
    cast: Cast, above: Control, analyst: Person, finance: Person
) -> None:
    assert [one.title for one in differences(finance)] == ["Sales: 1 day above the limit"]
    assert [one.title for one in differences(analyst)] == ["Sales: 1 day above the limit"]  # its position owns it
    assert list(differences(cast.chen)) == []


def test_nothing_agreed_says_what_to_do(cast: Cast, analyst: Person) -> None:
    assert "check_against" in signed_in(analyst).get("/reconciliation/").content.decode()


def test_figures_of_another_source_are_shown_and_not_typed(cast: Cast, analyst: Person) -> None:
    a_source("till", check_against=None)
    a_source("shop", check_against={"source": "till", "theirs": "amount", "limit": "1%"})
    load(cast, "till", {day(1): 1200})
    load(cast, "shop", {day(1): 1000})
    measured(cast, "shop")
    client = signed_in(analyst)
    text = client.get(f"/reconciliation/shop/?month={day(1):%Y-%m}").content.decode()
    assert "1,200" in text and f'name="day-{day(1)}"' not in text
    answer = client.post("/reconciliation/shop/paste/", {"text": f"{day(1)}\t7", "step": "enter"})
    assert answer.status_code == 422 and "Another source gives" in answer.content.decode()
    assert Control.objects.get(source="shop").control == 1200
