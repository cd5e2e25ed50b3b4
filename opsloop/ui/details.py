"""The detail kit: a thing's facts, files, links and history on its page."""

from opsloop.ui.detailkit.facts import Fact, facts_of
from opsloop.ui.detailkit.history import Told, told_of

__all__ = ["Fact", "Told", "facts_of", "told_of"]
