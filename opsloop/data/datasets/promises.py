"""Does a dataset keep what its head promises: its key tells rows apart, what is never empty is not, it has rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Refused, Text
from opsloop.base.things.texts import say
from opsloop.data.datasets.catalogue import Relation, catalogue
from opsloop.data.datasets.relations import resolve
from opsloop.data.lake import store


@dataclass(frozen=True, slots=True)
class Kept:
    """rows: of the dataset. keys: different values of its key, a key with an empty column never counts.

    empty: column -> rows without a value, of those that promise one.
    """

    dataset: str
    rows: int
    keys: int
    empty: dict[str, int]

    @property
    def broken(self) -> list[Text]:
        """What is not as promised, in words; nothing when all is."""
        return list(self._broken())

    def _broken(self) -> Iterator[Text]:
        if not self.rows:
            yield _("It has no rows.")
        if self.keys < self.rows:
            yield say(_("{n} rows have a key that is empty or another row's."), n=self.rows - self.keys)
        for column, count in self.empty.items():
            if count:
                yield say(_("{n} rows have no {column}."), n=count, column=column)


def kept(dataset: str, at: int | None = None) -> Kept:
    """Count the dataset's rows, keys and empty values in one pass. Raises Refused for one that is not there.

    Raises NotFound when a table below it was never loaded.
    """
    relation = catalogue().get(dataset)
    if relation is None or relation.kind != "dataset":
        raise Refused(say(_("There is no dataset {name}."), name=dataset))
    row = _counted(relation, at)
    never = _never(relation)
    return Kept(relation.ident, row[0], row[1], dict(zip(never, row[2:], strict=True)))


def _never(relation: Relation) -> list[str]:
    from opsloop.data.datasets.models import Dataset  # noqa: PLC0415  # needs loaded apps

    said = Dataset.objects.get(ident=relation.ident).definition
    return [name for name in said.get("not_null", []) if name in relation.columns]


def _counted(relation: Relation, at: int | None) -> tuple[int, ...]:
    heads = ", ".join(one.text for one in resolve([relation.name], at))
    keys = [store.identifier(name) for name in relation.key]
    whole = " and ".join(f"{name} is not null" for name in keys) or "false"
    told = [f"count(distinct ({', '.join(keys)})) filter (where {whole})" if keys else "0"]
    told += [f"count(*) - count({store.identifier(name)})" for name in _never(relation)]
    sql = f"with {heads} select count(*), {', '.join(told)} from {store.identifier(relation.name)}"  # noqa: S608
    cursor = store.connect().cursor()
    try:
        return tuple(int(one) for one in cursor.execute(sql).fetchall()[0])
    finally:
        cursor.close()
