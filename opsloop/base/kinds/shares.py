"""Shares in playbook files, as people write them: 80%, 2.5%."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text

MOST = 1000
"""Percent; more is a slip of the pen."""


def share(text: str) -> Decimal:
    """`80%` -> 0.8. Raises ValueError for anything else, and for none or more than MOST percent."""
    try:
        if text.endswith("%") and 0 < (found := Decimal(text[:-1])) <= MOST:
            return found / 100
    except InvalidOperation:
        pass
    raise ValueError(text)


def wrong_share(text: str) -> Text | None:
    """What was expected instead of this share, None when it is one."""
    try:
        share(text)
    except ValueError:
        return _("A share such as 5%")
    return None
