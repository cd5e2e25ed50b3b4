"""What may be done with readings. Acts are found here; each file holds those of one moment of their life."""

from opsloop.engine.readings.actions.reading import answer, confirm
from opsloop.engine.readings.actions.settling import settle, take
from opsloop.engine.readings.actions.telling import remind, tell_late
from opsloop.engine.readings.actions.urging import allow_try, urge, urge_all

__all__ = ["allow_try", "answer", "confirm", "remind", "settle", "take", "tell_late", "urge", "urge_all"]
