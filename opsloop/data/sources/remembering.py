"""Headings of files that a person mapped once: kept for the source, found again by the set of headings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused
from opsloop.data.cleaning.contract import Remembered
from opsloop.data.cleaning.readers.headings import fingerprint, plain
from opsloop.data.sources.definition import definition_of
from opsloop.data.sources.models import Headings, Source


@dataclass(frozen=True, slots=True)
class Called:
    """One column and the heading that files have for it, "" for none."""

    column: Annotated[str, Arg(label=_("Column"), max=60)]
    heading: Annotated[str, Arg(label=_("Heading"), max=500)] = ""


def remembered(source: Source) -> tuple[Remembered, ...]:
    """Everything that was said of the headings of this source's files."""
    rows = Headings.objects.filter(source=source, forgotten_at=None)
    return tuple(Remembered(frozenset(row.headings), row.columns, row.skip, row.sheet) for row in rows)


def found(source: Source, headings: Sequence[str]) -> Headings | None:
    """What was said of this very set of headings."""
    wanted = sorted(fingerprint(headings))
    return next((row for row in Headings.objects.filter(source=source, forgotten_at=None) if row.headings == wanted),
                None)  # fmt: skip


def refuse_unfit(source: Source, headings: Sequence[str], columns: Mapping[str, str]) -> None:
    """Raises Refused for a column or heading that is not there, one heading for two columns, a column that must have
    one and has none."""
    definition, there = definition_of(source), fingerprint(headings)
    used: dict[str, str] = {}
    for name, heading in columns.items():
        if name not in definition.columns:
            raise Refused(_t("{source} has no column {name}.").format(source=source.title, name=name), field="columns")
        if heading and plain(heading) not in there:
            raise Refused(_t("The file has no heading {heading}.").format(heading=heading), field="columns")
        if heading and (first := used.setdefault(plain(heading), name)) != name:
            text = _t("{heading} is taken for {one} and for {other}; a heading belongs to one column.")
            raise Refused(text.format(heading=heading, one=_title(source, first), other=_title(source, name)),
                          field="columns")  # fmt: skip
    bare = [name for name, one in definition.columns.items() if not columns.get(name) and one.default is None]
    if bare:
        names = ", ".join(_title(source, name) for name in bare)
        raise Refused(
            _t("Nothing in the file is said to be {names}. Choose a heading, or give the column a default.").format(
                names=names
            ),
            field="columns",
        )


def _title(source: Source, name: str) -> str:
    return definition_of(source).columns[name].title or name
