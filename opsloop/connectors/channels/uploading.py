"""A picture for a service whose bots take none: an app of the company uploads it, the message names it.

A token is asked for once and used while it holds, in this process alone: a secret that lies in no row and no file.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.message import Message
from opsloop.connectors.channels.services import Bot, Uploads
from opsloop.connectors.channels.words import Problem, Style

EARLY_S = 300.0
"""So long before it ends a token is asked for anew."""
_held: dict[str, tuple[str, float]] = {}


class Stale(Troubled):
    """The service does not take the token, which it gave us itself: it ended early, or the app's secret was changed."""

    def __init__(self, theirs: str) -> None:
        super().__init__(Problem.APP, theirs)


@dataclass(frozen=True, slots=True)
class Codes:
    """A service's codes of what an app asks for: those of a token that it does not take, and what others mean."""

    stale: frozenset[int]
    meaning: Mapping[int, Problem]

    def troubled(self, bot: Bot, code: Any, words: Any, token: str = "") -> Troubled:
        """What to raise. token: the one that was shown with a picture, none where one was asked for."""
        said = bot.hide(f"{code} {words or ''}")
        if not token:
            return Troubled(self._meant(code, Problem.APP), said)
        said = said.replace(token, "***")
        stale = isinstance(code, int) and code in self.stale
        return Stale(said) if stale else Troubled(self._meant(code, Problem.UNKNOWN), said)

    def _meant(self, code: Any, otherwise: Problem) -> Problem:
        return self.meaning.get(code, otherwise) if isinstance(code, int) else otherwise


def shown(uploads: Uploads, bot: Bot, message: Message) -> tuple[str, Troubled | None]:
    """(the service's name for the message's picture or nothing, what kept it from being uploaded).

    Plain text has no place for a picture, and without an app nothing is tried: neither is a fault.
    """
    if message.picture is None or not bot.app or bot.style == Style.TEXT:
        return "", None
    try:
        return _uploaded(uploads, bot, message.picture), None
    except Troubled as error:
        return "", error


def _uploaded(uploads: Uploads, bot: Bot, picture: bytes) -> str:
    if len(picture) > uploads.most:
        raise Troubled(Problem.SIZE, f"{len(picture)} > {uploads.most}")
    token, kept = _token(uploads, bot)
    try:
        return uploads.upload(bot, token, picture)
    except Stale:
        _held.pop(_name(bot), None)
        if not kept:
            raise
    token, _kept = _token(uploads, bot)
    return uploads.upload(bot, token, picture)


def _token(uploads: Uploads, bot: Bot) -> tuple[str, bool]:
    """(the token, was it held from before?)."""
    name, now = _name(bot), time.time()
    found = _held.get(name)
    if found is not None and found[1] > now:
        return found[0], True
    token, holds_s = uploads.token(bot)
    _held[name] = (token, now + holds_s - EARLY_S)
    return token, False


def _name(bot: Bot) -> str:
    """Whose token it is, without saying it."""
    return hashlib.sha256("\n".join((bot.address, bot.app, bot.app_secret)).encode()).hexdigest()


def forget() -> None:
    """Hold no token: for tests."""
    _held.clear()
