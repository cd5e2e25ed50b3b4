"""Why a job or a message failed and what can be done, in words for the person who looks after the machine.

The first line of an error is `Name: text`, written by run.py, lease.py and outbox.py; the name says the sort.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from opsloop.base.things import errors
from opsloop.base.things.errors import Text

TIMED_OUT, WORKER_ENDED, OUTSIDE = "TimedOut", "WorkerEnded", "OutsideError"
FORBIDDEN = errors.Forbidden.__name__
NO_TASK = "LookupError: no task"
RULES = frozenset(
    one.__name__
    for one in vars(errors).values()
    if isinstance(one, type) and issubclass(one, errors.ActError) and one.__name__ != OUTSIDE
)


@dataclass(frozen=True, slots=True)
class Why:
    """sort: what kind of failure. said: its own words, without traceback. remedy: what to do now."""

    sort: Text
    said: str
    remedy: Text


def why(error: str) -> Why | None:
    """What an error text means; None without one."""
    first, _newline, _trace = error.strip().partition("\n")
    if not first:
        return None
    name, colon, said = f"{first} ".partition(": ")
    if not colon or " " in name:
        name, said = "", first
    sort, remedy = _meaning(name, first)
    return Why(sort, said.strip() or name, remedy)


def _meaning(name: str, first: str) -> tuple[Text, Text]:
    if name == TIMED_OUT:
        return _("It took too long"), _("Try it again at a quiet hour. If it happens again, report it.")
    if name == WORKER_ENDED:
        return _("The worker ended while it ran"), _("Look at the server's memory and log, then try it again.")
    if name == FORBIDDEN:
        return _("Not allowed"), _("Who asked may not do this any more. Let somebody who may ask anew, and discard it.")
    if first.startswith(NO_TASK):
        return _("Unknown task"), _("This version has no such task. Discard it.")
    if name == OUTSIDE:
        return _("Another system failed"), _("See whether that system can be reached, then try it again.")
    if name in RULES:
        return _("A rule said no"), _("Put right what the rule names, then try it again; or discard it.")
    return _("A fault in the program"), _("Try it once more. If it fails again, report it with its technical text.")


def first_line(error: str) -> str:
    """The failure's own words in one line."""
    found = why(error)
    return found.said if found else ""
