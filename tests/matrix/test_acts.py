"""Every act × every distinct set of rights × one's own and others' things, in the house and through the API."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from opsloop.base.acts import Call, Forbidden, NotFound, perform
from opsloop.base.acts.registry import Act
from opsloop.base.people.models import Person
from opsloop.base.policy.scopes import scoped_models
from opsloop.base.things.errors import ActError, Invalid
from tests.matrix.built import Company, Matrix
from tests.matrix.company import Visitor
from tests.matrix.judging import told
from tests.matrix.product import registry
from tests.matrix.things import Things
from tests.matrix.values import values_of

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
    **dict.fromkeys(("readings.answer", "readings.confirm"), "only who has to read it"),
    "readings.allow_try": "never for oneself",
    "sops.confirm": "only the position that owns it, or the one above",
    **dict.fromkeys(
        tuple(
            f"cases.{verb}"
            for verb in (
                "claim",
                "unclaim",
                "begin_work",
                "read",
                "complete",
                "approve",
                "reject",
                "return",
                "add_signers",
                "hand_over",
                "pause_step",
                "delegate",
            )
        ),
        "only whose work it is",
    ),
    "cases.withdraw": "only whoever started it",
    "requests.agree": "whoever asked for personal data does not agree to it",
    **dict.fromkeys(("sql.archive", "sql.correct", "sql.schedule", "sql.share"), "only its owner, whoever sees it"),
}
"""Acts whose own rules say Forbidden to some whose grant reaches the object; each has its tests beside the act."""

BEGINNINGS = frozenset({"jobs.make_robot", "people.begin", "people.set_up"})
"""Without a door: a robot enters itself by them. That they are closed to everybody else is tried."""
OPEN = {"done", "asked", "refused"}


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


def test_every_act_is_about_a_scoped_thing() -> None:
    loose = [name for name, act in registry.items() if act.subject and act.subject.type not in scoped_models()]
    assert loose == [], "these acts are about models without a scope in a policy.py"


def acts_tried(matrix: Matrix, visitor: Visitor) -> Iterator[tuple[str, str, str, str, set[str]]]:
    """(act, door, relation, what came, what should) of every act a person tries. Both doors lead to the same `perform`:
    in the house all are tried, through the API all of a level's visitor on their own things, else one of a kind."""
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
            of_a_kind = (relation, act.subject and act.subject.type, visitor.grant.allows(name))
            alike = name if relation == "own" and visitor.of_a_level else of_a_kind
            both = "api" in act.doors and relation in ("own", "far") and alike not in asked
            asked |= {alike} if both else set()
            for door in ("perform", "api") if both else ("perform",):
                yield name, door, relation, through(door, visitor, act, values, things), want


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
