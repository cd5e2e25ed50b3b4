"""Loaded when all apps are there: the kind registers itself, who reads it, and how it stands in the book."""

from opsloop.engine.sops import booked, changes, concerned, definition

__all__ = ["booked", "changes", "concerned", "definition"]
