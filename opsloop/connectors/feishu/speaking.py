"""A 飞书 custom bot: timestamp in seconds and signature in the body; 100 a minute, 5 a second, 20 KB.

It takes a picture by its image_key, which an app of the company gets for uploading it (open.feishu.cn/document:
auth-v3 tenant_access_token/internal, im-v1/image/create).

The manual: open.feishu.cn/document/client-docs/bot-v3/add-custom-bot.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from typing import Any

from django.utils.translation import gettext_lazy as _

from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.bucket import FEISHU as LIMIT
from opsloop.connectors.channels.calling import ask, call
from opsloop.connectors.channels.message import Message, cut, cut_lines, marked_lines, plain_lines
from opsloop.connectors.channels.services import Bot, Service, Uploads
from opsloop.connectors.channels.uploading import Codes, shown
from opsloop.connectors.channels.words import Problem, Style

MOST, TITLE = 16_000, 300
"""The body may have 20 KB with everything around the text."""
PAUSE_S, AROUND = 60.0, 40
CODES = {
    19001: Problem.TOKEN, 19002: Problem.CONTENT, 19003: Problem.STOPPED, 19021: Problem.SIGN, 19022: Problem.ADDRESS,
    19024: Problem.KEYWORD, 11232: Problem.RATE, 9499: Problem.CONTENT, 11246: Problem.CONTENT,
    230028: Problem.CONTENT, 230025: Problem.SIZE, 10002: Problem.BUSY,
}  # fmt: skip
TOKEN_PATH, IMAGE_PATH = "/open-apis/auth/v3/tenant_access_token/internal", "/open-apis/im/v1/images"
IMAGE_KEY = re.compile(r"[\w-]{8,200}")
CODES_OF_APPS = Codes(frozenset({99991661, 99991663, 99991664, 99991668, 99991671, 99991677}), {
    10003: Problem.APP, 10014: Problem.APP, 10015: Problem.APP, 99991672: Problem.RIGHT, 234007: Problem.RIGHT,
    234002: Problem.RIGHT, 99991400: Problem.RATE, 234006: Problem.SIZE, 234039: Problem.SIZE,
})  # fmt: skip
TOO_OFTEN = ("frequency", "too many request")


def signature(secret: str, stamp_s: int) -> str:
    """HMAC-SHA256 with timestamp, newline, secret as key over nothing; base64."""
    digest = hmac.new(f"{stamp_s}\n{secret}".encode(), b"", hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def body(message: Message, style: Style, image_key: str = "") -> dict[str, Any]:
    """Text, rich text, or a card whose button leads to the page; the latter two with a picture that was uploaded."""
    if style == Style.TEXT:
        return {
            "msg_type": "text",
            "content": {"text": cut_lines(message.title, plain_lines(message), message.link, MOST)},
        }
    title = cut(message.title, TITLE)
    if style == Style.MARKDOWN:
        rows = _rows(plain_lines(message))
        rows += [[{"tag": "img", "image_key": image_key}]] if image_key else []
        rows += [[{"tag": "a", "text": message.open_label, "href": message.link}]] if message.link else []
        return {"msg_type": "post", "content": {"post": {"zh_cn": {"title": title, "content": rows}}}}
    elements: list[dict[str, Any]] = [
        {"tag": "markdown", "content": cut_lines("", marked_lines(message), "", MOST) or title}
    ]
    if image_key:
        elements.append({"tag": "img", "img_key": image_key, "alt": {"tag": "plain_text", "content": title}})
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


def speak(bot: Bot, message: Message) -> Troubled | None:
    """The words, with the picture where an app could upload it; else the link leads to it. Raises Troubled."""
    image_key, hindered = shown(UPLOADS, bot, message)
    what = body(message, bot.style, image_key)
    if bot.secret:
        stamp = int(time.time())
        what |= {"timestamp": str(stamp), "sign": signature(bot.secret, stamp)}
    said = ask(FEISHU, bot, bot.address, what)
    code = said.get("code", said.get("StatusCode"))
    if code == 0:
        return hindered
    words = str(said.get("msg") or said.get("StatusMessage") or "")
    problem = CODES.get(code, Problem.UNKNOWN) if isinstance(code, int) else Problem.UNKNOWN
    if any(one in words.lower() for one in TOO_OFTEN):
        problem = Problem.RATE
    raise Troubled(problem, bot.hide(f"{code} {words}"), wait_s=PAUSE_S if problem == Problem.RATE else None)


def token(bot: Bot) -> tuple[str, float]:
    """The app's tenant_access_token, with the seconds that it holds."""
    said = call(FEISHU, bot, TOKEN_PATH, json={"app_id": bot.app, "app_secret": bot.app_secret})
    found, holds_s = said.get("tenant_access_token"), said.get("expire")
    if said.get("code") != 0 or not isinstance(found, str) or not found or not isinstance(holds_s, (int, float)):
        raise CODES_OF_APPS.troubled(bot, said.get("code"), said.get("msg"))
    return found, float(holds_s)


def upload(bot: Bot, token: str, picture: bytes) -> str:
    """The picture's image_key. An app without the bot ability or the permission im:resource gets none."""
    said = call(
        FEISHU, bot, IMAGE_PATH, headers={"Authorization": f"Bearer {token}"}, data={"image_type": "message"},
        files={"image": ("report.png", picture, "image/png")},
    )  # fmt: skip
    inner = said.get("data")
    key = inner.get("image_key", "") if isinstance(inner, dict) else ""
    if said.get("code") == 0 and isinstance(key, str) and IMAGE_KEY.fullmatch(key):
        return key
    raise CODES_OF_APPS.troubled(bot, said.get("code"), said.get("msg"), token)


UPLOADS = Uploads(token, upload, 10 * 1024 * 1024)
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
    uploads=UPLOADS,
)
