"""The company with everybody's things, made once for all tests of a class."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar
from unittest import mock

from django.contrib.auth.backends import ModelBackend
from django.template.base import Template
from django.test import TestCase, override_settings

from opsloop.base.people.models import Account, Person
from opsloop.base.search.index import reindex
from tests.matrix import company
from tests.matrix.company import Visitor
from tests.matrix.oracle import Row
from tests.matrix.things import Maker, Owner, Relations, Things, number_people, relations


@dataclass
class Matrix:
    visitors: list[Visitor]
    relations: dict[str, Relations]
    maker: Maker
    contacts: dict[str, Person]
    owners: dict[int, Row]

    def of(self, visitor: Visitor) -> Iterator[tuple[str, Things]]:
        """(relation, things) that a visitor is tried against: own and far ones, for the levels' visitors all four."""
        for name, owner in self.relations[visitor.key].items():
            if name in ("own", "far") or visitor.of_a_level:
                yield name, self.maker.of(owner)


def built() -> Matrix:
    """The company with everybody's things."""
    company.seed()
    found = company.visitors()
    related = relations(found, company.places)
    maker = Maker()
    owners: dict[str, Owner] = {o.key: o for one in related.values() for o in one.values()}
    rows = {owner.person.pk: maker.of(owner)[Person].row for owner in owners.values()}
    contacts = number_people()
    reindex()
    return Matrix(found, related, maker, contacts, rows)


@contextmanager
def unlogged() -> Iterator[None]:
    """Thousands of refusals are meant; nobody reads each with its way through the code."""
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


@contextmanager
def unwatched() -> Iterator[None]:
    """Django's tests copy what each template was given; here only the answers are read."""
    with mock.patch.object(Template, "_render", lambda self, context: self.nodelist.render(context)):
        yield


@contextmanager
def known() -> Iterator[None]:
    """Who asks is read once for all their visits; each visit has a copy, as if it had just been read."""
    plain, read = ModelBackend.get_user, dict[int, Account]()

    def get_user(self: ModelBackend, pk: int) -> Account:
        account = copy(read.get(pk) or read.setdefault(pk, plain(self, pk)))
        account.person = copy(account.person)
        return account

    with (
        mock.patch.object(ModelBackend, "get_user", get_user),
        override_settings(SESSION_ENGINE="django.contrib.sessions.backends.cache"),
    ):
        yield


class Company(TestCase):
    """The company is made once for all tests of a class, in a transaction that is rolled back at the end."""

    __test__ = False

    made: ClassVar[list[Matrix]] = []

    @classmethod
    def setUpClass(cls) -> None:
        folder = cls.enterClassContext(tempfile.TemporaryDirectory(prefix="opsloop-matrix-"))
        cls.enterClassContext(company.workplace(Path(folder)))
        cls.enterClassContext(unlogged())
        cls.enterClassContext(unwatched())
        cls.enterClassContext(known())
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        cls.made[:] = [built()]  # in a list, since Django copies what stands on the class

    @property
    def matrix(self) -> Matrix:
        return self.made[0]
