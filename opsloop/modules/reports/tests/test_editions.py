"""From draft to direction: what is refused by name, who may do what, and that what was issued stays as it was."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Forbidden, Refused, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person, Position
from opsloop.base.policy.scopes import visible
from opsloop.base.search.api import find, reindex
from opsloop.base.testing import Cast, hold, person, position
from opsloop.base.things.frame import Call
from opsloop.engine.assignments.models import Assignment
from opsloop.modules.reports.actions import correct, instruct, issue, recompute, send_back, submit, write
from opsloop.modules.reports.actions.writing import AdviceRow, ConclusionRow, DecisionRow
from opsloop.modules.reports.composing import document_of, plain_text, texts_of
from opsloop.modules.reports.models import Content, Direction, Edition
from opsloop.modules.reports.tests.conftest import an_edition, weekly
from opsloop.modules.reports.words import State

pytestmark = [pytest.mark.django_db, pytest.mark.both]
GOOD = ConclusionRow("销售额 {sales.previous}，来自客单价（{sales.factor.1}）。")


@pytest.fixture
def edition(cast: Cast, director: Person, writer: Person) -> Edition:
    return an_edition(weekly(cast.lin))


def _advice(**values: Any) -> AdviceRow:
    soon = timezone.localdate() + timedelta(days=3)
    return AdviceRow(**{"text": "核查冷冻陈列（前 10 店）", "position": "operations-manager", "due": soon, **values})


def _write(edition: Edition, by: Person, *conclusions: ConclusionRow, **values: Any) -> Edition:
    said = {"conclusions": list(conclusions), "advice": [_advice()], "nothing_to_decide": True, **values}
    return write(Edition.objects.get(pk=edition.pk), by=by, **said)


def _refusal(edition: Edition, by: Person) -> str:
    with pytest.raises(Refused) as refused:
        issue(Edition.objects.get(pk=edition.pk), by=by)
    return str(refused.value)


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({"conclusions": []}, "no conclusion"),
        ({"conclusions": [ConclusionRow("客流未降。")]}, "cites no figure"),
        ({"conclusions": [ConclusionRow("销售额 {sales} 下降 6.5%。")]}, "Figures are not typed: 6.5%"),
        ({"conclusions": [ConclusionRow("由于缺货，{sales.previous}。")]}, "states a cause"),
        ({"conclusions": [ConclusionRow("下降集中在牛肉，{sales.previous}。")]}, "needs a figure of the breakdown"),
        ({"conclusions": [ConclusionRow("{sales} 因为缺货。", "https://example.net/")]}, "no address of this house"),
        ({"advice": []}, "no advice"),
        ({"advice": [_advice(position="")]}, "Advice 1: No position"),
        ({"advice": [_advice(due=None)]}, "Advice 1: No day"),
        ({"advice": [_advice(due=date(2020, 1, 1))]}, "Its day is over"),
        ({"no_advice": "没有要做的"}, "take one of them away"),
        ({"nothing_to_decide": False}, "Name what is to be decided"),
        ({"decisions": [DecisionRow("取消会签？")]}, "There is something to decide"),
    ],
)  # fmt: skip
def test_whatever_is_missing_is_named_and_nothing_goes_out(
    cast: Cast, edition: Edition, writer: Person, values: dict[str, Any], missing: str
) -> None:
    _write(edition, writer, **{"conclusions": [GOOD], **values})
    assert missing in _refusal(edition, cast.lin)
    with pytest.raises(Refused, match="cannot be issued"):
        submit(Edition.objects.get(pk=edition.pk), by=writer)
    edition.refresh_from_db()
    assert edition.state == State.DRAFT and edition.documents == {}


@pytest.mark.parametrize(
    "conclusion",
    [
        GOOD,
        ConclusionRow("{sales.previous} 的原因待核实：缺货或上周促销基数高，现有数据不能区分。"),
        ConclusionRow("由于缺货，{sales.previous}。", "/assignments/"),
    ],
)
def test_evidence_a_figure_of_the_breakdown_or_to_be_verified_is_enough(
    cast: Cast, edition: Edition, writer: Person, conclusion: ConclusionRow
) -> None:
    _write(edition, writer, conclusion)
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    assert issue(Edition.objects.get(pk=edition.pk), by=cast.lin).state == State.ISSUED


def _issued(cast: Cast, edition: Edition, writer: Person) -> Edition:
    _write(edition, writer, GOOD)
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    return issue(Edition.objects.get(pk=edition.pk), by=cast.lin)


def test_no_advice_with_a_reason_is_enough(cast: Cast, edition: Edition, writer: Person) -> None:
    _write(edition, writer, GOOD, advice=[], no_advice="各项指标平稳，无需调整")
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    done = issue(Edition.objects.get(pk=edition.pk), by=cast.lin)
    advice = document_of(done, "zh-hans").part("advice")
    assert advice is not None and "各项指标平稳" in plain_text(texts_of(advice.blocks[0])[0])


def test_who_writes_does_not_issue_and_only_the_issuers_post_does(
    cast: Cast, edition: Edition, writer: Person, director: Person
) -> None:
    _write(edition, cast.lin, GOOD)
    submit(Edition.objects.get(pk=edition.pk), by=cast.lin)
    assert "another person issues it" in _refusal(edition, cast.lin)
    other = person("Li", cast.manager, cast.ops)
    assert issue(Edition.objects.get(pk=edition.pk), by=other).issuer == other


def test_without_the_second_person_in_the_standard_one_may_issue_alone(cast: Cast, edition: Edition) -> None:
    from opsloop.modules.reports.tests.conftest import FILE

    weekly(cast.lin, FILE + "issued_by_another: no\n")
    _write(edition, cast.lin, GOOD)
    submit(Edition.objects.get(pk=edition.pk), by=cast.lin)
    assert issue(Edition.objects.get(pk=edition.pk), by=cast.lin).state == State.ISSUED


def test_a_figure_that_the_edition_does_not_have_is_refused_at_once(edition: Edition, writer: Person) -> None:
    with pytest.raises(Refused, match=r"no figure sales\.week"):
        _write(edition, writer, ConclusionRow("{sales.week}"))


def test_what_was_handed_in_is_changed_only_after_it_came_back(cast: Cast, edition: Edition, writer: Person) -> None:
    _write(edition, writer, GOOD)
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    with pytest.raises(Refused, match="handed in"):
        _write(edition, writer, GOOD)
    back = send_back(Edition.objects.get(pk=edition.pk), by=cast.lin, reason="第一条太长")
    assert (back.state, back.sent_back) == (State.DRAFT, "第一条太长")
    _write(edition, writer, GOOD)


def test_what_was_issued_is_frozen_numbered_found_and_hashed_in_the_ledger(
    cast: Cast, edition: Edition, writer: Person, director: Person
) -> None:
    done = _issued(cast, edition, writer)
    assert {*done.documents} == {"zh-hans", "en"}
    before = document_of(done, "zh-hans")
    assert not before.draft and "−6.5%" in plain_text(texts_of(before.part("conclusion").blocks[0])[0])  # type: ignore[union-attr]
    weekly(cast.lin, "title: 换了名字\n" + "\n".join(open_lines()))
    assert document_of(Edition.objects.get(pk=done.pk), "zh-hans") == before
    entry = Entry.objects.filter(act="reports.issue").latest("pk")
    assert done.documents["zh-hans"] in entry.body
    assert Content.objects.filter(sha256__in=done.documents.values()).count() == 2
    reindex()
    assert [hit.url for hit in find(director, "客单价")] == [done.get_absolute_url()]
    with pytest.raises(Refused, match="editions of their own"):
        issue(Edition.objects.get(pk=done.pk), by=cast.lin)


def open_lines() -> list[str]:
    from opsloop.modules.reports.tests.conftest import FILE

    return [line for line in FILE.strip().splitlines() if not line.startswith("title")]


def test_more_than_three_conclusions_need_a_word_why(cast: Cast, edition: Edition, writer: Person) -> None:
    from opsloop.base.acts import Warned

    _write(edition, writer, GOOD, GOOD, GOOD, GOOD)
    submit(Edition.objects.get(pk=edition.pk), by=writer)
    with pytest.raises(Warned):
        issue(Edition.objects.get(pk=edition.pk), by=cast.lin)
    call = Call(by=cast.lin, via="page", overrides={"reports.conclusion": "年度总结"})
    assert perform("reports.issue", {}, call, on=edition.pk).state == State.ISSUED


def test_a_direction_is_an_assignment_with_a_person_and_a_day(
    cast: Cast, edition: Edition, writer: Person, director: Person
) -> None:
    with pytest.raises((Refused, Forbidden)):
        _direct(edition, director, cast.lin)
    done = _issued(cast, edition, writer)
    row = _direct(done, director, cast.lin)
    made = Assignment.objects.get(pk=row.assignment_id)
    assert (made.title, made.doer, made.asked_by) == ("冷冻速食缺货原因周三前报我", cast.lin, director)
    assert done.number in made.note and Direction.objects.get().edition_id == done.pk
    with pytest.raises(Forbidden):
        _direct(done, writer, cast.lin)


def _direct(edition: Edition, by: Person, doer: Person) -> Direction:
    row = Edition.objects.get(pk=edition.pk)
    return instruct(row, by=by, text="冷冻速食缺货原因周三前报我", doer=doer, due_at=timezone.now() + timedelta(days=3))


def test_a_correction_is_an_edition_of_its_own_and_the_old_one_stays(
    cast: Cast, edition: Edition, writer: Person
) -> None:
    done = _issued(cast, edition, writer)
    said = document_of(done, "zh-hans")
    new = correct(Edition.objects.get(pk=done.pk), by=writer, reason="一天的数据重新装载")
    assert (new.number, new.corrects_id, new.state) == ("ZB-2026-46-2", done.pk, State.DRAFT)
    with pytest.raises(Refused, match="under way"):
        correct(Edition.objects.get(pk=done.pk), by=writer, reason="再来一次")
    submit(Edition.objects.get(pk=new.pk), by=writer)
    issue(Edition.objects.get(pk=new.pk), by=cast.lin)
    done.refresh_from_db()
    assert done.state == State.CORRECTED and document_of(done, "zh-hans") == said
    assert "一天的数据重新装载" in document_of(Edition.objects.get(pk=new.pk), "zh-hans").warning


def test_strangers_and_readers_do_not_write(cast: Cast, edition: Edition, director: Person) -> None:
    for someone in (cast.chen, cast.zhao, director):
        with pytest.raises(Forbidden):
            _write(edition, someone, GOOD)
        with pytest.raises(Forbidden):
            recompute(Edition.objects.get(pk=edition.pk), by=someone)


def test_who_gets_copies_sees_it_only_when_it_is_out(
    cast: Cast, edition: Edition, writer: Person, director: Person
) -> None:
    assert not visible(director, Edition).exists() and not visible(cast.chen, Edition).exists()
    hold(cast.zhao, cast.specialist, cast.ops)
    _issued(cast, edition, writer)
    assert visible(director, Edition).count() == 1 and not visible(cast.chen, Edition).exists()


def test_asking_for_what_one_sees_is_one_statement_however_many_reports_there_are(
    cast: Cast, edition: Edition, director: Person, django_assert_num_queries: Any
) -> None:
    issued = {"state": State.ISSUED, "issued_at": timezone.now()}
    an_edition(edition.report, number="ZB-2026-45", since=date(2026, 11, 2), until=date(2026, 11, 8), **issued)
    hold(director, position("director", sees={"*": "subtree"}), cast.ops)  # its code ends that of who gets copies
    for who, n in ((director, 1), (cast.lin, 2)):
        visible(who, Edition).exists()
        with django_assert_num_queries(1):
            assert visible(who, Edition).count() == n
    assert not visible(person("Gu", Position.objects.get(code="director"), cast.ops), Edition).exists()
