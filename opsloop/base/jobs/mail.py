"""Mail: plain text, and HTML beside it, through the company's server."""

from __future__ import annotations

import hashlib
import smtplib
from collections.abc import Sequence
from email.mime.image import MIMEImage
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.utils.translation import gettext as _t

from opsloop.base.jobs.models import Outbox
from opsloop.base.jobs.outbox import post
from opsloop.base.jobs.tasks import Letter, sender
from opsloop.base.things.errors import OutsideError

SMTP = "django.core.mail.backends.smtp.EmailBackend"


def mail(to: str, subject: str, text: str, key: str, *, html: str = "", leave: str = "") -> Outbox:
    """Post a mail inside an act; `html` is the same text for those who see it, `leave` a page that ends such mails."""
    payload: dict[str, Any] = {"subject": subject, "text": text, **({"html": html} if html else {})}
    payload |= {"leave": leave} if leave else {}
    return post("mail", to, payload, key)


PATIENCE = 60
"""Attempts: two days and more, so that a mail server may be away over a day and nothing is lost."""


@sender("mail", attempts=PATIENCE)
def send_mail(letter: Letter) -> None:
    """Raises OutsideError: permanent for a refused receiver and where no server is set."""
    said = letter.payload
    send_now(
        [letter.to], said["subject"], said["text"], letter.key, html=said.get("html", ""), leave=said.get("leave", "")
    )


class WithPicture(EmailMultiAlternatives):
    """The picture belongs to the text and is no attachment beside it."""

    mixed_subtype = "related"


def send_now(
    to: Sequence[str], subject: str, text: str, key: str, *, html: str = "", leave: str = "", png: bytes | None = None
) -> None:
    """Send one mail. `leave`: the address of a page that ends such mails. `png`: shown where `html` has cid:picture.

    Raises OutsideError as `send_mail`.
    """
    if settings.EMAIL_BACKEND == SMTP and not settings.EMAIL_HOST:
        said = _t("No mail server is set. Put host under [mail] in opsloop.toml, then send again.")
        raise OutsideError(said, permanent=True)
    subject = " ".join(subject.split())  # a line break in a header is an attack, and Django refuses it
    # the same key gives the same Message-ID, so that mail servers and programs can drop a repeat
    name = hashlib.sha256(key.encode()).hexdigest()[:40]
    headers = {"Message-ID": f"<{name}@opsloop>", "Auto-Submitted": "auto-generated"}
    if leave:
        headers["List-Unsubscribe"] = f"<{leave}>"
    message = (WithPicture if png is not None else EmailMultiAlternatives)(subject, text, to=list(to), headers=headers)
    if html:
        message.attach_alternative(html, "text/html")
    if png is not None:
        picture = MIMEImage(png, "png")
        picture.add_header("Content-ID", "<picture>")
        picture.add_header("Content-Disposition", "inline", filename="picture.png")
        message.attach(picture)
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise OutsideError(str(error), permanent=all(code >= 500 for code in codes)) from error
    except smtplib.SMTPResponseException as error:
        raise OutsideError(f"{error.smtp_code} {error.smtp_error!r}", permanent=error.smtp_code >= 550) from error
    except (smtplib.SMTPException, OSError) as error:
        raise OutsideError(f"{type(error).__name__}: {error}") from error
