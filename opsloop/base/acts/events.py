"""Events bear the act's name. Listeners run after commit, may be lost in a crash, and cannot harm the caller.

What must not be lost is a job enqueued inside the act.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

log = logging.getLogger("opsloop.acts")


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done: its ledger entry, who did it, what it was about, and the models whose rows it changed."""

    act: str
    entry_id: int
    by_id: int
    object_type: str
    object_id: int | None
    touched: frozenset[str] = frozenset()


Listener = Callable[[Done], None]
_listeners: dict[str, list[Listener]] = {}


def listen(name: str) -> Callable[[Listener], Listener]:
    """Call the function after each committed act of this name; `*` hears all."""

    def put(fn: Listener) -> Listener:
        _listeners.setdefault(name, []).append(fn)
        return fn

    return put


def send(done: list[Done]) -> None:
    """Tell the listeners. A failing one is logged."""
    for one in done:
        for fn in (*_listeners.get(one.act, ()), *_listeners.get("*", ())):
            try:
                fn(one)
            except Exception:
                log.exception("listener %s of %s failed", fn.__qualname__, one.act)
