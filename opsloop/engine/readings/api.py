"""What other apps use: has somebody read a version, and inside an act: they read it now.

has_read(person, "sop", "complaint", case.sop_version)     # or without a number: the version in force
require(person, "sop", "complaint")                        # opens a reading for them, whatever their positions are
"""

from opsloop.engine.readings.actions.settling import ask as require
from opsloop.engine.readings.models import Duty, State
from opsloop.engine.readings.queries import has_read, to_read

__all__ = ["Duty", "State", "has_read", "require", "to_read"]
