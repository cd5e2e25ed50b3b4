"""The standard and the demo's own files together are one playbook without an error."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from opsloop.data.metrics.definition import Simulated
from opsloop.demo.grocer import Shift
from opsloop.demo.overlay import lay_over
from opsloop.playbook.book import load
from opsloop.playbook.translations import words

STANDARD = Path(__file__).parents[3] / "playbooks/standard.zh"


@pytest.fixture
def laid(tmp_path: Path) -> tuple[Path, list[str]]:
    shutil.copytree(STANDARD, tmp_path, dirs_exist_ok=True)
    return tmp_path, lay_over(tmp_path, Shift.to(date(2026, 11, 21)))


@pytest.mark.django_db
def test_together_they_have_no_error(laid: tuple[Path, list[str]]) -> None:
    book = load(laid[0])
    assert [str(one) for one in book.checked.errors] == []
    assert book.strays == []


@pytest.mark.django_db
def test_what_is_laid_over_is_translated(laid: tuple[Path, list[str]]) -> None:
    folder, paths = laid
    book = load(folder)
    own = [item for item in book.items.values() if item.path in paths and item.kind != "translation"]
    assert len(own) >= 9
    said = {item.path: words(book, item, "en") for item in own}
    assert [path for path, one in said.items() if not one.texts] == []
    assert [path for path, one in said.items() if one.stale] == []


def test_the_closed_day_moves_with_the_data(laid: tuple[Path, list[str]]) -> None:
    text = (laid[0] / "calendars/store-closing-days.yaml").read_text(encoding="utf-8")
    assert "{2026-11-23: off}" in text
    assert "2017" not in text


@pytest.mark.django_db
def test_a_metric_laid_over_only_adds_a_target_or_says_that_it_is_made_up_or_does_not_apply(
    laid: tuple[Path, list[str]],
) -> None:
    ours, standard = load(laid[0]), load(STANDARD)
    idents = [Path(path).stem for path in laid[1] if path.startswith("metrics/")]
    assert "sales" in idents
    for ident in idents:
        mine, theirs = ours.get("metric", ident), standard.get("metric", ident)
        if mine.does_not_apply:
            assert replace(mine, does_not_apply=None) == theirs
        else:
            assert (mine.target or Simulated.VALUES in mine.simulated) and mine.note
            assert replace(mine, target={}, note="", simulated=theirs.simulated) == theirs


def test_the_calendars_are_in_the_zone_of_the_stores(laid: tuple[Path, list[str]]) -> None:
    texts = [file.read_text(encoding="utf-8") for file in (laid[0] / "calendars").glob("*.yaml")]
    assert len(texts) >= 4
    assert all("timezone: America/New_York" in text for text in texts)
