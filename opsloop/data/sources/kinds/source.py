"""A source (数据源): what arrives from where, when, by what contract, and what a load is held against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Binding, Book, Change, Said, kind
from opsloop.base.kinds.says import Says
from opsloop.base.people.models import Person
from opsloop.data.sources.kinds import words
from opsloop.data.sources.kinds.arrives import Arrives
from opsloop.data.sources.kinds.columns import Column
from opsloop.data.sources.kinds.rules import CheckAgainst, HoldIf, Whose
from opsloop.data.sources.kinds.words import Brings, Every, UnknownColumns


def check_source(ident: str, obj: Source, book: Book) -> Iterable[Said]:
    """What the parts of the file say about each other; see checks.py."""
    from opsloop.data.sources.kinds.checks import said_of  # noqa: PLC0415  # it names this class

    return said_of(ident, obj, book)


def compile_sources(changes: Sequence[Change], by: Person) -> None:
    """One row for each source; one that is taken away is marked, since its loads stay."""
    from opsloop.data.sources.models import Source as Row  # noqa: PLC0415  # models are not loaded with kinds

    Row.put(changes)


def translate_sources(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Their texts in another language."""
    from opsloop.data.sources.models import Source as Row  # noqa: PLC0415  # models are not loaded with kinds

    Row.put_words(language, texts)


@kind(
    "source", folder="sources", form="yaml", binding=Binding.CURRENT, title=_("Source"), plural=_("Sources"),
    check=check_source, compile=compile_sources, translate=translate_sources,
    about=_("Data that arrives: from where, when, by what contract, and what a load is held against."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Source:
    """Data that arrives: from where, when, by what contract, and what a load is held against."""

    title: Annotated[str, Says(label=_("Title"), text=True, example="门店交易明细")]
    owner: Annotated[str, Says(label=_("Responsible position"), ref="position", example="data-analyst")]
    arrives: Annotated[Arrives, Says(label=_("Arrives"), help=_("As files, from a database, over HTTP, from forms."))]
    columns: Annotated[
        dict[str, Column], Says(label=_("Data columns"), keys=Says(label=_("Column"), check=words.column_name))
    ]
    meaning: Annotated[str, Says(label=_("Meaning"), text=True, long=True, help=_("What one row is."))] = ""
    every: Annotated[Every, Says(label=_("Comes"))] = Every.DAY
    on: Annotated[str, Says(label=_("On"), help=_("Weekday of a weekly, day of a monthly source."), example="mon")] = ""
    expected_by: Annotated[
        str,
        Says(label=_("Expected by"), check=words.clock, help=_("On the day after, in its zone."), example='"06:00"'),
    ] = ""
    timezone: Annotated[
        str, Says(label=_("Time zone"), check=words.zone, help=_("Else the workspace's."), example="Asia/Shanghai")
    ] = ""
    day_starts: Annotated[
        str,
        Says(label=_("Business day starts"), check=words.clock, help=_("What is earlier belongs to the day before.")),
    ] = "00:00"
    currency: Annotated[str, Says(label=_("Currency"), example="CNY")] = ""
    key: Annotated[
        tuple[str, ...], Says(label=_("Key"), help=_("The columns that tell a row apart; a repeated key is one row."))
    ] = ()
    keep: Annotated[
        str,
        Says(label=_("Which row wins"), check=words.keep, help=_("Of rows of one key."), example="largest changed_at"),
    ] = "newest"
    time: Annotated[str, Says(label=_("Column of time"), help=_("Says to which business day a row belongs."))] = ""
    brings: Annotated[Brings, Says(label=_("A file brings"))] = Brings.ROWS
    unknown_columns: Annotated[UnknownColumns, Says(label=_("Unknown columns"))] = UnknownColumns.IGNORE
    hold_if: Annotated[HoldIf | None, Says(label=_("Held if"))] = None
    check_against: Annotated[CheckAgainst | None, Says(label=_("Checked against"))] = None
    closed: Annotated[
        str, Says(label=_("Closed days"), ref="calendar", help=_("Days off in this calendar bring no data."))
    ] = ""
    whose: Annotated[
        Whose | None,
        Says(
            label=_("Whose rows"),
            help=_("Left out: positions that see less than the whole company see no row of it in metrics."),
            example="{department: store_id}",
        ),
    ] = None
    key_source: Annotated[
        bool,
        Says(label=_("Key source"), help=_("What somebody repaired counts only after a second person released it.")),
    ] = False
    note: Annotated[str, Says(label=_("Note"), text=True, long=True)] = ""
