"""Kinds of notices for tests, on a Monday morning in Shanghai, with a mail server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import AT_ONCE, QUIETLY, notice_kind
from opsloop.base.inbox.kinds import notice_kinds
from opsloop.base.inbox.tests.telling import mailed
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast

MORNING = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
"""10:00 in Shanghai, a Monday."""


@pytest.fixture
def kinds(settings: Any) -> Iterator[None]:
    settings.EMAIL_HOST = "mail.example.com"
    settings.TIME_ZONE = "Asia/Shanghai"
    notice_kind("test.late", _("Something is late"), default=AT_ONCE)
    notice_kind("test.calm", "Calm", default=QUIETLY)
    notice_kind("test.fire", "Fire", default=AT_ONCE, may_off=False, urgent=True)
    notice_kind("test.news", "News")
    with time_machine.travel(MORNING, tick=False):
        yield
    for name in [name for name in notice_kinds if name.startswith("test.")]:
        del notice_kinds[name]


@pytest.fixture
def lin(cast: Cast) -> Person:
    return mailed(cast.lin)
