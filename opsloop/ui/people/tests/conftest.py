from __future__ import annotations

import pytest
from django.test import Client

from opsloop.base.testing import Cast
from opsloop.ui.testing import signed_in


@pytest.fixture
def lin(cast: Cast) -> Client:
    """The manager: may everything, sees everything, reads contacts."""
    return signed_in(cast.lin)


@pytest.fixture
def chen(cast: Cast) -> Client:
    """The specialist: sees her department, may nothing."""
    return signed_in(cast.chen)
