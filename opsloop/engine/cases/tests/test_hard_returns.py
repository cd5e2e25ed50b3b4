"""The hard cases 7 and 8 of spec/cases-and-mining.md: returned, straight back, withdrawn, taken back."""

from __future__ import annotations

from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.state import CaseStatus
from opsloop.engine.cases.program import (
    Entry,
    May,
    Takes,
)
from opsloop.engine.cases.tests.playing import (
    ASKER,
    CLERK,
    HEAD,
    LEAD,
    Play,
    approve,
    parallel,
    program,
    refused,
    step,
)

W = May.WRITE


# 7 ---------------------------------------------------------------------------------------------------------------


def chain_of_four() -> Play:
    blocks = (
        step("one", form=(Entry("x", W),)),
        approve("two", "lead"),
        step("three"),
        approve("four", "lead", "head"),
    )
    case = Play(program(*blocks, form=(Entry("x", W),))).start()
    case.done("one", CLERK)
    case.yes("two", LEAD)
    case.done("three", CLERK)
    return case


def test_7_returned_to_the_initiator_everything_is_done_again() -> None:
    case = chain_of_four()
    case.back("four", LEAD, to=say.To.INITIATOR)
    assert case.item().assignee == ASKER
    case.done("start", ASKER, x=2)
    assert case.nodes() == ["one"]
    votes = [one for one in case.state.votes.values() if case.state.items[one.item].node == "two"]
    assert [one.void for one in votes] == [True], "the old vote stays to be seen and counts no more"


def test_7_returned_to_the_previous_or_any_passed_step() -> None:
    case = chain_of_four()
    case.back("four", LEAD, to=say.To.PREVIOUS)
    assert case.nodes() == ["three"]
    case.done("three", CLERK)
    case.back("four", LEAD, to="one")
    assert case.nodes() == ["one"]
    with refused("not-passed"):
        case.back("one", CLERK, to="three")


def test_7_straight_back_to_who_rejected_without_asking_the_others_again() -> None:
    case = chain_of_four()
    case.yes("four", LEAD)
    case.back("four", HEAD, to="one", straight=True)
    case.done("one", CLERK)
    assert [(one.node, one.assignee) for one in case.open()] == [("four", HEAD)]
    case.yes("four", HEAD)
    assert case.state.head.status == CaseStatus.DONE
    assert [one.automatic for one in case.state.votes.values() if not one.void][-2:] == ["kept", ""]


def test_7_straight_back_into_a_parallel_block_opens_the_other_branch_again() -> None:
    case = Play(program(step("one"), parallel("both", approve("a", "lead"), step("b")), step("end"))).start()
    case.done("one", CLERK)
    case.back("a", LEAD, to="one", straight=True)
    assert case.nodes() == ["one"]
    case.done("one", CLERK)
    assert sorted(case.nodes()) == ["a", "b"]
    case.yes("a", LEAD)
    assert case.nodes() == ["b"]
    case.done("b", CLERK)
    assert case.nodes() == ["end"]


def test_7_within_a_branch_only_that_branch_goes_back_and_a_sibling_is_no_way_back() -> None:
    case = Play(program(parallel("both", (step("a1"), approve("a2", "lead")), (step("b1"), step("b2"))), step("end")))
    case.start().done("a1", CLERK)
    case.done("b1", CLERK)
    with refused("not-passed"):
        case.back("a2", LEAD, to="b1")
    case.back("a2", LEAD, to="a1")
    assert sorted(case.nodes()) == ["a1", "b2"]
    case.done("b2", CLERK)
    case.done("a1", CLERK)
    case.yes("a2", LEAD)
    assert case.nodes() == ["end"]
    case.back("end", CLERK, to="a1")
    assert case.nodes() == ["a1"], "back into one branch of what is joined: the other stays done"
    case.done("a1", CLERK)
    case.yes("a2", LEAD)
    assert case.nodes() == ["end"]


def test_7_a_rejection_goes_where_the_sop_says() -> None:
    case = Play(program(step("one"), approve("two", "lead", on_reject="one"), step("end"))).start()
    case.done("one", CLERK)
    case.no("two", LEAD)
    assert case.nodes() == ["one"]
    case.done("one", CLERK)
    case.yes("two", LEAD)
    assert case.nodes() == ["end"]


# 8 ---------------------------------------------------------------------------------------------------------------


def test_8_the_initiator_may_withdraw_until_somebody_has_acted_or_as_the_sop_says() -> None:
    for rule, before, after in (
        (Takes.UNTIL_ACTED, True, False),
        (Takes.ALWAYS, True, True),
        (Takes.NEVER, False, False),
    ):
        for acted, may in ((False, before), (True, after)):
            case = Play(program(step("a"), step("b"), withdraw=rule)).start()
            if acted:
                case.done("a", CLERK)
            if may:
                case.do(say.Withdraw(by=ASKER))
                assert case.state.head.status == CaseStatus.WITHDRAWN
            else:
                with refused("acted"):
                    case.do(say.Withdraw(by=ASKER))
    with refused("not-yours"):
        Play(program(step("a"))).start().do(say.Withdraw(by=CLERK))


def test_8_what_came_back_to_the_initiator_may_be_given_up() -> None:
    case = Play(program(approve("a", "lead", on_reject="start"))).start()
    case.no("a", LEAD)
    case.do(say.Withdraw(by=ASKER))
    assert case.state.head.status == CaseStatus.WITHDRAWN


def test_8_ones_own_approval_is_taken_back_only_while_nobody_has_touched_what_follows() -> None:
    case = Play(program(approve("a", "lead", "head"), step("b"))).start()
    first = case.item("a").no
    case.yes("a", LEAD)
    case.do(say.TakeBack(item=first, by=LEAD))
    assert [one.assignee for one in case.open()] == [LEAD]
    case.yes("a", LEAD)
    last = case.item("a").no
    case.yes("a", HEAD)
    case.do(say.TakeBack(item=last, by=HEAD))
    assert [(one.node, one.assignee) for one in case.open()] == [("a", HEAD)], "the lead's yes is kept"
    last = case.item("a").no
    case.yes("a", HEAD)
    case.do(say.Read(item=case.item("b").no, by=CLERK))
    with refused("touched"):
        case.do(say.TakeBack(item=last, by=HEAD))


def test_8_nobody_takes_back_what_another_approved() -> None:
    case = Play(program(approve("a", "lead"), step("b"))).start()
    item = case.item("a").no
    case.yes("a", LEAD)
    with refused("not-yours"):
        case.do(say.TakeBack(item=item, by=HEAD))
