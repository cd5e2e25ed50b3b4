"""The command line's answers, which other programs read."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from opsloop.base.people.models import Account
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, make
from opsloop.config.cli import build, main
from opsloop.config.commands import numbers
from opsloop.data.lake.keys import pseudonym
from opsloop.data.metrics.tests.shop import metrics, shop
from opsloop.data.reconciliation.models import Control, State

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def data(cast: Cast) -> None:
    rows = [
        ("a", "ann", "p1", "north", "10.00", "0", 1, MONDAY), ("b", "bob", "p3", "north", "5.50", "0", 1, MONDAY),
        ("c", "ann", "p9", "south", "4.00", "0", 1, MONDAY + timedelta(days=7)),
    ]  # fmt: skip
    shop(cast.lin, rows)
    metrics(
        cast.lin,
        sales="value: {sum: amount}\nunit: money\nby: [shop]",
        orders="value: {count: order_id, distinct: true}",
        average_order="formula: sales / orders",
        lost="from: nothing\nvalue: {sum: x}\nwaits_for: 成本",
    )


def run(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    said = build().parse_args(list(words))
    assert getattr(numbers, said.where.partition(":")[2])(said) == 0
    return capsys.readouterr().out


def test_json_has_the_agreed_shape(capsys: pytest.CaptureFixture[str]) -> None:
    said = json.loads(run(capsys, "metric", "sales", "--by", "department", "--grain", "week", "--format", "json"))
    snapshot = said.pop("snapshot")
    assert isinstance(snapshot, int)
    assert said == {
        "metric": "sales", "unit": "money", "grain": "week", "by": ["department"], "currency": "CNY",
        "rows": [
            {"period": "2026-03-02", "department": "food", "value": 10.0},
            {"period": "2026-03-02", "department": "fuel", "value": 5.5},
            {"period": "2026-03-09", "department": None, "value": 4.0},
        ],
    }  # fmt: skip
    ratio = json.loads(run(capsys, "metric", "average-order", "--to", "2026-03-08", "--format", "json"))
    assert ratio["rows"] == [{"period": "2026-03-02", "value": 7.75, "over": 15.5, "under": 2.0}]
    chosen = ["--where", "department=food", "--where", "department=", "--compare", "previous", "--grain", "week"]
    rows = json.loads(run(capsys, "metric", "sales", *chosen, "--format", "json"))["rows"]
    assert [(row["value"], row["then"]) for row in rows] == [(10.0, None), (4.0, 10.0)]


def test_csv_and_table(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "metric", "average-order", "--by", "shop", "--format", "csv")
    assert said == "period,shop,value,over,under\n2026-03-02,north,7.75,15.5,2.0\n2026-03-02,south,4.0,4.0,1.0\n"
    table = run(capsys, "metric", "sales", "--by", "shop").splitlines()
    assert table[0].split() == ["period", "shop", "value"] and table[2].split() == ["2026-03-02", "north", "15.5"]


def test_an_explanation(capsys: pytest.CaptureFixture[str]) -> None:
    days = ["--from", "2026-03-09", "--to", "2026-03-15", "--against", "2026-03-02", "--until", "2026-03-08"]
    said = json.loads(run(capsys, "explain", "sales", *days, "--json"))
    assert (said["now"], said["then"], said["difference"]) == (4.0, 15.5, -11.5)
    assert [(one["name"], one["effect"]) for one in said["factors"]] == [("orders", -7.75), ("average_order", -3.75)]
    assert said["splits"][0]["by"] == "shop"
    assert {one["name"]: one["effect"] for one in said["splits"][0]["parts"]} == {"north": -15.5, "south": 4.0}
    assert "average_order" in run(capsys, "explain", "sales", *days)


def test_what_is_in_doubt_is_said_beside_the_figures(cast: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    make(Control, source="sales", day=MONDAY, figure="amount", ours=100, control=98, limit=1, state=State.OPEN)
    days = ["--from", "2026-03-09", "--to", "2026-03-15", "--against", "2026-03-02", "--until", "2026-03-08"]
    (doubt,) = json.loads(run(capsys, "metric", "sales", "--to", "2026-03-08", "--format", "json"))["doubts"]
    assert "2.04%" in doubt
    assert json.loads(run(capsys, "explain", "sales", *days, "--json"))["doubts"] == [doubt]
    assert "doubts" not in json.loads(run(capsys, "metric", "sales", "--from", "2026-03-09", "--format", "json"))
    numbers.metric(build().parse_args(["metric", "sales", "--to", "2026-03-08", "--format", "csv"]))
    said = capsys.readouterr()
    assert said.out == "period,value\n2026-03-02,15.5\n" and "2.04%" in said.err


def test_what_cannot_be_answered_is_one_line_and_exit_code_1_or_2(capsys: pytest.CaptureFixture[str]) -> None:
    from opsloop.config.cli import Failed

    for words, text in [
        (["metric", "gone"], "gone"),
        (["metric", "lost"], "成本"),
        (["metric", "sales", "--by", "colour"], "colour; there are: .*shop"),
        (["metric", "sales", "--snapshot", "999999"], "no data version 999999"),
        (["metric", "sales", "--engine", "spark"], "Spark"),
    ]:
        with pytest.raises(Failed, match=text):
            run(capsys, *words)
    for words in (
        ["metric", "sales", "--grain", "hour"],
        ["metric", "sales", "--from", "yesterday"],
        ["metric", "sales", "--where", "shop"],
        ["metric"],
        ["explain", "sales", "--from", "2026-03-02"],
    ):
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 2


def test_the_command_line_answers_as_nobody_unless_a_person_is_named(
    cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    from opsloop.config.cli import Failed

    for who in (cast.wu, cast.zhao):
        make(Account, login=who.name.lower(), person=who)
    words = ["metric", "sales", "--by", "customer", "--format", "csv"]
    days = ["--from", "2026-03-09", "--to", "2026-03-15", "--against", "2026-03-02", "--until", "2026-03-08"]
    assert "ann" not in run(capsys, *words) and pseudonym("ann") in run(capsys, *words, "--as", "wu")
    assert "ann" not in run(capsys, "explain", "sales", *days, "--by", "customer", "--json")
    with given():
        mandate = Mandate.objects.get(position=cast.analyst)
        mandate.reads = ["identity"]
        mandate.save()
    assert "ann" in run(capsys, *words, "--as", "wu")
    assert "ann" in run(capsys, "explain", "sales", *days, "--by", "customer", "--as", "wu")
    for who, text in (("nobody", "nobody has the login"), ("zhao", "sees no metrics")):
        with pytest.raises(Failed, match=text):
            run(capsys, *words, "--as", who)
