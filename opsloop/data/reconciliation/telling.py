"""The owner of a source is told when a day comes above the limit."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import tell_position
from opsloop.data.reconciliation.agreements import Agreement
from opsloop.data.reconciliation.models import Control

KIND = "reconciliation.above"


def tell_above(agreement: Agreement, rows: Sequence[Control]) -> None:
    """Inside an act: one line a source, however many days."""
    if not rows or not agreement.owner:
        return
    last = max(rows, key=lambda row: row.day)
    tell_position(
        agreement.owner,
        KIND,
        format_lazy(_("{source} differs from {against}"), source=agreement.title, against=agreement.against),
        format_lazy(
            _("{n} day(s) above the limit, the last one {day}: {difference}. Numbers of these days are in doubt."),
            n=len(rows), day=last.day.isoformat(), difference=f"{last.difference:,.2f}",
        ),
        link=f"/reconciliation/{agreement.source}/?month={last.day:%Y-%m}",
        about=last,
        key=f"{KIND}:{agreement.source}",
    )  # fmt: skip
