"""Every address × every distinct set of rights × one's own and others' things: 0 leaks, 0 wrongly closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from opsloop.base.policy.scopes import scoped_models
from tests.matrix import addresses as at
from tests.matrix.built import Company, Matrix
from tests.matrix.company import Visitor
from tests.matrix.judging import judged, leaks, told
from tests.matrix.product import registry

BESIDE = {"HX-Request": "true", "HX-Target": "div#drawer-body"}
"""As the side drawer asks: without the frame."""
FRAMED = frozenset({"workbench", "inbox:list", "search:results", "people:list"})
"""What everybody opens with the frame around it; a level's visitors see it around every address without values."""


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
                response = visitor.client.get(address.url, headers=beside(visitor, address))
                got, want = judged(response), expected_page(visitor, address)
                tried[got] += 1
                if got not in want | {"post only"}:
                    wrong.append(f"{visitor} GET {address.url} ({relation}): {got}, expected {sorted(want)}")
                wrong += leaks(self.matrix, visitor, address.url, response)
        assert wrong == [], told(wrong, tried)
        assert tried["open"] > 500 and tried["closed"] > 100, tried


def test_every_view_says_who_may_open_it() -> None:
    assert at.silent(at.routes()) == [], "put @page(...) on these views"


def beside(visitor: Visitor, address: at.Address) -> dict[str, str]:
    """The headers of a visit."""
    plain = address.row is None and address.act is None
    return {} if plain and (visitor.of_a_level or address.route.name in FRAMED) else BESIDE


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

    Every form is opened on their own things by who sees and may most, and by who sees least of those who may all. Of
    what the others may, of what is closed, and of others' things, one for each kind of thing is.
    """
    if address.act is None or address.row is None:
        return None
    allowed = visitor.grant.allows(address.act)
    if allowed and relation == "own" and visitor.key in ("x-own", "x-everything"):
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
