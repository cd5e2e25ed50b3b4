"""Fixtures that every test may use. The workspace itself is made by opsloop.config.testing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from tests import spreading
from tests.workspace import migrate_meanwhile, put_database, template
from tools import messages

if TYPE_CHECKING:
    from xdist.remote import Producer

    from opsloop.base.testing import Cast
    from tests.spreading import LongestFirst


def pytest_configure(config: pytest.Config) -> None:
    """Some tests read what Chinese readers read: catalogues older than their texts are compiled, for all processes."""
    from django.utils.translation.reloader import translation_file_changed

    if not hasattr(config, "workerinput"):
        if config.getoption("numprocesses", None):
            migrate_meanwhile()
        messages.compile_all()
        translation_file_changed(None, Path("django.mo"))  # Django has read the old ones by now


settings.register_profile(
    "shared machine", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared machine")  # how long an example takes says how busy the machine is


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; what drives a browser is left out where there is none."""
    items.sort(key=lambda one: spreading.rank(one.nodeid))
    browsed = [one for one in items if one.get_closest_marker("browser")]
    if browsed:
        from opsloop.ui.testing import BROWSERS, chromium

        if chromium() is None:
            for one in browsed:
                one.add_marker(pytest.mark.skip(f"Chromium is missing; apt-get install {BROWSERS[0]}"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LongestFirst:
    """The groups of `xdist_group` are not used: pytest-xdist 3.8 loses them under pytest 9.2."""
    return spreading.made(config, log)


@pytest.fixture(autouse=True, scope="session")
def _no_rows_of_djangos_own() -> None:
    """Django's permissions are not ours; made anew after each flush they took most of a transactional test."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(create_permissions, dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the test begins with the database that `django_db_modify_db_settings` puts there."""
    from django.db import connection

    return bool(connection.vendor == "sqlite")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_keepdb: bool) -> None:
    """The migrations run once for all processes of a test run."""
    from django.db import connection

    test = connection.settings_dict["TEST"]
    if django_db_keepdb:
        put_database(Path(test["NAME"]))
    else:
        test["TEMPLATE"] = template()


@pytest.fixture(autouse=True, scope="session")
def _flush_goes_where_rows_are() -> None:
    """Django's flush empties each of 150 tables and tells every app, after each test with transactions of its own."""
    from django.test import TransactionTestCase

    TransactionTestCase._fixture_teardown = lambda _self: _empty()


def _empty() -> None:
    from django.db import connection, transaction

    quoted = connection.ops.quote_name
    tables = connection.introspection.django_table_names(only_existing=True, include_views=False)
    filled = " union all ".join(f"select '{name}' where exists (select 1 from {quoted(name)})" for name in tables)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(filled)
        for (name,) in cursor.fetchall():
            cursor.execute(f"delete from {quoted(name)}")


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_quickly() -> None:
    """By Argon2 as in life, but without its 100 MB and eight threads for each password."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.fixture(autouse=True, scope="session")
def _troubles_are_not_looked_for() -> None:
    """Once in ten seconds a page asks one question more, which tests that count questions took for their own."""
    from opsloop.ui import troubles

    troubles.KEEP_S = math.inf


@pytest.fixture(autouse=True, scope="session")
def _built_files_are_listed_once() -> None:
    """Each test's client begins with a WhiteNoise of its own, which looks at the 500 built files anew."""
    from whitenoise.base import WhiteNoise

    listed: dict[tuple[str, str], dict[str, Any]] = {}
    plain = WhiteNoise.update_files_dictionary

    def once(self: WhiteNoise, root: str, prefix: str) -> None:
        if (root, prefix) not in listed:
            before, self.files = self.files, {}
            plain(self, root, prefix)
            listed[root, prefix], self.files = self.files, before
        self.files.update(listed[root, prefix])

    WhiteNoise.update_files_dictionary = once


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
        _empty()
