"""A 飞书 custom bot: timestamp in seconds and signature in the body; 100 a minute, 5 a second, 20 KB.

The manual: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.bucket import FEISHU as LIMIT
from opsloop.connectors.channels.calling import ask
from opsloop.connectors.channels.message import Message, cut, cut_lines, marked_lines, plain_lines
from opsloop.connectors.channels.services import Bot, Service
from opsloop.connectors.channels.words import Problem, Style

MOST, TITLE = 16_000, 300
"""The body may have 20 KB with everything around the text."""
PAUSE_S, AROUND = 60.0, 40
CODES = {
    19001: Problem.TOKEN, 19002: Problem.CONTENT, 19003: Problem.STOPPED, 19021: Problem.SIGN, 19022: Problem.ADDRESS,
    19024: Problem.KEYWORD, 11232: Problem.RATE, 9499: Problem.CONTENT, 11246: Problem.CONTENT,
    230028: Problem.CONTENT, 230025: Problem.SIZE, 10002: Problem.BUSY,
}  # fmt: skip
TOO_OFTEN = ("frequency", "too many request")


def signature(secret: str, stamp_s: int) -> str:
    """HMAC-SHA256 with timestamp, newline, secret as key over nothing; base64."""
    digest = hmac.new(f"{stamp_s}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def body(message: Message, style: Style) -> dict[str, Any]:
    """Text, rich text, or a card whose button leads to the page."""
    if style == Style.TEXT:
        return {
            "msg_type": "text",
            "content": {"text": cut_lines(message.title, plain_lines(message), message.link, MOST)},
        }
    title = cut(message.title, TITLE)
    if style == Style.MARKDOWN:
        rows = _rows(plain_lines(message))
        rows += [[{"tag": "a", "text": message.open_label, "href": message.link}]] if message.link else []
        return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": title, "content": rows}}}}
    elements: list[dict[str, Any]] = [
        {"tag": "markdown", "content": cut_lines("", marked_lines(message), "", MOST) or title}
    ]
    if message.link:
        label = {"tag": "plain_text", "content": message.open_label}
        button = {"tag": "button", "text": label, "type": "primary", "url": message.link}
        elements.append({"tag": "action", "actions": [button]})
    header = {"title": {"tag": "plain_text", "content": title}, "template": "blue"}
    return {"msg_type": "interactive", "card": {"header": header, "elements": elements}}


def _rows(lines: list[str]) -> list[list[dict[str, str]]]:
    """Lines of rich text, as many as fit: around each there are some bytes more."""
    out: list[list[dict[str, str]]] = []
    room = MOST
    for line in lines:
        room -= len(line.encode()) + AROUND
        if room < 0:
            return [*out, [{"tag": "text", "text": "…"}]]
        out.append([{"tag": "text", "text": line}])
    return out


def speak(bot: Bot, message: Message) -> None:
    """Raises Troubled. Pictures need an app's upload, which a custom bot has not; the link leads to them."""
    what = body(message, bot.style)
    if bot.secret:
        stamp = int(time.time())
        what |= {"timestamp": str(stamp), "sign": signature(bot.secret, stamp)}
    said = ask(FEISHU, bot, bot.address, what)
    code = said.get("code", said.get("StatusCode"))
    if code == 0:
        return
    words = str(said.get("msg") or said.get("StatusMessage") or "")
    problem = CODES.get(code, Problem.UNKNOWN) if isinstance(code, int) else Problem.UNKNOWN
    if any(one in words.lower() for one in TOO_OFTEN):
        problem = Problem.RATE
    raise Troubled(problem, bot.hide(f"{code} {words}"), wait_s=PAUSE_S if problem == Problem.RATE else None)


FEISHU = Service(
    "feishu",
    _("Feishu"),
    ("open.feishu.cn", "open.larksuite.com"),
    "/open-apis/bot/v2/hook/",
    "",
    (Style.CARD, Style.MARKDOWN, Style.TEXT),
    LIMIT,
    speak,
    signs=True,
)
