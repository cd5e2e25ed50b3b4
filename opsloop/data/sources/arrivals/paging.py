"""Which page comes after which, and where the rows stand in an answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
from django.utils.translation import gettext as _t

from opsloop.base.things.errors import OutsideError
from opsloop.data.sources.kinds.arrives import Http, Paging
from opsloop.data.sources.kinds.words import MomentAs, PageBy

if TYPE_CHECKING:
    from opsloop.data.sources.arrivals.http import Days

MOST_PAGES = 100_000
Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back for one address."""

    status: int
    body: bytes
    headers: httpx.Headers
    url: httpx.URL


Ask = Callable[[httpx.URL], Answer]


def first(asked: Http, url: httpx.URL, days: Days) -> httpx.URL:
    """The address of the first page, with its parameters and the days wanted."""
    words = dict(asked.params)
    if asked.since and days.since is not None:
        words[asked.since] = written(days.since.astimezone(days.zone), asked.since_as)
    if asked.until:
        words[asked.until] = written(days.until.astimezone(days.zone), asked.since_as)
    if asked.paging is not None:
        words |= _start(asked.paging)
    return url.copy_merge_params(words)


def written(moment: datetime, how: str) -> str:
    """A moment as an interface wants it."""
    if how == MomentAs.DAY:
        return moment.date().isoformat()
    if how == MomentAs.SECONDS:
        return str(int(moment.timestamp()))
    if how == MomentAs.MILLISECONDS:
        return str(int(moment.timestamp() * 1000))
    if how == MomentAs.LOCAL:
        return moment.strftime("%Y-%m-%d %H:%M:%S")
    return moment.isoformat(timespec="seconds")


def _start(paging: Paging) -> dict[str, str]:
    words = {paging.size_param: str(paging.size)} if paging.size_param else {}
    if paging.by == PageBy.PAGE:
        words[paging.param] = str(paging.first)
    elif paging.by == PageBy.OFFSET:
        words[paging.param] = "0"
    return words


def pages(asked: Http, url: httpx.URL, ask: Ask) -> Iterator[Rows]:
    """The rows of each page in turn. Raises OutsideError when an answer is no list of rows or pages never end."""
    seen: set[bytes] = set()
    longest, count = 0, 0
    for number in range(MOST_PAGES):
        got = ask(url)
        if number and got.status == httpx.codes.NOT_FOUND:
            return  # some say so that there are no further pages
        rows, whole = _read(got, asked.rows)
        yield rows
        longest, count = max(longest, len(rows)), count + len(rows)
        # a server may give fewer rows than asked for, so the longest page seen tells what a full one is
        last = not rows or (number > 0 and len(rows) < longest)
        after = None if asked.paging is None else _next(asked.paging, got, whole, number, count, last)
        if after is None:
            return
        mark = hashlib.sha256(str(after).encode() if _by_answer(asked.paging) else got.body).digest()
        if mark in seen:
            text = _t("{host} gives the same page again and again; look at how the source says its pages go on.")
            raise OutsideError(text.format(host=url.host), permanent=True)
        seen.add(mark)
        url = after
    raise OutsideError(_t("{host} has more than {n} pages.").format(host=url.host, n=MOST_PAGES), permanent=True)


def _by_answer(paging: Paging | None) -> bool:
    return paging is not None and paging.by in (PageBy.CURSOR, PageBy.LINK)


def _next(paging: Paging, got: Answer, whole: Any, number: int, count: int, last: bool) -> httpx.URL | None:
    """The address of the page after this one, None when it was the last."""
    if paging.by == PageBy.PAGE:
        return None if last else got.url.copy_set_param(paging.param, str(paging.first + number + 1))
    if paging.by == PageBy.OFFSET:
        return None if last else got.url.copy_set_param(paging.param, str(count))
    after = _at(whole, paging.next) if paging.next else _linked(got)
    if not isinstance(after, str | int) or after in ("", False):
        return None
    if paging.by == PageBy.CURSOR:
        return got.url.copy_set_param(paging.param, str(after))
    return got.url.join(str(after))


def _linked(got: Answer) -> str | None:
    """The address in the header `Link: <…>; rel="next"`."""
    links = httpx.Response(got.status, headers=got.headers).links
    return links.get("next", {}).get("url")


def _read(got: Answer, path: str) -> tuple[Rows, Any]:
    """Rows and the whole answer; numbers stay as they were written."""
    host = got.url.host
    if 300 <= got.status < 400:
        to = got.headers.get("location", "")
        text = _t("{host} sends us on to {to}; write that address if it is right.").format(host=host, to=to[:200])
        raise OutsideError(text, permanent=True)
    if got.status >= 400:
        text = _t("{host} answers {status}: {said}").format(host=host, status=got.status, said=_shown(got))
        raise OutsideError(text, permanent=True)
    try:
        whole = json.loads(got.body, parse_float=Written, parse_int=Written, parse_constant=Written)
    except (ValueError, RecursionError):
        raise OutsideError(
            _t("{host} answers no JSON: {said}").format(host=host, said=_shown(got)), permanent=True
        ) from None
    rows = _at(whole, path) if path else whole
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        text = _t("{host} answers no list of rows at {path}: {said}")
        raise OutsideError(text.format(host=host, path=path or "/", said=_shown(got)), permanent=True)
    return rows, whole


class Written(str):
    """A number as it was written, so that no digit is lost."""

    __slots__ = ()


def _at(whole: Any, path: str) -> Any:
    """What stands at a.b.0.c of an answer, None when there is nothing."""
    for word in path.split("."):
        if isinstance(whole, dict):
            whole = whole.get(word)
        elif isinstance(whole, list) and word.isdigit() and int(word) < len(whole):
            whole = whole[int(word)]
        else:
            return None
    return whole


def _shown(got: Answer) -> str:
    return " ".join(got.body[:300].decode("utf-8", "replace").split())
