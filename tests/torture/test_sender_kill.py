"""A sender of group messages killed with SIGKILL after a message arrived, before its answer: nothing is lost, and what
may be a repeat says so."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from opsloop.connectors.channels.tests.fake import running
from tests import workspace
from tests.torture.size import rounds

pytestmark = pytest.mark.torture
KILLS = rounds(short=2, long=40)


def _killed(tmp_path: Path, service: str, address: str) -> dict[str, Any]:
    env = workspace.make(tmp_path / "w")
    command = [
        sys.executable,
        "-m",
        "tests.torture.kill_sender",
        service,
        address,
        str(tmp_path / "arrived"),
        f"{KILLS}",
    ]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=240 + KILLS * 5, check=False)
    assert done.returncode == 0, done.stderr
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said


def _judged(said: dict[str, Any], texts: list[str], mark: str) -> None:
    """texts: what arrived, in its order; the last one was answered."""
    assert said["exit"] == 0 and said["unsure"] == KILLS
    assert all(state == "sent" and not unsure and twice for state, unsure, twice in said["lines"])
    assert {state for state, _twice in said["letters"]} == {"sent"} and any(twice for _state, twice in said["letters"])
    assert len(texts) == KILLS + 1 and len(said["lines"]) == KILLS + 1, "nothing is lost, nothing sent without need"
    assert mark not in texts[0] and all(mark in text for text in texts[1:]), "whatever may be a repeat says so"
    for n in range(1, KILLS + 2):
        first = next(k for k, text in enumerate(texts) if f"news-{n}" in text)
        assert first == n - 1, "nothing new waits behind what hangs"


def test_a_group_hears_everything_and_of_what_may_be_a_repeat_that_it_may_be_one(tmp_path: Path) -> None:
    arrived = tmp_path / "arrived"
    arrived.touch()
    over = threading.Event()
    with running() as services:
        answer: Callable[..., Any] = services.judge

        def hang(path: str, body: dict[str, Any]) -> dict[str, Any]:
            said: dict[str, Any] = answer(path, body)  # it has arrived, and the group reads it
            if len(services.got) <= KILLS:
                with arrived.open("a") as file:
                    file.write("arrived\n")
                over.wait(60)
            return said

        services.judge = hang  # type: ignore[method-assign]
        try:
            said = _killed(tmp_path, "wecom", services.address("wecom"))
        finally:
            over.set()
        _judged(said, services.texts("wecom"), "可能重复")


class Box:
    """A mail server that takes a mail and says nothing more for the first ones."""

    def __init__(self, arrived: Path) -> None:
        self.arrived = arrived
        self.got: list[str] = []

    async def handle_DATA(self, smtp: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        body = mail.get_body(("plain",))
        self.got.append(f"{mail['Subject']}\n{body.get_content() if body is not None else ''}")
        if len(self.got) <= KILLS:
            with self.arrived.open("a") as file:
                file.write("arrived\n")
            await asyncio.sleep(60)
        return "250 OK"


def test_a_mail_list_too(tmp_path: Path) -> None:
    arrived = tmp_path / "arrived"
    arrived.touch()
    box, port = Box(arrived), workspace.free_port()
    server = Controller(box, hostname="127.0.0.1", port=port)
    server.start()
    try:
        said = _killed(tmp_path, "email", str(port))
    finally:
        server.stop()
    _judged(said, box.got, "可能重复")
