"""What stands between words and sentences, as the reader's language has it."""

from __future__ import annotations

from django.utils.translation import pgettext

from opsloop.base.things.texts import in_chinese


def comma() -> str:
    """Between the names of a list: 、 in Chinese."""
    return pgettext("report", ", ")


def semicolon() -> str:
    """Between parts of a sentence."""
    return pgettext("report", "; ")


def stop() -> str:
    """At the end of a sentence."""
    return pgettext("report", ".")


def space() -> str:
    """Between sentences: nothing in Chinese."""
    return "" if in_chinese() else " "
