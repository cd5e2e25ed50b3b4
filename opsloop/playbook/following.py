"""Who must know of a publication: apps that follow what is published put a function here, in their listeners.py."""

from __future__ import annotations

from collections.abc import Callable

from opsloop.playbook.models import Publication

Hook = Callable[[Publication], None]
on_publish: list[Hook] = []
"""Called inside the publishing act, after everything is written: a hook enqueues the job that does the rest."""


def follow(publication: Publication) -> None:
    """Call every hook. What a hook raises undoes the act."""
    for hook in on_publish:
        hook(publication)
