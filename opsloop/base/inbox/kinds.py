"""The kinds of notices: what may be told, how it is told by default, and whether one may switch it off."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opsloop.base.inbox.models import When, Where
from opsloop.base.things.errors import Text


@dataclass(frozen=True, slots=True)
class Manner:
    """Where and when somebody is told."""

    where: frozenset[str]
    when: str

    @classmethod
    def of(cls, where: Iterable[str] = (Where.INBOX, Where.MAIL), when: str = When.NOW) -> Manner:
        return cls(frozenset(map(str, where)), str(when))


QUIETLY = Manner.of([Where.INBOX])
"""In the inbox, no mail."""
BY_DIGEST = Manner.of(when=When.DIGEST)
AT_ONCE = Manner.of()


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """may_off: a person may switch it off. urgent: it waits for no quiet hours and no digest."""

    name: str
    label: Text
    default: Manner
    may_off: bool
    urgent: bool


notice_kinds: dict[str, NoticeKind] = {}


def notice_kind(
    name: str, label: Text, *, default: Manner = BY_DIGEST, may_off: bool = True, urgent: bool = False
) -> NoticeKind:
    """Register a kind in an app's listeners.py: `notice_kind("jobs.dead", _("A job failed"), default=AT_ONCE)`."""
    this = notice_kinds[name] = NoticeKind(name, label, default, may_off, urgent)
    return this


def kind_of(name: str) -> NoticeKind:
    """Raises LookupError for a kind that no app registered."""
    if name not in notice_kinds:
        raise LookupError(f"no notice kind {name}; register it with notice_kind() in the app's listeners.py")
    return notice_kinds[name]
