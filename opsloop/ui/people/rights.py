"""What somebody's positions let them do and see, in words, today or on any day before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _t
from django.utils.translation import gettext as spoken

from opsloop.base.acts import registry
from opsloop.base.people.actions.rules import is_power
from opsloop.base.people.models import Department, Person, Position
from opsloop.base.policy import measures
from opsloop.base.policy.standing import Standing, standings
from opsloop.base.registry import modules
from opsloop.ui import formats


@dataclass(frozen=True, slots=True)
class Doing:
    """What one may do within a subject. `power`: some of it gives rights to others or decides the standard."""

    subject: str
    labels: tuple[str, ...]
    power: bool


@dataclass(frozen=True, slots=True)
class Rights:
    """One position's rights in words. `behalf` names whom one stands in for; `later` are acts not installed here."""

    post: str
    url: str
    place: str
    behalf: str
    may: tuple[Doing, ...]
    later: tuple[str, ...]
    sees: tuple[tuple[str, str], ...]
    reads: tuple[str, ...]
    limits: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def rights_of(person: Person, at: datetime | None = None) -> list[Rights]:
    """Every standing of a person, own ones first; three queries for their names."""
    found = standings(person, at)
    posts = {one.code: one for one in Position.objects.filter(code__in={s.position for s in found})}
    places = dict(Department.objects.filter(pk__in={s.department_id for s in found}).values_list("pk", "title"))
    lent = {s.behalf_id for s in found if s.behalf_id}
    names = {one.pk: str(one) for one in Person.objects.filter(pk__in=lent)} if lent else {}
    return [_told(one, posts.get(one.position), places, names) for one in found]


def _told(standing: Standing, post: Position | None, places: dict[int, str], names: dict[int, str]) -> Rights:
    may, later = doings(standing.may)
    return Rights(
        post=str(post) if post else standing.position,
        url=post.get_absolute_url() if post else "",
        place=places.get(standing.department_id, ""),
        behalf=names.get(standing.behalf_id or 0, ""),
        may=may,
        later=later,
        sees=tuple((noun(name), level(said)) for name, said in sorted(standing.sees.items(), key=_star_last)),
        reads=tuple(_classes().get(one, one) for one in sorted(standing.reads)),
        limits=tuple(limits(standing.limits)),
    )


def _star_last(pair: tuple[str, str]) -> tuple[bool, str]:
    return pair[0] == "*", pair[0]


def doings(patterns: Iterable[str]) -> tuple[tuple[Doing, ...], tuple[str, ...]]:
    """(what may be done by subject, acts that nobody has installed). A star is everything of its subject."""
    labels: dict[str, list[str]] = defaultdict(list)
    power: set[str] = set()
    later: list[str] = []
    known = {act.noun for act in registry.values()}
    for name in sorted(patterns):
        subject, _dot, verb = name.partition(".")
        if name in registry or (verb == "*" and subject in known):
            labels[subject].append(_t("everything") if verb == "*" else str(registry[name].label))
            if is_power(name):
                power.add(subject)
        else:
            later.append(name)
    found = [Doing(noun(one), tuple(sorted(said)), one in power) for one, said in labels.items()]
    return tuple(sorted(found, key=lambda one: one.subject)), tuple(later)


def noun(name: str) -> str:
    """A subject of work in words: its module's title, else its app's, else the word itself."""
    if name == "*":
        return _t("everything else")
    title = next((module.title for module in modules() if module.name == name), "")
    label = apps.app_configs[name].verbose_name if name in apps.app_configs else ""
    return str(title) or str(label) or spoken(name.capitalize())


def level(said: str) -> str:
    """own, department, subtree, all or none, in words."""
    return {
        "own": _t("only what is theirs"),
        "department": _t("their department"),
        "subtree": _t("their department and all below"),
        "all": _t("the whole company"),
        "none": _t("nothing of it"),
    }.get(said, said)


def _classes() -> dict[str, str]:
    return {"contact": _t("phone numbers and e-mail addresses")}


def limits(said: Mapping[str, Mapping[str, Any]]) -> Iterable[tuple[str, tuple[tuple[str, str], ...]]]:
    """(what, ((measure, amount), …)) of each limit."""
    for name, parts in said.items():
        amounts = tuple((measures.spoken(one) or one, amount(one, most)) for one, most in parts.items())
        yield spoken(name.replace("_", " ").capitalize()), amounts


def amount(measure: str, value: Any) -> str:
    """The number of a measure as money, as a share, or as it is."""
    if measures.is_money(measure):
        return formats.money(value)
    return formats.number(value) + "%" * (measure == measures.PERCENT)
