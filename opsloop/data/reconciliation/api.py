"""What other apps may use: the days on which a source is in doubt (存疑)."""

from opsloop.data.reconciliation.queries import Doubt, doubts

__all__ = ["Doubt", "doubts"]
