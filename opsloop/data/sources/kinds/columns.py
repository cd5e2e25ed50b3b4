"""One column of a source's contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.says import Says
from opsloop.data.sources.kinds import words
from opsloop.data.sources.kinds.words import ColumnType, Otherwise, Personal


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds, what is demanded of it, and how files call it."""

    type: Annotated[ColumnType, Says(label=_("Type"))] = ColumnType.TEXT
    title: Annotated[str, Says(label=_("Title"), text=True)] = ""
    required: Annotated[bool, Says(label=_("Must be there"))] = False
    default: Annotated[
        str | None, Says(label=_("If empty"), help=_("Stands for an empty cell, and for a missing column."))
    ] = None
    from_: Annotated[
        str | tuple[str, ...],
        Says(label=_("Called in files"), help=_("Other headings of this column; its own name and title are known.")),
    ] = ()
    in_: Annotated[
        str,
        Says(
            label=_("Found in"),
            check=words.column_of,
            help=_("The value must be found in this column of another source or dataset."),
            example="products.product_id",
        ),
    ] = ""
    otherwise: Annotated[Otherwise, Says(label=_("Otherwise"), help=_("If it is not found there."))] = Otherwise.ASIDE
    allowed: Annotated[tuple[str, ...], Says(label=_("Allowed values"))] = ()
    at_least: Annotated[str | None, Says(label=_("At least"), help=_("A number, or a day."), example="0")] = None
    at_most: Annotated[str | None, Says(label=_("At most"), help=_("A number, or a day."))] = None
    pattern: Annotated[
        str, Says(label=_("Pattern"), check=words.pattern, help=_("The whole value must fit."), example="[0-9]{11}")
    ] = ""
    longest: Annotated[int | None, Says(label=_("Most characters"), min=1, max=1_000_000)] = None
    decimals: Annotated[int, Says(label=_("Decimals"), min=0, max=6, help=_("Of money; further ones are rounded."))] = 2
    format: Annotated[
        str | tuple[str, ...],
        Says(
            label=_("Written as"),
            help=_("Days written otherwise than year, month, day."),
            example='"%d/%m/%Y"',
        ),
    ] = ()
    arrives_in: Annotated[
        str,
        Says(
            label=_("Arrives in zone"),
            check=words.zone,
            help=_("The zone that moments in the file are in; else the source's own."),
            example="UTC",
        ),
    ] = ""
    not_after: Annotated[
        str, Says(label=_("Not after"), help=_("`load`, or another column's name."), example="load")
    ] = ""
    personal: Annotated[
        Personal | None,
        Says(label=_("Personal data"), help=_("Shown only to positions that read this class.")),
    ] = None
