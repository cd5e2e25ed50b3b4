"""Where a list stands: filters, order, page and columns, all in the address and nowhere else."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from opsloop.base.people.models import Person
from opsloop.ui.listkit.columns import Bound, bind
from opsloop.ui.listkit.listing import Listing


class State:
    """A list as one person sees it at one address."""

    def __init__(self, listing: Listing, by: Person, said: QueryDict) -> None:
        self.listing, self.by, self.said = listing, by, said

    @cached_property
    def all_columns(self) -> list[Bound]:
        return [bind(column, self.listing.model, self.by) for column in self.listing.columns]

    @cached_property
    def columns(self) -> list[Bound]:
        """Those asked for, else those that are on; never none."""
        asked = set(",".join(self.said.getlist("cols")).split(","))
        chosen = [column for column in self.all_columns if column.name in asked]
        return chosen or [column for column in self.all_columns if column.on]

    @cached_property
    def sort(self) -> tuple[str, bool]:
        """(column name, descending); the name is empty where the list's own order holds."""
        asked = self.said.get("sort", "")
        name = asked.removeprefix("-")
        known = any(column.name == name and column.sort for column in self.all_columns)
        return (name, asked.startswith("-")) if known else ("", False)

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """Filtered and in order; the key last, so that pages never overlap."""
        found = self.listing.rows(self.by)
        for one in self.listing.filters:
            found = one.narrow(found, self.said, self.by)
        name, down = self.sort
        path = next((column.sort for column in self.all_columns if column.name == name), None)
        order: list[str | OrderBy] = [f"{'-' if down else ''}{path}"] if path else list(self.listing.order)
        return found.order_by(*order, *([] if any(one in ("pk", "-pk") for one in order) else ["pk"]))

    @cached_property
    def count(self) -> int:
        return self.rows.count()

    @cached_property
    def pages(self) -> int:
        return max(1, -(-self.count // self.listing.per_page))

    @cached_property
    def page(self) -> int:
        asked = self.said.get("page", "1")
        return min(max(1, int(asked)), self.pages) if asked.isdecimal() and len(asked) < 9 else 1

    @cached_property
    def shown(self) -> list[Any]:
        """The rows of this page."""
        start = (self.page - 1) * self.listing.per_page
        rows = list(self.rows[start : start + self.listing.per_page])
        self.listing.prepare(rows, self.by)
        return rows

    @property
    def first(self) -> int:
        return (self.page - 1) * self.listing.per_page + 1 if self.count else 0

    @property
    def last(self) -> int:
        return min(self.page * self.listing.per_page, self.count)

    @cached_property
    def filtered(self) -> bool:
        """Does the address narrow the list?"""
        return any(self.said.get(key) for one in self.listing.filters for key in one.keys)

    def address(self, **changes: Any) -> str:
        """The query string of this state with changes; None drops a word, and so do empty values."""
        out = QueryDict(mutable=True)
        keys = [key for one in self.listing.filters for key in one.keys]
        for key in [*keys, "sort", "cols", "page"]:
            value = changes.get(key, self._chosen() if key == "cols" else self.said.getlist(key))
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, ""):
                    out.appendlist(key, str(one))
        return f"?{out.urlencode(safe=',')}" if out else "?"

    def _chosen(self) -> str:
        """The columns for the address, nothing where they are those that are on anyway."""
        names = [column.name for column in self.columns]
        return "" if names == [column.name for column in self.all_columns if column.on] else ",".join(names)

    def words(self) -> str:
        """The filters in words: for the ledger's entry of an export."""
        model = self.listing.model
        said = [(one.title(model), one.words(model, self.said, self.by)) for one in self.listing.filters]
        return "；".join(f"{title}: {value}" for title, value in said if value)
