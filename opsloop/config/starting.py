"""Starting Django quickly."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the garbage collector: what a start makes stays, and looking through it again and again for what does
    not took a sixth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def set_up() -> None:
    """django.setup(), for a process that has just begun."""
    with uncollected():
        import django

        django.setup()
