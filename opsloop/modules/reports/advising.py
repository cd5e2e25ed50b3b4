"""Each piece of advice of an issued report is a finding, whose life the next report tells."""

from __future__ import annotations

from datetime import date
from typing import Any

from opsloop.base.people.models import Person
from opsloop.engine.findings import api as findings
from opsloop.modules.reports.composing import plain_text
from opsloop.modules.reports.judging import slots_of
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.slots import Slots, filled, keys_in

MOST_FIGURES = 5


def raise_findings(edition: Edition, by: Person) -> dict[str, Any]:
    """The body with the number of each finding. One that a corrected edition raised already is not raised again."""
    slots = slots_of(edition)
    rows = [
        one if one.get("number") else {**one, **_raised(edition, n, one, slots, by)}
        for n, one in enumerate(edition.body.get("advice", ()), 1)
    ]
    return {**edition.body, "advice": rows}


def part_of(n: int) -> str:
    """How a finding names the advice that it came from."""
    return f"advice-{n}"


def _raised(edition: Edition, n: int, one: dict[str, Any], slots: Slots, by: Person) -> dict[str, Any]:
    text = plain_text(filled(one["text"], slots))
    proof = _proof(edition, one, slots)
    made = findings.give(
        by=by, title=text[:200], origin=findings.Origin.ADVICE, seen=f"{edition.title} {edition.number}",
        period=edition.number, about=edition, part=part_of(n), owner=one["position"],
        due=date.fromisoformat(one["due"]), evidence=proof,
    )  # fmt: skip
    return {"finding": made.pk, "number": made.code, "edition": edition.pk, "part": part_of(n)}


def _proof(edition: Edition, one: dict[str, Any], slots: Slots) -> list[findings.EvidenceRow]:
    """The figures that the advice names, else those of the first conclusion."""
    first = next(iter(edition.body.get("conclusions", ())), {"text": ""})
    keys = keys_in(one["text"]) or keys_in(first["text"])
    found = [figure for key in dict.fromkeys(keys) if (figure := slots.get(key)) is not None and figure.metric]
    return [
        findings.EvidenceRow(
            metric=figure.metric, value=figure.value, snapshot=edition.snapshot, since=figure.since, until=figure.until,
            href=figure.href,
        )
        for figure in found[:MOST_FIGURES]
    ]  # fmt: skip
