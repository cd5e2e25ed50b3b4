"""Every address and act × every distinct set of rights × one's own and others' things: 0 leaks, 0 wrongly closed."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar
from unittest import mock

from django.http import HttpResponseBase
from django.template.base import Template
from django.test import TestCase

from opsloop.base.acts import Call, Forbidden, NotFound, perform
from opsloop.base.acts.registry import Act
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scoped_models
from opsloop.base.search.index import reindex
from opsloop.base.things.errors import ActError, Invalid
from tests.matrix import addresses as at
from tests.matrix import company
from tests.matrix.company import Visitor
from tests.matrix.oracle import Row
from tests.matrix.product import registry
from tests.matrix.things import Maker, Owner, Relations, Thing, Things, number_people, relations
from tests.matrix.values import values_of

CONTACT = re.compile(r"139\d{8}|p\d+\.secret@example\.net")
BESIDE = {"HX-Request": "true", "HX-Target": "div#drawer-body"}
"""As the side drawer asks: without the frame, which the plain addresses show often enough."""
MARK = re.compile(r"mk[a-z]+q[0-9a-f]{10}q")


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
            if name in ("own", "far") or visitor.key.startswith("x-"):
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
        super().setUpClass()

    @classmethod
    def setUpTestData(cls) -> None:
        cls.made[:] = [built()]  # in a list, since Django copies what stands on the class

    @property
    def matrix(self) -> Matrix:
        return self.made[0]


class TestPages(Company):
    __test__ = True

    def test_the_matrix_knows_every_model(self) -> None:
        unknown = {one.__name__ for one in scoped_models()} - {one.__name__ for one in self.matrix.maker.of_any()}
        assert unknown == set(), "tell tests/matrix/things.py where their rows belong"

    def test_no_page_leaks_and_none_is_wrongly_closed(self) -> None:
        wrong: list[str] = []
        tried: Counter[str] = Counter()
        read: set[str] = set()
        for visitor in self.matrix.visitors:
            for address, relation in to_open(self.matrix, visitor, read):
                response = visitor.client.get(address.url, headers=BESIDE if address.row or address.act else {})
                got, want = judged(response), expected_page(visitor, address)
                tried[got] += 1
                if got not in want | {"post only"}:
                    wrong.append(f"{visitor} GET {address.url} ({relation}): {got}, expected {sorted(want)}")
                wrong += leaks(self.matrix, visitor, address.url, response)
        assert wrong == [], told(wrong, tried)
        assert tried["open"] > 500 and tried["closed"] > 100, tried


class TestActs(Company):
    __test__ = True

    def test_no_act_leaks_and_none_is_wrongly_closed(self) -> None:
        wrong: list[str] = []
        tried: Counter[str] = Counter()
        done: set[str] = set()
        let_in: set[str] = set()
        for visitor in self.matrix.visitors:
            for name, door, relation, got, want in acts_tried(self.matrix, visitor):
                tried[got] += 1
                done |= {name} if got in ("done", "asked") else set()
                let_in |= {name} if got in OPEN else set()
                if got not in want:
                    wrong.append(f"{visitor} {door} {name} ({relation}): {got}, expected {sorted(want)}")
        assert wrong == [], told(wrong, tried)
        assert tried["done"] > 200 and tried["closed"] > 500 and tried["not there"] > 100, tried
        assert sorted(set(registry) - let_in - BEGINNINGS) == [], "nobody was let in to these, so nothing was proved"
        # one thing of a kind is in one state, so not every act can be done to it; a refusal was let in all the same
        assert len(done) >= 0.6 * len(registry), "give values with which they can be done to\n" + "\n".join(
            sorted(set(registry) - done)
        )

    def test_nobody_gets_through_the_api_without_signing_in(self) -> None:
        nobody = next(one for one in self.matrix.visitors if one.key == "nobody")
        things = next(iter(self.matrix.of(nobody)))[1]
        found = {
            name: through("api", nobody, act, values_of(act, things), things)
            for name, act in registry.items()
            if "api" in act.doors
        }
        assert len(found) > 25 and set(found.values()) == {"sign-in"}


def test_every_view_says_who_may_open_it() -> None:
    assert at.silent(at.routes()) == [], "put @page(...) on these views"


def test_every_act_is_about_a_scoped_thing() -> None:
    loose = [name for name, act in registry.items() if act.subject and act.subject.type not in scoped_models()]
    assert loose == [], "these acts are about models without a scope in a policy.py"


def told(wrong: list[str], tried: Counter[str]) -> str:
    return f"{len(wrong)} of {sum(tried.values())} {dict(tried)}\n" + "\n".join(wrong[:60])


def to_open(matrix: Matrix, visitor: Visitor, read: set[str]) -> Iterator[tuple[at.Address, str]]:
    """(address, relation), each address once. Of the forms of acts, what `one_of_many` leaves; TestActs tries every act
    on everything. `read`: pages alike for all who may open them that somebody has opened; closed ones are all tried."""
    opened: set[object] = set()
    for relation, things in matrix.of(visitor):
        found, unknown = at.addresses(at.routes(), things)
        assert unknown == [], "tell tests/matrix/addresses.py what these addresses show"
        for address in found:
            once = one_of_many(visitor, address, relation) or address.url
            if once not in opened and not (address.url in read and "open" in expected_page(visitor, address)):
                opened.add(once)
                yield address, relation
            if address.route.name in at.ALIKE and "open" in expected_page(visitor, address):
                read.add(address.url)


def one_of_many(visitor: Visitor, address: at.Address, relation: str) -> tuple[object, ...] | None:
    """What stands for several forms of acts, or None for an address that is opened for itself.

    Every form is opened that a position's acts have on its own things. Of those that are closed, of others' things, and
    of the visitors of a level between the narrowest and the widest, one for each kind of thing is.
    """
    if address.act is None or address.row is None:
        return None
    allowed = visitor.grant.allows(address.act)
    if allowed and relation == "own" and visitor.key not in ("x-department", "x-subtree", "x-all"):
        return None
    subject = registry[address.act].subject
    return (relation, address.route.name, subject.type if subject else None, allowed)


def expected_page(visitor: Visitor, address: at.Address) -> set[str]:
    """What the oracle says of a GET."""
    said = address.route.page
    if address.route.name in at.FOR_PROGRAMS:
        if visitor.person is None:
            return {"sign-in"}
        return {"open", "not there"} if visitor.grant.allows("sql.ask") else {"closed"}
    if said is not None and said.public:
        return {"open", "away", "not there", "sign-in"}
    if visitor.person is None:
        return {"sign-in"}
    besides = {"closed", "409"} if address.route.name in at.STRICTER else set()
    return by_grant(visitor, address) or {"open", "away"} | besides


def by_grant(visitor: Visitor, address: at.Address) -> set[str] | None:
    """What keeps somebody signed in out of a page, or None."""
    said, grant = address.route.page, visitor.grant
    if said is not None and said.see and grant.level(said.see) is None:
        return {"closed"}
    if said is not None and said.act and not grant.allows(said.act):
        return {"closed"}
    if address.noun and grant.level(address.noun) is None:
        return {"closed"}
    if address.route.name in at.WHOLE and grant.level(at.WHOLE[address.route.name]) != "all":
        return {"closed"}
    if address.row is not None and not grant.sees(visitor.key, visitor.home, address.row):
        return {"not there"}
    if address.act and not grant.allows(address.act):
        return {"closed"}
    if address.reach and address.row and not grant.reaches(visitor.key, visitor.home, address.row):
        return {"closed"}
    if address.route.at.startswith("sign-in/"):  # about the asker alone; what it says depends on their second factor
        return {"open", "away", "not there", "sign-in", "closed"}
    if address.route.name == "export-file":  # not written yet
        return {"not there"}
    return None


def judged(response: HttpResponseBase) -> str:
    """open, away (goes on to another page), sign-in, closed, not there, or the status of a fault."""
    status = response.status_code
    if status in (301, 302):
        return "sign-in" if response["Location"].startswith("/sign-in/") else "away"
    if status == 401:
        return "sign-in"
    return {200: "open", 403: "closed", 404: "not there", 405: "post only"}.get(status, str(status))


def leaks(matrix: Matrix, visitor: Visitor, url: str, response: HttpResponseBase) -> list[str]:
    """Words of rows that the visitor may not see, and contact data of others for those who do not read it."""
    if getattr(response, "streaming", False):
        return []
    return told_too_much(matrix, visitor, f"GET {url}", response.content.decode("utf-8", "replace"))  # type: ignore[attr-defined]


def told_too_much(matrix: Matrix, visitor: Visitor, where: str, text: str) -> list[str]:
    """What of a text this visitor may not read."""
    out = []
    for word in set(MARK.findall(text)):
        thing = matrix.maker.by_mark.get(word)
        if thing is not None and not may_see(visitor, thing):
            out.append(f"{visitor} {where} shows a {type(thing.obj).__name__} of others ({word})")
    for word in set(CONTACT.findall(text)):
        person = matrix.contacts.get(word)
        if person is not None and person != visitor.person and not may_read(matrix, visitor, person):
            out.append(f"{visitor} {where} shows {word} of {person.name}")
    return out


def may_see(visitor: Visitor, thing: Thing) -> bool:
    """By the grant, or as one's own, or, for a line of the ledger, on the page of the department that it is about."""
    if visitor.key in thing.row.owners:
        return True
    rows = [thing.row]
    if isinstance(thing.obj, Entry):
        rows.append(Row("people", thing.row.place, home=True, everyone=True))
    return any(visitor.grant.sees(visitor.key, visitor.home, row) for row in rows)


