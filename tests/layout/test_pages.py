"""Every address has a view that says who may open it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import get_converters

from opsloop.playbook.reader.files import IDENT
from opsloop.ui.page import Page

MACHINES = ("api/",)
"""Doors for programs: they judge each call by its token."""


def views(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for one in resolver.url_patterns:
        at = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from views(one, at)
        else:
            yield at, one


def test_every_view_says_who_may_open_it() -> None:
    found = list(views(get_resolver()))
    assert len(found) > 5
    silent = [
        f"/{at} {one.callback.__module__}.{getattr(one.callback, '__qualname__', one.callback)}"
        for at, one in found
        if not at.startswith(MACHINES) and not isinstance(getattr(one.callback, "page", None), Page)
    ]
    assert silent == [], "put @page(...) on these views"


def test_every_address_ends_with_a_slash_or_is_a_file() -> None:
    open_ends = [at for at, _one in views(get_resolver()) if at and not at.endswith("/") and "." not in at]
    assert [at for at in open_ends if not at.startswith(MACHINES)] == []


HOLE = re.compile(r"<(?:(\w+):)?\w+>")


def _fits(part: str, word: str) -> bool:
    """Can this variable part of an address be that word?"""
    regex, end = "", 0
    for hole in HOLE.finditer(part):
        regex += re.escape(part[end : hole.start()]) + f"(?:{get_converters()[hole[1] or 'str'].regex})"
        end = hole.end()
    return re.fullmatch(regex + re.escape(part[end:]), word) is not None


def _hides(one: Sequence[str], other: Sequence[str]) -> bool:
    """Is there an id of the playbook that both addresses could be meant by?"""
    hidden = False
    for mine, theirs in zip(one, other, strict=True):
        fixed, holed = "<" not in mine, "<" in theirs
        if fixed and not holed and mine != theirs:
            return False
        if fixed and holed:
            if not _fits(theirs, mine):
                return False
            hidden |= IDENT.fullmatch(mine) is not None
        if not fixed and not holed:
            if not _fits(mine, theirs):
                return False
            hidden |= IDENT.fullmatch(theirs) is not None
    return hidden


def test_no_id_can_be_hidden_by_a_page_beside_it() -> None:
    found = sorted(at for at, _one in views(get_resolver()) if not at.startswith(MACHINES))
    by_length: dict[int, list[str]] = {}
    for at in found:
        by_length.setdefault(at.count("/"), []).append(at)
    hidden = [
        (one, other)
        for group in by_length.values()
        for one, other in combinations(group, 2)
        if _hides(one.split("/"), other.split("/"))
    ]
    assert hidden == [], "fixed words beside an id begin with `-`, as /sources/-/held/"


def test_a_page_that_could_hide_an_id_is_found() -> None:
    assert _hides(["reconciliation", "<slug:source>", ""], ["reconciliation", "days", ""])
    assert not _hides(["sources", "<slug:ident>", "<day:day>", ""], ["sources", "<slug:ident>", "aside", ""])
    assert not _hides(["sources", "<slug:ident>", "aside", ""], ["sources", "-", "held", ""])
