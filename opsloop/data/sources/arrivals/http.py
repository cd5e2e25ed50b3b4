"""A web interface that answers JSON, asked page by page. Rows go to a file of JSON lines, values as written."""

from __future__ import annotations

import json
import random
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.arrivals import guard, paging
from opsloop.data.sources.arrivals.connections import Connection
from opsloop.data.sources.arrivals.staging import Collected, whole
from opsloop.data.sources.kinds.arrives import Http

TRIES = 5
LONGEST_WAIT_S = 60.0
ONE_ANSWER_S = 60.0
PAGE_MB = 50
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Days:
    """What is asked for: from a moment (None: everything) to another, written in this zone."""

    since: datetime | None
    until: datetime
    zone: ZoneInfo


@dataclass(slots=True)
class _Run:
    """One collection: what it may still take."""

    connection: Connection
    client: httpx.Client
    ends: float
    sleep: Callable[[float], None]
    bytes: int = 0
    tries: int = field(default=TRIES)


def fetch(
    connection: Connection,
    asked: Http,
    path: Path,
    days: Days,
    *,
    resolve: guard.Resolve = guard.resolve,
    sleep: Callable[[float], None] = time.sleep,
    tick: Callable[[int], None] = lambda rows: None,
) -> Collected:
    """Ask all pages and write their rows to `path`, one JSON object a line, inner objects flattened to `a.b`.

    Raises OutsideError: permanent when address, rights or answer are wrong, temporary when the other side is away,
    busy or too slow after five tries. Then there is no file.
    """
    url = guard.address(asked.http)
    transport = guard.Pinned(url, guard.pinned(url, connection, resolve), verify=_trust(connection))
    client = httpx.Client(
        transport=transport, follow_redirects=False, trust_env=False, timeout=ONE_ANSWER_S,
        headers={"Accept": "application/json", "User-Agent": "opsloop", **connection.headers},
    )  # fmt: skip
    rows = 0
    with _hidden(connection), whole(path) as part, client, part.open("w", encoding="utf-8") as out:
        run = _Run(connection, client, time.monotonic() + connection.timeout_s, sleep)
        for page in paging.pages(asked, paging.first(asked, url, days), lambda one: _answer(run, one)):
            for row in page:
                out.write(json.dumps(_flat(row), ensure_ascii=False) + "\n")
            rows += len(page)
            tick(rows)
    return Collected(path, path.name, rows)


@contextmanager
def _hidden(connection: Connection) -> Iterator[None]:
    """What the other side says may repeat what we sent it."""
    try:
        yield
    except OutsideError as error:
        raise OutsideError(connection.hide(str(error)), permanent=error.permanent) from None
    except httpx.InvalidURL:
        text = _t("The answer leads to an address that is none; look at how the source says its pages go on.")
        raise OutsideError(text, permanent=True) from None


def _trust(connection: Connection) -> ssl.SSLContext:
    """Certificates are always checked; a company's own authority may be named."""
    try:
        return ssl.create_default_context(cafile=connection.ca or None)
    except OSError as error:
        text = _t("The certificates in {file} cannot be read.").format(file=connection.ca)
        raise OutsideError(text, permanent=True) from error


def _answer(run: _Run, url: httpx.URL) -> paging.Answer:
    """One page; tried again with growing pauses while the other side is busy."""
    for attempt in range(run.tries):
        try:
            got = _once(run, url)
            if got.status not in AGAIN:
                return got
            said, pause = str(got.status), _asked_pause(got)
        except httpx.HTTPError as error:
            said, pause = run.connection.hide(str(error) or type(error).__name__), None
        wait = pause if pause is not None else 2.0**attempt * (0.5 + random.random())  # noqa: S311  # spreads callers
        if attempt + 1 < run.tries:
            _pause(run, min(wait, LONGEST_WAIT_S), url)
    text = _t("{host} did not answer after {n} tries: {why}").format(host=url.host, n=run.tries, why=said[:200])
    raise OutsideError(text)


def _once(run: _Run, url: httpx.URL) -> paging.Answer:
    with run.client.stream("GET", url) as response:
        body = b"".join(_limited(run, response, url))
    return paging.Answer(response.status_code, body, response.headers, url)


def _limited(run: _Run, response: httpx.Response, url: httpx.URL) -> Iterator[bytes]:
    """The unpacked body, as long as it is neither too large nor too slow."""
    page = 0
    for piece in response.iter_bytes():
        page += len(piece)
        run.bytes += len(piece)
        if page > PAGE_MB * MB or run.bytes > run.connection.max_mb * MB:
            text = _t("{host} answers more than {most} MB; ask for smaller pages or raise max_mb.")
            most = PAGE_MB if page > PAGE_MB * MB else run.connection.max_mb
            raise OutsideError(text.format(host=url.host, most=most), permanent=True)
        _check_time(run, url)
        yield piece


def _pause(run: _Run, seconds: float, url: httpx.URL) -> None:
    if time.monotonic() + seconds > run.ends:
        run.ends = 0
    _check_time(run, url)
    run.sleep(seconds)


def _check_time(run: _Run, url: httpx.URL) -> None:
    if time.monotonic() > run.ends:
        text = _t("{host} took longer than {seconds} s in all; ask for less or raise timeout_s.")
        raise OutsideError(text.format(host=url.host, seconds=run.connection.timeout_s))


def _asked_pause(got: paging.Answer) -> float | None:
    """Seconds that the other side asks us to wait: a number or a moment in Retry-After."""
    said = got.headers.get("retry-after", "").strip()
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds()) if said else None
    except (TypeError, ValueError):
        return None


def _flat(row: dict[str, Any], above: str = "") -> dict[str, str | None]:
    """Inner objects as a.b; lists and what is in them as JSON text; numbers as they were written."""
    out: dict[str, str | None] = {}
    for name, value in row.items():
        if isinstance(value, dict) and value:
            out |= _flat(value, f"{above}{name}.")
        elif isinstance(value, bool):
            out[above + name] = "true" if value else "false"
        elif value is None or isinstance(value, str):
            out[above + name] = value
        else:
            out[above + name] = json.dumps(value, ensure_ascii=False)
    return out
