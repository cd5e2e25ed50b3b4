"""A fake service on loopback, a kind of bulletin, and people who look after channels."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsloop.base.acts import Call, operation
from opsloop.base.inbox.broadcasting import broadcast, bulletin_kind, bulletin_kinds
from opsloop.base.jobs import outbox
from opsloop.base.jobs.models import LetterState, Outbox
from opsloop.base.testing import Cast, hold, position
from opsloop.connectors.channels import actions, uploading, vault
from opsloop.connectors.channels.models import Channel, Gate
from opsloop.connectors.channels.tests.fake import Services, running
from opsloop.ui.testing import signed_in


@pytest.fixture(scope="module")
def server() -> Iterator[Services]:
    with running() as made:
        yield made


@pytest.fixture
def fake(server: Services, settings: Any, tmp_path: Any) -> Iterator[Services]:
    settings.CHANNELS_LOOPBACK = True
    server.got, server.tried, server.trouble = [], 0, None
    server.secrets, server.keywords, server.stamps, server.blocked_until = {}, {}, {}, {}
    server.clock = time.time
    server.apps.reset()
    uploading.forget()
    bulletin_kind("test.news", "News")
    bulletin_kind("test.rare", "Rare", on=False)
    yield server
    for name in ("test.news", "test.rare"):
        bulletin_kinds.pop(name, None)


@pytest.fixture
def keeper(cast: Cast) -> Any:
    """Lin may do everything with channels."""
    hold(cast.lin, position("keeper", may=["channels.*"], sees={"channels": "all"}), cast.ops)
    return cast.lin


@pytest.fixture
def door(keeper: Any) -> Any:
    """Lin, signed in."""
    return signed_in(keeper, "zh-hans")


@pytest.fixture
def add(fake: Services, keeper: Any) -> Any:
    """A channel of a service of the fake server."""

    def made(
        service: str = "wecom", secret: str = "", name: str = "运营群", app: tuple[str, str] = ("", ""), **more: Any
    ) -> Channel:
        if service == "email":
            return actions.add_mail(by=keeper, name=name, receivers=more.pop("receivers", "a@example.com"))
        sealed = vault.seal(fake.address(service), secret, keeper, *app)
        return actions.add_channel(by=keeper, name=name, sealed=sealed.pk, **more)

    return made


@pytest.fixture
def say(keeper: Any) -> Any:
    """Broadcast inside an act."""

    def said(title: str = "销售额下跌", key: str = "", **more: Any) -> int:
        with operation(Call(by=keeper)):
            return broadcast(
                more.pop("kind", "test.news"), title, more.pop("body", "第一行\n第二行"), key=key or title, **more
            )

    return said


def deliver_all(most: int = 40) -> int:
    """Deliver what is due now; answers how many letters were taken."""
    n = 0
    while n < most and outbox.deliver():
        n += 1
    return n


def sooner(channel: Channel | None = None) -> None:
    """As if the waits were over."""
    now = timezone.now()
    Outbox.objects.filter(state=LetterState.WAITING).update(due_at=now - timedelta(seconds=1))
    Gate.objects.update(not_before=None, tokens=3.0, filled_at=now)
