"""The hard cases of spec/cases-and-mining.md about people and approvals: 4 to 6 and 9 to 13."""

from __future__ import annotations

from decimal import Decimal

import pytest

from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.state import CaseStatus, Status, Work
from opsloop.engine.cases.program import (
    Adding,
    Approve,
    Empty,
    Entry,
    How,
    May,
    Own,
    Seat,
)
from opsloop.engine.cases.tests.playing import (
    ADMIN,
    ASKER,
    BOSS,
    CLERK,
    CLERK2,
    HEAD,
    LEAD,
    OTHER,
    Company,
    Play,
    approve,
    get,
    program,
    refused,
    step,
)

W = May.WRITE


# 4 ---------------------------------------------------------------------------------------------------------------


def test_4_handing_over_is_for_good_and_delegating_comes_back() -> None:
    case = Play(program(step("a"), step("b"))).start()
    case.do(say.HandOver(item=case.item("a").no, by=CLERK, to=OTHER))
    with refused("not-yours"):
        case.do(say.Complete(item=case.item("a").no, by=CLERK))
    case.done("a", OTHER)
    item = case.item("b")
    case.do(say.Delegate(item=item.no, by=CLERK, to=OTHER))
    with refused("delegated"):
        case.do(say.Complete(item=item.no, by=OTHER))
    with refused("delegated"):
        case.do(say.Delegate(item=item.no, by=OTHER, to=LEAD))
    case.do(say.GiveBack(item=item.no, by=OTHER, comment="looks right"))
    assert case.item("b").assignee == CLERK
    case.done("b", CLERK)


def test_4_a_substitute_acts_on_behalf_only_while_they_stand_in() -> None:
    company = Company(away={LEAD: OTHER})
    case = Play(program(approve("a", "lead"), approve("b", "lead", "head")), company).start()
    case.do(say.Agree(item=case.item("a").no, by=OTHER))
    vote = next(iter(case.state.votes.values()))
    assert (vote.by, vote.behalf) == (OTHER, LEAD)
    case = Play(program(approve("b", "lead")), Company(away={LEAD: OTHER})).start()
    case.company.away.clear()
    with refused("not-yours"):
        case.do(say.Agree(item=case.item("b").no, by=OTHER))
    case.yes("b", LEAD)


def test_4_chains_of_substitutes_are_short_and_never_circles() -> None:
    case = Play(program(approve("a", "lead")), Company(away={LEAD: HEAD, HEAD: BOSS, BOSS: LEAD})).start()
    with refused("not-yours"):
        case.do(say.Agree(item=case.item("a").no, by=CLERK))
    case.do(say.Agree(item=case.item("a").no, by=BOSS))
    chain = Company(away={LEAD: 11, 11: 12, 12: 13, 13: 14})
    case = Play(program(approve("a", "lead")), chain).start()
    with refused("not-yours"):
        case.do(say.Agree(item=case.item("a").no, by=14))
    case.do(say.Agree(item=case.item("a").no, by=13))


# 5 ---------------------------------------------------------------------------------------------------------------

THREE = ("lead", "head", "boss")


def test_5_all_must_agree_and_one_no_closes_the_rest_as_not_needed() -> None:
    case = Play(program(approve("a", *THREE, how=How.ALL, on_reject="start"))).start()
    rest = [case.item("a", HEAD).no, case.item("a", BOSS).no]
    case.no("a", LEAD)
    assert {case.status_of(one) for one in rest} == {Status.UNNEEDED}
    assert case.nodes() == ["start"]
    case = Play(program(approve("a", *THREE, how=How.ALL))).start()
    for one in (LEAD, BOSS, HEAD):
        assert case.state.head.status == CaseStatus.RUNNING
        case.yes("a", one)
    assert case.state.head.status == CaseStatus.DONE


def test_5_any_one_is_enough_and_the_rest_is_not_needed() -> None:
    case = Play(program(approve("a", *THREE, how=How.ANY), step("b"))).start()
    rest = [case.item("a", HEAD).no, case.item("a", BOSS).no]
    case.yes("a", LEAD)
    assert {case.status_of(one) for one in rest} == {Status.UNNEEDED}
    assert case.nodes() == ["b"]
    case = Play(program(approve("a", *THREE, how=How.ANY))).start()
    case.no("a", LEAD)
    case.no("a", HEAD)
    assert case.state.head.status == CaseStatus.RUNNING
    case.no("a", BOSS)
    assert case.state.head.status == CaseStatus.REJECTED


