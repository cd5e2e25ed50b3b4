"""Loaded when all apps are there: the kind registers itself."""

from opsloop.data.sources.kinds import source

__all__ = ["source"]
