"""`can`: may this person do this act on this object; limits and sensitivity classes beside it."""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import Any

from django.db.models import Model

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import covers, scope_of
from opsloop.base.policy.standing import Standing, standings


def allowed(person: Person, act: str, obj: Model | None = None) -> Standing | None:
    """The first standing that lets `person` do `act` on `obj`, own ones before a substitute's; None is a no."""
    patterns = narrowed(person)
    if patterns is not None and not any(fnmatchcase(act, pattern) for pattern in patterns):
        return None
    for standing in standings(person):
        if standing.allows(act) and (obj is None or _reaches(person, standing, obj)):
            return standing
    return None


def _reaches(person: Person, standing: Standing, obj: Model) -> bool:
    return scope_of(type(obj)) is not None and covers(person, standing, obj)


def can(person: Person, act: str, obj: Model | None = None) -> bool:
    """May this person do this act on this object? Nothing is allowed that no position's file names."""
    return allowed(person, act, obj) is not None


def narrow(person: Person, patterns: list[str]) -> None:
    """Bind this instance to a token's act patterns: what it may do is never more than these."""
    person.__dict__["_narrowed"] = patterns


def narrowed(person: Person) -> list[str] | None:
    """The act patterns that this instance is bound to, or None."""
    found: list[str] | None = person.__dict__.get("_narrowed")
    return found


def limit(person: Person, name: str, measure: str = "each") -> Decimal | None:
    """The highest amount of a limit over all standings, a substitute's too; None: there is no such authority."""
    found = [s.limits[name][measure] for s in standings(person) if name in s.limits and measure in s.limits[name]]
    return max((Decimal(str(amount)) for amount in found), default=None)


def reads(person: Person, sensitivity: str) -> bool:
    """Does a position of this person show values of this class unmasked?"""
    return any(sensitivity in s.reads for s in standings(person))


def masked(person: Person, obj: Any, column: str) -> Any:
    """The value of a column as this person may see it: own values and read classes whole, the rest masked."""
    value = getattr(obj, column)
    sensitivity = getattr(type(obj), "sensitive", {}).get(column)
    if sensitivity is None or not value or obj == person or reads(person, sensitivity):
        return value
    return mask(str(value))


def mask(text: str) -> str:
    """138****5678, l***@example.com, 王*: enough to recognise, not enough to use."""
    if "@" in text:
        name, _at, host = text.partition("@")
        return f"{name[:1]}***@{host}"
    if len(text) >= 7:
        return f"{text[:3]}{'*' * (len(text) - 7) or '*'}{text[-4:]}"
    return f"{text[:1]}{'*' * max(1, len(text) - 1)}"
