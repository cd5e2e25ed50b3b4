"""Mails out of the inbox, and its yearly tidying."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.heads import head_line, send_head
from opsloop.base.inbox.mails import send_due
from opsloop.base.inbox.queries import clean
from opsloop.base.inbox.telling import MAIL_TASK
from opsloop.base.jobs.api import Context, mail, scheduled, task


@task(MAIL_TASK, _("Post mails from the inbox"))
def post_mails(ctx: Context) -> int:
    """What is due now, one mail per person."""
    return send_due(mail)


@scheduled("inbox.round", _("Post collected mails"), cron="*/10 * * * *")
def round_of_mails(ctx: Context) -> int:
    """Digests, ends of quiet hours, and what a hurried job may have left."""
    return send_due(mail)


@scheduled("inbox.clean", _("Drop old notices"), cron="50 3 * * *")
def drop_old(ctx: Context) -> int:
    """Read lines of more than a year ago."""
    return clean()


@scheduled("inbox.send_head", _("Send the ledger's head out"), cron="10 0 * * *", may=("inbox.send_head",))
def send_todays_head(ctx: Context) -> None:
    """Once a day; nothing while the ledger is empty."""
    if line := head_line():
        send_head(by=ctx.by, line=line)
