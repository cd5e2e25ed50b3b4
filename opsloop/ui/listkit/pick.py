"""The rows behind a list's filter box."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound
from opsloop.ui.listkit.filters import PickFilter
from opsloop.ui.listkit.listing import listing_named


def filter_rows(by: Person, name: str, filter_name: str) -> QuerySet[Any]:
    """What may be chosen in a list's filter. Raises NotFound."""
    for one in listing_named(name).filters:
        if one.name == filter_name and isinstance(one, PickFilter):
            return one.rows(by)
    raise NotFound(_t("There is nothing to choose from here."))
