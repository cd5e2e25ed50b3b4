"""The kind `dataset`: a .sql file whose leading comment says what one row is, and what must hold of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import Binding, Change, kind
from opsloop.base.kinds.says import Query, Says
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Text
from opsloop.data.datasets.checks import check_dataset
from opsloop.data.datasets.models import Dataset as Row

_JOIN = re.compile(r"(?P<column>[a-z_][a-z0-9_]*) *-> *(?P<relation>[a-z_][a-z0-9_]*)\.(?P<key>[a-z_][a-z0-9_]*)")


@dataclass(frozen=True, slots=True)
class Join:
    """A column whose values are keys of another relation."""

    column: str
    relation: str
    key: str


def read_join(text: str) -> Join | None:
    """`product_id -> products.product_id` taken apart; None when it is not of that form."""
    found = _JOIN.fullmatch(text.strip())
    return Join(found["column"], found["relation"], found["key"]) if found else None


def _is_join(text: str) -> Text | None:
    return None if read_join(text) else _("column -> relation.key")


def compile_datasets(changes: Sequence[Change], by: Person) -> None:
    """Rows of the changed datasets."""
    Row.put(changes)


def translate_datasets(language: str, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Their texts in another language."""
    Row.put_words(language, texts)


@kind(
    "dataset", folder="datasets", form="sql", binding=Binding.CURRENT, title=_("Dataset"), plural=_("Datasets"),
    check=check_dataset, compile=compile_datasets, translate=translate_datasets,
    about=_("One SELECT over sources and other datasets: what the numbers are defined over."),
)  # fmt: skip
@dataclass(frozen=True, slots=True)
class Dataset:
    """One SELECT over sources and other datasets: what the numbers are defined over.

    In SQL the hyphens of an id are written as underscores.
    """

    one_row: Annotated[str, Says(label=_("One row"), text=True, example="one basket")]
    key: Annotated[
        tuple[str, ...], Says(label=_("Key"), help=_("The columns that tell every row apart."), example="basket_id")
    ]
    not_null: Annotated[tuple[str, ...], Says(label=_("Not empty"), help=_("Columns that always have a value."))] = ()
    joins: Annotated[
        tuple[str, ...],
        Says(
            label=_("Joins"),
            check=_is_join,
            help=_("Columns whose values are keys of other relations, so that metrics can be split by their columns."),
            example="product_id -> products.product_id",
        ),
    ] = ()
    title: Annotated[str, Says(label=_("Title"), text=True)] = ""
    about: Annotated[str, Says(label=_("Note"), text=True)] = ""
    owner: Annotated[str | None, Says(label=_("Owner position"), ref="position")] = None
    query: Annotated[Query, Says(label=_("Query"), long=True)] = field(default_factory=Query)
