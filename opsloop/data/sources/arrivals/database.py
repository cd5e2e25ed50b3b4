"""A query on a company's PostgreSQL, MySQL, MariaDB or SQLite, streamed to a file. It reads and never writes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _t

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals import engines
from opsloop.data.sources.arrivals.connections import Connection
from opsloop.data.sources.arrivals.staging import Collected, TextParquet, whole

if TYPE_CHECKING:
    from sqlalchemy import TextClause

CHUNK = 20_000
KNOWN = {"since", "until"}
SPOKEN = {"postgresql": "postgres", "mysql": "mysql", "sqlite": "sqlite"}
BEGINNING = datetime(1970, 1, 2, tzinfo=UTC)
"""What `:since` stands for at a first collection; a day later than 1970, so that no zone lies before it."""
Tick = Callable[[int], None]


def fetch(
    connection: Connection,
    query: str,
    path: Path,
    *,
    since: datetime | None,
    until: datetime,
    zone: ZoneInfo,
    tick: Tick = lambda rows: None,
    chunk: int = CHUNK,
) -> Collected:
    """Run one SELECT and write what it gives as text columns to `path` (Parquet), chunk by chunk.

    `:since` and `:until` in the query are moments in `zone`. Raises OutsideError: permanent when the query or the
    connection is wrong, temporary when the database is away, goes away midway or is too slow. Then there is no file.
    """
    statement = _statement(query, connection)
    values = _values(statement, since, until, zone, aware=engines.dialect(connection) == "postgresql")
    with whole(path) as part, engines.failures(connection), engines.reading(connection, zone) as link:
        result = link.execution_options(stream_results=True, max_row_buffer=chunk).execute(statement, values)
        names = list(result.keys())
        if repeated := sorted({one for one in names if names.count(one) > 1}):
            text = _t("The query gives two columns named {names}; name them apart with AS.")
            raise OutsideError(text.format(names=", ".join(repeated)), permanent=True)
        with TextParquet(part, names) as out:
            for rows in result.partitions(chunk):
                out.write(rows)
                tick(out.rows)
    return Collected(path, path.name, out.rows)


def _statement(query: str, connection: Connection) -> TextClause:
    from sqlalchemy import text  # noqa: PLC0415  # heavy; only collections pay for it

    query = query.strip().rstrip(";").rstrip()
    one_select(query, engines.dialect(connection))
    statement = text(query)
    if unknown := sorted(statement.compile().params.keys() - KNOWN):
        said = _t("The query names :{names}; only :since and :until are known.")
        raise OutsideError(said.format(names=", :".join(unknown)), permanent=True)
    return statement


def one_select(query: str, dialect: str) -> None:
    """Raises OutsideError for anything but one SELECT. The transaction reads only; this gives the clearer message."""
    from sqlglot import TokenError, tokenize  # noqa: PLC0415  # heavy
    from sqlglot.tokenizer_core import TokenType  # noqa: PLC0415  # as above

    wrong = OutsideError(_t("The query must be one SELECT that writes nothing."), permanent=True)
    try:
        tokens = tokenize(query, read=SPOKEN[dialect])
    except TokenError:
        raise wrong from None
    kinds = {token.token_type for token in tokens}
    begins = (TokenType.SELECT, TokenType.WITH, TokenType.L_PAREN)
    if not tokens or tokens[0].token_type not in begins or kinds & {TokenType.SEMICOLON, TokenType.INTO}:
        raise wrong


def _values(
    statement: TextClause, since: datetime | None, until: datetime, zone: ZoneInfo, *, aware: bool
) -> dict[str, Any]:
    moments = {"since": since or BEGINNING, "until": until}
    asked = statement.compile().params.keys()
    local = {name: moment.astimezone(zone) for name, moment in moments.items() if name in asked}
    return local if aware else {name: moment.replace(tzinfo=None) for name, moment in local.items()}


def answers(connection: Connection) -> None:
    """Open the connection and ask for 1, for a page or doctor that tries it. Raises as `fetch`."""
    from sqlalchemy import text  # noqa: PLC0415  # heavy

    with engines.failures(connection), engines.reading(connection, ZoneInfo("UTC")) as link:
        link.execute(text("select 1")).fetchall()
