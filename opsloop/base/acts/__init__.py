"""Acts: the only way the domain changes. Import from here in an app's actions.py, listeners.py and jobs.py."""

from opsloop.base.acts.args import Arg, Day, Money, Note, Reason
from opsloop.base.acts.each import each
from opsloop.base.acts.events import Done, listen
from opsloop.base.acts.perform import perform, perform_on
from opsloop.base.acts.registry import Act, registry
from opsloop.base.acts.run import act, acting, attempt, operation
from opsloop.base.things.errors import Forbidden, Invalid, NotFound, Refused, Stale, Warned
from opsloop.base.things.frame import Call, happened_at, warn

__all__ = [
    "Act",
    "Arg",
    "Call",
    "Day",
    "Done",
    "Forbidden",
    "Invalid",
    "Money",
    "NotFound",
    "Note",
    "Reason",
    "Refused",
    "Stale",
    "Warned",
    "act",
    "acting",
    "attempt",
    "each",
    "happened_at",
    "listen",
    "operation",
    "perform",
    "perform_on",
    "registry",
    "warn",
]
