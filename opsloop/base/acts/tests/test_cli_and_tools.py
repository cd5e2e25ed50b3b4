"""The command line, assistants, and what an SOP's publication asks of its steps."""

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from opsloop.base.acts import Forbidden, Invalid, NotFound, registry
from opsloop.base.acts.doors import cli, tools
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person
from opsloop.base.testing import Cast, make


def run(*argv: str) -> tuple[int, Any]:
    out = io.StringIO()
    code = cli.run(list(argv), out)
    said = out.getvalue()
    return code, json.loads(said) if said.startswith(("{", "[")) else said


def test_an_act_is_done_from_the_command_line(sample: SimpleNamespace, may: Cast) -> None:
    on = str(may.ops.pk)
    how = ("--by", "Lin", "--behalf", str(may.wu.pk), "--key", "k1", "--json")
    code, said = run("test.rename", on, "--title", "New", "--reason", "by hand", *how)
    assert (code, said["id"], said["name"]) == (0, may.ops.pk, "New")
    entry = Entry.objects.get()
    assert (entry.via, entry.by_id, entry.behalf_id, entry.key) == ("cli", may.lin.pk, may.wu.pk, "k1")
    again = run("test.rename", on, "--title", "New", "--reason", "by hand", *how)
    assert again[1]["repeated"] and Entry.objects.count() == 1


def test_a_no_is_exit_code_1_with_the_apis_json(sample: SimpleNamespace, may: Cast) -> None:
    on = str(may.ops.pk)
    assert run("test.rename", on, "--title", "None", "--reason", "by hand", "--by", "Lin") == (
        1,
        {"code": "refused", "message": "No.", "field": "title"},
    )
    code, said = run("test.rename", on, "--title", "New", "--reason", "x", "--by", "Lin")
    assert (code, said["code"], list(said["errors"])) == (1, "invalid", ["reason"])
    assert run("test.rename", on, "--title", "New", "--reason", "by hand", "--by", "Chen")[0] == 1
    assert not Entry.objects.exists()


def test_wrong_usage_is_exit_code_2(sample: SimpleNamespace, may: Cast, capsys: pytest.CaptureFixture[str]) -> None:
    make(Person, name="Lin")
    on = str(may.ops.pk)
    okay = ["test.close", on, "--by", str(may.lin.pk)]
    for argv in (
        [],
        ["test.clse"],
        ["test.close", on],
        ["test.close", "one", "--by", "Chen"],
        ["test.close", on, "--by", "Nobody"],
        ["test.close", on, "--by", "Lin"],  # two have this name
        [*okay, "--colour", "red"],
        [*okay, "--confirm", "far"],
        [*okay, "--happened", "yesterday"],
        ["test.plan", on, "--lines", "{", "--by", "Chen"],
        ["test.plan", on, "--lines", "@/nowhere", "--by", "Chen"],
    ):
        assert cli.run(argv, io.StringIO()) == 2, argv
    assert "test.close" in capsys.readouterr().err
    assert run(*okay)[0] == 0


def test_help_and_the_list_of_acts_are_no_failure(
    sample: SimpleNamespace, may: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run("--list")
    assert code == 0 and "test.rename" in said and "Rename" in said
    assert cli.run(["test.rename", "--help"]) == 0
    assert "Give a department another name" in capsys.readouterr().out


def test_rows_lists_files_and_switches_travel(sample: SimpleNamespace, may: Cast, tmp_path: Path) -> None:
    rows, note = tmp_path / "rows.json", tmp_path / "note.txt"
    rows.write_text(json.dumps([{"what": "a", "amount": "1.5", "who": may.chen.pk}]))
    note.write_text("多行\n文字", encoding="utf-8")
    how = ("--by", "Lin", "--json")
    values = (
        "--lines",
        f"@{rows}",
        "--note",
        f"@{note}",
        "--tags",
        "x",
        "@@y",
        "--fixed",
        "--keeper",
        str(may.chen.pk),
    )
    code, said = run("test.plan", str(may.ops.pk), "--keeper", str(may.chen.pk), *values, *how)
    assert code == 0, said
    body = json.loads(Entry.objects.get().body)["args"]
    assert body["tags"] == ["x", "@y"] and body["fixed"] is True and body["note"] == "多行\n文字"
    assert body["lines"] == [{"what": "a", "amount": "1.5", "who": [may.chen.pk]}]
    assert run("test.calendar", str(may.ops.pk), str(may.data.pk), "--calendar", "shop", *how) == (0, "2\n")


def test_reasons_late_entries_and_dry_runs(sample: SimpleNamespace, may: Cast) -> None:
    on = str(may.ops.pk)
    assert run("test.risky", on, "--by", "Lin")[1]["code"] == "confirm"
    told = ("--confirm", "far=we know = yes", "--confirm", "deep=we know")
    assert run("test.risky", on, "--by", "Lin", *told, "--dry-run")[0] == 0 and not Entry.objects.exists()
    late = ("--happened", "2020-01-01T08:00", "--confirm", "late-entry=found in a drawer")
    assert run("test.risky", on, "--by", "Lin", *told, *late)[0] == 0
    entry = Entry.objects.get()
    assert json.loads(entry.body)["overrides"]["far"] == "we know = yes" and entry.happened == 1577836800000000


def test_a_value_named_like_an_option_keeps_its_own_place(may: Cast) -> None:
    from opsloop.base.acts import act

    @act("test.keyed", "Keyed", done="")
    def keyed(department: Department, *, by: Person, key: str) -> str:
        """Has a value named key."""
        return key

    try:
        assert run("test.keyed", str(may.ops.pk), "--by", "Lin", "--value-key", "mine", "--key", "k9") == (
            0, "Keyed: mine\n"
        )  # fmt: skip
        assert Entry.objects.get().key == "k9"
    finally:
        del registry["test.keyed"]


def test_assistants_get_only_marked_acts_that_the_person_may_do(sample: SimpleNamespace, may: Cast) -> None:
    with translation.override("en"):
        (one,) = [t for t in tools.tools(may.lin) if t["name"].startswith("test")]
    assert (one["name"], one["title"]) == ("test__rename", "Rename")
    assert one["inputSchema"]["required"] == ["on", "title", "reason"] and one["inputSchema"]["type"] == "object"
    assert tools.tools(may.zhao) == []
    said = tools.call_tool("test__rename", {"on": may.ops.pk, "title": "New", "reason": "asked"}, may.lin)
    assert said["name"] == "New" and Entry.objects.get().via == "tool"
    with pytest.raises(NotFound):
        tools.call_tool("test__close", {"on": may.ops.pk}, may.lin)
    with pytest.raises(Forbidden):
        tools.call_tool("test__rename", {"on": may.ops.pk, "title": "New", "reason": "asked"}, may.chen)
    with pytest.raises(Invalid):
        tools.call_tool("test__rename", {"on": may.ops.pk, "confirm": "yes"}, may.lin)


def test_a_step_is_checked_when_its_sop_is_published(sample: SimpleNamespace) -> None:
    with translation.override("en"):
        assert tools.check_step("test.rename", {"reason": "by the SOP"}, ["title"]) == {}
        assert tools.check_step("test.nothing", {}, []) == {"act": "There is no act test.nothing."}
        assert tools.check_step("test.rename", {"reson": "x", "reason": "x"}, ["colour"]) == {
            "with.reson": "the act has no such value; it takes title, reason",
            "ask.colour": "the act has no such value; it takes title, reason",
            "with.title": "is needed: set it or ask for it",
            "with.reason": "At least 3 characters.",
        }
