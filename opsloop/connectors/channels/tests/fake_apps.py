"""The part of the fake services that an app of the company speaks with: tokens that end, and uploads of pictures.

Written from the manuals: a token holds two hours and is the same until it nearly ends; only who shows it uploads; the
picture comes as a form with a file; an app without the right gets a code of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

APP, SECRET = "cli_a1b2c3d4e5f6", "app-Secret-of-the-company-0123456789"
HOLDS_S = 7200
Answer = tuple[int, dict[str, Any]]
PNG = b"\x89PNG\r\n\x1a\n"


class Apps:
    """uploaded: service -> pictures that came. asked: how often a token was asked for. without_right: no uploads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.reset()

    def reset(self) -> None:
        self.tokens: dict[str, tuple[str, float]] = {}
        self.uploaded: dict[str, list[bytes]] = {"dingtalk": [], "feishu": []}
        self.asked = 0
        self.without_right = self.no_pictures = False
        self.garbled = ""

    def judge(self, handler: BaseHTTPRequestHandler, raw: bytes) -> Answer | None:
        """The answer where the path is one of an app's, else None."""
        parts = urlsplit(handler.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/gettoken":
            return self._gettoken(handler.command, query)
        if parts.path == "/media/upload":
            return self._media(query, _form(handler, raw))
        if parts.path == "/open-apis/auth/v3/tenant_access_token/internal":
            return self._tenant(json.loads(raw))
        if parts.path == "/open-apis/im/v1/images":
            return self._image(handler.headers.get("Authorization", ""), _form(handler, raw))
        return None

    def revoke(self) -> None:
        """As when somebody else asked for a new one: what was given out is not taken any more."""
        self.tokens.clear()

    def _issue(self, service: str) -> tuple[str, int]:
        self.asked += 1
        found, until = self.tokens.get(service, ("", 0.0))
        if until - self.clock() < 1800:
            found, until = f"t-{service}-{self.asked}-{int(self.clock() * 1000)}", self.clock() + HOLDS_S
            self.tokens[service] = (found, until)
        return found, int(until - self.clock())

    def _holds(self, service: str, token: str) -> bool:
        found, until = self.tokens.get(service, ("", 0.0))
        return bool(token) and token == found and self.clock() < until

    def _gettoken(self, method: str, query: dict[str, str]) -> Answer:
        if method != "GET":
            return 200, {"errcode": 43001, "errmsg": "需要GET请求"}
        if (query.get("appkey"), query.get("appsecret")) != (APP, SECRET):
            said = f"不合法的appKey或appSecret {query.get('appsecret')}"
            return 200, {"errcode": 40096, "errmsg": said}
        token, left = self._issue("dingtalk")
        return 200, {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": left}

    def _media(self, query: dict[str, str], form: dict[str, bytes]) -> Answer:
        if not self._holds("dingtalk", query.get("access_token", "")):
            return 200, {"errcode": 40014, "errmsg": f"不合法的access_token {query.get('access_token')}"}
        if self.without_right:
            return 200, {"errcode": 88, "errmsg": "ding talk error[subcode=60011,submsg=没有调用该接口的权限]"}
        if query.get("type") != "image" or not form.get("media", b"").startswith(PNG):
            return 200, {"errcode": 40004, "errmsg": "不合法的媒体文件类型"}
        self.uploaded["dingtalk"].append(form["media"])
        media_id = self.garbled or f"@lADPDe7s{len(self.uploaded['dingtalk']):06}"
        return 200, {"errcode": 0, "errmsg": "ok", "type": "image", "media_id": media_id, "created_at": 1}

    def _tenant(self, body: dict[str, Any]) -> Answer:
        if body.get("app_id") != APP:
            return 200, {"code": 10003, "msg": "invalid param"}
        if body.get("app_secret") != SECRET:
            return 200, {"code": 10014, "msg": f"app secret invalid: {body.get('app_secret')}"}
        token, left = self._issue("feishu")
        return 200, {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": left}

    def _image(self, authorization: str, form: dict[str, bytes]) -> Answer:
        if not self._holds("feishu", authorization.removeprefix("Bearer ")):
            return 400, {"code": 99991663, "msg": f"Invalid access token for authorization. {authorization}"}
        if self.without_right:
            return 400, {
                "code": 99991672,
                "msg": "Access denied. One of the following scopes is required: [im:resource]",
            }
        if form.get("image_type") != b"message" or not form.get("image", b"").startswith(PNG):
            return 400, {"code": 234001, "msg": "Invalid request param."}
        self.uploaded["feishu"].append(form["image"])
        key = self.garbled or f"img_v3_02{len(self.uploaded['feishu']):06}"
        return 200, {"code": 0, "msg": "success", "data": {"image_key": key}}


def _form(handler: BaseHTTPRequestHandler, raw: bytes) -> dict[str, bytes]:
    """The fields of a multipart form, by their names."""
    head = f"Content-Type: {handler.headers.get('Content-Type', '')}\r\n\r\n".encode()
    read = message_from_bytes(head + raw, policy=policy.HTTP)
    if not read.is_multipart():
        return {}
    named = ((part.get_param("name", header="content-disposition"), part) for part in read.iter_parts())
    return {str(name): part.get_payload(decode=True) for name, part in named}
