"""People confirm or change conclusions, advice and what is for decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.people.models import Person, Position
from opsloop.base.things.errors import Text
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.slots import Slots, keys_in
from opsloop.modules.reports.words import State

MOST_ROWS = 20
KEPT = ("finding", "number", "edition", "part")
"""What a piece of advice keeps of the finding that an edition before its correction raised."""
Said = Annotated[str, Arg(label=_("Text"), max=1000, long=True)]


@dataclass(frozen=True)
class ConclusionRow:
    """One conclusion. evidence: the address of a page of this house, for what is said of a cause."""

    text: Said
    evidence: Annotated[str, Arg(label=_("Evidence"), max=300)] = ""


@dataclass(frozen=True)
class AdviceRow:
    """One piece of advice: what, which position, until when, how one sees that it worked."""

    text: Said
    position: Annotated[str, Arg(label=_("Position"), max=60)] = ""
    due: Annotated[date | None, Arg(label=_("By when"))] = None
    verify: Annotated[str, Arg(label=_("How it is verified"), max=200)] = ""


@dataclass(frozen=True)
class DecisionRow:
    """One thing that the director is asked to decide."""

    text: Said


def is_draft(edition: Edition) -> Text | None:
    """A `when`: people may still write."""
    if edition.state == State.DRAFT:
        return None
    if edition.state == State.SUBMITTED:
        return _("It was handed in; send it back to change it.")
    return _("It was issued; corrections are editions of their own.")


def _plain(one: AdviceRow) -> dict[str, str]:
    due = one.due.isoformat() if one.due else ""
    return {"text": one.text, "position": one.position, "due": due, "verify": one.verify}


@act("reports.write", _("Write conclusions and advice"), done=_("{by} wrote on {object}"), when=is_draft)
def write(
    edition: Edition,
    *,
    by: Person,
    conclusions: Annotated[list[ConclusionRow] | None, Arg(label=_("Conclusions"))] = None,
    advice: Annotated[list[AdviceRow] | None, Arg(label=_("Advice"))] = None,
    no_advice: Annotated[str, Arg(label=_("No advice in this period, because"), max=500)] = "",
    decisions: Annotated[list[DecisionRow] | None, Arg(label=_("For decision"))] = None,
    nothing_to_decide: Annotated[bool, Arg(label=_("Nothing is to be decided"))] = False,
) -> Edition:
    """All of it at once. Refused for a figure that this edition does not have; what else is missing, issuing says."""
    rows = (conclusions or [], advice or [], decisions or [])
    if any(len(one) > MOST_ROWS for one in rows):
        raise Refused(_t("At most {n} rows.").format(n=MOST_ROWS))
    slots = Slots.of(edition.draft("zh-hans").get("figures", []))
    unknown = [key for some in rows for one in some for key in keys_in(one.text) if key not in slots.by_key]
    if unknown:
        raise Refused(_t("There is no figure {names}.").format(names=", ".join(dict.fromkeys(unknown))))
    codes = {one.position for one in advice or [] if one.position}
    if missing := codes - set(Position.objects.filter(code__in=codes).values_list("code", flat=True)):
        raise Refused(_t("There is no position {code}.").format(code=", ".join(sorted(missing))))
    known = {one["text"]: {k: one[k] for k in KEPT if k in one} for one in edition.body.get("advice", ())}
    edition.body = {
        "conclusions": [{"text": one.text, "evidence": one.evidence.strip()} for one in conclusions or []],
        "advice": [known.get(one.text, {}) | _plain(one) for one in advice or []],
        "no_advice": no_advice,
        "decisions": [{"text": one.text} for one in decisions or []],
        "nothing_to_decide": nothing_to_decide,
    }
    edition.writer = by
    edition.save()
    return edition
