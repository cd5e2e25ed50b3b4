"""A 企业微信 group bot: the key stands in the address, nothing is signed. 2,048 bytes of text, 4,096 of Markdown.

The manual: developer.work.weixin.qq.com/document/path/91770; codes: path/90313.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.bucket import TWENTY_A_MINUTE
from opsloop.connectors.channels.calling import ask
from opsloop.connectors.channels.message import Message, cut_lines, flat, marked_lines, plain_lines
from opsloop.connectors.channels.services import Bot, Service
from opsloop.connectors.channels.words import Problem, Style

TEXT, MARKDOWN, PICTURE = 2048, 4096, 2 * 1024 * 1024
CODES = {
    93000: Problem.TOKEN, 40001: Problem.TOKEN, 40014: Problem.TOKEN, 93004: Problem.STOPPED, 93006: Problem.STOPPED,
    45009: Problem.RATE, 45033: Problem.RATE, 60020: Problem.ADDRESS, 45002: Problem.SIZE, 44004: Problem.CONTENT,
    40058: Problem.CONTENT, 40008: Problem.CONTENT, -1: Problem.BUSY, 6000: Problem.BUSY,
}  # fmt: skip
PAUSE_S = 60.0


def body(message: Message, style: Style) -> dict[str, Any]:
    """Text or Markdown, cut to what the service takes; the link always stays."""
    if style == Style.TEXT:
        return {
            "msgtype": "text",
            "text": {"content": cut_lines(message.title, plain_lines(message), message.link, TEXT)},
        }
    link = f"[{message.open_label}]({message.link})" if message.link else ""
    text = cut_lines(f"**{flat(message.title)}**", marked_lines(message), link, MARKDOWN)
    return {"msgtype": "markdown", "markdown": {"content": text}}


def picture(raw: bytes) -> dict[str, Any]:
    """The MD5 is the protocol's check sum, no secret."""
    md5 = hashlib.md5(raw, usedforsecurity=False).hexdigest()
    return {"msgtype": "image", "image": {"base64": base64.b64encode(raw).decode(), "md5": md5}}


def speak(bot: Bot, message: Message) -> Troubled | None:
    """The words, and after them the picture; a picture that is refused does not bring the words twice."""
    _send(bot, body(message, bot.style))
    if message.picture is None:
        return None
    if len(message.picture) > PICTURE:
        return Troubled(Problem.SIZE, f"{len(message.picture)} > {PICTURE}")
    try:
        _send(bot, picture(message.picture))
    except Troubled as error:  # the message has arrived with its link to the page
        return error
    return None


def _send(bot: Bot, what: dict[str, Any]) -> None:
    said = ask(WECOM, bot, bot.address, what)
    code = said.get("errcode")
    if code == 0:
        return
    problem = CODES.get(code, Problem.UNKNOWN) if isinstance(code, int) else Problem.UNKNOWN
    wait_s = PAUSE_S if problem == Problem.RATE else None
    raise Troubled(problem, bot.hide(f"{code} {said.get('errmsg', '')}"), wait_s=wait_s)


WECOM = Service(
    "wecom",
    _("WeCom"),
    ("qyapi.weixin.qq.com",),
    "/cgi-bin/webhook/send",
    "key",
    (Style.MARKDOWN, Style.TEXT),
    TWENTY_A_MINUTE,
    speak,
    signs=False,
    pictures=True,
)
