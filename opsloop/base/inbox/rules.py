"""Which rule holds for whom: the person's for the kind, the person's for all kinds, the kind's default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from opsloop.base.inbox.kinds import Manner, NoticeKind
from opsloop.base.inbox.models import Rule, When, Where
from opsloop.base.inbox.timing import Quiet, after_quiet, next_digest, quiet_of
from opsloop.base.people.models import Person

ALL_KINDS = "*"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True, slots=True)
class Wish:
    """How one person wants one kind."""

    manner: Manner
    quiet: Quiet | None

    @property
    def off(self) -> bool:
        return self.manner.when == When.OFF

    @property
    def in_inbox(self) -> bool:
        return Where.INBOX in self.manner.where


def wishes(people: Iterable[Person], kind: NoticeKind) -> dict[int, Wish]:
    """person id -> wish, by one query."""
    ids = [one.pk for one in people]
    rules: dict[tuple[int, str], Rule] = {
        (rule.person_id, rule.kind): rule
        for rule in Rule.objects.filter(person__in=ids, kind__in=[kind.name, ALL_KINDS])
    }
    return {pk: _wish(kind, rules.get((pk, kind.name)), rules.get((pk, ALL_KINDS))) for pk in ids}


def _wish(kind: NoticeKind, own: Rule | None, general: Rule | None) -> Wish:
    rule = own or general
    manner = Manner.of(rule.where, rule.when) if rule else kind.default
    if manner.when == When.OFF and not kind.may_off:
        manner = kind.default
    quiet = quiet_of(own.quiet_from, own.quiet_to) if own else None
    if quiet is None and general:
        quiet = quiet_of(general.quiet_from, general.quiet_to)
    return Wish(manner, quiet)


def mail_works() -> bool:
    """Is there a server to send through? Without one nobody waits for mails, and none pile up."""
    return bool(settings.EMAIL_HOST) or settings.EMAIL_BACKEND != SMTP


def mail_time(
    person: Person, kind: NoticeKind, wish: Wish, now: datetime, *, repeated: bool = False
) -> datetime | None:
    """When a mail about this is due; None for no mail. A repeated one waits for the digest."""
    if Where.MAIL not in wish.manner.where or not person.email or not mail_works():
        return None
    if kind.urgent and not repeated:
        return now
    zone = timezone.get_default_timezone()
    due = next_digest(now, zone) if repeated or wish.manner.when == When.DIGEST else now
    return after_quiet(due, wish.quiet, zone)
