"""The navigation as one person may use it."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.base.policy.scopes import sees
from opsloop.base.registry import MenuItem, menu


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the navigation. `here` marks the page that is open."""

    title: str
    url: str
    icon: str
    group: str
    here: bool = False


def address(name: str) -> str | None:
    """The path of a URL name without arguments, or None when nobody offers it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def may_open(person: Person, item: MenuItem) -> bool:
    """The menu shows what the page behind it would let this person open."""
    return (item.see is None or sees(person, item.see) is not None) and (item.act is None or can(person, item.act))


def lines(person: Person, path: str) -> list[Line]:
    """Every line this person may open, in order; the longest address that `path` begins with is `here`."""
    offered = [(item, address(item.url)) for item in menu() if may_open(person, item)]
    open_ones = [url for _item, url in offered if url and (path == url or (url != "/" and path.startswith(url)))]
    here = max(open_ones, key=len, default=None)
    return [
        Line(str(item.title), url, item.icon, str(item.group), url == here) for item, url in offered if url is not None
    ]


def groups(found: list[Line]) -> list[tuple[str, list[Line]]]:
    """(group title, its lines), in the order in which the groups come up."""
    out: dict[str, list[Line]] = {}
    for line in found:
        out.setdefault(line.group, []).append(line)
    return list(out.items())
