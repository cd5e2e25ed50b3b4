"""What a person may read of a table: its SELECT with every column masked that their positions do not read."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.policy.rules import reads
from opsloop.base.policy.scopes import visible
from opsloop.base.things.errors import NotFound
from opsloop.data.lake import keys, store
from opsloop.data.lake.manifest import as_of
from opsloop.data.lake.models import Snapshot

IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class LakeColumn:
    """One column as a person meets it. masked: its values are pseudonyms, asterisks or nothing."""

    name: str
    type: str
    personal: str = ""
    masked: bool = False


def version_for(person: Person | None, table: str, at: int | None = None) -> Snapshot:
    """The version to read. Raises NotFound for what was never loaded or is not for this person, Refused if let go."""
    rows = Snapshot.objects.all() if person is None else visible(person, Snapshot)
    found = as_of(table, at) if rows.filter(table=table).exists() else None
    if found is None:
        raise NotFound(_t("There is no table {name}.").format(name=table))
    return found


def columns_for(person: Person | None, snapshot: Snapshot) -> list[LakeColumn]:
    """The version's columns, each with whether this person gets it masked."""
    said = snapshot.columns or [{"name": name, "type": type_} for name, type_ in store.types_of(snapshot)]
    return [_column(person, one["name"], one["type"], one.get("personal", "")) for one in said]


def _column(person: Person | None, name: str, type_: str, personal: str) -> LakeColumn:
    masked = bool(personal) and not (person is not None and reads(person, personal))
    return LakeColumn(name, "VARCHAR" if masked and personal == IDENTITY else type_, personal, masked)


def readable(person: Person | None, table: str, at: int | None = None, only: str = "") -> str:
    """SELECT text over the table's files as this person may see them (None: every table, everything personal masked).

    Identities become pseudonyms that stay the same in all tables, so that joins and distinct counts hold; other
    personal texts are masked as everywhere in the house, other personal values are NULL. The text of a masked
    identity holds the workspace's key: never show it, nor run it where a person's SQL can read view definitions.
    only: a condition on the rows as they lie there. Raises as `version_for`.
    """
    snapshot = version_for(person, table, at)
    return select_of(snapshot, columns_for(person, snapshot), only)


def select_of(snapshot: Snapshot, columns: list[LakeColumn], only: str = "") -> str:
    """The SELECT of these columns of a version; a masked column is never given raw. only: judges unmasked values."""
    parts = ", ".join(f"{_value(column)} as {store.identifier(column.name)}" for column in columns)
    rows = store.relation(snapshot)
    rows = f"(select * from {rows} where {only})" if only else rows  # quoted by whoever narrows
    return f"select {parts or '1'} from {rows}"


def _value(column: LakeColumn) -> str:
    name = store.identifier(column.name)
    if not column.masked:
        return name
    if column.personal == IDENTITY:
        return pseudonym_sql(name)
    return mask_sql(name) if column.type.upper().startswith("VARCHAR") else f"cast(null as {column.type})"


def pseudonym_sql(value: str) -> str:
    """SHA-256 over the workspace's key and the value as text, its first digits."""
    return f"left(sha256({store.quoted(keys.key() + '|')} || cast({value} as varchar)), {keys.LENGTH})"


def mask_sql(value: str) -> str:
    """policy.mask in SQL: 138****5678, l***@example.com, 王*."""
    return (
        f"case when contains({value}, '@') then left({value}, 1) || '***@' || substr({value}, strpos({value}, '@') + 1)"
        f" when length({value}) >= 7 then left({value}, 3) || repeat('*', greatest(1, length({value}) - 7))"
        f" || right({value}, 4)"
        f" when {value} = '' then ''"
        f" else left({value}, 1) || repeat('*', greatest(1, length({value}) - 1)) end"
    )
