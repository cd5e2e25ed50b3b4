"""六、上期建议落实: what became of the advice of the report before, read from its findings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext as _n

from opsloop.base.acts.about import ref
from opsloop.engine.findings.api import Standing, states_of
from opsloop.modules.reports.advising import part_of
from opsloop.modules.reports.document import Column, Paragraph, Table, Words, words
from opsloop.modules.reports.glue import comma
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.slots import Slots, filled
from opsloop.modules.reports.words import State


def before(edition: Edition) -> Edition | None:
    """The newest issued edition of the same report about an earlier period."""
    rows = Edition.objects.filter(report=edition.report_id, state=State.ISSUED, since__lt=edition.since)
    return rows.order_by("-since", "-correction").first()


def became_of(edition: Edition) -> Iterator[Table | Paragraph]:
    """How many stand where, and a line for each piece of advice; a sentence where there was none."""
    last = before(edition)
    if last is None:
        yield Paragraph(words(_t("This is the first report, so there is no earlier advice.")))
        return
    rows = [one for one in last.body.get("advice", ()) if str(one.get("text", "")).strip()]
    if not rows:
        yield Paragraph(words(_t("The last report ({number}) gave no advice.").format(number=last.number)))
        return
    known = states_of([_of(one, last, n) for n, one in enumerate(rows, 1)])
    standings = [next(iter(known[_of(one, last, n)]), None) for n, one in enumerate(rows, 1)]
    yield Paragraph(words(_summary(last, standings)))
    heads = (
        Column(_t("Advice"), wide=4), Column(_t("Finding")), Column(_t("Position"), wide=1.4), Column(_t("By when")),
        Column(_t("Where it stands"), wide=1.6),
    )  # fmt: skip
    slots = Slots.of(last.draft(settings.LANGUAGE_CODE).get("figures", []))
    lines = tuple(_line(one, standing, slots) for one, standing in zip(rows, standings, strict=True))
    yield Table("", heads, lines)


def _of(one: dict[str, Any], last: Edition, n: int) -> str:
    """The edition that raised it: of a correction, the one before."""
    if one.get("edition"):
        return f"{Edition._meta.label_lower}:{one['edition']}#{one['part']}"
    return f"{ref(last)}#{part_of(n)}"


def _summary(last: Edition, standings: list[Standing | None]) -> str:
    """5 条：已完成 3、在办 1、不采纳 1。"""
    names = Counter(_said(one) for one in standings)
    said = comma().join(f"{name} {n}" for name, n in names.most_common())
    text = _n(
        "{number} gave {n} piece of advice: {said}.", "{number} gave {n} pieces of advice: {said}.", len(standings)
    )
    return text.format(number=last.number, n=len(standings), said=said)


def _said(one: Standing | None) -> str:
    if one is None:
        return _t("not followed")
    return f"{one.state_name}（{one.outcome_name}）" if one.outcome_name else one.state_name


def _line(one: dict[str, Any], standing: Standing | None, slots: Slots) -> tuple[Words, ...]:
    due = standing.due if standing is not None and standing.due is not None else one.get("due")
    late = standing is not None and standing.late
    code, owner = (standing.code, standing.owner) if standing else ("—", "—")
    return (
        filled(one["text"], slots), words(code), words(owner or "—"), words(str(due or "—")),
        words(_said(standing) + (_t(" · overdue") if late else "")),
    )  # fmt: skip
