"""The outside services that channels can be of. Each connector registers its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from django.conf import settings

from opsloop.base.things.errors import Text
from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.bucket import Bucket
from opsloop.connectors.channels.message import Message
from opsloop.connectors.channels.words import Style

LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, slots=True)
class Bot:
    """Where and how one channel speaks. What is secret does not appear in its repr."""

    address: str = field(repr=False)
    secret: str = field(repr=False, default="")
    style: Style = Style.CARD
    receivers: tuple[str, ...] = field(repr=False, default=())
    key: str = ""
    """The letter's, the same at every attempt."""
    app: str = field(repr=False, default="")
    app_secret: str = field(repr=False, default="")
    """Of an app of the company at the service, which may upload pictures where a bot may not."""

    def hide(self, text: str) -> str:
        """`text` without anything secret of this bot."""
        for one in sorted(self._secrets(), key=len, reverse=True):
            text = text.replace(one, "***")
        return text

    def _secrets(self) -> set[str]:
        parts = urlsplit(self.address)
        words = {value for values in parse_qs(parts.query).values() for value in values}
        words |= {parts.path.rsplit("/", 1)[-1], self.address, self.secret, self.app_secret}
        return {one for one in words if len(one) > 7}


@dataclass(frozen=True, slots=True)
class Uploads:
    """How a service takes pictures of an app. token: one with the seconds that it holds; upload: with it, the picture's
    name there. Both raise Troubled; `Stale` where only the token is at fault. most: bytes of a picture.
    """

    token: Callable[[Bot], tuple[str, float]]
    upload: Callable[[Bot, str, bytes], str]
    most: int


@dataclass(frozen=True, slots=True)
class Service:
    """A kind of group bot.

    hosts: the only ones that anything is sent to. path: how its addresses begin. token: the name of the query word that
    is the secret, or empty where it is the end of the path. speak: sends, or raises Troubled; what it answers kept the
    picture from going along. uploads: None where a bot itself takes pictures, or nobody does.
    """

    name: str
    label: Text
    hosts: tuple[str, ...]
    path: str
    token: str
    styles: tuple[Style, ...]
    bucket: Bucket
    speak: Callable[[Bot, Message], Troubled | None]
    signs: bool
    pictures: bool = False
    uploads: Uploads | None = None

    def fits(self, address: str) -> bool:
        """Is this one of its webhook addresses? https to a known host at its usual port, and nothing else."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            return False
        if parts.username or parts.password or parts.fragment or not parts.path.startswith(self.path):
            return False
        ours = parts.scheme == "https" and parts.hostname in self.hosts and port in (None, 443)
        return (ours or _loopback(parts.scheme, parts.hostname)) and len(self.secret_of(address)) >= 8

    def secret_of(self, address: str) -> str:
        """The part of the address that nobody else may know."""
        parts = urlsplit(address)
        if self.token:
            return next(iter(parse_qs(parts.query).get(self.token, [])), "")
        rest = parts.path.removeprefix(self.path)
        return rest if "/" not in rest else ""


def _loopback(scheme: str, host: str | None) -> bool:
    """A setting for tests only: a fake service on this machine."""
    return bool(getattr(settings, "CHANNELS_LOOPBACK", False)) and scheme == "http" and host in LOOPBACK


services: dict[str, Service] = {}
"""Filled by `delivering.serve`."""


def recognised(address: str) -> Service | None:
    """The service that a pasted address belongs to."""
    return next((one for one in services.values() if one.hosts and one.fits(address)), None)
