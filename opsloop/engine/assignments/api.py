"""What other apps use: give an assignment that follows from a thing, and the post's or person's list."""

from opsloop.engine.assignments.actions import give
from opsloop.engine.assignments.models import Assignment, State
from opsloop.engine.assignments.queries import closing, to_do

__all__ = ["Assignment", "State", "closing", "give", "to_do"]
