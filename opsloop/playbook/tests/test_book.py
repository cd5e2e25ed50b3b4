"""The whole folder: references, open ones, each kind's own check, and the speed of reading."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from django.utils.translation import override

from opsloop.base.kinds.registry import Level
from opsloop.playbook.book import Playbook, load
from opsloop.playbook.tests import samples

pytestmark = pytest.mark.django_db


def errors(book: Playbook) -> list[str]:
    with override("en"):
        return [str(one) for one in book.checked.errors]


def test_a_whole_playbook_is_read_and_checked(tmp_path: Path) -> None:
    book = load(samples.write(tmp_path))
    assert errors(book) == []
    assert len(book.items) == 6
    assert book.get("position", "operations-manager").title == "运营经理"


def test_what_is_not_installed_stays_open_with_its_place(tmp_path: Path) -> None:
    found = {(one.ident, one.path, one.line) for one in load(samples.write(tmp_path)).checked.open}
    assert ("campaign", "positions/operations-manager.md", 6) in found
    assert ("operations", "positions/operations-specialist.md", 4) in found


def test_a_wrong_reference_into_what_is_installed_is_an_error(tmp_path: Path) -> None:
    text = samples.SPECIALIST.replace("reports_to: operations-manager", "reports_to: operation-manager")
    book = load(samples.write(tmp_path, operations_specialist=text))
    assert errors(book) == [
        "positions/operations-specialist.md:3:13 [reports_to]: There is no Position operation-manager. "
        "Did you mean operations-manager?"
    ]


@pytest.mark.parametrize(
    ("written", "remedy"),
    [
        ("运营经理", "Did you mean operations-manager?"),
        ("operations-manager，operations-specialist", "Between ids stand half-width commas: [one, another]."),
        ("operations-manager\u200b", "There is something invisible in it. Type it anew."),
    ],
)
def test_a_wrong_reference_says_what_was_typed_in_its_place(tmp_path: Path, written: str, remedy: str) -> None:
    text = samples.SPECIALIST.replace("reports_to: operations-manager", f"reports_to: {written}")
    (error,) = load(samples.write(tmp_path, operations_specialist=text)).checked.errors
    assert error.field == "reports_to"
    with override("en"):
        assert str(error.remedy) == remedy


def test_an_act_of_an_installed_subject_must_exist(tmp_path: Path) -> None:
    text = samples.MANAGER.replace("playbook.propose", "playbook.propos, campaigns.fly, playbook.*")
    book = load(samples.write(tmp_path, operations_manager=text))
    assert errors(book) == [
        "positions/operations-manager.md:7:23 [may.1]: There is no act playbook.propos. Did you mean playbook.propose?"
    ]
    assert "campaigns.fly" in {one.ident for one in book.checked.open}


def test_weights_make_a_hundred(tmp_path: Path) -> None:
    text = samples.MANAGER.replace("weight: 40", "weight: 30")
    assert "add up to 90" in errors(load(samples.write(tmp_path, operations_manager=text)))[0]


def test_reporting_lines_have_an_end(tmp_path: Path) -> None:
    text = samples.MANAGER.replace("department:", "reports_to: operations-specialist\ndepartment:")
    found = errors(load(samples.write(tmp_path, operations_manager=text)))
    assert len(found) == 2
    assert all("circle" in one for one in found)


def test_a_duty_without_sop_and_a_position_without_holder_are_said_and_no_error(tmp_path: Path) -> None:
    text = samples.MANAGER.replace(", by: [annual-plan]", "")
    book = load(samples.write(tmp_path, operations_manager=text))
    assert errors(book) == []
    said = {(one.level, one.path, one.field) for one in book.checked.remarks}
    assert (Level.WARNING, "positions/operations-manager.md", "duties.0") in said
    assert (Level.NOTE, "positions/operations-manager.md", "title") in said


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("mon-fri", "someday", 3, "weekday"),
        ("13:00-18:00", "11:00-18:00", 3, "overlap"),
        ("13:00-18:00", "25:00-26:00", 3, "no opening"),
        ("for:", "days: {2026-02-30: []}\nfor:", 4, "no day"),
        ("for:", "timezone: Asia/Peking\nfor:", 4, "time zone"),
    ],
)
def test_calendars_are_judged_by_the_calendars_own_rules(
    tmp_path: Path, old: str, new: str, line: int, words: str
) -> None:
    found = errors(load(samples.write(tmp_path, company=samples.CALENDAR.replace(old, new))))
    assert len(found) == 1
    assert found[0].startswith(f"calendars/company.yaml:{line}:")
    assert words in found[0]


def test_a_calendar_may_say_off_or_a_weekdays_name(tmp_path: Path) -> None:
    text = samples.CALENDAR.replace("for:", "  sat: off\ndays: {2027-02-20: mon, 2027-02-08: off}\nfor:")
    book = load(samples.write(tmp_path, company=text))
    assert errors(book) == []
    assert book.get("calendar", "company").days == {"2027-02-20": "mon", "2027-02-08": "off"}


def test_a_department_has_one_calendar(tmp_path: Path) -> None:
    samples.write(tmp_path)
    (tmp_path / "calendars/service.yaml").write_text(samples.CALENDAR)
    assert "operations is in the calendar company too" in errors(load(tmp_path))[0]


def test_a_term_is_explained_once(tmp_path: Path) -> None:
    samples.write(tmp_path)
    (tmp_path / "glossary/second.yaml").write_text(samples.GLOSSARY)
    assert "流程单 is explained twice" in errors(load(tmp_path))[0]


def test_files_of_no_installed_app_are_named_and_a_slip_in_the_folder_is_noticed(tmp_path: Path) -> None:
    samples.write(tmp_path)
    for path in ("emergency-plans/flood.md", "postions/x.md", ".git/config", "README.md"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("x")
    remarks = {one.path: one.level for one in load(tmp_path).checked.remarks if "/" in one.path and not one.field}
    assert remarks == {"emergency-plans/flood.md": Level.NOTE, "postions/x.md": Level.WARNING}


def test_a_translation_of_a_text_that_is_gone_is_said(tmp_path: Path) -> None:
    book = load(samples.write(tmp_path, english=samples.ENGLISH.replace("duties.0.do", "duties.7.do")))
    assert errors(book) == []
    assert [one.field for one in book.checked.remarks if "translations" in one.path] == ["fields.duties.7.do"]


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    assert len(load(tmp_path / "none").checked.errors) == 1


def test_260_files_are_read_within_two_seconds(tmp_path: Path) -> None:
    samples.write(tmp_path)
    for i in range(260):
        body = "".join(f"\n## 部分{n}\n{'做什么、怎么做、常见错误。' * 20}\n" for n in range(12))
        text = samples.SPECIALIST.replace("运营专员", f"专员{i}") + body
        (tmp_path / f"positions/agent-{i}.md").write_text(text)
    began = time.process_time()
    book = load(tmp_path)
    assert len(book.items) == 266
    assert time.process_time() - began < 2.0
