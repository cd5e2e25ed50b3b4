"""One server on loopback that behaves like the three services: signatures, limits, their codes; or fails as told.

How it counts and what it answers is written from the services' manuals, not from our code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from opsloop.connectors.channels.tests.fake_apps import Apps

TOKENS = {"wecom": "693a91f6-7e4b-4bc4-97a0-0ec2aaaa1234", "dingtalk": "d1" * 32, "feishu": "f1-hook-5678-abcd-ef01"}
PATHS = {
    "wecom": "/cgi-bin/webhook/send?key=", "dingtalk": "/robot/send?access_token=",
    "feishu": "/open-apis/bot/v2/hook/",
}  # fmt: skip


class Services:
    """What they got; `trouble` decides otherwise: a function (handler) -> True when it has answered itself."""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []
        self.tried = 0
        self.secrets: dict[str, str] = {}
        self.keywords: dict[str, str] = {}
        self.stamps: dict[str, list[float]] = {}
        self.blocked_until: dict[str, float] = {}
        self.clock: Callable[[], float] = time.time
        self.apps = Apps(lambda: self.clock())
        self.trouble: Callable[[BaseHTTPRequestHandler], bool] | None = None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.tried += 1
                raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                if outer.trouble is not None and outer.trouble(self):
                    return
                if found := outer.apps.judge(self, raw):
                    self.reply(*found)
                else:
                    self.reply(200, outer.judge(self.path, json.loads(raw)))

            def do_GET(self) -> None:
                self.do_POST()

            def reply(self, status: int, said: Any, **headers: str) -> None:
                body = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def address(self, service: str, token: str = "") -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}{PATHS[service]}{token or TOKENS[service]}"

    def texts(self, service: str = "") -> list[str]:
        """Everything that was said, as one text each."""
        return [json.dumps(body, ensure_ascii=False) for name, body in self.got if service in ("", name)]

    def judge(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path.startswith("/cgi-bin"):
            return self.wecom(query, body)
        return self.dingtalk(query, body) if parts.path.startswith("/robot") else self.feishu(parts.path, body)

    def wecom(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        if query.get("key") != TOKENS["wecom"]:
            return {"errcode": 93000, "errmsg": "invalid webhook url, hint: [1700]"}
        if not self.room("wecom", 20, 60):
            return {"errcode": 45009, "errmsg": "api freq out of limit"}
        kind = body["msgtype"]
        most = {"text": 2048, "markdown": 4096}.get(kind)
        if most is not None and len(body[kind]["content"].encode()) > most:
            return {"errcode": 45002, "errmsg": "content size out of limit"}
        raw = base64.b64decode(body["image"]["base64"]) if kind == "image" else b""
        if self.apps.no_pictures and kind == "image":
            return {"errcode": 40058, "errmsg": "invalid image"}
        if raw and (hashlib.md5(raw).hexdigest() != body["image"]["md5"] or len(raw) > 2 * 1024 * 1024):
            return {"errcode": 301019, "errmsg": "media md5 not match"}
        self.got.append(("wecom", body))
        return {"errcode": 0, "errmsg": "ok"}

    def dingtalk(self, query: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
        if query.get("access_token") != TOKENS["dingtalk"]:
            return {"errcode": 300005, "errmsg": "token is not exist"}
        if self.clock() < self.blocked_until.get("dingtalk", 0.0):
            return {"errcode": 410100, "errmsg": "send too fast"}
        if secret := self.secrets.get("dingtalk"):
            stamp = query.get("timestamp", "0")
            if abs(self.clock() * 1000 - float(stamp)) > 3600_000:
                return {"errcode": 310000, "errmsg": "invalid timestamp"}
            mine = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
            if query.get("sign") != base64.b64encode(mine).decode():
                return {"errcode": 310000, "errmsg": "sign not match"}
        if self.keywords.get("dingtalk", "") not in json.dumps(body, ensure_ascii=False):
            return {"errcode": 310000, "errmsg": "keywords not in content"}
        if not self.room("dingtalk", 20, 60):
            self.blocked_until["dingtalk"] = self.clock() + 600
            return {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        self.got.append(("dingtalk", body))
        return {"errcode": 0, "errmsg": "ok"}

    def feishu(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if path.rsplit("/", 1)[-1] != TOKENS["feishu"]:
            return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid"}
        if secret := self.secrets.get("feishu"):
            stamp = body.get("timestamp", "0")
            mine = base64.b64encode(hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()).decode()
            if body.get("sign") != mine or abs(self.clock() - float(stamp)) > 3600:
                return {"code": 19021, "msg": "sign match fail or timestamp is not within one hour from current time"}
        if self.keywords.get("feishu", "") not in json.dumps(body, ensure_ascii=False):
            return {"code": 19024, "msg": "Key Words Not Found"}
        if not (self.room("feishu", 100, 60) and self.room("feishu-second", 5, 1)):
            return {"code": 11232, "msg": "frequency limited psm[lark.oapi.app_platform_runtime]appID[1500]"}
        if len(json.dumps(body).encode()) > 20 * 1024 * 4:
            return {"code": 9499, "msg": "Bad Request"}
        self.got.append(("feishu", body))
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"}

    def room(self, name: str, most: int, span_s: float) -> bool:
        now = self.clock()
        seen = [one for one in self.stamps.get(name, []) if now - one < span_s]
        self.stamps[name] = [*seen, now]
        return len(seen) < most


@contextmanager
def running() -> Iterator[Services]:
    made = Services()
    try:
        yield made
    finally:
        made.server.shutdown()
        made.server.server_close()