def may_read(matrix: Matrix, visitor: Visitor, person: Person) -> bool:
    row = matrix.owners.get(person.pk, Row("people"))
    return "contact" in visitor.grant.reads and visitor.grant.sees(visitor.key, visitor.home, row)


SECOND = {
    "people.confirm_appointment": "whoever asked cannot confirm",
    "people.confirm_erasure": "whoever asked cannot confirm",
    "people.appoint": "nobody appoints themselves",
    "people.issue_token": "only for oneself and for robots",
    "people.reset_second_factor": "never one's own",
    "requests.withdraw": "only whoever asked",
    **dict.fromkeys(
        ("assignments.change", "assignments.urge", "assignments.reopen", "assignments.withdraw", "assignments.stop"),
        "only whoever gave it",
    ),
    **dict.fromkeys(
        (
            "assignments.accept",
            "assignments.promise",
            "assignments.done",
            "assignments.decline",
            "assignments.hand_over",
        ),
        "only who does it, or gave it",
    ),
    "requests.agree": "whoever asked for personal data does not agree to it",
    **dict.fromkeys(("sql.archive", "sql.correct", "sql.schedule", "sql.share"), "only its owner, whoever sees it"),
}
"""Acts whose own rules say Forbidden to some whose grant reaches the object; each has its tests beside the act."""


