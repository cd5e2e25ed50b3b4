"""One call to a known host: no redirects, a few seconds, a short answer, and no secret in what it says of failures."""

from __future__ import annotations

import json
import logging
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils import timezone

from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.services import Bot, Service
from opsloop.connectors.channels.words import Problem

if TYPE_CHECKING:
    import httpx

for name in ("httpx", "httpcore"):
    logging.getLogger(name).setLevel(logging.WARNING)  # at INFO httpx writes whole addresses, which are the secret
CONNECT_S, READ_S, WHOLE_S = 5.0, 10.0, 20.0
MOST = 64 * 1024
JSON = {"Content-Type": "application/json; charset=utf-8"}
LONGEST_WAIT_S = 24 * 3600.0


def ask(service: Service, bot: Bot, address: str, body: dict[str, Any]) -> dict[str, Any]:
    """The service's JSON answer. Raises Troubled: SILENT when it is not known whether the message arrived."""
    if not service.fits(bot.address) or not address.startswith(bot.address):
        raise Troubled(Problem.TOKEN)
    raw = json.dumps(body, ensure_ascii=False).encode()
    status, text = _heard(bot, "POST", address, content=raw, headers=JSON)
    if status != 200:
        raise Troubled(Problem.UNKNOWN, f"HTTP {status}")
    return _answer(bot, text)


def call(service: Service, bot: Bot, path: str, method: str = "POST", **what: Any) -> dict[str, Any]:
    """What the same host answers at another of its paths; what: params, json, data, files, headers, as httpx has them.

    A refusal with its code is an answer too, for its caller to read. Raises Troubled.
    """
    if not service.fits(bot.address):
        raise Troubled(Problem.TOKEN)
    parts = urlsplit(bot.address)
    _status, text = _heard(bot, method, f"{parts.scheme}://{parts.netloc}{path}", **what)
    return _answer(bot, text)


def _heard(bot: Bot, method: str, address: str, **what: Any) -> tuple[int, bytes]:
    import httpx  # noqa: PLC0415  # a twentieth of a process's start, and only the worker sends

    try:
        status, headers, text = _exchange(method, address, what)
    except httpx.ConnectError as error:
        raise Troubled(Problem.AWAY, bot.hide(type(error).__name__)) from None
    except (httpx.TimeoutException, httpx.TransportError, _TooSlow) as error:
        raise Troubled(Problem.SILENT, bot.hide(type(error).__name__.strip("_"))) from None
    except httpx.HTTPError as error:
        raise Troubled(Problem.UNKNOWN, bot.hide(type(error).__name__)) from None
    if status == 429:
        raise Troubled(Problem.RATE, "HTTP 429", wait_s=_wait(headers.get("retry-after", ""), 60.0))
    if status in (408, 425) or status >= 500:
        raise Troubled(Problem.BUSY, f"HTTP {status}", wait_s=_wait(headers.get("retry-after", ""), None))
    return status, text


class _TooSlow(Exception):
    """It answers, but drop by drop."""


def _exchange(method: str, address: str, what: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
    import httpx  # noqa: PLC0415  # as above

    end = time.monotonic() + WHOLE_S
    limits = httpx.Timeout(READ_S, connect=CONNECT_S)
    with (
        httpx.Client(timeout=limits, follow_redirects=False, trust_env=address.startswith("https")) as client,
        client.stream(method, address, **what) as answer,
    ):
        text = b""
        for piece in answer.iter_bytes():
            text += piece
            if time.monotonic() > end:
                raise _TooSlow
            if len(text) > MOST:
                break
        return answer.status_code, answer.headers, text[:MOST]


def _answer(bot: Bot, text: bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Troubled(Problem.UNKNOWN, bot.hide(text[:80].decode(errors="replace")))
    return said


def _wait(header: str, otherwise: float | None) -> float | None:
    """Retry-After in seconds or as a date, within a day."""
    if header.strip().isdecimal():
        return min(float(header), LONGEST_WAIT_S)
    try:
        seconds = (parsedate_to_datetime(header) - timezone.now()).total_seconds()
    except (TypeError, ValueError):
        return otherwise
    return min(max(seconds, 0.0), LONGEST_WAIT_S)
