"""What goes to groups instead of persons: bulletins, handed to whatever channels the company set up.

Who has something to say registers its kind (`bulletin_kind` in listeners.py) and calls `broadcast` inside its act; who
can carry it somewhere (a connector) registers a carrier. Neither knows the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.conf import settings
from django.utils import translation

from opsloop.base.things.errors import Text
from opsloop.base.things.frame import running
from opsloop.base.things.paths import ours

GRAVE = "critical"
INBOX = "inbox"
"""Where a playbook file may name channels this word stands for the persons' own inboxes, which is no channel."""


@dataclass(frozen=True, slots=True)
class BulletinKind:
    """A subject that channels take or leave. on: a new channel takes it unless somebody says otherwise."""

    name: str
    label: Text
    on: bool


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What is said, in the company's language. body: lines. link: a path of ours. picture: the id of a stored PNG.

    grave: it waits for no quiet hours. owner: the id of the position that has it. channels: codes of channels that get
    it even if they do not take the kind. until: after this moment it is no news any more and is not sent.
    """

    kind: str
    title: str
    body: str
    link: str
    key: str
    grave: bool = False
    owner: str = ""
    channels: frozenset[str] = frozenset()
    until: datetime | None = None
    picture: int | None = None


class Carrier(Protocol):
    """Takes bulletins out of the house. Called inside the act, in its transaction: it only notes what must be sent."""

    def carry(self, bulletin: Bulletin) -> int:
        """Note it for every channel that wants it; answer how many."""
        ...

    def known(self) -> dict[str, str]:
        """Codes of the channels that playbook files may name, with their names."""
        ...


bulletin_kinds: dict[str, BulletinKind] = {}
carriers: dict[str, Callable[[], Carrier]] = {}


def bulletin_kind(name: str, label: Text, *, on: bool = True) -> BulletinKind:
    """Register a subject in an app's listeners.py: `bulletin_kind("monitors.alert", _("Alerts"))`."""
    this = bulletin_kinds[name] = BulletinKind(name, label, on)
    return this


def carrier(name: str) -> Callable[[type[Carrier]], type[Carrier]]:
    """Register a way out of the house."""

    def wrap(made: type[Carrier]) -> type[Carrier]:
        carriers[name] = made
        return made

    return wrap


def broadcast(
    kind: str,
    title: Text,
    body: Text = "",
    *,
    key: str,
    link: str = "",
    severity: str = "",
    owner: str = "",
    channels: Iterable[str] = (),
    until: datetime | None = None,
    picture: int | None = None,
) -> int:
    """Say something to the channels that take the kind, and to those named; answers to how many.

    Inside an act: it goes out only if the act is done. The same key reaches a channel once. Lazy texts come out in the
    company's language. Raises RuntimeError outside an act, LookupError for a kind that nobody registered, ValueError
    for a link that leads out of the house.
    """
    running()
    if kind not in bulletin_kinds:
        raise LookupError(f"no bulletin kind {kind}; register it with bulletin_kind() in the app's listeners.py")
    if link and not ours(link):
        raise ValueError(f"a bulletin's link is a path of ours, not {link}")
    with translation.override(settings.LANGUAGE_CODE):
        said = Bulletin(
            kind, str(title), str(body), link, key, severity == GRAVE, owner, frozenset(channels) - {INBOX}, until,
            picture,
        )  # fmt: skip
        return sum(made().carry(said) for made in carriers.values())


def known_channels() -> dict[str, str]:
    """Code -> name of every channel that there is now; a playbook file may name others, which then get nothing."""
    found: dict[str, str] = {}
    for made in carriers.values():
        found |= made().known()
    return found