def test_5_in_turn_asks_one_after_the_other() -> None:
    case = Play(program(approve("a", *THREE))).start()
    for one in (LEAD, HEAD, BOSS):
        assert case.item("a").assignee == one
        case.yes("a", one)
    assert case.state.head.status == CaseStatus.DONE


def test_5_n_of_m_by_weight_and_lost_as_soon_as_it_cannot_be_won() -> None:
    seats = (Seat("lead"), Seat("head"), Seat("boss", weight=2))
    case = Play(program(approve("a", *seats, how=How.AT_LEAST, at_least=3), step("b"))).start()
    case.yes("a", BOSS)
    assert case.nodes() == ["a", "a"]
    case.yes("a", LEAD)
    assert case.nodes() == ["b"]
    case = Play(program(approve("a", *seats, how=How.AT_LEAST, at_least=3))).start()
    case.no("a", BOSS)
    assert case.state.head.status == CaseStatus.REJECTED


def test_5_one_veto_decides_against_the_many() -> None:
    case = Play(program(approve("a", *THREE, how=How.AT_LEAST, at_least=2, veto=True))).start()
    case.yes("a", LEAD)
    case.no("a", HEAD)
    assert case.state.head.status == CaseStatus.REJECTED
    case = Play(program(approve("a", *THREE, how=How.AT_LEAST, at_least=2))).start()
    case.no("a", HEAD)
    case.yes("a", LEAD)
    case.yes("a", BOSS)
    assert case.state.head.status == CaseStatus.DONE


# 6 ---------------------------------------------------------------------------------------------------------------


def add(case: Play, by: int, place: say.Place, *people: int) -> None:
    case.do(say.AddSigners(item=case.item("a", by).no, by=by, people=people, place=place))


def test_6_a_signer_before_makes_the_approver_wait_and_one_after_makes_the_end_wait() -> None:
    case = Play(program(approve("a", "lead", "head"), step("b"))).start()
    add(case, LEAD, say.Place.BEFORE, OTHER)
    assert [one.assignee for one in case.open()] == [OTHER]
    case.yes("a", OTHER)
    add(case, LEAD, say.Place.AFTER, CLERK)
    case.yes("a", LEAD)
    assert [one.assignee for one in case.open()] == [CLERK], "who comes behind waits for the added one"
    case.yes("a", CLERK)
    case.yes("a", HEAD)
    assert case.nodes() == ["b"]


def test_6_a_signer_after_counts_even_where_one_is_enough() -> None:
    case = Play(program(approve("a", "lead", "head", how=How.ANY), step("b"))).start()
    add(case, LEAD, say.Place.AFTER, OTHER)
    case.yes("a", LEAD)
    assert OTHER in [one.assignee for one in case.open("a")]
    case.yes("a", OTHER)
    assert case.nodes() == ["b"]


def test_6_a_signer_beside_changes_the_number_of_voices_and_removing_one_changes_it_back() -> None:
    case = Play(program(approve("a", "lead", "head", how=How.ALL), step("b"))).start()
    add(case, LEAD, say.Place.BESIDE, OTHER)
    case.yes("a", LEAD)
    case.yes("a", HEAD)
    assert case.nodes() == ["a"]
    with refused("not-yours"):
        case.do(say.RemoveSigner(item=case.item("a").no, by=HEAD))
    case.do(say.RemoveSigner(item=case.item("a").no, by=LEAD))
    assert case.nodes() == ["b"]


@pytest.mark.parametrize("place", list(say.Place))
def test_6_7_an_added_signer_who_returned_it_straight_is_asked_again_and_nobody_behind_before(place: say.Place) -> None:
    case = Play(program(step("one"), approve("a", "lead", "head"), step("b"))).start()
    case.done("one", CLERK)
    add(case, LEAD, place, OTHER)
    if place != say.Place.BEFORE:
        case.yes("a", LEAD)
    case.back("a", OTHER, to="one", straight=True)
    case.done("one", CLERK)
    assert [one.assignee for one in case.open()] == [OTHER], place
    case.yes("a", OTHER)
    if place == say.Place.BEFORE:
        case.yes("a", LEAD)
    assert [one.assignee for one in case.open()] == [HEAD]
    case.yes("a", HEAD)
    assert case.nodes() == ["b"]


