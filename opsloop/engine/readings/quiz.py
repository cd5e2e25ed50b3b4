"""Questions in an order of each reader's own, and what came of the answers. The page gets tokens only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from opsloop.base.kinds.readers import Quiz

SALT = "opsloop.readings.quiz"


@dataclass(frozen=True, slots=True)
class Choice:
    token: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it stands in the page. token: its name in the form."""

    token: str
    text: str
    options: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Solved:
    """One question with its right answer, for those who have passed."""

    text: str
    right: str
    why: str


@dataclass(frozen=True, slots=True)
class Mark:
    """right of asked; chosen: the place of the chosen option of each question, in the order of the file."""

    right: int
    asked: int
    passed: bool
    chosen: tuple[int, ...]


class Incomplete(ValueError):
    """A question was left out, or something was answered that was not asked."""


def token(duty: int, *place: int) -> str:
    """The name of a question or an option in this reader's page. Only the server's key tells which it is."""
    return salted_hmac(SALT, ".".join(str(one) for one in (duty, *place)), algorithm="sha256").hexdigest()[:16]


def asked(quiz: Quiz, duty: int, texts: Mapping[str, str] | None = None) -> list[Asked]:
    """The questions in this reader's order, the same at every look. texts: translations by their places."""
    said = texts or {}
    found = []
    for at, one in enumerate(quiz.questions):
        path = f"quiz.questions.{at}"
        options = [
            Choice(token(duty, at, n), said.get(f"{path}.options.{n}") or text) for n, text in enumerate(one.options)
        ]
        found.append(
            Asked(token(duty, at), said.get(f"{path}.ask") or one.ask, tuple(sorted(options, key=lambda o: o.token)))
        )
    return sorted(found, key=lambda question: question.token)


def mark(quiz: Quiz, duty: int, answers: Mapping[str, str]) -> Mark:
    """What came of the answers (question's token -> option's). At exactly the mark one passes. Raises Incomplete."""
    chosen = []
    for at, one in enumerate(quiz.questions):
        options = [token(duty, at, n) for n in range(len(one.options))]
        if answers.get(token(duty, at)) not in options:
            raise Incomplete
        chosen.append(options.index(answers[token(duty, at)]))
    right = sum(one.options[n] == one.right for one, n in zip(quiz.questions, chosen, strict=True))
    total = len(quiz.questions)
    return Mark(right, total, right * 100 >= quiz.needs * total, tuple(chosen))


def solved(quiz: Quiz, texts: Mapping[str, str] | None = None) -> Sequence[Solved]:
    """The right answers with their reasons, in the order of the file."""
    said = texts or {}
    found = []
    for at, one in enumerate(quiz.questions):
        path = f"quiz.questions.{at}"
        place = one.options.index(one.right) if one.right in one.options else 0
        right = said.get(f"{path}.options.{place}") or one.right
        found.append(Solved(said.get(f"{path}.ask") or one.ask, right, said.get(f"{path}.why") or one.why))
    return found
