"""The sixteen hard cases of spec/cases-and-mining.md, as far as they are pure: running.

People and approvals stand in test_hard_approvals.py, ways back in test_hard_returns.py."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from opsloop.engine.cases.flow import commands as say
from opsloop.engine.cases.flow.state import CaseStatus, Status
from opsloop.engine.cases.program import (
    Alarm,
    Call,
    Entry,
    ForEach,
    Limit,
    May,
    Repeat,
    Timing,
    Wait,
)
from opsloop.engine.cases.tests.playing import (
    ADMIN,
    ASKER,
    CLERK,
    CLERK2,
    HEAD,
    LEAD,
    NOON,
    Play,
    approve,
    get,
    is_,
    parallel,
    program,
    refused,
    seq,
    step,
)

W = May.WRITE


# 1 ---------------------------------------------------------------------------------------------------------------


def test_1_a_join_in_a_loop_counts_only_its_own_round() -> None:
    both = parallel("both", step("a"), step("b", form=(Entry("ok", W),)))
    case = Play(program(Repeat(id="loop", until=is_("ok", "yes"), body=seq("loop", both)), step("end"))).start()
    for _round in range(3):
        case.done("a", CLERK)
        assert "end" not in case.nodes()
        case.done("b", CLERK, ok="no")
    assert sorted(case.nodes()) == ["a", "b"]
    case.done("b", CLERK, ok="yes")
    assert case.nodes() == ["a"], "b of this round is done, but a of an earlier round must not stand for this one"
    case.done("a", CLERK)
    assert case.nodes() == ["end"]
    assert case.times("both") == 4
    assert case.times("end") == 1


def test_1_a_loop_that_never_holds_ends_after_its_rounds_and_says_so() -> None:
    case = Play(program(Repeat(id="loop", until=lambda _v: False, at_most=2, body=seq("loop", step("a"))), step("end")))
    case.start()
    case.done("a", CLERK)
    case.done("a", CLERK)
    assert case.nodes() == ["end"]
    assert case.told("used-up")


def test_1_going_back_out_of_one_branch_closes_the_other_with_its_work_and_timers() -> None:
    timed = Timing(Limit("4h"))
    case = Play(program(step("first"), parallel("both", approve("a", "lead"), step("b", timing=timed)), step("end")))
    case.start().done("first", CLERK)
    late = case.item("b")
    case.back("a", LEAD, to="first")
    assert case.nodes() == ["first"]
    assert case.status_of(late.no) == Status.REPLACED
    assert not any(timer.live for timer in case.state.timers.values())
    case.done("first", CLERK)
    assert sorted(case.nodes()) == ["a", "b"], "everything again: both branches are new"


# 2 ---------------------------------------------------------------------------------------------------------------


def test_2_cancelling_ends_sub_cases_and_makes_late_timers_and_clicks_harmless() -> None:
    timed = Timing(Limit("4h"))
    case = Play(program(parallel("both", Call(id="sub", sop="other"), step("b", timing=timed)))).start()
    (sub,) = case.starts
    item = case.item("b")
    case.do(say.Cancel(by=ADMIN, reason="not wanted any more"))
    assert case.cancels == [sub[0]]
    assert case.state.head.status == CaseStatus.CANCELLED
    case.later(100)
    assert case.do(say.TimersDue()).events == ()
    assert case.do(say.SubcaseEnded(activation=sub[0], outcome="done")).events == ()
    with refused("over"):
        case.do(say.Complete(item=item.no, by=CLERK))


def test_2_a_pause_moves_every_limit_by_its_length_and_stops_the_clock() -> None:
    timed = Timing(Limit("4h"))
    case = Play(program(step("a", timing=timed), limit=Limit("40h"))).start()
    due, whole = case.item("a").due, case.state.head.due
    assert due is not None
    assert whole is not None
    case.later(1).do(say.Suspend(by=ADMIN, reason="waits for papers"))
    assert case.later(20).do(say.TimersDue()).events == ()
    with refused("suspended"):
        case.done("a", CLERK)
    case.do(say.Resume(by=ADMIN))
    assert case.item("a").due == due + timedelta(hours=20)
    assert case.state.head.due == whole + timedelta(hours=20)
    assert [one.verb for one in case.later(2.5).do(say.TimersDue()).events] == ["warn"]


def test_2_what_was_overdue_before_the_pause_stays_overdue() -> None:
    case = Play(program(step("a", timing=Timing(Limit("4h"))))).start()
    due = case.item("a").due
    case.later(5).do(say.Suspend(by=ADMIN, reason="audit"))
    case.later(5).do(say.Resume(by=ADMIN))
    assert case.item("a").due == due


def test_2_a_paused_step_stands_still_and_the_others_go_on() -> None:
    """What was left is left again; the limits of the other branch and of the whole case know nothing of it."""
    timed = Timing(Limit("4h"))
    ways = parallel("p", step("a", timing=timed), step("b", timing=timed))
    case = Play(program(ways, limit=Limit("40h"))).start()
    due, whole = case.item("a").due, case.state.head.due
    assert due is not None
    pause = say.PauseStep(item=case.item("a").no, by=CLERK, waits="customer", comment="papers")
    case.later(1).do(pause)
    assert (case.item("a").due, case.item("a").held, case.item("a").assignee) == (None, due, CLERK)
    with refused("step-paused"):
        case.do(pause)
    with refused("step-paused"):
        case.done("a", CLERK)
    with refused("step-paused"):
        case.do(say.Urge(item=pause.item, by=ASKER))
    rung = case.later(20).do(say.TimersDue()).events
    assert {one.node for one in rung} == {"b"}
    with refused("taken"):
        case.do(say.ResumeStep(item=pause.item, by=CLERK2))
    case.do(say.ResumeStep(item=pause.item, by=CLERK))
    assert (case.item("a").due, case.state.head.due) == (due + timedelta(hours=20), whole)
    with refused("not-paused"):
        case.do(say.ResumeStep(item=pause.item, by=CLERK))
    assert [one.verb for one in case.later(2.5).do(say.TimersDue()).events] == ["warn"]
    case.done("a", CLERK)


def test_2_a_pause_of_the_case_within_that_of_a_step_counts_once_and_overdue_stays_overdue() -> None:
    case = Play(program(parallel("p", step("a", timing=Timing(Limit("4h"))), step("b", timing=Timing(Limit("1h"))))))
    case.start()
    due, over = case.item("a").due, case.item("b").due
    assert due is not None
    case.later(2)
    for node in ("a", "b"):
        case.do(say.PauseStep(item=case.item(node).no, by=CLERK, waits="customer", comment="papers"))
    case.later(1).do(say.Suspend(by=ADMIN, reason="audit"))
    with refused("suspended"):
        case.do(say.ResumeStep(item=case.item("a").no, by=CLERK))
    case.later(5).do(say.Resume(by=ADMIN))
    case.later(1)
    for node in ("a", "b"):
        case.do(say.ResumeStep(item=case.item(node).no, by=ADMIN, force=True))
    assert (case.item("a").due, case.item("b").due) == (due + timedelta(hours=7), over)


def test_2_what_is_paused_can_be_handed_over_gone_past_and_cancelled() -> None:
    case = Play(program(step("a", timing=Timing(Limit("4h"))), step("b"))).start()
    number = case.item("a").no
    case.do(say.PauseStep(item=number, by=CLERK, waits="customer", comment="papers"))
    case.do(say.HandOver(item=number, by=CLERK, to=CLERK2))
    with refused("step-paused"):
        case.done("a", CLERK2)
    case.do(say.Skip(by=ADMIN, activation=case.row("a").no, reason="the customer never answers"))
    assert case.nodes() == ["b"]
    assert not [one for one in case.state.timers.values() if one.live]


# 3 ---------------------------------------------------------------------------------------------------------------


def test_3_who_claims_first_has_it_and_giving_it_back_opens_it_to_all() -> None:
    case = Play(program(step("a"))).start()
    item = case.item("a")
    case.do(say.Claim(item=item.no, by=CLERK))
    with refused("taken"):
        case.do(say.Claim(item=item.no, by=CLERK2))
    with refused("taken"):
        case.do(say.Complete(item=item.no, by=CLERK2))
    case.do(say.Unclaim(item=item.no, by=CLERK))
    case.do(say.Claim(item=item.no, by=CLERK2))
    case.do(say.Complete(item=item.no, by=CLERK2))
    assert case.state.head.status == CaseStatus.DONE


def test_3_the_second_click_and_an_old_form_change_nothing() -> None:
    case = Play(program(step("a"), step("b"))).start()
    item, seen = case.item("a"), case.state.head.rev
    case.do(say.Complete(item=item.no, by=CLERK, rev=seen))
    after = case.state
    with refused("closed"):
        case.do(say.Complete(item=item.no, by=CLERK))
    with refused("stale"):
        case.do(say.Complete(item=case.item("b").no, by=CLERK, rev=seen))
    assert case.state is after


# 14 --------------------------------------------------------------------------------------------------------------


def test_14_a_list_that_changes_while_it_runs_opens_and_closes_rounds() -> None:
    each = ForEach(id="each", over=get("goods"), name="good", body=seq("each", step("a")))
    case = Play(program(each, step("end"), form=(Entry("goods", W),))).start(goods=[{"id": "p"}, {"id": "q"}])
    assert len(case.open("a")) == 2
    case.do(say.Complete(item=case.open("a")[0].no, by=CLERK))
    case.do(say.SetValues(by=ADMIN, values={"goods": [{"id": "p"}, {"id": "q"}, {"id": "r"}]}))
    assert len(case.open("a")) == 2, "p is done and stays done, r is new"
    gone = case.open("a")[0]
    case.do(say.SetValues(by=ADMIN, values={"goods": [{"id": "p"}, {"id": "r"}]}))
    assert case.status_of(gone.no) == Status.CANCELLED
    case.done("a", CLERK)
    assert case.nodes() == ["end"]


def test_14_an_empty_list_and_one_that_becomes_empty_go_on() -> None:
    each = ForEach(id="each", over=get("goods"), name="good", body=seq("each", step("a")))
    assert Play(program(each, step("end"))).start().nodes() == ["end"]
    case = Play(program(each, step("end"), form=(Entry("goods", W),))).start(goods=["p", "p"])
    assert len(case.open("a")) == 2, "twice the same is two"
    case.do(say.SetValues(by=ADMIN, values={"goods": []}))
    assert case.nodes() == ["end"]


def test_14_the_result_of_a_sub_case_comes_back_and_a_bad_end_is_decided_by_a_person() -> None:
    case = Play(program(Call(id="sub", sop="other"), step("end"))).start()
    ((activation, sop),) = case.starts
    assert sop == "other"
    case.do(say.SubcaseEnded(activation=activation, outcome="done", values={"price": 3}))
    assert case.state.head.values["sub"] == {"price": 3, "outcome": "done"}
    assert case.nodes() == ["end"]
    case = Play(program(Call(id="sub", sop="other"), step("end"))).start()
    case.do(say.SubcaseEnded(activation=case.starts[0][0], outcome="cancelled"))
    assert [(one.node, one.assignee) for one in case.open()] == [("sub", HEAD)]
    case.done("sub", HEAD)
    assert case.nodes() == ["end"]


def test_14_a_message_that_comes_early_is_kept_until_it_is_waited_for() -> None:
    case = Play(program(step("a"), Wait(id="w1", message="paid"), Wait(id="w2", message="paid"), step("end"))).start()
    case.do(say.Message(key="paid", values={"sum": 5}))
    case.done("a", CLERK)
    assert case.row("w1").status == Status.DONE
    assert case.row("w2").status == Status.OPEN, "one message is for one wait"
    case.do(say.Message(key="paid", values={"sum": 6}))
    assert case.nodes() == ["end"]
    assert case.state.head.values["sum"] == 6


# 15 --------------------------------------------------------------------------------------------------------------


def test_15_after_a_long_stop_each_timer_fires_once_and_only_the_newest_is_told() -> None:
    timed = Timing(
        Limit("4h"), overdue=("lead",), again=(Alarm(Decimal("1.5"), ("head",)), Alarm(Decimal(2), ("boss",)))
    )
    case = Play(program(step("a", timing=timed))).start()
    case.later(24 * 7)
    out = case.do(say.TimersDue())
    assert [one.verb for one in out.events] == ["warn", "overdue", "again", "again"]
    assert [(one.kind, one.positions) for one in out.notes] == [("again", ("boss",))]
    assert case.do(say.TimersDue()).events == ()


def test_15_a_clock_that_jumps_back_fires_nothing_twice_and_one_that_is_early_nothing() -> None:
    case = Play(program(step("a", timing=Timing(Limit("4h"))), Wait(id="w", limit=Limit("2h")), step("end"))).start()
    case.later(3.5)
    assert [one.verb for one in case.do(say.TimersDue()).events] == ["warn"]
    case.later(-3)
    assert case.do(say.TimersDue()).events == ()
    case.later(3)
    assert case.do(say.TimersDue()).events == ()
    case.done("a", CLERK)
    case.later(1.9).do(say.TimersDue())
    assert case.nodes() == []
    case.later(0.1).do(say.TimersDue())
    assert case.nodes() == ["end"]


def test_15_a_limit_from_when_it_happened_may_be_over_at_once() -> None:
    case = Play(program(step("a", timing=Timing(Limit("4h"), happened=True))))
    case.do(say.Start(by=ASKER, happened=NOON - timedelta(hours=5)))
    assert case.item("a").due == NOON - timedelta(hours=1)
    assert case.do(say.TimersDue()).notes[0].kind == "overdue"


# 16 --------------------------------------------------------------------------------------------------------------


def test_16_going_past_a_step_needs_a_reason_and_is_a_deviation() -> None:
    case = Play(program(step("a"), step("b"))).start()
    with refused("reason"):
        case.do(say.Skip(by=ADMIN, activation=case.row("a").no, reason=" "))
    out = case.do(say.Skip(by=ADMIN, activation=case.row("a").no, reason="the customer has gone"))
    assert ("deviation", "the customer has gone") in [(one.verb, one.data.get("reason")) for one in out.events]
    assert case.nodes() == ["b"]
    assert case.row("a").status == Status.SKIPPED


# what the standard asks for besides ---------------------------------------------------------------------------------


def test_the_level_rises_by_itself_and_is_lowered_only_with_a_reason() -> None:
    from opsloop.engine.cases.program import Level

    levels = (Level("minor", lambda _v: True), Level("major", lambda v: bool(v.get("hurt"))))
    timed = Timing(Limit("24h", {"major": "2h"}))
    case = Play(program(step("a", timing=timed), levels=levels)).start()
    assert case.state.head.level == "minor"
    case.later(1).do(say.SetValues(by=ADMIN, values={"hurt": True}))
    assert case.state.head.level == "major"
    assert case.item("a").due == NOON + timedelta(hours=2), "the shorter limit counts from where it began"
    with refused("reason"):
        case.do(say.LowerLevel(by=ADMIN, level="minor", reason=""))
    case.do(say.LowerLevel(by=ADMIN, level="minor", reason="nobody was hurt"))
    assert case.item("a").due == NOON + timedelta(hours=24)
    case.do(say.SetValues(by=ADMIN, values={"note": "x"}))
    assert case.state.head.level == "minor", "it does not rise again for what was judged"
