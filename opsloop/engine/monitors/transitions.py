"""How an alert goes from state to state. What is not in the table is refused, whoever asks and by whatever door."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Refused, Text
from opsloop.engine.monitors.words import State

ALIVE = (State.OPEN, State.ACKNOWLEDGED, State.SILENCED)

TABLE: Mapping[str, tuple[tuple[State, ...], State]] = {
    "acknowledge": ((State.OPEN,), State.ACKNOWLEDGED),
    "silence": ((State.OPEN, State.ACKNOWLEDGED), State.SILENCED),
    "wake": ((State.SILENCED,), State.ACKNOWLEDGED),
    "close": ((State.ACKNOWLEDGED, State.SILENCED), State.CLOSED),
    "recover": (ALIVE, State.CLOSED),
    "give_back": (ALIVE, State.OPEN),
}
"""verb -> (from which states, to which). recover: the data came. give_back: who had it left. Nobody decides these."""

WHY: Mapping[State, Text] = {
    State.OPEN: _("Acknowledge it first: somebody has to have looked."),
    State.ACKNOWLEDGED: _("It is acknowledged already."),
    State.SILENCED: _("It is silenced already."),
    State.CLOSED: _("It is closed."),
}


def why_not(state: str, verb: str) -> Text | None:
    """The reason why an alert in this state does not go there, None when it does."""
    sources, _target = TABLE[verb]
    return None if state in sources else WHY[State(state)]


def after(state: str, verb: str) -> State:
    """The next state. Raises Refused for every transition that is not in the table."""
    if (reason := why_not(state, verb)) is not None:
        raise Refused(reason)
    return TABLE[verb][1]
