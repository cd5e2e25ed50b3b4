"""A session with a Spark Connect endpoint in which nothing waits for ever. Imported only when Spark is asked.

PySpark's client sets no deadline on any call and tries for ten minutes when nobody answers, even while the process
exits. Here every call has a deadline, that of the statement if there is one, and a session is closed before the exit.
"""

from __future__ import annotations

import atexit
import time
import warnings
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from threading import Lock
from typing import Any
from uuid import uuid4

import grpc
from pyspark.sql.connect.client import DefaultChannelBuilder
from pyspark.sql.connect.client.retries import DefaultPolicy
from pyspark.sql.connect.session import SparkSession

warnings.filterwarnings("ignore", r"\[RETRIES_EXCEEDED\]")  # what the caller is told says it
CALL_S = 30.0
"""For calls outside of a statement: settings, giving results free, saying good-bye."""
FAREWELL_S = 5.0
_until: ContextVar[float | None] = ContextVar("until", default=None)
_sessions: dict[str, Any] = {}
_views: dict[str, dict[str, tuple[str, ...]]] = {}
_making = Lock()

_Details = namedtuple("_Details", ("method", "timeout", "metadata", "credentials", "wait_for_ready", "compression"))


class Bounded(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]  # no types
    """Gives each call the time that is left."""

    def intercept_unary_unary(self, go: Callable[..., Any], details: Any, request: Any) -> Any:
        return go(_bounded(details), request)

    intercept_unary_stream = intercept_unary_unary


class _Call(_Details, grpc.ClientCallDetails):  # type: ignore[misc]  # no types
    """gRPC's description of a call, with another time-out."""


def _bounded(details: Any) -> _Call:
    until = _until.get()
    left = CALL_S if until is None else max(0.001, until - time.monotonic())
    ready, packing = getattr(details, "wait_for_ready", None), getattr(details, "compression", None)
    return _Call(details.method, left, details.metadata, details.credentials, ready, packing)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """All calls of this thread together end within so many seconds, those of PySpark's retries as well."""
    token = _until.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _until.reset(token)


def session(remote: str) -> Any:
    """The session of this process with an endpoint; it is made when there is none. Raises what PySpark raises."""
    with _making:
        if remote not in _sessions:
            channel = DefaultChannelBuilder(remote)
            channel.add_interceptor(Bounded())
            made = SparkSession.builder.channelBuilder(channel).create()
            made.client.set_retry_policies([patience()])
            _sessions[remote] = made
            # what ends last began first: this runs before the client's own farewell, which waits for who may be gone
            atexit.register(forget, remote)
            made.conf.set("spark.sql.session.timeZone", "UTC")
        return _sessions[remote]


def views(remote: str) -> dict[str, tuple[str, ...]]:
    """The views that the session has, each with the files behind it. Making one costs Spark a job."""
    return _views.setdefault(remote, {})


def patience() -> DefaultPolicy:
    """About five seconds in all, for a server that is just starting. Milliseconds."""
    return DefaultPolicy(max_retries=5, initial_backoff=200, max_backoff=2000, max_server_retry_delay=5000)


@contextmanager
def cancelled(made: Any) -> Iterator[None]:
    """What this thread asks within is ended on the other side too when it fails here."""
    tag = f"opsloop-{uuid4().hex}"
    made.addTag(tag)
    try:
        yield
    except Exception:
        with within(FAREWELL_S), suppress(Exception):
            made.interruptTag(tag)
        raise
    finally:
        made.removeTag(tag)


def forget(remote: str) -> None:
    """Close a session, for instance one whose server went away; the next question makes another."""
    made = _sessions.pop(remote, None)
    _views.pop(remote, None)
    if made is not None:
        with within(FAREWELL_S), suppress(Exception):
            made.stop()
