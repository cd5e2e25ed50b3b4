"""Mails out of due notices: one mail per person, however many lines wait."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from django.conf import settings
from django.db import connection
from django.utils import timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t

from opsloop.base.inbox.models import Notice
from opsloop.base.inbox.timing import next_digest
from opsloop.base.jobs.models import LetterState, Outbox
from opsloop.base.people.models import Person

Post = Callable[..., object]
"""(to, subject, text, key, html=, leave=): hands a mail to the outbox in the running transaction."""
MOST_PER_HOUR = 12
"""Mails to one person; what comes beyond them waits for the next digest."""
AT_ONCE = 500
LINES = 50
PAUSE = timedelta(minutes=10)


def send_due(post: Post, now: datetime | None = None) -> int:
    """Post every mail that is due and answer how many. Call it in a transaction: marks and outbox go together."""
    now = now or timezone.now()
    rows = Notice.objects.filter(mail_at__lte=now)
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    found = list(rows.select_related("person", "behalf").order_by("person_id", "id")[:AT_ONCE])
    waiting = _held_up()
    sent = 0
    for _pk, group in groupby(found, key=lambda row: row.person_id):
        lines = list(group)
        person = lines[0].person
        mine = Notice.objects.filter(pk__in=[row.pk for row in lines])
        if not person.email:
            mine.update(mail_at=None)
        elif person.email in waiting:
            mine.update(mail_at=now + PAUSE)
        elif _flooded(person, now):
            mine.update(mail_at=next_digest(now, timezone.get_default_timezone()))
        else:
            _post(post, person, lines)
            mine.update(mail_at=None, mailed_at=now)
            sent += 1
    return sent


def _held_up() -> set[str]:
    """Addresses whose mail before was tried in vain: what comes now goes with the next, so a day without a mail server
    ends in two mails for each person and not in one for each hour."""
    tried = Outbox.objects.filter(channel="mail", state=LetterState.WAITING, attempts__gt=0, due_at__isnull=False)
    return set(tried.values_list("to", flat=True))


def _flooded(person: Person, now: datetime) -> bool:
    recent = Notice.objects.filter(person=person, mailed_at__gt=now - timedelta(hours=1))
    return recent.values("mailed_at").distinct().count() >= MOST_PER_HOUR


def _post(post: Post, person: Person, lines: list[Notice]) -> None:
    with translation.override(person.language):
        subject = lines[0].title if len(lines) == 1 else _t("Notices: {n}").format(n=len(lines))
        text = "\n\n".join(_said(one) for one in lines[:LINES])
        if len(lines) > LINES:
            text += "\n\n" + _t("And {n} more in your inbox.").format(n=len(lines) - LINES)
        leave = address(_rules_of(lines))
        foot = _t("Choose what you are mailed: {address}").format(address=leave)
        html = _html(lines[:LINES], leave)
    said = ",".join(f"{one.pk}:{one.at.timestamp()}" for one in lines)
    key = f"notices:{person.pk}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"
    post(
        person.email,
        f"[{settings.WORKSPACE.name or 'Opsloop'}] {subject}",
        f"{text}\n\n--\n{foot}\n",
        key,
        html=html,
        leave=leave,
    )


def _rules_of(lines: list[Notice]) -> str:
    """The page that turns such mails off: of the one kind that this mail is about, else of all."""
    kinds = {one.kind for one in lines}
    return f"/inbox/rules/{kinds.pop()}/" if len(kinds) == 1 else "/inbox/rules/"


def _html(lines: list[Notice], leave: str) -> str:
    """The same for those who see it; every text is escaped."""
    items = format_html_join("", '<div style="margin:0 0 16px">{}</div>', ((_item(one),) for one in lines))
    foot = format_html('<p style="color:#626976"><a href="{}">{}</a></p>', leave, _t("Choose what you are mailed"))
    return format_html('<div style="max-width:640px">{}{}</div>', items, foot)


def _item(one: Notice) -> SafeString:
    title, *rest = _said(one).split("\n")
    link = address(one.link) if one.link else ""
    head = format_html('<a href="{}">{}</a>', link, title) if link else title
    body = format_html_join("", "<div>{}</div>", ((line,) for line in rest if line and line != link))
    return format_html("<b>{}</b>{}", head, body)


def _said(one: Notice) -> str:
    title = one.title if one.count == 1 else f"{one.title} (×{one.count})"
    if one.behalf is not None:
        title = _t("For {name}: {title}").format(name=one.behalf.name, title=title)
    return "\n".join(part for part in (title, one.body, address(one.link) if one.link else "") if part)


def address(path: str) -> str:
    """A path as an address that works from a mail: the first origin in opsloop.toml, else this machine."""
    origins = settings.WORKSPACE.origins
    return (origins[0].rstrip("/") if origins else "http://127.0.0.1:8000") + path
