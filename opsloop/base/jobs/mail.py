"""Mail: plain text, and HTML beside it, through the company's server."""

from __future__ import annotations

import hashlib
import smtplib
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _t

from opsloop.base.jobs.models import Outbox
from opsloop.base.jobs.outbox import post
from opsloop.base.jobs.tasks import Letter, sender
from opsloop.base.things.errors import OutsideError

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail(to: str, subject: str, text: str, key: str, *, html: str = "") -> Outbox:
    """Post a mail inside an act; `html` is the same text for those who see it."""
    payload: dict[str, Any] = {"subject": subject, "text": text, **({"html": html} if html else {})}
    return post("mail", to, payload, key)


PATIENCE = 60
"""Attempts: two days and more, so that a mail server may be away over a day and nothing is lost."""


@sender("mail", attempts=PATIENCE)
def send_mail(letter: Letter) -> None:
    """Raises OutsideError: permanent for a refused receiver and where no server is set."""
    if settings.EMAIL_BACKEND == SMTP and not settings.EMAIL_HOST:
        text = _t("No mail server is set. Put host under [mail] in opsloop.toml, then send again.")
        raise OutsideError(text, permanent=True)
    said = letter.payload
    subject = " ".join(said["subject"].split())  # a line break in a header is an attack, and Django refuses it
    # the same key gives the same Message-ID, so that mail servers and programs can drop a repeat
    name = hashlib.sha256(letter.key.encode()).hexdigest()[:40]
    headers = {"Message-ID": f"<{name}@opsloop>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(subject, said["text"], to=[letter.to], headers=headers)
    if said.get("html"):
        message.attach_alternative(said["html"], "text/html")
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise OutsideError(str(error), permanent=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise OutsideError(f"{error.smtp_code} {error.smtp_error!r}", permanent=error.smtp_code >= 550) from error
    except (smtplib.SMTPException, OSError) as error:
        raise OutsideError(f"{type(error).__name__}: {error}") from error
