"""What other apps use: give an assignment that follows from a thing, and the post's or person's list.

`give` is the act; `give_kept`, `take`, `finish`, `drop`, `give_back` and `keep` are for things that have an assignment
behind them which lives and ends with the thing (keepers.py).
"""

from opsloop.engine.assignments.actions import give
from opsloop.engine.assignments.keepers import drop, finish, give_back, give_kept, keep, take
from opsloop.engine.assignments.models import RUNNING, Assignment, State
from opsloop.engine.assignments.naming import named
from opsloop.engine.assignments.queries import closing, to_do
from opsloop.engine.assignments.whose import staff

__all__ = [
    "RUNNING", "Assignment", "State", "closing", "drop", "finish", "give", "give_back", "give_kept", "keep", "named",
    "staff", "take", "to_do",
]  # fmt: skip
