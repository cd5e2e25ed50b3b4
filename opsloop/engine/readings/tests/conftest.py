from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils.translation import override

from opsloop.base.people.models import Language, Person
from opsloop.base.testing import Cast, given
from opsloop.engine.readings.tests.setup import FILES, bring, settle


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """Everybody reads English, so that what they are told can be compared."""
    with given():
        Person.objects.update(language=Language.EN)
    for one in (cast.lin, cast.chen, cast.wu, cast.robot):
        one.refresh_from_db()
    return cast


@pytest.fixture
def standing(cast: Cast) -> Cast:
    """The small book is published and everybody's readings are given."""
    bring(cast.robot, FILES)
    settle(cast)
    return cast
