"""What arrives later for people who were erased: they are told by the pseudonyms on the list of erasures, and are not
let in again.

As their erasure said, the rows stay without them, so that sums hold, or go aside emptied of all that is personal. Told
are rows by their columns of identities; free text, and rows that cannot be split into columns, are not looked through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from opsloop.base.jobs.api import enqueue
from opsloop.base.people.erasing import noted
from opsloop.data.cleaning import sql
from opsloop.data.cleaning.contract import Contract, Rule
from opsloop.data.cleaning.staged import STAGE, STANDS
from opsloop.data.lake import keys
from opsloop.data.lake.erasing import Manner, is_theirs
from opsloop.data.lake.reading import IDENTITY, pseudonym_sql

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

ERASED, REASON = "_erased", "row:erased"
AGAIN, SETTLED = "sources.forget_again", timedelta(minutes=2)


def clean_later(file: str) -> None:
    """Have the original that brought them replaced by a copy without them, once it lies where it stays."""
    enqueue(AGAIN, {"file": file}, behalf=None, run_at=timezone.now() + SETTLED)


def on_the_list() -> dict[Manner, frozenset[str]]:
    """The pseudonyms of those who were erased, by what was to become of their rows."""
    found = noted("lake")
    return {
        manner: frozenset(subject for subject, said in found.items() if said.get("manner") == manner.value)
        for manner in Manner
    }


def take_out(con: Connection, contract: Contract, extras: Sequence[str]) -> int:
    """Rewrite `_stage` without those who are on the list; answers the rows concerned. Their order stays."""
    listed = on_the_list()
    places = {rule.name: n for n, rule in enumerate(contract.columns, 1) if rule.personal == IDENTITY}
    if not places or not any(listed.values()):
        return 0
    texts = [f"coalesce(cast({sql.name(one)} as varchar), trim(_raw[{n}]))" for one, n in places.items()]
    told = {manner: _any(texts, subjects) for manner, subjects in listed.items()}
    con.execute(
        f"create or replace temp table {ERASED} as select rowid as row, {told[Manner.REMOVE]} as removed from {STAGE}"
        f" where {STANDS} and ({told[Manner.DETACH]} or {told[Manner.REMOVE]})"
    )
    rows = int(con.execute(f"select count(*) from {ERASED}").fetchall()[0][0])
    if rows:
        _rewrite(con, contract, extras)
    return rows


def _any(texts: Sequence[str], subjects: frozenset[str]) -> str:
    parts = [f"coalesce({is_theirs(text, subjects)}, false)" for text in texts] if subjects else []
    return f"({' or '.join(parts)})" if parts else "false"


def _rewrite(con: Connection, contract: Contract, extras: Sequence[str]) -> None:
    """A new table and no UPDATE, which would move rows with lists to the end."""
    new = {rule.name: _without(rule, contract) for rule in contract.columns if rule.personal}
    parts = [
        f"case when e.row is null then s.{sql.name(name)} when e.removed then null else {value} end as {sql.name(name)}"
        for name, value in new.items()
    ]
    raw = _raw(contract, extras)
    parts += [
        f"case when e.row is null then s._raw when e.removed or s._raw is not null then {raw} end as _raw",
        f"case when e.removed then ['{REASON}'] else s._reasons end as _reasons",
    ]
    con.execute(
        f"create temp table _anew as select s.* replace ({', '.join(parts)}) from {STAGE} s"
        f" left join {ERASED} e on e.row = s.rowid order by s.rowid"
    )
    con.execute(f"drop table {STAGE}")
    con.execute(f"alter table _anew rename to {STAGE}")


def _without(rule: Rule, contract: Contract) -> str:
    """What stands in a personal column of a row that stays: a mark where rows are told apart by it, else nothing."""
    column = f"s.{sql.name(rule.name)}"
    if rule.personal == IDENTITY and rule.type == "text":
        return _mark(column)
    if rule.name in contract.key and rule.type == "integer":
        return f"-cast('0x' || left({_mark(column)}, 15) as bigint)"
    return f"cast(null as {rule.sql_type})"


def _mark(text: str) -> str:
    """The same one each time, so that a row that comes again is known by its key; it is not the pseudonym."""
    pseudonym = pseudonym_sql(text)
    return f"left(sha256({sql.literal(keys.key() + '|erased|')} || {pseudonym}), {keys.LENGTH})"


def _raw(contract: Contract, extras: Sequence[str]) -> str:
    """The cells as they arrived, without the personal ones; of a row that was good, as it was read."""
    personal: Mapping[str, str] = {rule.name: rule.personal for rule in contract.columns if rule.personal}
    cells = [
        "null" if name in personal else f"coalesce(s._raw[{n}], cast(s.{sql.name(name)} as varchar))"
        for n, name in enumerate([*contract.names, *extras], 1)
    ]
    return f"[{', '.join(cells)}]::varchar[]"
