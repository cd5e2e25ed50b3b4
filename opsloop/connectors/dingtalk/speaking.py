"""A 钉钉 custom bot: timestamp in ms and signature in the query; 20 a minute, beyond it silent for ten minutes.

The manual: open.dingtalk.com/document/orgapp/custom-robots-send-group-messages and customize-robot-security-settings.
Its Markdown takes the media id of an uploaded picture in place of an address (opensource.dingtalk.com/developerpedia,
FAQ of Stream, 3); an app of the company uploads it with the token of gettoken, which media/upload wants.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import time
from typing import Any
from urllib.parse import quote_plus

from django.utils.translation import gettext_lazy as _

from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.bucket import TWENTY_A_MINUTE
from opsloop.connectors.channels.calling import ask, call
from opsloop.connectors.channels.message import Message, cut, cut_lines, flat, marked_lines, plain_lines
from opsloop.connectors.channels.services import Bot, Service, Uploads
from opsloop.connectors.channels.uploading import Codes, shown
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

TOKEN_PATH, UPLOAD_PATH, HOLDS_S = "/gettoken", "/media/upload", 7200
MEDIA_ID = re.compile(r"@?[\w$.-]{8,200}")
CODES_OF_APPS = Codes(frozenset({40014, 42001}), {
    40001: Problem.APP, 40013: Problem.APP, 40089: Problem.APP, 40096: Problem.APP, 60020: Problem.RIGHT,
    88: Problem.RIGHT, 90018: Problem.RATE, 45001: Problem.SIZE, 40009: Problem.SIZE, -1: Problem.BUSY,
})  # fmt: skip


def signature(secret: str, stamp_ms: int) -> str:
    """HMAC-SHA256 with the secret as key over timestamp, newline, secret; base64."""
    digest = hmac.new(secret.encode(), f"{stamp_ms}\n{secret}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def signed(address: str, secret: str, stamp_ms: int) -> str:
    """The address with timestamp and signature."""
    if not secret:
        return address
    return f"{address}&timestamp={stamp_ms}&sign={quote_plus(signature(secret, stamp_ms))}"


def body(message: Message, style: Style, media_id: str = "") -> dict[str, Any]:
    """Text, Markdown, or a card whose button leads to the page. With a picture that was uploaded it is Markdown, for
    which media ids are documented."""
    if style == Style.TEXT:
        return {
            "msgtype": "text",
            "text": {"content": cut_lines(message.title, plain_lines(message), message.link, MOST)},
        }
    title, head = cut(message.title, TITLE), f"### {flat(message.title)}"
    if style == Style.CARD and message.link and not media_id:
        text = cut_lines(head, marked_lines(message), "", MOST, "\n\n")
        card = {"title": title, "text": text, "singleTitle": message.open_label, "singleURL": message.link}
        return {"msgtype": "actionCard", "actionCard": card}
    link = f"[{message.open_label}]({message.link})" if message.link else ""
    tail = "\n\n".join(one for one in (f"![{flat(title)}]({media_id})" if media_id else "", link) if one)
    text = cut_lines(head, marked_lines(message), tail, MOST, "\n\n")
    return {"msgtype": "markdown", "markdown": {"title": title, "text": text}}


def speak(bot: Bot, message: Message) -> Troubled | None:
    """The words, with the picture where an app could upload it; else the link leads to it. Raises Troubled."""
    media_id, hindered = shown(UPLOADS, bot, message)
    what = body(message, bot.style, media_id)
    said = ask(DINGTALK, bot, signed(bot.address, bot.secret, int(time.time() * 1000)), what)
    code = said.get("errcode")
    if code == 0:
        return hindered
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


def token(bot: Bot) -> tuple[str, float]:
    """The app's access_token, with the seconds that it holds."""
    query = {"appkey": bot.app, "appsecret": bot.app_secret}
    said = call(DINGTALK, bot, TOKEN_PATH, "GET", params=query)
    found, holds_s = said.get("access_token"), said.get("expires_in", HOLDS_S)
    if said.get("errcode") != 0 or not isinstance(found, str) or not found or not isinstance(holds_s, (int, float)):
        raise CODES_OF_APPS.troubled(bot, said.get("errcode"), said.get("errmsg"))
    return found, float(holds_s)


def upload(bot: Bot, token: str, picture: bytes) -> str:
    """The picture's media id."""
    said = call(
        DINGTALK, bot, UPLOAD_PATH, params={"access_token": token, "type": "image"},
        files={"media": ("report.png", picture, "image/png")},
    )  # fmt: skip
    media_id = said.get("media_id")
    if said.get("errcode") == 0 and isinstance(media_id, str) and MEDIA_ID.fullmatch(media_id):
        return media_id
    raise CODES_OF_APPS.troubled(bot, said.get("errcode"), said.get("errmsg"), token)


UPLOADS = Uploads(token, upload, 10 * 1024 * 1024)
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
    uploads=UPLOADS,
)