def test_6_7_after_a_straight_return_by_another_signers_who_had_not_signed_still_have_to() -> None:
    case = Play(program(step("one"), approve("a", "lead", "head", how=How.ALL), step("b"))).start()
    case.done("one", CLERK)
    add(case, LEAD, say.Place.BESIDE, OTHER)
    case.yes("a", LEAD)
    case.back("a", HEAD, to="one", straight=True)
    case.done("one", CLERK)
    assert {one.assignee for one in case.open()} == {HEAD, OTHER}
    case.yes("a", HEAD)
    assert case.nodes() == ["a"]
    case.yes("a", OTHER)
    assert case.nodes() == ["b"]


def test_6_a_no_of_an_added_signer_is_a_no() -> None:
    case = Play(program(approve("a", "lead", "head", how=How.ANY))).start()
    add(case, LEAD, say.Place.BEFORE, OTHER)
    case.no("a", OTHER)
    assert case.state.head.status == CaseStatus.REJECTED


def test_6_adding_may_be_limited_to_once_and_never_adds_the_asker_or_the_same_twice() -> None:
    case = Play(program(approve("a", "lead", adding=Adding.ONCE))).start()
    with refused("own-request"):
        add(case, LEAD, say.Place.BESIDE, ASKER)
    add(case, LEAD, say.Place.BESIDE, OTHER)
    with refused("signs-already"):
        add(case, LEAD, say.Place.BESIDE, OTHER)
    with refused("added-before"):
        add(case, LEAD, say.Place.BESIDE, BOSS)


# 9 ---------------------------------------------------------------------------------------------------------------


def test_9_urging_is_limited_in_rate_and_number() -> None:
    case = Play(program(step("a"))).start()
    item = case.item("a").no
    for _time in range(5):
        case.do(say.Urge(item=item, by=ASKER))
        with refused("urged-(lately|often)"):
            case.do(say.Urge(item=item, by=ASKER))
        case.later(4)
    with refused("urged-often"):
        case.do(say.Urge(item=item, by=ASKER))
    assert len(case.told("urged")) == 5


def test_9_copies_have_read_receipts_and_words_move_nothing() -> None:
    case = Play(program(step("a"))).start()
    case.do(say.Copy(by=ASKER, people=(OTHER, OTHER, BOSS)))
    copies = [one for one in case.state.items.values() if one.kind == Work.COPY]
    assert [one.assignee for one in copies] == [OTHER, BOSS]
    case.do(say.Comment(by=OTHER, text="see page 3", mentions=(CLERK,)))
    assert case.nodes() == ["a"]
    case.done("a", CLERK)
    case.do(say.Read(item=copies[0].no, by=OTHER))
    assert case.state.items[copies[0].no].read == case.now
    with refused("not-yours"):
        case.do(say.Read(item=copies[1].no, by=OTHER))


# 10 --------------------------------------------------------------------------------------------------------------


def test_10_nobody_there_goes_up_or_passes_or_to_the_administrator_as_the_sop_says() -> None:
    vacant = {"lead": (), "head": (HEAD,), "admin": (ADMIN,), "clerk": (CLERK,)}
    for empty, who in ((Empty.MANAGER, HEAD), (Empty.ADMIN, ADMIN)):
        case = Play(program(approve("a", "lead", empty=empty)), Company(posts=dict(vacant))).start()
        assert case.item("a").assignee == who
    case = Play(program(approve("a", "lead", empty=Empty.PASS), step("b")), Company(posts=dict(vacant))).start()
    assert case.nodes() == ["b"]
    assert [one.automatic for one in case.state.votes.values()] == ["empty"]


def test_10_who_has_left_is_not_asked_and_where_nobody_is_left_it_stays_open_and_is_told() -> None:
    case = Play(program(approve("a", "lead")), Company(left={LEAD})).start()
    assert case.item("a").assignee == HEAD
    case = Play(program(step("a", do="lead")), Company(posts={})).start()
    assert case.item("a").candidates == ()
    assert case.told("nobody")
    case.do(say.Resolve(item=case.item("a").no, by=ADMIN, to=OTHER, comment="the post is vacant"))
    case.done("a", OTHER)


def test_10_the_approver_who_is_the_initiator_is_skipped_or_replaced_by_their_manager() -> None:
    case = Play(program(approve("a", "lead"))).start(by=LEAD)
    assert case.item("a").assignee == HEAD
    case = Play(program(approve("a", "lead", own=Own.SKIP), step("b"))).start(by=LEAD)
    assert case.nodes() == ["b"]
    assert [one.automatic for one in case.state.votes.values()] == ["own"]
    case = Play(program(approve("a", "lead", own=Own.ASK))).start(by=LEAD)
    case.yes("a", LEAD)
    case = Play(program(approve("a", "clerk"))).start(by=CLERK)
    assert case.item("a").candidates == (CLERK2,), "of several the others decide"


