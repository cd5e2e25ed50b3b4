"""Loaded when all apps are there: the kind registers itself."""

from opsloop.engine.sops import definition

__all__ = ["definition"]
