"""Titles of kept assignments, composed anew for readers of another language than the company's.

What people wrote stays as they wrote it; an app that keeps assignments (`keepers.py`) knows what its own are about.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings

from opsloop.base.kinds.translated import language

Namer = Callable[[int], str]
"""The assignment's id -> its title in the reader's language; empty: as it is stored."""
_namers: dict[str, Namer] = {}


def named(keeper: str, namer: Namer) -> None:
    """Register who names the assignments that are given with this keeper's name."""
    _namers[keeper] = namer


def name_of(keeper: str, pk: int) -> str:
    """Empty where the stored title is the one to show."""
    if keeper not in _namers or language() == settings.LANGUAGE_CODE.partition("-")[0]:
        return ""
    return _namers[keeper](pk)
