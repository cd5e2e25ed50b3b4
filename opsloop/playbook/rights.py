"""What a publication does to rights, and so whether a second person must say yes, and who may be that person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils import timezone

from opsloop.base.people.models import Holding, Person

RIGHTS = ("may", "sees", "reads", "limits")
LEVELS = ("own", "department", "subtree", "all")


def of(data: dict[str, Any]) -> dict[str, Any]:
    """The rights among a position's values, order aside."""
    return {
        "may": sorted(data.get("may", [])),
        "sees": data.get("sees", {}),
        "reads": sorted(data.get("reads", [])),
        "limits": data.get("limits", {}),
    }


def changed(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Do the values of a position give other rights than before? An empty mapping is no position."""
    return of(old) != of(new)


def widened(old: dict[str, Any], new: dict[str, Any]) -> bool:
    """Does the new give anything that the old did not: an act, a view, a class of data, a higher limit?"""
    before, after = of(old), of(new)
    if not all(_allows(before["may"], act) for act in after["may"]) or set(after["reads"]) - set(before["reads"]):
        return True
    return _sees_more(before["sees"], after["sees"]) or _higher(before["limits"], after["limits"])


def _allows(may: list[str], act: str) -> bool:
    return act in may or f"{act.partition('.')[0]}.*" in may


def _sees_more(before: dict[str, str], after: dict[str, str]) -> bool:
    rank = {level: i for i, level in enumerate(LEVELS)}

    def level(sees: dict[str, str], noun: str) -> int:
        said = sees.get(noun) or sees.get("*")
        return rank.get(said or "", -1)

    return any(level(after, noun) > level(before, noun) for noun in {*before, *after, "*"})


def _higher(before: dict[str, Any], after: dict[str, Any]) -> bool:
    """A higher amount, a new one, or a measure that no longer holds back a limit that stays."""
    for name, measures in after.items():
        if name not in before or before[name].keys() - measures.keys():
            return True
        for measure, amount in measures.items():
            was = before[name].get(measure)
            # a measure that is added narrows, unless it is the amount per case that gives the authority at all
            if (was is None and measure == "each") or (was is not None and Decimal(str(amount)) > Decimal(str(was))):
                return True
    return False


def held_by(person: Person) -> set[str]:
    """Ids of the positions that a person holds now or will hold."""
    rows = Holding.objects.filter(person=person).exclude(ends_at__lte=timezone.now())
    return set(rows.values_list("position__code", flat=True))
