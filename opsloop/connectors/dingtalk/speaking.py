"""A 钉钉 custom bot: timestamp in ms and signature in the query; 20 a minute, beyond it silent for ten minutes.

The manual: open.dingtalk.com/document/orgapp/custom-robots-send-group-messages and customize-robot-security-settings.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.bucket import TWENTY_A_MINUTE
from opsloop.connectors.channels.calling import ask
from opsloop.connectors.channels.message import Message, cut, cut_lines, flat, marked_lines, plain_lines
from opsloop.connectors.channels.services import Bot, Service
from opsloop.connectors.channels.words import Problem, Style

MOST, TITLE = 18_000, 180
"""Its manual says 20,000 bytes for the whole body."""
BLOCKED_S = 600.0
SECURITY = 310000
"""One code for all of the bot's security settings; only its words tell which."""
CODES = {
    300001: Problem.TOKEN, 300005: Problem.TOKEN, 400101: Problem.TOKEN, 88: Problem.TOKEN, 40014: Problem.TOKEN,
    400013: Problem.STOPPED, 400102: Problem.STOPPED, 400106: Problem.STOPPED, 130101: Problem.RATE,
    410100: Problem.RATE, 90030: Problem.RATE, 460101: Problem.SIZE, 400105: Problem.CONTENT,
    430101: Problem.CONTENT, 430102: Problem.CONTENT, 430103: Problem.CONTENT, 430104: Problem.CONTENT,
    40035: Problem.CONTENT, -1: Problem.BUSY, 404: Problem.BUSY,
}  # fmt: skip


def signature(secret: str, stamp_ms: int) -> str:
    """HMAC-SHA256 with the secret as key over timestamp, newline, secret; base64."""
    digest = hmac.new(secret.encode(), f"{stamp_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed(address: str, secret: str, stamp_ms: int) -> str:
    """The address with timestamp and signature."""
    if not secret:
        return address
    return f"{address}&timestamp={stamp_ms}&sign={quote_plus(signature(secret, stamp_ms))}"


def body(message: Message, style: Style) -> dict[str, Any]:
    """Text, Markdown, or a card whose button leads to the page."""
    if style == Style.TEXT:
        return {
            "msgtype": "text",
            "text": {"content": cut_lines(message.title, plain_lines(message), message.link, MOST)},
        }
    title, head = cut(message.title, TITLE), f"### {flat(message.title)}"
    if style == Style.CARD and message.link:
        text = cut_lines(head, marked_lines(message), "", MOST, "\n\n")
        card = {"title": title, "text": text, "singleTitle": message.open_label, "singleURL": message.link}
        return {"msgtype": "actionCard", "actionCard": card}
    link = f"[{message.open_label}]({message.link})" if message.link else ""
    text = cut_lines(head, marked_lines(message), link, MOST, "\n\n")
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def speak(bot: Bot, message: Message) -> None:
    """Raises Troubled. A custom bot cannot show a picture that lies on no public address; the link leads to it."""
    said = ask(DINGTALK, bot, signed(bot.address, bot.secret, int(time.time() * 1000)), body(message, bot.style))
    code = said.get("errcode")
    if code == 0:
        return
    words = str(said.get("errmsg", ""))
    problem = _security(words) if code == SECURITY else CODES.get(code if isinstance(code, int) else 1, Problem.UNKNOWN)
    raise Troubled(problem, bot.hide(f"{code} {words}"), wait_s=BLOCKED_S if problem == Problem.RATE else None)


def _security(words: str) -> Problem:
    words = words.lower()
    if "whitelist" in words or "ip" in words.split():
        return Problem.ADDRESS
    if "sign" in words or "timestamp" in words:
        return Problem.SIGN
    return Problem.KEYWORD


DINGTALK = Service(
    "dingtalk",
    _("DingTalk"),
    ("oapi.dingtalk.com",),
    "/robot/send",
    "access_token",
    (Style.CARD, Style.MARKDOWN, Style.TEXT),
    TWENTY_A_MINUTE,
    speak,
    signs=True,
)
