"""The ways in which a source's data arrives; each is known by its first key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.says import Says
from opsloop.data.sources.kinds import words
from opsloop.data.sources.kinds.words import MomentAs, PageBy, Per


@dataclass(frozen=True, slots=True)
class Drop:
    """Files put into the workspace's drop folder, or uploaded in a page."""

    drop: Annotated[
        str,
        Says(
            label=_("File name"),
            help=_("Which files in drop/ are its; * stands for anything. The ending says what they are."),
            example='"sales-*.csv"',
        ),
    ]
    encoding: Annotated[
        str | tuple[str, ...], Says(label=_("Encodings"), help=_("Tried in this order."), example="[utf-8, gb18030]")
    ] = ("utf-8", "gb18030")
    separator: Annotated[str, Says(label=_("Separator"), help=_("Of text files; found out when empty."))] = ""
    sheet: Annotated[str, Says(label=_("Sheet"), help=_("Of an Excel file; else the first with rows."))] = ""
    skip: Annotated[int, Says(label=_("Lines before the headings"), min=0, max=1000)] = 0


@dataclass(frozen=True, slots=True)
class Database:
    """A query on a company's database; how to reach it stands in var/connections.toml."""

    marks: ClassVar[str] = "database"
    database: Annotated[str, Says(label=_("Database"), help=_("Its name in var/connections.toml."))]
    query: Annotated[
        str,
        Says(
            label=_("Query"),
            long=True,
            help=_("One SELECT; :since stands for the first moment or day that is wanted."),
            example="select * from orders where changed_at >= :since",
        ),
    ]


@dataclass(frozen=True, slots=True)
class Paging:
    """How an interface gives further pages."""

    by: Annotated[PageBy, Says(label=_("By"))] = PageBy.PAGE
    param: Annotated[str, Says(label=_("Parameter"), help=_("That names the page, offset or cursor."))] = "page"
    size_param: Annotated[str, Says(label=_("Size parameter"))] = ""
    size: Annotated[int, Says(label=_("Rows a page"), min=1, max=100_000)] = 100
    first: Annotated[int, Says(label=_("First page"), min=0)] = 1
    next: Annotated[str, Says(label=_("Path of the next cursor or link"), example="meta.next")] = ""


@dataclass(frozen=True, slots=True)
class Http:
    """A web interface that answers JSON; its token stands in var/connections.toml."""

    marks: ClassVar[str] = "http"
    http: Annotated[str, Says(label=_("Address"), example="https://api.example.com/v1/orders")]
    connection: Annotated[str, Says(label=_("Connection"), help=_("Its name in var/connections.toml."))] = ""
    rows: Annotated[str, Says(label=_("Path of the rows"), help=_("In the answer."), example="data.items")] = ""
    params: Annotated[dict[str, str], Says(label=_("Parameters"), keys=Says(label=_("Parameter")))] = field(
        default_factory=dict
    )
    since: Annotated[
        str, Says(label=_("Parameter of the first day"), help=_("Gets the first day or moment wanted."))
    ] = ""
    until: Annotated[str, Says(label=_("Parameter of the end"), help=_("Gets the moment of the collection."))] = ""
    since_as: Annotated[MomentAs, Says(label=_("Moments are written"))] = MomentAs.DAY
    paging: Annotated[Paging | None, Says(label=_("Paging"))] = None


@dataclass(frozen=True, slots=True)
class Own:
    """A table of Opsloop itself: cases, people, the ledger."""

    marks: ClassVar[str] = "table"
    table: Annotated[str, Says(label=_("Own table"), ref="own-table", example="ledger_entries")]


@dataclass(frozen=True, slots=True)
class Filled:
    """A sheet that people fill in (数据填报)."""

    marks: ClassVar[str] = "form"
    form: Annotated[
        str | tuple[str, ...], Says(label=_("Filled in by"), ref="position", help=_("The positions that fill it in."))
    ]
    per: Annotated[Per, Says(label=_("One sheet for each"))] = Per.COMPANY
    place: Annotated[
        str,
        Says(label=_("Column of the place"), help=_("Gets the department's code by itself."), example="store_id"),
    ] = ""
    deadline: Annotated[
        str,
        Says(
            label=_("Deadline"),
            check=words.clock,
            help=_("The last such hour before the data is expected; else that moment itself."),
            example='"21:30"',
        ),
    ] = ""
    remind: Annotated[
        str,
        Says(
            label=_("Reminder"), check=words.span, help=_("So long before the deadline; again then."), example="2 hours"
        ),
    ] = ""
    review: Annotated[
        str, Says(label=_("Checked by"), ref="position", help=_("Nobody: what is filled in counts at once."))
    ] = ""
    changes_for: Annotated[
        str,
        Says(
            label=_("May be changed for"),
            check=words.span,
            help=_("So long after the deadline, with a trace; else always."),
            example="3 days",
        ),
    ] = ""


Arrives = Drop | Database | Http | Own | Filled
