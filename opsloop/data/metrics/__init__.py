"""Metrics: the numbers the company judges itself by. For now one hand-written query over the lake."""
