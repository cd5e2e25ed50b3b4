"""The map of a case: what is done stays done when the case goes back to a later step."""

from __future__ import annotations

from typing import cast

from opsloop.engine.cases.building import built
from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.pages.places import places
from opsloop.engine.cases.tests.playing import CLERK, HEAD, LEAD, Play
from opsloop.engine.sops.definition import SopFile
from opsloop.engine.sops.tests.samples import read, sop

STEPS = """
- {id: a, title: A, do: clerk}
- {id: b, title: B, do: clerk}
- {id: c, title: C, do: clerk}
- {id: judge, title: Judge, approve: [{by: lead}], on_reject: b}
- {id: e, title: E, do: clerk}
"""
FORK = """
- {id: a, title: A, do: clerk}
- id: both
  title: Both
  parallel:
    - title: left
      steps: [{id: l1, title: L1, do: clerk}, {id: l2, title: L2, do: clerk}]
    - title: right
      steps: [{id: r1, title: R1, do: clerk}]
- {id: judge, title: Judge, approve: [{by: lead}]}
"""


def played(steps: str, head: str = "") -> tuple[Play, SopFile]:
    file = read(sop(steps, head)).obj
    assert file is not None
    return Play(built("test", cast("SopFile", file))).start(), cast("SopFile", file)


def seen(case: Play, file: SopFile) -> dict[str, str]:
    return {one.id: one.state for one in places(file.steps, case.state, str, "else")}


def upto_judge() -> tuple[Play, SopFile]:
    case, file = played(STEPS)
    for node in ("a", "b", "c"):
        case.done(node, CLERK)
    return case, file


def test_a_rejected_case_keeps_what_was_done_before_the_step_it_goes_back_to() -> None:
    case, file = upto_judge()
    case.no("judge", LEAD)
    assert seen(case, file) == {"a": "done", "b": "here", "c": "ahead", "judge": "ahead", "e": "ahead"}
    case.done("b", CLERK)
    assert seen(case, file) == {"a": "done", "b": "done", "c": "here", "judge": "ahead", "e": "ahead"}
    case.done("c", CLERK)
    case.yes("judge", LEAD)
    case.done("e", CLERK)
    assert set(seen(case, file).values()) == {"done"}


def test_one_that_goes_straight_back_does_not_do_again_what_lies_between() -> None:
    case, file = upto_judge()
    case.no("judge", LEAD, straight=True)
    assert seen(case, file) == {"a": "done", "b": "here", "c": "done", "judge": "ahead", "e": "ahead"}
    case.done("b", CLERK)
    assert seen(case, file) == {"a": "done", "b": "done", "c": "done", "judge": "here", "e": "ahead"}


def test_the_branch_that_is_not_returned_to_stays_done() -> None:
    case, file = played(FORK)
    for node in ("a", "l1", "r1", "l2"):
        case.done(node, CLERK)
    case.back("judge", LEAD, "l2")
    assert seen(case, file) == {"a": "done", "l1": "done", "l2": "here", "r1": "done", "judge": "ahead"}


def test_a_return_to_before_the_branches_asks_for_all_of_them_again() -> None:
    case, file = played(FORK)
    for node in ("a", "l1", "r1", "l2"):
        case.done(node, CLERK)
    case.back("judge", LEAD, "a")
    assert seen(case, file) == {"a": "here", "l1": "ahead", "l2": "ahead", "r1": "ahead", "judge": "ahead"}
    case.done("a", CLERK)
    assert seen(case, file) == {"a": "done", "l1": "here", "l2": "ahead", "r1": "here", "judge": "ahead"}


def test_the_branches_done_stay_done_when_the_case_goes_straight_back_among_them() -> None:
    case, file = played(FORK)
    for node in ("a", "r1", "l1"):
        case.done(node, CLERK)
    case.back("l2", CLERK, "a", straight=True)
    case.done("a", CLERK)
    assert seen(case, file) == {"a": "done", "l1": "done", "l2": "here", "r1": "done", "judge": "ahead"}


def test_every_round_of_a_loop_begins_with_nothing_done() -> None:
    loop = """
- id: again
  title: Again
  repeat_until: fine
  at_most: 3
  steps: [{id: a, title: A, do: clerk}, {id: b, title: B, do: clerk, form: [fine]}]
"""
    case, file = played(loop, "fields: [{id: fine, title: Fine, type: yes-no}]\n")
    case.done("a", CLERK)
    case.done("b", CLERK, fine=False)
    assert seen(case, file) == {"a": "here", "b": "ahead"}


def test_a_step_that_only_the_new_version_has_and_that_lies_behind_counts_as_left_out() -> None:
    case, _old = played("- {id: a, title: A, do: clerk}\n- {id: b, title: B, do: clerk}")
    case.done("a", CLERK)
    old = case.program
    longer, file = played("""
- {id: a, title: A, do: clerk}
- {id: more, title: More, do: clerk}
- {id: b, title: B, do: clerk}
""")
    case.program = longer.program
    case.do(say.Move(by=HEAD, old=old, reason="a new version"))
    assert seen(case, file) == {"a": "done", "more": "skipped", "b": "here"}
