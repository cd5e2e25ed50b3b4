"""Where each open step goes on in the version in force, as somebody chooses it on the page: the plan of a take-over."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _t

from opsloop.engine.cases.migrating import Opened, Plan, opened
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.program import START
from opsloop.engine.cases.translated import said_all, step_titles

KEPT, LEFT_OUT = "", "-"
"""Of a choice: nothing is said about this step; it is left out. Neither can be the id of a step."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a step: the goal, in words."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A step with its options; name: of the choice in the address; lost: without a choice its cases stay."""

    seen: Opened
    title: str
    name: str
    chosen: str
    choices: tuple[Choice, ...]

    @property
    def lost(self) -> bool:
        return not self.seen.keeps


class Planned:
    """The choices of a request. What the version in force does not allow is as if it were not chosen."""

    def __init__(self, sop: str, cases: Collection[Case], asked: QueryDict) -> None:
        self.rows = _rows(opened(sop, cases), asked)

    @property
    def plans(self) -> dict[int, Plan]:
        """By the key of the edition, as the dry run and the act take them."""
        return {
            pk: {one.seen.node: "" if one.chosen == LEFT_OUT else one.chosen for one in rows if one.chosen != KEPT}
            for pk, rows in groupby(self.rows, key=lambda one: one.seen.edition.pk)
        }

    def of(self, case: Case) -> list[dict[str, str]]:
        """The plan for one case: only what its version has."""
        return [{"step": step, "to": to} for step, to in self.plans.get(case.edition_id, {}).items()]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """The choices as hidden fields and as an address, so that what is taken over is what was tried."""
        return [(one.name, one.chosen) for one in self.rows if one.chosen != KEPT]

    @property
    def address(self) -> str:
        return urlencode(self.hidden)


def _rows(found: list[Opened], asked: QueryDict) -> list[Row]:
    files = said_all(edition for one in found for edition in (one.edition, one.to))
    titles = {pk: {START: _t("Request"), **step_titles(file)} for pk, file in files.items()}
    return [_row(one, titles[one.edition.pk], titles[one.to.pk], asked) for one in found]


def _row(one: Opened, old: dict[str, str], new: dict[str, str], asked: QueryDict) -> Row:
    name = f"to-{one.edition.pk}-{one.node}"
    choices = tuple(_choices(one, new))
    said = asked.get(name, KEPT)
    chosen = said if said in {each.value for each in choices} else KEPT
    return Row(one, old.get(one.node) or one.node, name, chosen, choices)


def _choices(one: Opened, new: dict[str, str]) -> Iterable[Choice]:
    yield Choice(KEPT, _t("Keeps its place") if one.keeps else _t("Stays on the old version"))
    for goal in one.goals:
        title = new.get(goal) or goal
        text = _t("Begins anew: {step}") if goal == one.node else _t("Becomes: {step}")
        yield Choice(goal, text.format(step=title))
    if one.goals:
        yield Choice(LEFT_OUT, _t("Is left out; the next step follows"))
