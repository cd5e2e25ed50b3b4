"""check, diff, publish, pull and stamp, as the command line calls them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.kinds.registry import Level
from opsloop.base.testing import Cast
from opsloop.playbook import commands, queries
from opsloop.playbook.book import Playbook, Remark, load
from opsloop.playbook.models import Publication, State, Version
from opsloop.playbook.tests import samples
from opsloop.playbook.translations import words

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def tree(folder: Path) -> dict[str, bytes]:
    return {f.relative_to(folder).as_posix(): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return samples.write(tmp_path / "book")


def test_check_lists_what_is_open_and_goes_out_with_zero(folder: Path) -> None:
    report = commands.check(folder)
    assert report.code == 0
    assert report.data["errors"] == []
    assert "open: sop/metric campaign (2 places, first positions/operations-manager.md:6)" in report.lines
    assert report.lines[-1].startswith("6 files, 0 errors,")


def test_what_is_remarked_again_and_again_has_one_line(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rare, often = (Remark(Level.NOTE, "sops/a.md", 1, "do", text) for text in ("Rare.", "Nobody holds buyer."))
    found = replace(load(folder).checked, remarks=(rare, often, often, replace(often, line=9)))
    monkeypatch.setattr(Playbook, "checked", found)
    lines = commands.check(folder).lines
    assert "note: sops/a.md:1 [do] Rare." in lines
    assert [one for one in lines if "buyer" in one] == ["note: Nobody holds buyer. (3 places, first sops/a.md:1)"]


def test_check_says_every_error_and_goes_out_with_one(folder: Path) -> None:
    samples.write(folder, operations_manager="---\ntitle: 甲\n", glossary="x")
    (folder / "glossary/operations.yaml").write_text("title: x\nterms: 3\n")
    report = commands.check(folder)
    assert report.code == 1
    assert {one["file"] for one in report.data["errors"]} >= {
        "positions/operations-manager.md",
        "glossary/operations.yaml",
    }


def test_a_folder_is_published_compared_and_pulled_back_byte_by_byte(cast: Cast, folder: Path, tmp_path: Path) -> None:
    crlf = samples.GLOSSARY.replace("\n", "\r\n")
    (folder / "glossary/operations.yaml").write_bytes(crlf.encode())
    report = commands.publish(folder, by=cast.robot, reason="First edition.")
    assert (report.code, report.data["state"], Version.objects.count()) == (0, State.PUBLISHED, 6)
    assert commands.compare(folder).data["changes"] == []
    commands.pull(tmp_path / "back")
    assert tree(tmp_path / "back") == tree(folder)
    again = commands.publish(folder, by=cast.robot, reason="Once more.")
    assert again.data["publication"] is None and Publication.objects.count() == 1


def test_a_comparison_says_fields_and_text(cast: Cast, folder: Path) -> None:
    commands.publish(folder, by=cast.robot, reason="First edition.")
    samples.write(folder, operations_specialist=samples.SPECIALIST.replace("headcount: 4", "headcount: 6"), company="")
    report = commands.compare(folder)
    first, second = report.data["changes"]
    assert (first["id"], second["id"]) == ("operations-specialist", "company")
    assert first["fields"] == [{"path": "headcount", "label": "Headcount", "old": 4, "new": 6}]
    assert "+headcount: 6" in first["text"]
    assert "withdrawn: calendars/company.yaml" in report.lines


def test_commands_name_the_version_that_waits_for_its_day(cast: Cast, folder: Path, tmp_path: Path) -> None:
    day, path = timezone.localdate() + timedelta(days=4), "glossary/operations.yaml"
    commands.publish(folder, by=cast.robot, reason="First edition.")
    old = (folder / path).read_text()
    (folder / path).write_text(old.replace("案例", "实例"))
    commands.publish(folder, by=cast.robot, reason="Words.", effective_from=day)
    assert commands.compare(folder).data["changes"] == []
    (folder / path).write_text(old)
    report = commands.compare(folder)
    (one,) = report.data["changes"]
    assert (one["base"], one["base_from"]) == (2, day)
    assert f"  compared with version 2, which holds from {day}" in report.lines
    report = commands.publish(folder, by=cast.robot, reason="Back, and today.")
    assert report.code == 1 and "cannot hold before" in report.lines[0]
    report = commands.pull(tmp_path / "back")
    assert report.data["later"] == {path: day} and f"{path} holds from {day}." in report.lines
    assert "实例" in (tmp_path / "back" / path).read_text()
    commands.export(tmp_path / "now")
    assert (tmp_path / "now" / path).read_text() == old, "exported is what is in force today"


def test_rights_wait_for_a_second_person_and_the_report_says_so(cast: Cast, folder: Path) -> None:
    commands.publish(folder, by=cast.robot, reason="First edition.")
    samples.write(folder, operations_specialist=samples.SPECIALIST.replace("each: 200", "each: 900"))
    report = commands.publish(folder, by=cast.robot, reason="More trust.")
    assert (report.code, report.data["state"], report.data["rights_of"]) == (
        0,
        State.PROPOSED,
        ["operations-specialist"],
    )
    assert "a second person must approve it" in report.lines[-1]
    assert not Version.objects.filter(number=2).exists()


def test_a_wrong_folder_publishes_nothing(cast: Cast, folder: Path) -> None:
    samples.write(folder, operations_manager=samples.MANAGER.replace("weight: 60", "weight: 50"))
    report = commands.publish(folder, by=cast.robot, reason="First edition.")
    assert report.code == 1
    assert not Publication.objects.exists()


def test_who_may_not_publish_hears_no_and_nothing_is_kept(cast: Cast, folder: Path) -> None:
    report = commands.publish(folder, by=cast.zhao, reason="First edition.")
    assert (report.code, report.data["code"]) == (1, "forbidden")
    assert not Publication.objects.exists()


def test_without_remove_missing_files_stay_published(cast: Cast, folder: Path) -> None:
    commands.publish(folder, by=cast.robot, reason="First edition.")
    samples.write(folder, company="", glossary=samples.GLOSSARY)
    report = commands.publish(folder, by=cast.robot, reason="Part of it.", remove=False)
    assert report.data["publication"] is None
    assert queries.version_at("calendar", "company") is not None


def test_pull_spares_what_was_changed_here_and_never_published(cast: Cast, folder: Path) -> None:
    commands.publish(folder, by=cast.robot, reason="First edition.")
    mine = folder / "glossary/operations.yaml"
    mine.write_text(samples.GLOSSARY.replace("案例", "实例"))
    (folder / "calendars/company.yaml").unlink()
    report = commands.pull(folder)
    assert (report.code, report.data) == (1, {"written": 1, "kept": ["glossary/operations.yaml"], "later": {}})
    assert "实例" in mine.read_text()
    commands.pull(folder, force=True)
    assert "实例" not in mine.read_text()


def test_a_stamped_translation_grows_stale_when_its_file_changes(cast: Cast, folder: Path) -> None:
    path = "translations/en/positions/operations-specialist.yaml"
    assert commands.stamp(folder).data == {"stamped": [path]}
    assert commands.stamp(folder).data == {"stamped": []}
    commands.publish(folder, by=cast.robot, reason="First edition.")
    book = queries.published()
    item = book.items["position", "operations-specialist"]
    english = words(book, item, "en")
    assert (english.title, english.stale) == ("Operations specialist", False)
    assert english.text("talks_to.0.channel", "例会") == "例会"
    stamped = (folder / path).read_text()
    more = samples.SPECIALIST.replace("headcount: 4", "headcount: 5")
    samples.write(folder, english=stamped, operations_specialist=more)
    commands.publish(folder, by=cast.robot, reason="More hands.")
    book = queries.published()
    assert not words(book, book.items["position", "operations-specialist"], "en").stale
    samples.write(folder, english=stamped, operations_specialist=more.replace("例会", "群"))
    commands.publish(folder, by=cast.robot, reason="Other channel.")
    book = queries.published()
    assert words(book, book.items["position", "operations-specialist"], "en").stale
