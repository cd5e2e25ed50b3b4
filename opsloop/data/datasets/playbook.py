"""Loaded when all apps are there: the kind registers itself."""

from opsloop.data.datasets import definition

__all__ = ["definition"]
