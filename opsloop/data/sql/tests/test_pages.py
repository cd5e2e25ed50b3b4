"""The analysts' pages: ask, see rows and picture, take them out, keep the query, find it again."""

from __future__ import annotations

import io
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from opsloop.base.ledger.models import Entry
from opsloop.base.testing import Cast
from opsloop.data.sql.models import Run, SavedQuery
from opsloop.data.sql.tests.test_actions import keep, there
from opsloop.ui.testing import signed_in

__all__ = ["there"]
pytestmark = pytest.mark.django_db
BY_DAY = "select day, sum(sales) as sales, count(*) as n from shop group by day order by day"


@pytest.fixture
def wu(there: Cast) -> Client:
    return signed_in(there.wu)


def ask(client: Client, text: str, **more: str) -> tuple[str, Run]:
    answer = client.post("/sql/", {"text": text, **more})
    assert answer.status_code == 302
    pk = parse_qs(urlsplit(answer["Location"]).query)["run"][0]
    return client.get(answer["Location"]).content.decode(), Run.objects.get(pk=pk)


@pytest.mark.parametrize("at", ["", "history/", "saved/"])
def test_the_pages_need_a_sign_in_and_the_right_to_ask(there: Cast, at: str) -> None:
    assert Client().get(f"/sql/{at}").status_code == 302
    assert signed_in(there.wu).get(f"/sql/{at}").status_code == 200
    outsider = signed_in(there.zhao)
    assert outsider.get(f"/sql/{at}").status_code == 403
    assert 'href="/sql/"' not in outsider.get("/").content.decode()


def test_tables_stand_at_the_side_with_what_is_masked(wu: Client) -> None:
    text = wu.get("/sql/").content.decode()
    shop = text.split('<span class="sql-name">shop')[1].split("</details>")[0]
    assert 'data-insert="household"' in shop and shop.count("masked") == 2
    assert "Ask the tables." in text


def test_a_question_shows_rows_a_picture_and_its_version(wu: Client) -> None:
    text, run = ask(wu, BY_DAY)
    assert "40 rows" in text and f"#{run.version}" in text
    assert 'data-chart="run-' in text and "Show as a table" in text
    assert ">2026-03-01<" in text and 'title="DECIMAL(38,2)"' in text
    none, _run = ask(wu, "select basket from shop")
    assert 'data-chart="run-' not in none


def test_a_fault_stands_with_its_place_and_the_text_stays(wu: Client) -> None:
    text, run = ask(wu, "select day,\n  salse from shop")
    assert "Line 2, column 3" in text and "Did you mean sales?" in text
    assert 'data-line="2"' in text and "salse from shop</textarea>" in text
    assert f"/sql/keep/?run={run.pk}" not in text


def test_values_cannot_break_out_of_the_page(wu: Client) -> None:
    text, _run = ask(wu, "select '<script>alert(1)</script>' as \"<b>x</b>\"")
    assert "<script>alert(1)" not in text and "<b>x</b>" not in text


def test_a_result_is_its_askers_only(wu: Client, there: Cast) -> None:
    _text, run = ask(wu, BY_DAY)
    chen = signed_in(there.chen)
    assert chen.get(f"/sql/?run={run.pk}").status_code == 404
    assert chen.post(f"/sql/runs/{run.pk}/file/", {"kind": "csv"}).status_code == 404
    for bad in ("x", "", "9" * 30):
        assert wu.get(f"/sql/?run={bad}").status_code == 404
    assert wu.get("/sql/?query=99").status_code == 404


def test_csv_opens_in_excel_and_holds_no_formula(wu: Client) -> None:
    _text, run = ask(
        wu, "select name, 1.50 as price, date '2026-01-02' as day, null as nothing from products order by product"
    )
    answer = wu.post(f"/sql/runs/{run.pk}/file/", {"kind": "csv"})
    body = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert body.startswith("\ufeffname,price,day,nothing\r\n苹果,1.50,2026-01-02,\r\n")
    assert "'=1+1,1.50" in body
    entry = Entry.objects.get(act="sql.export")
    assert '"rows":3' in entry.body and '"tables":"products"' in entry.body


def test_excel_has_numbers_days_and_texts_as_such(wu: Client) -> None:
    sql = "select name, 1.50 as price, date '2026-01-02' as day, 1234567890123456789 as long from products order by all"
    _text, run = ask(wu, sql)
    answer = wu.post(f"/sql/runs/{run.pk}/file/", {"kind": "xlsx"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["name", "price", "day", "long"]
    assert rows[1][0] == "=1+1" and rows[1][1] == 1.5 and str(rows[1][2]) == "2026-01-02"
    assert rows[1][3] == "1234567890123456789"
    assert wu.post(f"/sql/runs/{run.pk}/file/", {"kind": "exe"}).status_code in (409, 422)
    run.file.unlink()
    assert wu.post(f"/sql/runs/{run.pk}/file/", {"kind": "csv"}).status_code == 404
    assert "no longer kept" in wu.get(f"/sql/?run={run.pk}").content.decode()


def test_what_was_run_is_kept_opened_again_and_changed(wu: Client, there: Cast) -> None:
    _text, run = ask(wu, BY_DAY)
    form = wu.get(f"/sql/keep/?run={run.pk}").content.decode()
    assert "sum(sales)" in form
    answer = wu.post(f"/sql/keep/?run={run.pk}", {"title": "By day", "text": BY_DAY, "note": "Sales"})
    query = SavedQuery.objects.get()
    assert answer["Location"] == query.get_absolute_url()
    assert "Open and run" in wu.get(query.get_absolute_url()).content.decode()
    assert "By day" in wu.get("/sql/saved/").content.decode()
    assert "sum(sales)" in wu.get(f"/sql/?query={query.pk}").content.decode()
    _text, again = ask(wu, BY_DAY + " limit 3", query=str(query.pk))
    assert again.query == query
    wu.post(f"/sql/keep/?run={again.pk}", {"title": "By day", "text": again.text, "note": "Sales"})
    query.refresh_from_db()
    assert query.text.endswith("limit 3") and SavedQuery.objects.count() == 1
    bad = wu.post(f"/sql/keep/?run={again.pk}", {"title": "By day", "text": "drop table x"})
    assert bad.status_code == 422 and "Only a SELECT" in bad.content.decode()


def test_a_query_of_somebody_else_is_there_when_it_is_shared(wu: Client, there: Cast) -> None:
    from opsloop.data.sql.actions import share_query

    query = keep(there)
    chen = signed_in(there.chen)
    assert chen.get(query.get_absolute_url()).status_code == 404
    share_query(query, by=there.wu)
    text = chen.get(query.get_absolute_url()).content.decode()
    assert "Receipts" in text and "sql.archive" not in text


def test_what_one_asked_is_listed_for_oneself(wu: Client, there: Cast) -> None:
    ask(wu, BY_DAY)
    ask(wu, "select oops from shop")
    text = wu.get("/sql/history/").content.decode()
    assert "sum(sales)" in text and "There is no column oops." in text
    assert "You have asked nothing yet." in signed_in(there.chen).get("/sql/history/").content.decode()