def acts_tried(matrix: Matrix, visitor: Visitor) -> Iterator[tuple[str, str, str, str, set[str]]]:
    """(act, door, relation, what came, what should) of every act a person tries: in the house all, through the API all
    on one's own things and one for each kind of far things, since both doors lead to the same `perform`."""
    if visitor.person is None:
        return
    own = dict(matrix.of(visitor)).get("own")
    asked: set[object] = set()
    for relation, things in matrix.of(visitor):
        for name, act in sorted(registry.items()):
            if act.subject is None and relation not in ("own", "far"):
                continue
            if name in BEGINNINGS and visitor.grant.allows(name):
                continue
            values = values_of(act, own or things)
            want = expected_act(visitor, act, things)
            alike = name if relation == "own" else (act.subject and act.subject.type, visitor.grant.allows(name))
            both = "api" in act.doors and relation in ("own", "far") and alike not in asked
            asked |= {alike} if both else set()
            for door in ("perform", "api") if both else ("perform",):
                yield name, door, relation, through(door, visitor, act, values, things), want


BEGINNINGS = frozenset({"jobs.make_robot", "people.begin", "people.set_up"})
"""Without a door: a robot enters itself by them. That they are closed to everybody else is tried."""
OPEN = {"done", "asked", "refused"}


def expected_act(visitor: Visitor, act: Act, things: Things) -> set[str]:
    """What the oracle says of a try."""
    grant = visitor.grant
    if act.subject is not None:
        row = things[act.subject.type].row
        if not grant.sees(visitor.key, visitor.home, row):
            return {"not there"}
        if not grant.allows(act.name) or not grant.reaches(visitor.key, visitor.home, row):
            return {"closed"}
    elif not grant.allows(act.name):
        return {"closed"}
    return OPEN | {"closed"} if act.name in SECOND else OPEN


def through(door: str, visitor: Visitor, act: Act, values: dict[str, Any], things: Things) -> str:
    """Try it and keep nothing; answers done, asked (a reason), refused, closed, not there or what was wrong."""
    on: Any = None
    if act.subject is not None:
        pk = things[act.subject.type].obj.pk
        on = [pk] if act.subject.many else pk
    if door == "api":
        return over_http(visitor, act, values, on)
    assert visitor.person is not None
    said = in_house(act, dict(values), Call(by=visitor.person, dry=True), on)
    if said not in ("closed", "not there"):  # what was read inside must not outlive the rolled back try
        visitor.person = Person.objects.get(pk=visitor.person.pk)
    return said


def in_house(act: Act, values: dict[str, Any], call: Call, on: Any) -> str:
    try:
        perform(act.name, values, call, on=on)
    except Forbidden:
        return "closed"
    except NotFound as no:
        return "not there" if act.subject is not None else f"not there: {no}"
    except Invalid as no:
        return f"invalid {no.errors}"
    except ActError as no:
        return "asked" if type(no).__name__ == "Warned" else "refused"
    return "done"


def over_http(visitor: Visitor, act: Act, values: dict[str, Any], on: Any) -> str:
    body = {**values, **({"on": on} if isinstance(on, list) else {})}
    where = f"{act.noun}/{on}/{act.verb}" if isinstance(on, int) else f"{act.noun}/{act.verb}"
    response = visitor.client.post(f"/api/{where}?dry", json.dumps(body), content_type="application/json")
    if response.status_code == 409:
        return "asked" if response.json()["code"] == "confirm" else "refused"
    names = {200: "done", 403: "closed", 404: "not there", 401: "sign-in"}
    return names.get(response.status_code, f"{response.status_code} {response.content.decode()[:200]}")
