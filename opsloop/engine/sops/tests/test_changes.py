"""What changed between two versions, in sentences that say no more and no less."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from django.utils.translation import override

from opsloop.engine.sops.changes import told
from opsloop.engine.sops.editing import tree
from opsloop.engine.sops.tests.samples import CAMPAIGN, read

pytestmark = pytest.mark.django_db


def said(change: Any) -> list[str]:
    old = read(CAMPAIGN).data
    new = copy.deepcopy(old)
    change(new)
    with override("en"):
        return [one.replace("“", "").replace("”", "") for one in told(old, new)]


def test_the_same_says_nothing_and_a_first_version_neither() -> None:
    assert said(lambda new: None) == []
    assert told({}, read(CAMPAIGN).data) == []


def test_a_limit_a_doer_and_texts_are_said_with_the_step() -> None:
    def change(new: Any) -> None:
        new["steps"][0] |= {"within": {"*": "1 day"}, "evidence": ["方案文档", "预算表"], "do": "data-analyst"}

    assert said(change) == [
        "写活动方案: Done by was operations-specialist, now data-analyst",
        "写活动方案: Time limit was 2 working days, now 1 day",
        "写活动方案: Evidence added: 预算表",
    ]


def test_of_a_limit_for_each_level_only_what_differs_is_said() -> None:
    def change(new: Any) -> None:
        new["steps"][0] |= {"within": {"*": "2 working days", "high": "4 working hours"}}

    assert said(change) == ["写活动方案: Time limit added: 4 working hours"]
    old = copy.deepcopy(read(CAMPAIGN).data)
    old["steps"][0] |= {"within": {"a": "30 minutes", "b": "15 minutes", "c": "1 hour"}}
    new = copy.deepcopy(old)
    new["steps"][0] |= {"within": {"a": "20 minutes", "b": "15 minutes", "c": "2 hours"}}
    with override("en"):
        (one,) = told(old, new)
    assert "30 minutes" in one and "20 minutes" in one and "2 hours" in one and "15" not in one


def test_steps_that_come_go_and_move_are_said_once() -> None:
    def change(new: Any) -> None:
        tree.drop(new, "tell")
        tree.move(new, "settle", "", "brief")
        new["steps"].append({"id": "x", "title": "新", "do": "buyer"})

    assert said(change) == ["Step 新 is new (buyer).", "Step 通报结果 was taken away.", "等待结算 now comes first."]


def test_a_step_that_goes_into_a_branch_renames_no_block() -> None:
    found = said(lambda new: tree.move(new, "run", "parallel-creative:parallel.0.steps", "creative"))
    assert found == ["上线与值守 now stands inside Beside each other."]


def test_conditions_approvers_the_body_and_the_head_are_said() -> None:
    def change(new: Any) -> None:
        new["steps"][1]["approve"] = new["steps"][1]["approve"][:1]
        new["steps"][5]["choose"][0]["when"] = "subject.verdict is not 有效"
        new["body"] = new["body"].replace("先写清楚目标。", "先写目标。")
        new["title"] = "活动"
        new["limit"] = {"*": "30 days"}

    found = said(change)
    assert "写活动方案: how it is done was written anew." in found
    assert any(one.startswith("审批方案: Approvers taken away:") for one in found)
    assert "Title was 活动策划与执行, now 活动" in found and "Total limit added: 30 days" in found
    assert any("verdict is 无效" in one and "verdict is not 有效" in one for one in found)
    assert len(found) == 5
