"""E-mail to a list of addresses: HTML with a plain-text part, the picture in the mail itself.

It bears no List-Unsubscribe: who is on the list is the company's choice, made on the channel's page, which a receiver
may not even see. What a person chooses for themselves are the house's own mails (`base.inbox`); those lead there.
"""

from __future__ import annotations

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from opsloop.base.jobs.mail import send_now
from opsloop.base.things.errors import OutsideError
from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.bucket import MAILS
from opsloop.connectors.channels.message import Message, plain_lines
from opsloop.connectors.channels.services import Bot, Service
from opsloop.connectors.channels.words import Problem, Style

PICTURE = 5 * 1024 * 1024
FONTS = "system-ui,PingFang SC,Microsoft YaHei,sans-serif"


def text_of(message: Message) -> str:
    """The plain-text part."""
    return "\n".join([message.title, "", *plain_lines(message), "", message.link]).strip() + "\n"


def html_of(message: Message, *, picture: bool) -> SafeString:
    """The same for those who see it; every text is escaped, styles stand at the elements, as mail programs want it."""
    items = format_html_join(
        "", "{}", ((_item(one.title, one.body, one.link, single=message.single),) for one in message.items)
    )
    shown = (
        format_html('<p><img src="cid:picture" alt="{}" style="max-width:100%"></p>', message.title) if picture else ""
    )
    button = (
        format_html('<p><a href="{}" style="background:#206bc4;color:#fff;padding:8px 16px;border-radius:4px;'
                    'text-decoration:none">{}</a></p>', message.link, message.open_label)
        if message.link else ""
    )  # fmt: skip
    foot = format_html('<p style="color:#626976">{}</p>', message.foot) if message.foot else ""
    return format_html(
        '<div style="font-family:{};max-width:640px;color:#182433">'
        '<h2 style="font-size:18px">{}</h2>{}{}{}{}</div>',
        FONTS, message.title, items, shown, foot, button,
    )  # fmt: skip


def _item(title: str, body: str, link: str, *, single: bool) -> SafeString:
    lines = format_html_join("", "<div>{}</div>", ((line,) for line in body.splitlines() if line.strip()))
    if single:
        return format_html("<div>{}</div>", lines)
    head = format_html('<a href="{}">{}</a>', link, title) if link else title
    return format_html('<div style="margin:0 0 12px"><b>{}</b>{}</div>', head, lines)


def speak(bot: Bot, message: Message) -> Troubled | None:
    """Raises Troubled, or OutsideError as the house's mails do."""
    png = message.picture if message.picture is not None and len(message.picture) <= PICTURE else None
    html = html_of(message, picture=png is not None)
    try:
        send_now(bot.receivers, message.title, text_of(message), bot.key, html=html, png=png)
    except OutsideError as error:
        if error.permanent:
            raise Troubled(Problem.RECEIVER, str(error)) from error
        raise Troubled(Problem.BUSY, str(error)) from error
    return Troubled(Problem.SIZE) if message.picture is not None and png is None else None


EMAIL = Service("email", _("E-mail"), (), "", "", (Style.CARD,), MAILS, speak, signs=False, pictures=True)
