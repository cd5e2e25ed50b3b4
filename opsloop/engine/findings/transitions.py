"""How a finding goes from state to state. What is not in the table is refused, whoever asks and by whatever door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Refused, Text
from opsloop.engine.findings.words import State

ALIVE = (State.NEW, State.ACCEPTED, State.DOING, State.DONE)
IN_HAND = (State.ACCEPTED, State.DOING)
"""What counts against an owner's limit: taken on and not done."""
MERGING = (State.NEW, State.ACCEPTED, State.DOING)
"""What a further sight of the same cause is added to."""

TABLE: Mapping[str, tuple[tuple[State, ...], State | None]] = {
    "triage": ((State.NEW,), State.ACCEPTED),
    "dismiss": (MERGING, State.CLOSED),
    "merge": ((State.NEW, State.ACCEPTED), State.MERGED),
    "split": ((State.MERGED,), State.NEW),
    "decide": (IN_HAND, State.DOING),
    "finish": ((State.DOING,), State.DONE),
    "verify": ((State.DONE,), State.VERIFIED),
    "reopen": ((State.DONE, State.VERIFIED, State.CLOSED), State.DOING),
    "take": (IN_HAND, None),
    "hand_over": (IN_HAND, None),
    "waive": ((*IN_HAND, State.DONE), None),
    "measure": ((State.DONE,), None),
    "allow_more": ((State.NEW, *IN_HAND), None),
}
"""verb -> (from which states, to which; None: it stays where it is)."""

WHY: Mapping[State, Text] = {
    State.NEW: _("It was not triaged yet."),
    State.ACCEPTED: _("Say first what will be done and how it will be verified."),
    State.DOING: _("It is in hand."),
    State.DONE: _("It is done and waits to be verified."),
    State.VERIFIED: _("It is verified."),
    State.CLOSED: _("It is not pursued."),
    State.MERGED: _("It is merged into another one."),
}


def why_not(state: str, verb: str) -> Text | None:
    """The reason why a finding in this state does not go there, None when it does."""
    return None if state in TABLE[verb][0] else WHY[State(state)]


def after(state: str, verb: str) -> State:
    """The next state. Raises Refused for every transition that is not in the table."""
    if (reason := why_not(state, verb)) is not None:
        raise Refused(reason)
    return TABLE[verb][1] or State(state)


def can_go(verb: str) -> Callable[[Any], Text | None]:
    """A `when` for the act of this verb."""
    return lambda finding: why_not(finding.state, verb)
