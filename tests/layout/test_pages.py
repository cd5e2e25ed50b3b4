"""Every address has a view that says who may open it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

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
