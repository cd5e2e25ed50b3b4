"""The table as HTML, made in Python: a template include per cell would cost more than the queries."""

from __future__ import annotations

from typing import Any

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _t

from opsloop.ui.formats import NONE
from opsloop.ui.listkit.columns import Bound
from opsloop.ui.listkit.state import State

SORTED = (
    '<th scope="col" class="{}" aria-sort="{}"><a class="th" href="{}" hx-get="{}" hx-target="{}" '
    'hx-swap="outerMorph" hx-push-url="true">{}<span aria-hidden="true" class="th-mark"> {}</span></a></th>'
)
TICK = '<td class="tick"><input type="checkbox" class="form-check-input" name="_on" value="{}" aria-label="{}"></td>'


def head(state: State, target: str) -> SafeString:
    """The header cells; those that sort are links that say how."""
    name, down = state.sort
    parts = []
    for column in state.columns:
        if not column.sort:
            parts.append(format_html('<th scope="col" class="{}">{}</th>', column.css, column.label))
            continue
        here = column.name == name
        order = ("descending" if down else "ascending") if here else "none"
        url = state.address(sort=column.name if not here else None if down else f"-{column.name}", page=None)
        mark = ("▼" if down else "▲") if here else "↕"
        cell = format_html(SORTED, column.css, order, url, url, target, column.label, mark)
        parts.append(cell)
    return mark_safe("".join(parts))  # noqa: S308 each part was made by format_html


def body(state: State, *, ticks: bool) -> SafeString:
    """The rows of the page. Every value is escaped by its column; labels serve the cards of a phone."""
    cells = [(f'<td class="{column.css}" data-label="{escape(column.label)}">', column) for column in state.columns]
    return mark_safe("".join(_row(state, row, cells, ticks) for row in state.shown))  # noqa: S308


def _row(state: State, row: Any, cells: list[tuple[str, Bound]], ticks: bool) -> str:
    parts = [f'<tr data-row id="row-{row.pk}">']
    if ticks:
        parts.append(format_html(TICK, row.pk, _t("Select {row}").format(row=row)))
    for start, column in cells:
        shown = column.shown(row)
        parts.append(start if shown != NONE else start.replace('class="', 'class="none ', 1))
        parts.append(_link(state, row, shown) if column.link else shown)
        parts.append("</td>")
    parts.append("</tr>")
    return "".join(parts)


def _link(state: State, row: Any, shown: str) -> str:
    url = state.listing.url(row)
    if url is None:
        return shown
    safe = conditional_escape(url)
    return f'<a class="row-link" href="{safe}" hx-get="{safe}" hx-target="#drawer-body">{shown}</a>'


def page_numbers(page: int, pages: int) -> list[int | None]:
    """1 … 4 5 6 … 20: the first, the last and those around; None is a gap."""
    near = {1, pages, page - 1, page, page + 1}
    if page <= 4:
        near |= {2, 3, 4, 5}
    if page >= pages - 3:
        near |= set(range(pages - 4, pages))
    out: list[int | None] = []
    for one in sorted(n for n in near if 1 <= n <= pages):
        if out and out[-1] is not None and one - out[-1] > 1:
            out.append(None)
        out.append(one)
    return out