def test_10_who_has_just_approved_is_not_asked_again_and_that_is_written_down() -> None:
    case = Play(program(approve("a", "lead"), approve("b", "lead", "head"), step("c"))).start()
    case.yes("a", LEAD)
    assert [(one.node, one.assignee) for one in case.open()] == [("b", HEAD)]
    assert [one.automatic for one in case.state.votes.values()] == ["", "again"]
    case = Play(program(approve("a", "lead"), step("work"), approve("b", "lead"))).start()
    case.yes("a", LEAD)
    case.done("work", CLERK)
    assert case.item("b").assignee == LEAD, "work lies in between: not in a row"


# 11 --------------------------------------------------------------------------------------------------------------


def test_11_people_are_found_when_the_step_opens_and_again_on_request() -> None:
    case = Play(program(approve("a", "lead", "head"), step("b"))).start()
    case.company.posts["head"] = (OTHER,)
    case.yes("a", LEAD)
    assert case.item("a").assignee == OTHER
    case.company.posts["head"] = (BOSS,)
    assert case.item("a").assignee == OTHER, "a reorganisation changes nothing by itself"
    case.do(say.Resolve(item=case.item("a").no, by=ADMIN))
    assert case.item("a").assignee == BOSS


# 12 --------------------------------------------------------------------------------------------------------------


def test_12_nobody_does_both_across_rounds_and_substitutes() -> None:
    pay = step("pay", apart=("request",))
    case = Play(program(step("request"), approve("ok", "lead"), pay), Company(away={CLERK: OTHER})).start()
    case.do(say.Complete(item=case.item("request").no, by=OTHER))
    case.back("ok", LEAD, to="request")
    case.do(say.Complete(item=case.item("request").no, by=CLERK2))
    case.yes("ok", LEAD)
    assert case.item("pay").candidates == (LEAD,), "both clerks have had a hand in it: the position above does it"
    with refused("same-hands"):
        case.do(say.HandOver(item=case.item("pay").no, by=LEAD, to=OTHER))
    with refused("same-hands"):
        case.do(say.HandOver(item=case.item("pay").no, by=LEAD, to=CLERK))


def test_12_a_substitute_does_not_decide_on_their_own_request() -> None:
    case = Play(program(approve("a", "lead")), Company(away={LEAD: ASKER})).start()
    with refused("own-request"):
        case.do(say.Agree(item=case.item("a").no, by=ASKER))


def test_12_an_amount_beyond_the_authority_goes_up_and_is_refused_to_whoever_lacks_it() -> None:
    rich = Company(may_give={LEAD: Decimal(200), HEAD: Decimal(1000)})
    money = Approve(id="a", seats=(Seat("lead", limit="compensation"),), amount=get("amount"))
    form = (Entry("amount", W),)
    assert Play(program(money, form=form), rich).start(amount=200).item("a").assignee == LEAD
    case = Play(program(money, form=form), rich).start(amount=300)
    assert case.item("a").assignee == HEAD
    with refused("authority"):
        case.do(say.HandOver(item=case.item("a").no, by=HEAD, to=LEAD))
    rich.may_give[HEAD] = Decimal(250)
    with refused("authority"):
        case.yes("a", HEAD)
    assert Play(program(money, form=form), rich).start(amount="much").item("a").candidates == ()


# 13 --------------------------------------------------------------------------------------------------------------


def test_13_a_step_writes_only_its_fields_and_needs_what_it_needs() -> None:
    a = step("a", form=(Entry("x"), Entry("y", May.READ)), evidence=("photo",), checklist=("called", "written"))
    case = Play(program(a, form=(Entry("y", W),))).start(y=1)
    item = case.item("a").no

    def done(
        values: dict[str, object], files: tuple[int, ...] = (4,), ticked: tuple[str, ...] = ("called", "written")
    ) -> None:
        case.do(say.Complete(item=item, by=CLERK, values=values, evidence={"photo": files}, ticked=frozenset(ticked)))

    for wrong in ({"x": 1, "y": 2}, {"x": 1, "z": 2}):
        with refused("no-field"):
            done(wrong)
    with refused("need"):
        done({"x": ""})
    with refused("evidence"):
        done({"x": 1}, ())
    with refused("checklist"):
        done({"x": 1}, ticked=("called",))
    done({"x": 1})
    assert case.state.head.values == {"x": 1, "y": 1}
