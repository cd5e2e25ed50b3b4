"""Loaded when all apps are there: the kind registers itself."""

from opsloop.engine.monitors import definition

__all__ = ["definition"]
