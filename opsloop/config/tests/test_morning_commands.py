"""monitor, report and run; and that a report says the same figures in the group, on the page and in every file."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, acting
from opsloop.base.inbox.tests.telling import pigeon
from opsloop.base.jobs.robot import for_itself
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast
from opsloop.config.cli import Failed, build
from opsloop.engine.monitors.models import Alert
from opsloop.engine.monitors.tests.conftest import LAST, watch
from opsloop.engine.monitors.tests.test_rounds import DROP, half
from opsloop.modules.reports import jobs, messages
from opsloop.modules.reports.actions import issue, submit, write
from opsloop.modules.reports.actions.writing import AdviceRow, ConclusionRow
from opsloop.modules.reports.composing import document_of
from opsloop.modules.reports.document import Document, Paragraph, Tiles
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.rendering import FORMATS
from opsloop.modules.reports.rendering.tests.test_rendering import NUMBER, pdf_text, sheets, texts
from opsloop.modules.reports.tests.conftest import WEEK, director, drafted, sell, shop, weekly, writer
from opsloop.modules.reports.tests.test_drafting import _halve
from opsloop.ui.testing import signed_in

__all__ = ["director", "shop", "writer"]
pytestmark = pytest.mark.django_db


def say(*argv: str) -> int:
    said = build().parse_args(list(argv))
    module, _colon, name = said.where.partition(":")
    return int(getattr(import_module(f"opsloop.config.commands.{module}"), name)(said))


def test_monitors_are_judged_and_back_tested_for_programs(shop: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    sell(half)
    watch(shop.lin, drop=DROP)
    assert say("monitor", "backtest", "drop", "--json") == 0
    (tested,) = json.loads(capsys.readouterr().out)["monitors"]
    assert (tested["monitor"], len(tested["alerts"])) == ("drop", 1)
    assert say("monitor", "run", "--json") == 0
    (judged,) = json.loads(capsys.readouterr().out)["monitors"]
    assert (judged["verdict"], Alert.objects.get().key) == ("critical", "metric:sales")
    for verb in ("run", "backtest"):
        with pytest.raises(Failed, match="drop"):
            say("monitor", verb, "dorp")


def test_run_judges_the_monitors_and_drafts_the_reports(
    shop: Cast, director: Person, writer: Person, capsys: pytest.CaptureFixture[str]
) -> None:
    sell(half)
    watch(shop.lin, drop=DROP)
    weekly(shop.lin)
    assert say("run", "--as-of", f"{LAST + timedelta(days=1)}", "--json") == 0
    done = json.loads(capsys.readouterr().out)["done"]
    assert [one["alert"] for one in done if "alert" in one] == [Alert.objects.get().pk]
    assert [one["number"] for one in done if "number" in one] == [Edition.objects.get().number] == ["ZB-2026-47"]


@pytest.fixture
def issued(shop: Cast, director: Person, writer: Person, settings: Any) -> Edition:
    settings.LANGUAGE_CODE = "zh-hans"
    sell(_halve)
    edition = drafted(shop, weekly(shop.lin))
    said = ConclusionRow("销售额 {sales}，环比 {sales.previous}，来自客单价（{sales.factor.2}）。")
    soon = timezone.localdate() + timedelta(days=3)
    write(
        edition, by=writer, conclusions=[said], advice=[AdviceRow("核对客单价", "operations-manager", soon)],
        nothing_to_decide=True,
    )  # fmt: skip
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    return issue(Edition.objects.get(pk=edition.pk), by=shop.lin)


def test_message_page_and_every_file_of_a_report_say_the_same_figures(
    issued: Edition, director: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = document_of(issued, "zh-hans")
    shown = {one.key: one.text for one in document.figures() if one.value is not None}
    assert {"sales", "sales.previous", "sales.factor.2"} <= shown.keys() and len(shown) > 10
    page = signed_in(director, "zh-hans").get(issued.get_absolute_url()).content.decode()
    files = _files(issued, tmp_path)
    read = {"page": page, "pdf": pdf_text(files["pdf"]), **texts(files)}
    for where, text in read.items():
        told = set(NUMBER.findall(text))
        assert {key: text for key, text in shown.items() if text not in told} == {}, where
    _same_in_excel(document, files["xlsx"])
    _same_in_the_group(issued, document, monkeypatch)


def _files(edition: Edition, folder: Path) -> dict[str, bytes]:
    """By `opsloop report`, in each format."""
    made = {}
    for shape in FORMATS:
        file = folder / f"week.{shape}"
        day = f"{WEEK + timedelta(days=7)}"
        assert say("report", "weekly", "--as-of", day, "--language", "zh-hans", "--format", shape, "-o", f"{file}") == 0
        made[shape] = file.read_bytes()
    assert Edition.objects.get().pk == edition.pk, "the issued one, and none drafted beside it"
    return made


def _same_in_excel(document: Document, file: bytes) -> None:
    cells = [tuple(row[1:3]) for rows in sheets(file).values() for row in rows if len(row) > 2]
    tiles = [one.figure for block in document.blocks() if isinstance(block, Tiles) for one in block.figures]
    assert tiles and [one.key for one in tiles if (pytest.approx(one.value, rel=1e-12), one.text) not in cells] == []


def _same_in_the_group(edition: Edition, document: Document, patch: pytest.MonkeyPatch) -> None:
    bird = pigeon(patch, group="运营群")
    patch.setattr(jobs, "picture_of", lambda edition: None)  # the card is looked at as what it is drawn from

    class Ctx:
        by = for_itself(jobs.TOLD)

    publish = jobs.tell_groups(Ctx, edition.pk)  # type: ignore[arg-type]
    assert publish is not None
    with acting(Call(by=Ctx.by, via="job:1")):
        publish()
    (said,) = bird.got
    overview, conclusion = document.part("overview"), document.part("conclusion")
    assert overview is not None and conclusion is not None
    spoken = [block.text for block in overview.blocks if isinstance(block, Paragraph)]
    spoken += [item for block in conclusion.blocks for item in getattr(block, "items", ())]
    figures = [piece.text for text in spoken for piece in text if not isinstance(piece, str)]
    assert len(figures) >= 3 and [one for one in figures if one not in said.body] == []
    drawn = messages.card(document)
    tiles = [one.figure for block in document.blocks() if isinstance(block, Tiles) for one in block.figures]
    assert [one.key for one in tiles[: messages.TILES] if one.text not in drawn] == []


def test_a_day_that_is_none_and_a_shape_that_is_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="one of"):
        say("report", "weekly", "-o", f"{tmp_path / 'week.exe'}")
    with pytest.raises(SystemExit):
        say("report", "weekly", "--as-of", "yesterday", "-o", f"{tmp_path / 'week.md'}")
