"""Who must know of a publication: apps that follow what is published put a function here, in their listeners.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from opsloop.playbook.models import Publication

Hook = Callable[[Publication], None]
on_publish: list[Hook] = []
"""Called inside the publishing act, after everything is written: a hook enqueues the job that does the rest."""

Beginning = Callable[[date], None]
on_day: list[Beginning] = []
"""Called inside the act of each night with its day, after everything that begins on it holds."""


def begin(day: date) -> None:
    """Call every beginning."""
    for hook in on_day:
        hook(day)


def follow(publication: Publication) -> None:
    """Call every hook. What a hook raises undoes the act."""
    for hook in on_publish:
        hook(publication)
