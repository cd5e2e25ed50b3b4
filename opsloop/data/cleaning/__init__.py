"""Cleaning: a contract and any arriving file, to typed rows, rows aside with reasons, and winners. Pure: no Django."""
