"""SOP files are read whole, and what is wrong in one has its line and its remedy."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from opsloop.base.kinds.fields import plain
from opsloop.base.kinds.loading import typed
from opsloop.base.kinds.reference import rows
from opsloop.base.kinds.registry import kinds
from opsloop.base.kinds.schema import schema
from opsloop.engine.sops import walk
from opsloop.engine.sops.blocks import Approve, Call, Choose, Notify, Parallel, Step, Wait
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.tests.samples import CAMPAIGN, read, sop
from opsloop.engine.sops.words import May
from opsloop.playbook.book import Playbook
from opsloop.playbook.reader.files import read_text
from opsloop.playbook.writing import write


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


def test_the_campaign_is_read_with_all_its_blocks() -> None:
    item = read(CAMPAIGN)
    assert item.errors == ()
    found = [type(one) for one in walk.blocks_of(item.obj)]
    assert found == [Step, Approve, Parallel, Step, Step, Step, Wait, Choose, Step, Notify]
    brief = item.obj.steps[0]
    assert [(one.field, one.may) for one in brief.form] == [("subject.channels", May.NEED), ("subject.theme", May.READ)]
    assert brief.within == {"*": "2 working days"}
    assert item.obj.steps[3].on_overdue.again[0].at == "150%"


def test_what_was_read_comes_back_the_same_from_json() -> None:
    item = read(CAMPAIGN)
    again = typed(SopFile, plain(SopFile, item.obj))
    assert again.steps == item.obj.steps
    assert (again.quiz, again.start, again.messages) == (item.obj.quiz, item.obj.start, item.obj.messages)


def test_a_file_made_of_values_reads_as_those_values() -> None:
    data = read(CAMPAIGN).data
    assert read(write(kinds["sop"], data)).data == data


@pytest.mark.parametrize(
    ("line", "cls"),
    [
        ("- {id: a, title: 等, wait: 3 days}", Wait),
        ("- {id: a, title: 等, message: paid}", Wait),
        ("- {id: a, title: 等, until: amount > 3}", Wait),
        ("- {id: a, title: 做, do: clerk, until: amount > 3}", Step),
        ("- {id: a, title: 调, call: other}", Call),
        ("- {id: a, title: 调, do: clerk, call: other}", Step),
    ],
)
def test_blocks_are_told_apart_by_their_keys(line: str, cls: type) -> None:
    item = read(sop(line))
    assert (item.errors, type(item.obj.steps[0])) == ((), cls)


@pytest.mark.parametrize(
    ("line", "field", "message", "remedy"),
    [
        ("- {id: A b, title: x, do: y}", "steps.0.id", "not A b", "review"),
        ("- {id: a, title: x, do: y, within: soon}", "steps.0.within.*", "A time limit", "2 working days"),
        ("- {id: a, title: x, do: y, wihtin: 2 days}", "steps.0.wihtin", "no field wihtin", "within"),
        ("- {id: a, do: y}", "steps.0.title", "missing", ""),
        ("- {id: a, title: x, approve: [], how: most}", "steps.0.how", "most", "in-turn"),
        ("- {id: a, title: x, do: y, warn: soon}", "steps.0.warn", "5%", "5%"),
    ],
)
def test_what_is_wrong_has_its_line_and_remedy(line: str, field: str, message: str, remedy: str) -> None:
    errors = read(sop(line)).errors
    assert [one.field for one in errors] == [field]
    assert (errors[0].line, errors[0].file) == (6, "sops/campaign.md")
    assert message in str(errors[0].message)
    assert remedy in f"{errors[0].remedy} {errors[0].message}"


def test_schema_and_reference_describe_blocks_inside_blocks_once() -> None:
    found = schema(kinds["sop"])
    assert found["$defs"]["Parallel"]["properties"]["parallel"]["items"] == {"$ref": "#/$defs/Branch"}
    assert {"$ref": "#/$defs/Parallel"} in found["$defs"]["Branch"]["properties"]["steps"]["items"]["oneOf"]
    assert set(re.findall(r"#/\$defs/(\w+)", json.dumps(found))) == set(found["$defs"])
    keys = [row.key for row in rows(kinds["sop"])]
    assert "steps[].parallel[].steps" in keys
    assert "steps[].parallel[].steps[].id" not in keys


def test_ids_of_blocks_without_one_come_from_what_they_hold() -> None:
    found = [walk.block_id(one) for one in walk.blocks_of(read(CAMPAIGN).obj)]
    assert found == [
        "brief", "review", "parallel-creative", "creative", "audience", "run", "settle", "choose-change",
        "change", "tell",
    ]  # fmt: skip


def test_what_may_have_been_passed_leaves_out_branches_beside_it() -> None:
    obj = read(CAMPAIGN).obj
    assert walk.before(obj, "audience") == {"brief", "review"}
    assert {"creative", "audience", "settle"} <= walk.before(obj, "tell")
    assert "tell" not in walk.before(obj, "change")


def test_everybody_concerned_is_known_with_their_part() -> None:
    people = walk.people_of(read(CAMPAIGN).obj)
    assert people["data-analyst"] == {"do", "consult"}
    assert people["finance-head"] == {"approve"}
    assert people["operations-manager"] == {"do", "approve", "accountable"}


@pytest.mark.django_db
def test_a_position_that_is_not_there_is_an_error_with_its_line() -> None:
    found = Playbook({("sop", "refund"): read(sop("- {id: a, title: x, do: clerk}"), "refund")}).checked.errors
    assert [(one.field, one.line) for one in found] == [("owner", 3), ("steps.0.do", 6)]
    assert "There is no Position/Person field (field:name) clerk" in str(found[1].message)


@pytest.mark.django_db
def test_others_may_name_an_sop_before_it_is_written_but_a_slip_is_an_error() -> None:
    text = "---\ntitle: 专员\ndepartment: operations\nduties: [{do: 办理, weight: 100, by: [IDENT]}]\n---\n"
    for ident, said in (("customer-complaint", 0), ("campaing", 1)):
        clerk = read_text(kinds["position"], "clerk", "positions/clerk.md", text.replace("IDENT", ident))
        found = Playbook({("position", "clerk"): clerk, ("sop", "campaign"): read(CAMPAIGN)}).checked
        assert len([one for one in found.errors if "clerk" in one.file]) == said
        assert [one.ident for one in found.open if "duties" in one.field] == [ident] * (1 - said)
