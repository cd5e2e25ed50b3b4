from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given
from opsloop.ui.testing import signed_in
from opsloop.ui.tests import site


@pytest.fixture
def crowd(settings: Any, cast: Cast) -> Iterator[Cast]:
    """The test site is open; Lin may do its acts and export, Chen only sees, Wu may not export."""
    settings.ROOT_URLCONF = "opsloop.ui.tests.site"
    with site.open_site():
        with given():
            mandate = Mandate.objects.get(position=cast.manager)
            mandate.may = [*mandate.may, "uitest.*", "lists.*", "files.*"]
            mandate.save()
        yield cast


@pytest.fixture
def lin(crowd: Cast) -> Client:
    return signed_in(crowd.lin)


@pytest.fixture
def chen(crowd: Cast) -> Client:
    return signed_in(crowd.chen)
