"""Loaded when all apps are there: the kind registers itself, and who reads it."""

from opsloop.engine.sops import concerned, definition

__all__ = ["concerned", "definition"]
