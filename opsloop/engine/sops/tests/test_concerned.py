"""Who reads an SOP, and its quiz as readings ask it."""

from __future__ import annotations

from opsloop.base.kinds.readers import readers
from opsloop.engine.sops.tests.samples import CAMPAIGN, read, sop


def test_doers_approvers_the_consulted_the_informed_and_the_owner_read_it() -> None:
    obj = read(CAMPAIGN).obj
    assert readers["sop"].concerns("campaign", obj) == [
        "content-editor", "data-analyst", "finance-head", "operations-director", "operations-manager",
        "operations-specialist",
    ]  # fmt: skip


def test_a_person_in_a_field_is_no_position() -> None:
    obj = read(sop("- {id: a, title: 复核, do: 'field:helper'}")).obj
    assert obj is not None and readers["sop"].concerns("refund", obj) == ["operations-manager"]


def test_the_quiz_is_asked_with_its_mark_and_tries() -> None:
    asks = readers["sop"].quiz
    assert asks is not None
    quiz = asks(read(CAMPAIGN).obj)
    assert quiz is not None and (quiz.needs, quiz.tries, quiz.questions[0].right) == (80, 3, "证据较弱")
    assert asks(read(sop("- {id: a, title: 复核, do: operations-manager}")).obj) is None
