"""What is given, replaced and ended, and for which week; without a database."""

from __future__ import annotations

from datetime import date

from opsloop.base.kinds.readers import Question, Quiz
from opsloop.engine.readings import quiz as quizzes
from opsloop.engine.readings.planning import Waiting, changes, weeks
from opsloop.engine.readings.shelf import Document
from opsloop.engine.readings.tests.setup import QUIZ

KEY = ("sop", "complaint")
MONDAY, NEXT, AFTER = date(2026, 11, 23), date(2026, 11, 30), date(2026, 12, 7)


def document(number: int, needed: int, ident: str = "complaint", **more: object) -> Document:
    said = {"urgent": False, "publication_id": 1, "kind": "sop", **more}
    return Document(ident=ident, title=ident, number=number, needed=needed, positions=frozenset({"a"}), **said)  # type: ignore[arg-type]


def test_a_version_is_given_to_those_who_read_no_such_version() -> None:
    wanted = {KEY: document(3, 3)}
    assert [one.number for one in changes(wanted, {}, [], wanted).given] == [3]
    assert [one.number for one in changes(wanted, {KEY: 2}, [], wanted).given] == [3]
    assert not changes(wanted, {KEY: 3}, [], wanted).any


def test_a_small_change_is_given_to_nobody_but_goes_with_what_is_open() -> None:
    wanted = {KEY: document(3, 2)}
    assert not changes(wanted, {KEY: 2}, [], wanted).any
    open_one = Waiting(1, KEY, 2, True, False)
    found = changes(wanted, {}, [open_one], wanted)
    assert list(found.raised) == [(open_one, wanted[KEY])] and not found.replaced and not found.given


def test_a_newer_version_replaces_what_waits_and_what_concerns_nobody_ends() -> None:
    wanted, waiting = {KEY: document(3, 3)}, Waiting(1, KEY, 2, True, False)
    assert [one for one, _new in changes(wanted, {}, [waiting], wanted).replaced] == [waiting]
    assert list(changes({}, {}, [waiting], wanted).ended) == [waiting]
    own = Waiting(1, KEY, 3, True, False, own=True)
    assert not changes({}, {}, [own], wanted).any, "what was asked of the person does not end with a position"
    assert list(changes({}, {}, [own], {}).ended) == [own], "but with the document"


def test_what_is_urgent_and_ones_own_position_come_first() -> None:
    many = [
        document(1, 1, "b", publication_id=2),
        document(1, 1, "a", publication_id=1),
        document(1, 1, "post", kind="position", publication_id=9),
        document(1, 1, "now", urgent=True, publication_id=10),
    ]
    wanted = {one.key: one for one in many}
    assert [one.ident for one in changes(wanted, {}, [], wanted).given] == ["now", "post", "a", "b"]


def test_a_week_takes_three_and_the_rest_waits_for_the_weeks_after() -> None:
    today = date(2026, 11, 25)
    assert weeks(0, [False] * 7, today, 3) == [MONDAY] * 3 + [NEXT] * 3 + [AFTER]
    assert weeks(2, [False] * 2, today, 3) == [MONDAY, NEXT]
    assert weeks(5, [False], today, 3) == [NEXT]
    assert weeks(3, [False, True], today, 3) == [NEXT, MONDAY], "what is urgent does not wait"
    assert weeks(0, [False, False, False, True], today, 3) == [MONDAY, MONDAY, NEXT, MONDAY], "but it counts"


def answers(duty: int, right: int) -> dict[str, str]:
    """So many of the first questions right, the others wrong."""
    return {quizzes.token(duty, at): quizzes.token(duty, at, 0 if at < right else 1) for at in range(5)}


def test_at_exactly_the_mark_one_passes() -> None:
    assert [quizzes.mark(QUIZ, 7, answers(7, n)).passed for n in range(6)] == [False, False, False, True, True, True]
    thirds = Quiz(67, 1, tuple(Question(str(n), ("a", "b"), "a") for n in range(3)))
    said = {quizzes.token(1, n): quizzes.token(1, n, 0 if n < 2 else 1) for n in range(3)}
    assert not quizzes.mark(thirds, 1, said).passed, "two of three are 66.7 per cent, not 67"


def test_each_reader_has_an_order_of_their_own_that_stays_and_says_nothing() -> None:
    orders = {tuple(q.text for q in quizzes.asked(QUIZ, duty)) for duty in range(20)}
    assert len(orders) > 10
    options = {tuple(o.text for o in quizzes.asked(QUIZ, duty)[0].options) for duty in range(20)}
    assert len(options) > 3
    assert quizzes.asked(QUIZ, 4) == quizzes.asked(QUIZ, 4)
    assert not {o.token for q in quizzes.asked(QUIZ, 4) for o in q.options} & {
        o.token for q in quizzes.asked(QUIZ, 5) for o in q.options
    }
