"""What a source's loads are held against: sizes, key figures, control figures."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.says import Says
from opsloop.data.sources.kinds import words
from opsloop.data.sources.kinds.words import Than


@dataclass(frozen=True, slots=True)
class Bound:
    """How far a load may be from what is usual."""

    below: Annotated[
        Decimal | None, Says(label=_("Below"), min=0, help=_("Held under so many times the usual."), example="0.5")
    ] = None
    above: Annotated[
        Decimal | None, Says(label=_("Above"), min=0, help=_("Held over so many times the usual."), example="2")
    ] = None
    of: Annotated[Than, Says(label=_("The usual is"))] = Than.SAME_WEEKDAY


@dataclass(frozen=True, slots=True)
class HoldIf:
    """When a load waits for a person (待放行)."""

    rows: Annotated[Bound | None, Says(label=_("Rows"))] = None
    figures: Annotated[
        dict[str, Bound],
        Says(label=_("Key figures"), keys=Says(label=_("Column")), help=_("The sum of a column.")),
    ] = field(default_factory=dict)
    set_aside: Annotated[
        str,
        Says(label=_("Rows set aside"), check=words.share, help=_("Held above this share or number."), example="20%"),
    ] = ""


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose each row is, for positions that do not see the rows of the whole company."""

    department: Annotated[
        str, Says(label=_("Department"), help=_("The column with the department's code."), example="store_id")
    ] = ""
    person: Annotated[
        str, Says(label=_("Person"), help=_("The column with the staff number; of own tables, with the person's key."))
    ] = ""
    everyone: Annotated[bool, Says(label=_("Everyone's"), help=_("Nothing in it is a department's own."))] = False


@dataclass(frozen=True, slots=True)
class CheckAgainst:
    """Where the control figure of a day comes from (对数): a sheet that somebody types or imports, or a source."""

    sheet: Annotated[str, Says(label=_("Control sheet"), text=True)] = ""
    source: Annotated[str, Says(label=_("Control source"), ref="source")] = ""
    figure: Annotated[
        str, Says(label=_("Our figure"), help=_("The column that is added up; else the first one of money."))
    ] = ""
    theirs: Annotated[str, Says(label=_("Their figure"), help=_("The control source's column."))] = ""
    limit: Annotated[
        str,
        Says(label=_("Limit"), check=words.share, help=_("Above it the day is in doubt."), example="0.5%"),
    ] = "0.5%"
