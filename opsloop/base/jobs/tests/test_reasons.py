"""Every sort of failure has its words and its remedy."""

from __future__ import annotations

import pytest

from opsloop.base.jobs.reasons import first_line, why


@pytest.mark.parametrize(
    ("error", "sort", "said"),
    [
        ("OutsideError: away\nTraceback", "Another system failed", "away"),
        ("Refused: The month is closed.", "A rule said no", "The month is closed."),
        ("Invalid: day: A date, please.", "A rule said no", "day: A date, please."),
        ("Forbidden: You may not.", "Not allowed", "You may not."),
        ("TimedOut: 执行超过 600 秒。", "It took too long", "执行超过 600 秒。"),
        ("WorkerEnded: twice", "The worker ended while it ran", "twice"),
        ("LookupError: no task x.y in this version", "Unknown task", "no task x.y in this version"),
        ("LookupError: 3", "A fault in the program", "3"),
        ("ValueError: a: b\nTraceback", "A fault in the program", "a: b"),
        ("KeyError: ", "A fault in the program", "KeyError"),
        ("no colon at all", "A fault in the program", "no colon at all"),
        ("some words: more", "A fault in the program", "some words: more"),
    ],
)
def test_a_failure_is_named(error: str, sort: str, said: str) -> None:
    found = why(error)
    assert found is not None
    assert (str(found.sort), found.said) == (sort, said) and str(found.remedy)
    assert first_line(error) == said


def test_no_error_means_nothing() -> None:
    assert why("  \n") is None and first_line("") == ""
