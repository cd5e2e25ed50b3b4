"""opsloop load, aside and run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings

from opsloop.base.ledger.models import Entry
from opsloop.config.cli import Failed, build
from opsloop.config.commands import loads
from opsloop.data.sources.models import Late, Load
from opsloop.data.sources.tests import samples

HEAD = "order_id,paid_at,amount,status\n"
KEYS = ["source", "file", "rows_in", "kept", "duplicates", "set_aside", "snapshot", "seconds"]


@pytest.fixture(autouse=True)
def empty_drop() -> None:
    for old in settings.WORKSPACE.drop.glob("*.csv"):
        old.unlink()


def say(*argv: str) -> int:
    said = build().parse_args(list(argv))
    return int(getattr(loads, said.where.partition(":")[2])(said))


def test_load_answers_one_object_a_load(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples.source()
    for n in (1, 2):
        (tmp_path / f"{n}.csv").write_text(HEAD + f"A{n},2026-03-0{n},{n},\nB{n},2026-03-01,x,\n", encoding="utf-8")
    assert say("load", "orders", str(tmp_path / "1.csv"), str(tmp_path / "2.csv"), "--json") == 0
    first, second = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [name for name in KEYS if name not in first] == []
    assert (first["file"], first["rows_in"], first["kept"], first["set_aside"]) == ("1.csv", 2, 1, 1)
    assert second["snapshot"] > first["snapshot"]
    assert Entry.objects.filter(act="sources.load").first().via == "cli"  # type: ignore[union-attr]
    assert say("load", "orders", str(tmp_path / "1.csv")) == 0
    assert "came already" in capsys.readouterr().out


def test_without_a_file_drop_is_loaded(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    samples.source()
    assert say("load", "orders") == 0
    assert "nothing to load" in capsys.readouterr().err
    (settings.WORKSPACE.drop / "orders-1.csv").write_text(HEAD + "A1,2026-03-01,1,\n", encoding="utf-8")
    assert say("load", "orders") == 0
    assert "1 of 1 rows kept" in capsys.readouterr().out
    assert not (settings.WORKSPACE.drop / "orders-1.csv").exists()


def test_a_failed_load_is_one_clear_line_and_1(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples.source()
    (tmp_path / "a.csv").write_text("x,y\n", encoding="utf-8")
    assert say("load", "orders", str(tmp_path / "a.csv"), "--json") == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["state"] == "failed"
    assert said.err.count("\n") == 1 and "a.csv, line 1: None of the columns is found" in said.err
    assert say("load", "orders", str(tmp_path / "none.csv")) == 1
    assert "not there any more" in capsys.readouterr().err


def test_an_unknown_source_is_refused_with_those_that_there_are(db: None) -> None:
    with pytest.raises(Failed, match="none is published yet"):
        say("load", "sales")
    samples.source()
    with pytest.raises(Failed, match="there are: orders"):
        say("load", "sales")


def test_aside_counts_reasons_and_shows_rows(db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    samples.source(samples.ORDERS.replace("{allowed: [已付, 已退]}", "{personal: contact}"))
    assert say("aside", "orders", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"source": "orders", "set_aside": 0, "reasons": {}}
    (tmp_path / "a.csv").write_text(HEAD + "A1,2026-03-01,x,13812345678\n,2026-03-01,x,\n", encoding="utf-8")
    say("load", "orders", str(tmp_path / "a.csv"))
    capsys.readouterr()
    assert say("aside", "orders", "--rows", "--json") == 0
    said = json.loads(capsys.readouterr().out)
    assert said["reasons"] == {"amount:not_money": 2, "order_id:missing": 1}
    assert said["rows"][0]["line"] == 2 and said["rows"][0]["values"]["status"] == "138****5678"
    assert say("aside", "orders", "--rows") == 0
    assert "a.csv:3: order_id is missing; 实付金额 is no amount" in capsys.readouterr().out


def test_run_loads_what_is_due_and_notes_what_is_late(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    samples.source()
    (settings.WORKSPACE.drop / "orders-1.csv").write_text(HEAD + "A1,2026-03-01,1,\n", encoding="utf-8")
    assert say("run", "--as-of", "2026-03-04", "--json") == 0
    said = json.loads(capsys.readouterr().out)["done"]
    assert said[0]["kept"] == 1
    assert [one["late"] for one in said if "late" in one] == ["2026-03-02"]  # that of 03-03 may come until midnight
    assert (Load.objects.count(), Late.objects.count()) == (1, 1)
    assert say("run", "--as-of", "2026-03-04") == 0
    with pytest.raises(SystemExit, match="2"):
        say("run", "--as-of", "yesterday")
    assert "yesterday is no day; write it as 2026-01-31" in capsys.readouterr().err
