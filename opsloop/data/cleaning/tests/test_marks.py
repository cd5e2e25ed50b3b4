"""What exports write that is no data: totals, numbers shown short, dashes for nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from opsloop.data.cleaning import readers, staging
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.engine import connected
from opsloop.data.cleaning.readers import Manner
from opsloop.data.cleaning.staged import STAGE

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def made(folder: Path, text: str, *rules: Rule, key: tuple[str, ...]) -> tuple[list[tuple[str, ...]], list[list[str]]]:
    """(the first column of what is good, the reasons of what is not)."""
    path = folder / "t.csv"
    path.write_text(text, "utf-8")
    contract = Contract("t", rules, key=key)
    with connected(folder, "200MB") as con:
        reading = readers.read(path, path.name, contract, Manner(), folder)
        staging.stage(con, contract, reading, NOW)
        good = con.execute(f"select {', '.join(contract.names)} from {STAGE} where _reasons is null").fetchall()
        bad = con.execute(f"select _reasons from {STAGE} where _reasons is not null").fetchall()
    return good, [one for (one,) in bad]


def test_a_row_of_totals_does_not_count_everything_twice(tmp_path: Path) -> None:
    text = "region,sales\n华东,10\n华南,20\n合计,30\n本页小计：,30\n 总 计 ,30\n设计合计部,5\n"
    good, bad = made(tmp_path, text, Rule("region"), Rule("sales", "money"), key=("region",))
    assert [one[0] for one in good] == ["华东", "华南", "设计合计部"]
    assert bad == [["region:of_totals"]] * 3


def test_without_a_key_the_first_column_tells_a_row_of_totals(tmp_path: Path) -> None:
    text = "shop,goods,sales\n一店,蔬果,10\n一店,合计,10\n合计,,10\n"
    rules = (Rule("shop"), Rule("goods"), Rule("sales", "money"))
    good, bad = made(tmp_path, text, *rules, key=())
    assert len(good) == 2 and bad == [["shop:of_totals"]]


def test_totals_may_be_allowed(tmp_path: Path) -> None:
    rules = (Rule("region", allowed=("华东", "合计")), Rule("sales", "money"))
    good, bad = made(tmp_path, "region,sales\n华东,10\n合计,30\n", *rules, key=("region",))
    assert len(good) == 2 and not bad


def test_two_orders_whose_numbers_lost_their_last_digits_are_not_taken_for_one(tmp_path: Path) -> None:
    text = "no,sales\n1.23457E+17,10\n1.23457E+17,99\n123457000000000001,5\n1E5,6\n"
    good, bad = made(tmp_path, text, Rule("no"), Rule("sales", "money"), key=("no",))
    assert [one[0] for one in good] == ["123457000000000001", "1E5"] and bad == [["no:shown_short"]] * 2


def test_a_dash_is_nothing_where_a_number_stands_and_a_text_where_texts_stand(tmp_path: Path) -> None:
    text = "no,goods,pieces,sales\n1,-,-,5\n2,x,--,6\n3,x,4,-\n"
    rules = (Rule("no"), Rule("goods"), Rule("pieces", "integer"), Rule("sales", "money", required=True))
    good, bad = made(tmp_path, text, *rules, key=("no",))
    assert [one[1:3] for one in good] == [("-", None), ("x", None)] and bad == [["sales:missing"]]
