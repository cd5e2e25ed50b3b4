"""Opsloop: the running form of an operations department's standard."""
