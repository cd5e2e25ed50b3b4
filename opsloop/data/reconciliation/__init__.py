"""Reconciliation (对数): our figure of a source and day against a control figure from outside."""
