"""Save, hand in, check, send back, correct: works, refused, forbidden, recorded."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from opsloop.base.acts import Call, Forbidden, Invalid, NotFound, Refused
from opsloop.base.inbox.models import Notice
from opsloop.base.jobs.models import Job
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import hold, person, position
from opsloop.data.lake import keys
from opsloop.data.lake.erasing import Manner
from opsloop.data.lake.forgetting import Gone
from opsloop.data.sources.kinds.words import Personal
from opsloop.data.submissions import forgetting
from opsloop.data.submissions.actions import approve, open_sheet, remind, save, send_back
from opsloop.data.submissions.counting import LOAD
from opsloop.data.submissions.models import Figure, State, Submission
from opsloop.data.submissions.tests.conftest import DAY, NOON, Shops, cells, prices, publish
from opsloop.data.submissions.working import check, correct, submit

pytestmark = [pytest.mark.django_db, pytest.mark.both]
GOOD = cells({"amount": "12.50", "why": "spoiled"}, {"amount": "0"}, {"amount": "3"})
BETTER = cells({"amount": "12.50", "why": "spoiled"}, {"amount": "7"}, {"amount": "3"})


@pytest.fixture(autouse=True)
def _noon():  # type: ignore[no-untyped-def]
    with time_machine.travel(NOON, tick=True) as clock:
        yield clock


@pytest.fixture
def sheet(shops: Shops) -> Submission:
    return shops.sheet()


@pytest.fixture
def handed_in(shops: Shops, sheet: Submission) -> Submission:
    return submit(sheet, GOOD, Call(by=shops.ning))


def entry() -> Entry:
    found = Entry.objects.order_by("-id").first()
    assert found is not None
    return found


def test_a_sheet_opens_once(shops: Shops, sheet: Submission) -> None:
    assert shops.sheet().pk == sheet.pk
    assert (sheet.state, sheet.due_at.isoformat()) == (State.OPEN, "2026-11-20T13:30:00+00:00")
    with pytest.raises(Forbidden):
        open_sheet(by=shops.ning, source=shops.losses, day=DAY, department=shops.south, due_at=NOON)


def test_what_is_filled_in_is_kept_without_being_judged(shops: Shops, sheet: Submission) -> None:
    save(sheet, by=shops.ning, cells=cells({"amount": "about 5"}, {}, {"amount": "2"}))
    assert sheet.rows == [{"amount": "about 5", "goods": "Fruit"}, {"amount": "2", "goods": "Bread"}]
    assert (sheet.state, Figure.objects.count()) == (State.OPEN, 0)
    assert entry().act == "submissions.save" and "about 5" not in entry().body


def test_a_figure_written_over_leaves_a_trace(shops: Shops, sheet: Submission) -> None:
    save(sheet, by=shops.ning, cells=cells({"amount": "5"}))
    save(sheet, by=shops.ning, cells=cells({"amount": "6", "why": "broken"}))
    figure = Figure.objects.get()
    assert (figure.row, figure.column, figure.before, figure.after, figure.by) == (
        "Fruit",
        "amount",
        "5",
        "6",
        shops.ning,
    )


def test_only_the_shops_own_manager_fills_it_in(shops: Shops, sheet: Submission) -> None:
    with pytest.raises(Forbidden):
        save(sheet, by=shops.song, cells=GOOD)
    with pytest.raises(Forbidden):
        save(sheet, by=shops.wu, cells=GOOD)
    helper = person("Hu", position("helper", may=["submissions.save"], sees={"submissions": "all"}), shops.north)
    with pytest.raises(Refused, match="another position"):
        save(sheet, by=helper, cells=GOOD)


@pytest.mark.parametrize(
    ("rows", "at", "said"),
    [
        (cells({"amount": "much"}), "cells.0.amount", "Amount is no amount"),
        (cells({}, {"amount": "-1"}), "cells.1.amount", "Amount is less than 0"),
        (cells({"why": "spoiled"}), "cells.0.amount", "Amount is missing"),
        (cells({"amount": "1", "why": "bored"}), "cells.0.why", "none of the allowed values"),
    ],
)
def test_figures_that_do_not_fit_are_named_at_their_cell(
    shops: Shops, sheet: Submission, rows: list, at: str, said: str
) -> None:
    with pytest.raises(Invalid) as no:
        submit(sheet, rows, Call(by=shops.ning))
    assert list(no.value.errors) == [at] and said in no.value.errors[at][0]
    sheet.refresh_from_db()
    assert (sheet.state, sheet.rows) == (State.OPEN, [])


def test_rows_of_one_key_are_named(shops: Shops) -> None:
    sheet = shops.sheet(shops.prices)
    row = {"rival": "A", "product": "Milk", "price": "3"}
    found = check(sheet, cells(row, {}, {"rival": "B", "product": "Milk", "price": "4"}, row)).faults
    assert found == {(3, "rival"): ["This row is there twice."]}


def test_an_empty_sheet_is_not_handed_in(shops: Shops, sheet: Submission) -> None:
    with pytest.raises(Refused, match="nothing on the sheet"):
        submit(sheet, cells({"amount": " "}), Call(by=shops.ning))


def test_handing_in_tells_who_checks(shops: Shops, handed_in: Submission) -> None:
    assert (handed_in.state, handed_in.late, handed_in.submitted_by) == (State.SUBMITTED, False, shops.ning)
    notice = Notice.objects.get(person=shops.wu)
    assert "Losses 2026-11-20 · North waits for your check" in notice.title
    assert entry().act == "submissions.submit"
    with pytest.raises(Refused, match="handed in already"):
        save(handed_in, by=shops.ning, cells=GOOD)


def test_after_the_deadline_it_is_late(shops: Shops, sheet: Submission, _noon: time_machine.Coordinates) -> None:
    _noon.shift(timedelta(hours=10))
    assert submit(sheet, GOOD, Call(by=shops.ning)).late


def test_a_second_person_accepts_and_it_is_loaded_when_all_are_there(shops: Shops, handed_in: Submission) -> None:
    other = shops.sheet(place=shops.south)
    approve(handed_in, by=shops.wu, note="fine")
    assert (handed_in.state, handed_in.checked_by, handed_in.counted) == (State.APPROVED, shops.wu, handed_in.rows)
    assert not Job.objects.filter(task=LOAD).exists(), "the south is waited for"
    submit(other, GOOD, Call(by=shops.song))
    approve(other, by=shops.wu)
    job = Job.objects.get(task=LOAD)
    assert json.loads(job.args) == {"source": shops.losses.pk}
    assert entry().act == "submissions.approve"


def test_nobody_waits_for_others_when_the_time_is_over(
    shops: Shops, handed_in: Submission, _noon: time_machine.Coordinates
) -> None:
    shops.sheet(place=shops.south)
    _noon.shift(timedelta(hours=10))
    approve(handed_in, by=shops.wu)
    assert Job.objects.filter(task=LOAD).exists()


def test_who_filled_it_in_does_not_check_it(shops: Shops, sheet: Submission) -> None:
    both = position("both", may=["submissions.*"], sees={"*": "all"})
    hold(shops.ning, both, shops.north)
    hold(shops.ning, _analyst(), shops.north)
    submit(sheet, GOOD, Call(by=shops.ning))
    with pytest.raises(Refused, match="second person"):
        approve(sheet, by=shops.ning)
    with pytest.raises(Refused, match="second person"):
        send_back(sheet, by=shops.ning, reason="I changed my mind")
    outsider = person("Out", position("other", may=["submissions.*"], sees={"*": "all"}), shops.south)
    with pytest.raises(Refused, match="another position"):
        approve(sheet, by=outsider)
    with pytest.raises(Forbidden):
        approve(sheet, by=shops.song)


def _analyst():  # type: ignore[no-untyped-def]
    from opsloop.base.people.models import Position

    return Position.objects.get(code="data-analyst")


def test_only_what_was_handed_in_is_checked(shops: Shops, sheet: Submission) -> None:
    with pytest.raises(Refused, match="not handed in"):
        approve(sheet, by=shops.wu)


def test_sent_back_it_is_filled_in_again_and_the_comment_is_the_reason(shops: Shops, handed_in: Submission) -> None:
    send_back(handed_in, by=shops.wu, reason="No meat at all?")
    assert (handed_in.state, handed_in.counted_at) == (State.RETURNED, None)
    assert Notice.objects.get(person=shops.ning).body == "No meat at all?"
    assert entry().act == "submissions.send_back"
    again = submit(handed_in, BETTER, Call(by=shops.ning))
    figure = Figure.objects.get()
    assert (figure.before, figure.after, figure.reason) == ("0", "7", "No meat at all?")
    assert again.state == State.SUBMITTED


def test_a_correction_has_a_reason_and_is_checked_again_while_the_old_figures_count(
    shops: Shops, handed_in: Submission
) -> None:
    approve(handed_in, by=shops.wu)
    before = handed_in.counted
    with pytest.raises(Invalid):
        correct(handed_in, BETTER, "", Call(by=shops.ning))
    correct(handed_in, BETTER, "Counted again", Call(by=shops.ning))
    handed_in.refresh_from_db()
    assert (handed_in.state, handed_in.counted) == (State.SUBMITTED, before)
    figure = Figure.objects.get()
    assert (figure.row, figure.before, figure.after, figure.reason) == ("Meat", "0", "7", "Counted again")
    approve(handed_in, by=shops.wu)
    assert handed_in.counted == handed_in.rows != before
    assert "submissions.correct" in set(Entry.objects.values_list("act", flat=True))


def test_a_correction_that_changes_nothing_or_comes_too_late_is_refused(
    shops: Shops, handed_in: Submission, _noon: time_machine.Coordinates
) -> None:
    with pytest.raises(Refused, match="No figure"):
        correct(handed_in, GOOD, "For fun", Call(by=shops.ning))
    with pytest.raises(NotFound):
        correct(handed_in, BETTER, "Not mine", Call(by=shops.song))
    _noon.shift(timedelta(days=4))
    with pytest.raises(Refused, match="time for changes"):
        correct(handed_in, BETTER, "Too late", Call(by=shops.ning))


def test_without_a_check_it_counts_at_once(shops: Shops) -> None:
    sheet = shops.sheet(shops.prices)
    sheet = submit(sheet, cells({"rival": "A", "product": "Milk", "price": "3"}), Call(by=shops.ning))
    assert sheet.state == State.APPROVED and sheet.counted == sheet.rows
    assert Job.objects.filter(task=LOAD).count() == 1


def test_reminders_go_to_the_shops_manager_once_each(shops: Shops, sheet: Submission) -> None:
    remind(sheet, by=shops.robot, step=1)
    remind(sheet, by=shops.robot, step=2)
    with pytest.raises(Refused, match="already"):
        remind(sheet, by=shops.robot, step=2)
    said = list(Notice.objects.filter(person=shops.ning).order_by("id").values_list("title", flat=True))
    assert said == ["Losses 2026-11-20 · North is to be filled in", "Losses 2026-11-20 · North is overdue"]
    assert not Notice.objects.filter(person=shops.song).exists()
    with pytest.raises(Forbidden):
        remind(sheet, by=shops.ning, step=2)


def test_a_person_without_account_or_right_sees_nothing(shops: Shops, sheet: Submission) -> None:
    from opsloop.base.policy.scopes import visible

    seen: dict[str, list[int]] = {
        one.name: list(visible(one, Submission).values_list("pk", flat=True))
        for one in (shops.ning, shops.song, shops.wu)
    }
    assert seen == {"Ning": [sheet.pk], "Song": [], "Wu": [sheet.pk]}
    assert not visible(Person.objects.get(name="Zhao"), Submission).exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("manner", list(Manner))
def test_an_erased_person_leaves_sheets_and_their_traces(shops: Shops, manner: Manner) -> None:
    definition = prices()
    told_by = replace(definition.columns["told_by"], personal=Personal.IDENTITY)
    source = publish("told", replace(definition, columns={**definition.columns, "told_by": told_by}))
    sheet = shops.sheet(source)
    row = {"rival": "A", "product": "Milk", "price": "7"}
    both = cells({**row, "told_by": "7"}, {**row, "product": "Tea", "told_by": "8"})
    submit(sheet, both, Call(by=shops.ning))
    new = cells({**row, "told_by": "9"}, {**row, "product": "Tea", "told_by": "8"})
    correct(Submission.objects.get(pk=sheet.pk), new, "Told by another", Call(by=shops.ning))
    correct(Submission.objects.get(pk=sheet.pk), both, "No, by the first", Call(by=shops.ning))
    gone = Gone(frozenset([keys.pseudonym("7")]), manner, frozenset(["7"]))
    for find in (forgetting.sheets, forgetting.figures):
        for work in find(gone):
            work.write()
    left = Submission.objects.get(pk=sheet.pk)
    mine = [] if manner == Manner.REMOVE else [row]
    assert left.rows == left.counted == [*mine, {**row, "product": "Tea", "told_by": "8"}]
    assert {(one.before, one.after) for one in Figure.objects.all()} == {("", "")}
