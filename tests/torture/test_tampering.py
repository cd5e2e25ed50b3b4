"""Whoever can write the database cannot change the past unseen: each random tampering is found, with its place."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable

import pytest
from django.db import transaction

from opsloop.base.acts import Call, Reason, act, each, registry
from opsloop.base.ledger import chain, heads
from opsloop.base.ledger.models import Entry, Head
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, hold, ledger_open, position
from tests.torture.size import rounds

pytestmark = [pytest.mark.torture, pytest.mark.both]
ENTRIES = 60


@pytest.fixture
def chain_of_entries(cast: Cast) -> int:
    @act("torture.note", "Note", done="{by} noted: {reason}")
    def note(*, by: Person, reason: Reason) -> None:
        """Write one entry."""

    hold(cast.lin, position("torture", may=["torture.*"], sees={"*": "all"}), cast.company)
    rows = [(None, {"reason": f"entry number {i}"}) for i in range(ENTRIES)]
    assert all(out.error is None for out in each("torture.note", rows, Call(by=cast.lin)))
    del registry["torture.note"]
    assert chain.verify() == []
    # the test's transaction is never committed, so the head that a commit would write beside the database is put here
    head = heads.head_now()
    assert head is not None
    heads.write_head_file(head, built_on=head)
    return ENTRIES


def change(rnd: random.Random, n: int) -> int:
    pk = rnd.randint(1, n)
    column = rnd.choice([c for c in chain.COLUMNS if c != "id"] + ["hash"])
    other = {"body": "{}", "hash": rnd.randbytes(32), "key": "forged", "via": "forged", "act": "forged.act"}
    value = other.get(column, "forged" if column == "object_type" else rnd.randint(10**6, 10**9))
    Entry.objects.filter(pk=pk).update(**{column: value})
    return pk


def remove(rnd: random.Random, n: int) -> int:
    pk = rnd.randint(1, n - 1)
    Entry.objects.filter(pk=pk).delete()
    return pk


def renumber(rnd: random.Random, n: int) -> int:
    """Remove one and close the gap, so that the numbers look whole."""
    pk = remove(rnd, n)
    for later in range(pk + 1, n + 1):
        Entry.objects.filter(pk=later).update(id=later - 1)
    Head.objects.update(entry_id=n - 1)
    return pk


def insert(rnd: random.Random, n: int) -> int:
    first = Entry.objects.get(pk=rnd.randint(1, n))
    first.pk = n + 1
    first.save(force_insert=True)
    Head.objects.update(entry_id=n + 1, hash=first.hash)
    return n + 1


def cut_off(rnd: random.Random, n: int) -> int:
    keep = rnd.randint(1, n - 1)
    Entry.objects.filter(pk__gt=keep).delete()
    Head.objects.update(entry_id=keep, hash=Entry.objects.get(pk=keep).hash)
    return keep + 1


def recompute(rnd: random.Random, n: int) -> int:
    """Change one and make every later hash anew, without the key."""
    pk = rnd.randint(1, n)
    Entry.objects.filter(pk=pk).update(body='{"args":{"reason":"forged"}}')
    forged = rnd.randbytes(32)
    previous = bytes(Entry.objects.get(pk=pk - 1).hash) if pk > 1 else chain.GENESIS
    for row in Entry.objects.filter(pk__gte=pk).order_by("pk").values_list(*chain.COLUMNS):
        previous = hmac.new(forged, previous + chain.text(row).encode(), hashlib.sha256).digest()
        Entry.objects.filter(pk=row[0]).update(hash=previous)
    Head.objects.update(hash=previous)
    return pk


WAYS: list[Callable[[random.Random, int], int]] = [change, remove, renumber, insert, cut_off, recompute]


def test_every_random_tampering_is_found_with_its_place(chain_of_entries: int) -> None:
    rnd = random.Random(20261121)
    missed = []
    with ledger_open():
        for i in range(rounds(short=90, long=1000)):
            way = rnd.choice(WAYS)
            with transaction.atomic():
                place = way(rnd, chain_of_entries)
                faults = chain.verify()
                if not any(abs(f.entry_id - place) <= 1 for f in faults):
                    missed.append((i, way.__name__, place, faults))
                transaction.set_rollback(True)
    assert missed == []
    assert chain.verify() == []
