"""What can be run: tasks by name, schedules written in code, and the senders of the outbox."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from opsloop.base.jobs.cron import check_cron
from opsloop.base.things.errors import Text

F = TypeVar("F", bound=Callable[..., Any])
SLOW = "slow"
"""The queue of minutes-long work: only one slot of each worker takes it, so that short jobs are never behind it."""


@dataclass(frozen=True, slots=True)
class Task:
    """A function that a job runs. `prepare`: it runs outside the transaction and answers what to publish in it.

    may: the acts that the robot may do in it when nobody asked; a task asked for by a person has that person's rights.
    """

    name: str
    label: Text
    fn: Callable[..., Any]
    max_attempts: int = 5
    timeout_s: float = 600
    queue: str = "default"
    prepare: bool = False
    may: frozenset[str] = frozenset()

    def check(self, args: dict[str, Any]) -> None:
        """Raises TypeError when the function does not take these arguments."""
        inspect.signature(self.fn).bind(None, **args)


@dataclass(frozen=True, slots=True)
class Planned:
    """A schedule written in code."""

    name: str
    cron: str
    zone: str
    catch_up: str
    max_age_s: int | None


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender gets. `key` is the same at every attempt: hand it on where the receiver can drop repeats."""

    channel: str
    to: str
    payload: dict[str, Any]
    key: str
    attempt: int
    maybe_twice: bool


Sender = Callable[[Letter], None]
Follower = Callable[[], object]
tasks: dict[str, Task] = {}
planned: dict[str, Planned] = {}
senders: dict[str, Sender] = {}
followers: dict[str, Follower] = {}
patience: dict[str, int] = {}
"""Attempts that a channel's letters get before they are given up."""
ATTEMPTS = 8


def task(
    name: str,
    label: Text,
    *,
    max_attempts: int = 5,
    timeout_s: float = 600,
    queue: str = "default",
    prepare: bool = False,
    may: tuple[str, ...] = (),
) -> Callable[[F], F]:
    """Make `fn(ctx, **args)` a task.

    Short (the default): fn runs in one transaction with the acknowledgement; it calls acts with `by=ctx.by` and
    touches no file, network, DuckDB or template. `prepare=True`: fn runs outside; it may answer a function that is
    then called in the transaction of the acknowledgement, and it may work in chunks with `ctx.checkpoint`.
    Raises RuntimeError when another module has a task of this name.
    """

    def wrap(fn: F) -> F:
        this = Task(name, label, fn, max_attempts, timeout_s, queue, prepare, frozenset(may))
        if name in tasks and tasks[name].fn.__module__ != fn.__module__:
            raise RuntimeError(f"two tasks named {name}: in {tasks[name].fn.__module__} and {fn.__module__}")
        tasks[name] = this
        fn.task = this  # type: ignore[attr-defined]
        return fn

    return wrap


def scheduled(
    name: str,
    label: Text,
    *,
    cron: str,
    zone: str = "",
    catch_up: str = "latest",
    max_age_s: int | None = None,
    **options: Any,
) -> Callable[[F], F]:
    """Make `fn(ctx)` a task that runs by the clock, in the company's time zone unless `zone` is given.

    catch_up: skip | latest | every, what happens to moments missed while nothing ran; `max_age_s` skips older ones.
    The moment it is due for is `ctx.due`. Other options are those of `task`. Raises ValueError for a wrong cron.
    """
    check_cron(cron)

    def wrap(fn: F) -> F:
        planned[name] = Planned(name, cron, zone, catch_up, max_age_s)
        return task(name, label, **options)(fn)

    return wrap


def sender(channel: str, *, attempts: int = ATTEMPTS) -> Callable[[Sender], Sender]:
    """Deliver letters of this channel with the function; it raises OutsideError when the outside fails, NotYet when
    nothing was tried. `attempts`: with the waits of lease.wait 8 are half an hour, 40 are a day and a half.
    """

    def wrap(fn: Sender) -> Sender:
        senders[channel], patience[channel] = fn, attempts
        return fn

    return wrap


def follower(name: str) -> Callable[[Follower], Follower]:
    """Call the function in every worker about once a second, beside the jobs: for what must keep up with the ledger
    within moments and without anybody waiting for it. It does a bounded piece of work, remembers by itself how far it
    came, and costs next to nothing when there is nothing new. A fault in it is logged, and it is called again.
    """

    def wrap(fn: Follower) -> Follower:
        followers[name] = fn
        return fn

    return wrap


def task_of(what: str | Callable[..., Any]) -> Task:
    """The task of a name or of a decorated function. Raises LookupError."""
    found: Task | None = tasks.get(what) if isinstance(what, str) else getattr(what, "task", None)
    if found is None:
        raise LookupError(f"there is no task {what}")
    return found
