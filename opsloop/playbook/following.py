"""Who must know of a publication: apps that follow what is published put a function here, in their listeners.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opsloop.playbook.models import Publication, Version

Hook = Callable[[Publication], None]
on_publish: list[Hook] = []
"""Called inside the publishing act, after everything is written: a hook enqueues the job that does the rest."""

Beginning = Callable[[Mapping[tuple[str, str], Version]], None]
on_day: list[Beginning] = []
"""Called inside the act of each night with what is in force on that day: (kind, id) -> version."""


def begin(in_force: Mapping[tuple[str, str], Version]) -> None:
    """Call every beginning."""
    for hook in on_day:
        hook(in_force)


def follow(publication: Publication) -> None:
    """Call every hook. What a hook raises undoes the act."""
    for hook in on_publish:
        hook(publication)
