"""Opsloop: the running form of an operations department's standard."""

__version__ = "0.1.0"
