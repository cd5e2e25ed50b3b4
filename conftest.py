"""Fixtures that every test may use. The workspace itself is made by opsloop.config.testing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from opsloop.base.testing import Cast


@pytest.fixture(autouse=True, scope="session")
def _no_rows_of_djangos_own() -> None:
    """Django's permissions are not ours; made anew after each flush they took most of a transactional test."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Tests assert the English source texts, whether or not catalogues are compiled; a page speaks as it is asked."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """The one cast of people; see opsloop.base.testing."""
    from opsloop.base.testing import cast as make_cast

    return make_cast()


@pytest.fixture(autouse=True)
def _ledger_of_its_own(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each test begins with no head beside the database; a transactional one may flush the ledger."""
    from django.conf import settings

    settings.WORKSPACE.ledger_head.unlink(missing_ok=True)
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        yield
        return
    request.getfixturevalue("transactional_db")
    from opsloop.base.testing import ledger_open

    with ledger_open():
        yield
        from django.core.management import call_command

        call_command("flush", interactive=False, verbosity=0)
