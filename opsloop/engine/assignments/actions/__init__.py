"""What may be done with an assignment. Acts are found here; each file holds those of one moment of its life."""

from opsloop.engine.assignments.actions.doing import accept, decline, done, hand_over, promise
from opsloop.engine.assignments.actions.giving import change, give, reopen, urge, withdraw
from opsloop.engine.assignments.actions.series import open_next, repeat, stop
from opsloop.engine.assignments.actions.telling import tell_late

__all__ = [
    "accept",
    "change",
    "decline",
    "done",
    "give",
    "hand_over",
    "open_next",
    "promise",
    "reopen",
    "repeat",
    "stop",
    "tell_late",
    "urge",
    "withdraw",
]
