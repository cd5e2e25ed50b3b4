"""The list kit: a list is declared as a class; address, filters, pages, columns, export and cards come with it."""

from opsloop.ui.listkit.columns import Column
from opsloop.ui.listkit.filters import ChoiceFilter, DayFilter, Filter, FlagFilter, PickFilter, TextFilter
from opsloop.ui.listkit.listing import Listing, listing_named
from opsloop.ui.listkit.views import list_page

__all__ = [
    "ChoiceFilter",
    "Column",
    "DayFilter",
    "Filter",
    "FlagFilter",
    "Listing",
    "PickFilter",
    "TextFilter",
    "list_page",
    "listing_named",
]
