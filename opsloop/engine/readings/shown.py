"""What the page of one reading shows: what changed first, then the whole text, then how it is confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import Kind, kinds
from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.engine.readings import queries, quiz
from opsloop.engine.readings.models import Duty, QuizTry, State
from opsloop.engine.readings.shelf import quiz_of
from opsloop.playbook import queries as book
from opsloop.playbook.models import Version
from opsloop.playbook.reading.labels import language
from opsloop.playbook.reading.things import built
from opsloop.playbook.translations import Words, words
from opsloop.playbook.views.versions import Comparison, comparison


def _sides(version: Version) -> tuple[str, dict[str, object]]:
    return version.text, version.data


@dataclass(frozen=True)
class Shown:
    """kind, item, words, inside, shown, version: as the pages of the standard have them. before: the version read last.

    since: every version after it, newest first, each with its reason. questions: only while they may be answered;
    solved: only once they were passed.
    """

    duty: Duty
    kind: Kind
    version: Version
    item: Any
    words: Words
    inside: str
    shown: Any
    before: Version | None
    comparison: Comparison | None
    since: Sequence[Version]
    questions: Sequence[quiz.Asked]
    solved: Sequence[quiz.Solved]
    needs: int
    tries_left: int
    last_try: QuizTry | None

    @property
    def has_quiz(self) -> bool:
        return self.needs > 0


def shown(duty: Duty, reader: Person) -> Shown:
    """Raises NotFound for a kind that is no longer installed."""
    versions = {one.number: one for one in book.history(duty.kind, duty.ident)}
    version = versions.get(duty.number)
    if version is None or duty.kind not in kinds:
        raise NotFound(_t("What was to be read is no longer there."))
    kind, published = kinds[duty.kind], book.published()
    item = book.item_of(version)
    said = words(published, item, language())
    inside, values = built(published, item, reader)
    before = versions.get(queries.read_before(duty))
    differs = (
        comparison(kind, version.path, (before.text, before.data), (version.text, version.data)) if before else None
    )
    since = [one for n, one in versions.items() if (before.number if before else 0) < n <= version.number]
    found = quiz_of(duty.kind, duty.ident, duty.number)
    left = found.tries + duty.more_tries - duty.tries if found else 0
    mine = duty.waits and duty.person_id == reader.pk
    return Shown(
        duty, kind, version, item, said, inside, values, before, differs, since,
        quiz.asked(found, duty.pk, said.texts) if found and mine and left > 0 else [],
        quiz.solved(found, said.texts) if found and duty.state == State.DONE else [],
        found.needs if found else 0, left, duty.quiz_tries.order_by("-number").first(),
    )  # fmt: skip
