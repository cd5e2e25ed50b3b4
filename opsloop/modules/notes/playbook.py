"""Loaded when all apps are there: the kind registers itself."""

from opsloop.modules.notes import definition

__all__ = ["definition"]
