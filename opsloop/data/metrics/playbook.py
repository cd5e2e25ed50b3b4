"""Loaded when all apps are there: the kind registers itself."""

from opsloop.data.metrics import definition

__all__ = ["definition"]
