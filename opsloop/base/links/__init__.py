"""Typed two-way links between any two things, in one table."""
