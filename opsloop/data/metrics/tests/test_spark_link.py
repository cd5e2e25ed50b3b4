"""A Spark that is away or silent: one clear message within the time that was set, and the process still ends."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsloop.data.metrics import spark
from opsloop.data.metrics.questions import CannotAnswer
from opsloop.data.metrics.tests.servers import free_port

pytestmark = pytest.mark.slow
ASK = """
import django
django.setup()
from opsloop.data.metrics import spark
try:
    spark.Spark().run("select 1")
except spark.CannotAnswer as said:
    print(said)
"""


@pytest.fixture(autouse=True)
def _installed() -> None:
    pytest.importorskip("opsloop.data.metrics.spark_link", reason="the extra spark is not installed")


@pytest.fixture
def silent() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen(16)
        yield one.getsockname()[1]


def asked(monkeypatch: pytest.MonkeyPatch, port: int, seconds: str) -> tuple[str, float]:
    monkeypatch.setenv(spark.REMOTE, f"sc://127.0.0.1:{port}")
    monkeypatch.setenv(spark.SECONDS, seconds)
    began = time.monotonic()
    with pytest.raises(CannotAnswer) as said:
        spark.Spark().run("select 1")
    return str(said.value.text), time.monotonic() - began


def test_a_silent_spark_is_given_up_after_the_time_that_was_set(silent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text, took = asked(monkeypatch, silent, "2")
    assert text == "Spark did not answer within 2 s. Ask for a shorter period, or set OPSLOOP_SPARK_SECONDS higher."
    assert took < 30


def test_where_no_spark_is_that_is_said_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    text, took = asked(monkeypatch, port, "60")
    assert text == f"No Spark answers at sc://127.0.0.1:{port}. Have it started, or correct OPSLOOP_SPARK_REMOTE."
    assert took < 30


def test_what_is_no_number_of_seconds_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "no number of seconds: soon" in asked(monkeypatch, 1, "soon")[0]


def test_a_process_whose_spark_went_away_ends_all_the_same(silent: int, tmp_path: Path) -> None:
    """PySpark says good-bye when a process exits, and waits ten minutes for an answer."""
    program = tmp_path / "ask.py"  # not by -c: PySpark takes that for a run of its own tests
    program.write_text(ASK, encoding="utf-8")
    more = {spark.REMOTE: f"sc://127.0.0.1:{silent}", spark.SECONDS: "2"}
    command = [sys.executable, str(program)]
    done = subprocess.run(command, env={**os.environ, **more}, capture_output=True, text=True, timeout=90, check=False)
    assert (done.returncode, done.stdout.count("\n")) == (0, 1) and spark.SECONDS in done.stdout, done
