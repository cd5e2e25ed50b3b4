"""opsloop sql QUERY."""

from __future__ import annotations

import io
import json

import pytest

from opsloop.base.ledger.models import Entry
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given
from opsloop.config.cli import Failed, build
from opsloop.config.commands.sql import sql
from opsloop.data.sql.tests.shop import fill

pytestmark = pytest.mark.django_db


def say(*argv: str) -> int:
    return sql(build().parse_args(["sql", *argv]))


@pytest.fixture
def there(cast: Cast) -> Cast:
    fill(cast.lin)
    return cast


def test_json_has_columns_rows_and_the_version(there: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    text = "select name, sum(sales) as sales, max(phone) as p from shop join products using (product) group by all"
    assert say(f"{text} order by sales desc limit 1", "--format", "json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["rows"] == [{"name": "牛奶", "sales": 6700.0, "p": "138****5679"}]
    assert (
        said["columns"][1] == {"name": "sales", "type": "DECIMAL(38,2)"} and said["snapshot"] > 0 and not said["more"]
    )


def test_csv_and_table(there: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    say("select name, product from products order by product", "--format", "csv")
    assert capsys.readouterr().out.splitlines()[:2] == ["name,product", "苹果,0"]
    say("select name, product from products order by product")
    assert capsys.readouterr().out.splitlines()[:3] == ["name  product", "----  -------", "苹果  0"]


def test_a_fault_is_one_line_with_its_place(there: Cast) -> None:
    with pytest.raises(Failed, match="line 2, column 8: There is no table nowhere"):
        say("select *\n  from nowhere")
    with pytest.raises(Failed, match="no table"):
        say("select 1 from shop", "--snapshot", "0")


def test_the_text_may_come_from_the_standard_input(
    there: Cast, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("select 7 as n"))
    say("-", "--format", "csv")
    assert capsys.readouterr().out.split() == ["n", "7"]


def test_with_a_person_it_is_theirs_and_recorded(there: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    with given():
        lin = type(there.lin).objects.get(pk=there.lin.pk)
        lin.number = "S1"
        lin.save()
        mandate = Mandate.objects.get(position=there.manager)
        mandate.may = [*mandate.may, "sql.*"]
        mandate.save()
    say("select phone from shop where basket = 1", "--by", "S1", "--format", "csv")
    assert capsys.readouterr().out.split() == ["phone", "13812345671"]
    assert Entry.objects.filter(act="sql.ask", by_id=there.lin.pk).count() == 1
    with pytest.raises(Failed):
        say("select 1 from nowhere", "--by", "S1")
