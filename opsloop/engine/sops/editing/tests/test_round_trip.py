"""Every box of every SOP of the standard: what is opened and kept unchanged changes nothing."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest

from opsloop.base.kinds.registry import kinds
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.editing import conditions, fieldlist, panels, placing, tree
from opsloop.engine.sops.editing.boxes import Box, Posted, posted
from opsloop.engine.sops.editing.conditionboxes import Condition
from opsloop.engine.sops.editing.known import Known
from opsloop.engine.sops.editing.limitboxes import Within
from opsloop.engine.sops.editing.parts import apply_head, head_of
from opsloop.engine.sops.expressions import Scope, Sort, Typed
from opsloop.engine.sops.walk import block_id, walk
from opsloop.playbook.book import Playbook
from opsloop.playbook.loose import loose_values
from opsloop.playbook.reader.files import read_text
from opsloop.playbook.splicing import splice

STANDARD = Path(__file__).parents[5] / "playbooks/standard.zh/sops"
FILES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(STANDARD.glob("*.md"))}
SOP = kinds["sop"]


def _shown(boxes: list[Box]) -> Posted:
    return {k: v for box in boxes for k, v in box.written().items()}


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_all_boxes_of_an_sop_kept_as_shown_leave_its_file_as_it_is(name: str) -> None:
    values = loose_values(SOP, FILES[name])
    assert values is not None
    known = Known(copy.deepcopy(values), Playbook({}), name)
    for spot in list(tree.spots(values)):
        groups = panels.panel_of(known, tree.find(known.values, spot.key) or spot, {})
        sent = posted({k: v for box in placing.boxes_of(groups) for k, v in box.written().items()})
        assert not placing.apply(values, spot, groups, sent), spot.key
    for one in fieldlist.rows_of(values):
        boxes = fieldlist.groups(one, {})[0].boxes
        assert not [box.key for box in boxes if box.changed(posted(_shown(boxes)))], one["id"]
    head = head_of(known, {})
    assert not apply_head(values, head, posted({k: v for box in head[0].boxes for k, v in box.written().items()}))
    assert splice(SOP, FILES[name], values) == FILES[name]


@pytest.mark.django_db
@pytest.mark.parametrize("name", FILES)
def test_blocks_are_called_as_the_engine_calls_them(name: str) -> None:
    values = loose_values(SOP, FILES[name])
    obj: SopFile = read_text(SOP, name, "x", FILES[name]).obj
    assert values is not None
    mine = [(spot.key, spot.path) for spot in tree.spots(values)]
    assert mine == [(block_id(one.block), one.path) for one in walk(obj.steps)]


SCOPE = Scope({
    "amount": Typed(Sort.NUMBER), "urgent": Typed(Sort.TRUTH), "shop": Typed(Sort.CHOICE, ("东店", "West 1")),
    "level": Typed(Sort.LEVEL, ("low", "high")), "day": Typed(Sort.DAY), "who": Typed(Sort.PERSON),
    "words": Typed(Sort.TEXT),
})  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["amount > 200", "amount <= 0.5 and urgent",
     "not urgent or level >= high", 'shop is "West 1" and shop is not 东店',
     "day < 2026-01-31", "who is empty or words is not empty", ""],
)  # fmt: skip
def test_simple_conditions_are_rows_and_read_back_as_they_were(text: str) -> None:
    found = conditions.built(text, SCOPE)
    assert not found.raw
    assert conditions.text_of(found, SCOPE) == text


@pytest.mark.parametrize(
    "text",
    ["amount > 200 and (urgent or level is high)", "amount + 5 > 10", "shop in [东店]", "amount >",
     "nothing is 5",
     "day < today", "count(rows) > 2"],
)  # fmt: skip
def test_what_is_more_than_rows_stays_as_written(text: str) -> None:
    assert conditions.built(text, SCOPE).raw == text
    box = Condition("when", value=text, scope=SCOPE)
    assert box.raw and not box.changed(posted(box.written()))


@pytest.mark.parametrize(
    ("field", "op", "value", "made"),
    [("amount", "", "", "amount is 0"), ("urgent", "", "", "urgent"), ("shop", "", "", "shop is 东店"),
     ("level", "", "", "level >= high"), ("shop", "is not", "gone", "shop is not 东店"),
     ("amount", ">", "1,000", "amount > 1000"),
     ("amount", "is", "x", "amount is 0"), ("who", "is", "", "who is not empty"), ("gone", "is", "1", "")],
)  # fmt: skip
def test_a_new_row_always_says_something_that_fits(field: str, op: str, value: str, made: str) -> None:
    row = conditions.Row(field, op, value)
    assert conditions.text_of(conditions.Built([row]), SCOPE) == made
    assert not made or not conditions.built(made, SCOPE).raw


@pytest.mark.parametrize(
    ("said", "amount", "unit", "made"),
    [("2 working days", "3", "working-days", "3 working days"), ("2个工作日", "3", "hours", "3小时"),
     ("24 hours", "30", "minutes", "30 minutes"), ("", "1", "days", "1 day"),
     ("a working day", "1", "working-days", "a working day"),
     ("1 day", "", "days", None), ("1 day", "0", "days", "0 natural days"),
     ("1 day", "两", "working-hours", "两 working hours")],
)  # fmt: skip
def test_a_limit_is_a_number_and_a_unit_in_the_words_of_the_file(
    said: str, amount: str, unit: str, made: str | None
) -> None:
    box = Within("within", value={"*": said} if said else {})
    read = box.read(posted({"within.all.n": [amount], "within.all.unit": [unit]}))
    assert read == ({"*": made} if made else {})
