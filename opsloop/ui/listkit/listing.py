"""What a list is: its rows, columns, filters, order and what can be done with rows."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.db.models.expressions import OrderBy
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound, Text
from opsloop.ui.listkit.columns import Column
from opsloop.ui.listkit.filters import Filter

_listings: dict[str, type[Listing]] = {}


class Listing:
    """Subclass it in an app's lists.py and show it with `list_page`. `name` is its word in addresses and the ledger."""

    name: ClassVar[str]
    model: ClassVar[type[Model]]
    title: ClassVar[Text]
    columns: ClassVar[tuple[Column, ...]]
    filters: ClassVar[tuple[Filter, ...]] = ()
    order: ClassVar[tuple[str | OrderBy, ...]] = ("-pk",)
    """Columns as `order_by` has them, or expressions: where the databases differ in where they put what is empty."""
    per_page: ClassVar[int] = 25
    acts: ClassVar[tuple[str, ...]] = ()
    """Acts without an object, as buttons above the list."""
    bulk: ClassVar[tuple[str, ...]] = ()
    """Acts on a list of objects, for ticked rows."""
    export: ClassVar[bool] = True
    empty: ClassVar[Text] = _("Nothing here yet.")
    empty_hint: ClassVar[Text] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        known = _listings.get(cls.name)
        if known is not None and known.__module__ != cls.__module__:
            raise RuntimeError(f"two lists named {cls.name}: in {known.__module__} and {cls.__module__}")
        _listings[cls.name] = cls

    def rows(self, by: Person) -> QuerySet[Any]:
        """The rows this person may see, with select_related for what the columns show."""
        return visible(by, self.model)

    def prepare(self, rows: list[Any], by: Person) -> None:
        """Called once with the rows of a page, or some hundred rows of an export: look up here what columns need."""

    def url(self, row: Any) -> str | None:
        """The page of a row, shown beside the list."""
        known = getattr(row, "get_absolute_url", None)
        return str(known()) if known else None


def listing_named(name: str) -> Listing:
    """The list of this name. Raises NotFound."""
    found = _listings.get(name)
    if found is None:
        raise NotFound(_t("There is no list {name}.").format(name=name))
    return found()


def listings() -> list[type[Listing]]:
    """Every list that was declared."""
    return list(_listings.values())
