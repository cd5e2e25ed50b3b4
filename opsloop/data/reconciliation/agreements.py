"""What is compared with what: read out of the sources' files (check_against)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _t

from opsloop.data.sources.models import Source
from opsloop.ui.formats import number, percent

ROWS = "rows"
"""The figure of a source without a column of money: how many rows a day has."""


@dataclass(frozen=True, slots=True)
class Other:
    """The source that gives the control figure, and the column of it that is added up."""

    source: str
    figure: str

    @property
    def table(self) -> str:
        return self.source.replace("-", "_")


@dataclass(frozen=True, slots=True)
class Agreement:
    """One source's control figure. owner: the id of a position. limit: a share, or an amount when `amount`."""

    source: str
    title: str
    owner: str
    figure: str
    label: str
    against: str
    limit: Decimal
    amount: bool
    other: Other | None

    @property
    def allowed(self) -> str:
        """The limit as people say it."""
        return number(self.limit) if self.amount else percent(self.limit, 2)

    @property
    def table(self) -> str:
        """The source's name in the data warehouse."""
        return self.source.replace("-", "_")

    @property
    def tables(self) -> frozenset[str]:
        """Whose new versions change the comparison."""
        return frozenset({self.table} | ({self.other.table} if self.other else set()))


def agreements() -> list[Agreement]:
    """Every source in force that is held against a control figure, by title."""
    rows = list(Source.objects.filter(withdrawn=False))
    titles = {row.ident: row.name for row in rows}
    found = [one for row in rows if (one := _agreement(row, titles)) is not None]
    return sorted(found, key=lambda one: one.title)


def agreement_of(source: str) -> Agreement | None:
    """The agreement of one source, or None."""
    return next((one for one in agreements() if one.source == source), None)


def limit_of(text: str) -> tuple[Decimal, bool]:
    """`0.5%` -> (0.005, False), `100` -> (100, True)."""
    if text.endswith("%"):
        return Decimal(text[:-1]) / 100, False
    return Decimal(text), True


def _agreement(row: Source, titles: Mapping[str, str]) -> Agreement | None:
    said: Mapping[str, Any] | None = row.definition.get("check_against")
    if not said or not row.definition.get("time"):
        return None
    columns: Mapping[str, Mapping[str, Any]] = row.said.get("columns", {})
    figure = said.get("figure") or _first_money(columns)
    limit, amount = limit_of(said.get("limit") or "0.5%")
    other = said.get("source") or ""
    return Agreement(
        source=row.ident,
        title=row.name,
        owner=row.owner,
        figure=figure,
        label=_label(figure, columns, str(row.definition.get("currency") or settings.WORKSPACE.currency)),
        against=said.get("sheet") or titles.get(other, other) or _t("Control figures"),
        limit=limit,
        amount=amount,
        other=Other(other, said.get("theirs") or figure) if other else None,
    )


def _first_money(columns: Mapping[str, Mapping[str, Any]]) -> str:
    return next((name for name, column in columns.items() if column.get("type") == "money"), ROWS)


def _label(figure: str, columns: Mapping[str, Mapping[str, Any]], currency: str) -> str:
    """The column's title, with the currency of a sum of money."""
    if figure == ROWS:
        return _t("Number of rows")
    column = columns.get(figure, {})
    title = str(column.get("title") or figure)
    if column.get("type") != "money":
        return title
    return _t("{figure} ({currency})").format(figure=title, currency=currency)
