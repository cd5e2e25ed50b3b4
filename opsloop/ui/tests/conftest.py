from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from opsloop.base.people.models import Account, Person
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, make
from opsloop.ui.tests import site


def signed_in(person: Person, **extra: str) -> Client:
    """A browser in which this person is signed in, speaking English."""
    account = make(Account, login=f"login-{person.pk}", person=person)
    client = Client(**extra)
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = "en"
    return client


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
