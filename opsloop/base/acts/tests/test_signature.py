"""A signature is read once: allowed types, labels and limits, and wrong ones stop the process at its start."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import SynchronousOnlyOperation
from django.utils import timezone, translation

from opsloop.base.acts import Arg, Call, Invalid, Note, act, perform, registry, say
from opsloop.base.acts.args import made_by
from opsloop.base.acts.tests.sample import Line
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, HoldingKind, Person, Position
from opsloop.base.testing import Cast, hold


@dataclass
class Loose:
    what: str


class Level(Enum):
    LOW = "low"
    HIGH = "high"


def values(name: str) -> dict[str, Any]:
    return {p.name: p for p in registry[name].params}


def errors(name: str, raw: dict[str, Any]) -> dict[str, list[str]]:
    with translation.override("en"), pytest.raises(Invalid) as no:
        say.check(registry[name].model, raw)
    return no.value.errors


def test_label_help_and_length_come_from_the_objects_field(sample: SimpleNamespace) -> None:
    with translation.override("en"):
        title = values("test.rename")["title"]
        assert (title.label, title.max) == ("Name", 80)
        assert values("test.rename")["reason"].label == "Reason"
        assert values("test.found")["parent"].label == "Part of"  # of what the act makes
        assert values("test.calendar")["calendar"].label == "Working calendar"  # of a bulk act's objects
        assert values("test.plan")["keeper"].label == "Keeper"
        assert values("test.rename")["reason"].help == "Others will read this in the ledger."
    assert errors("test.rename", {"title": "x" * 81, "reason": "because"}) == {"title": ["At most 80 characters."]}


def test_values_arrive_as_what_the_signature_says(sample: SimpleNamespace, may: Cast) -> None:
    hold(may.wu, may.analyst, may.ops)
    raw = {
        "lines": [{"what": " a ", "amount": "1.5"}, {"what": "b", "amount": 2, "who": may.wu.pk}],
        "kind": "acting", "keeper": str(may.wu.pk), "day": "2026-11-21", "at": "2026-11-21 08:30", "fixed": "true",
        "money": "3.10", "tags": ["x", "y"],
    }  # fmt: skip
    got = perform("test.plan", raw, Call(by=may.lin), on=may.ops.pk).plan
    lines, kind, keeper, day, at, fixed, money, tags = got
    assert lines == [Line("a", Decimal("1.5")), Line("b", Decimal(2), may.wu)] and isinstance(lines[1].who, Person)
    assert (kind, keeper, day, fixed, money, tags) == (
        HoldingKind.ACTING, may.wu, date(2026, 11, 21), True, Decimal("3.10"), ["x", "y"]
    )  # fmt: skip
    assert at == timezone.make_aware(datetime(2026, 11, 21, 8, 30))


def test_a_pick_limits_what_may_be_chosen_and_names_the_place(sample: SimpleNamespace, may: Cast) -> None:
    raw = {"lines": [], "keeper": may.wu.pk}
    with pytest.raises(Invalid) as no:  # Wu is seen, but holds nothing in operations
        perform("test.plan", raw, Call(by=may.lin), on=may.ops.pk)
    assert list(no.value.errors) == ["keeper"]
    with pytest.raises(Invalid) as no:
        rows = [{"what": "a", "amount": 1}, {"what": "b", "amount": 1, "who": 999_999}]
        perform("test.plan", {"lines": rows}, Call(by=may.lin), on=may.ops.pk)
    assert list(no.value.errors) == ["lines.1.who"] and not Entry.objects.exists()


def test_without_a_pick_only_what_is_seen_may_be_chosen(sample: SimpleNamespace, may: Cast) -> None:
    from opsloop.base.testing import person, position

    sun = person("Sun", position("half", may=["test.*"], sees={"*": "department"}), may.ops)
    with pytest.raises(Invalid) as no:
        perform("test.found", {"code": "a", "title": "A", "parent": may.data.pk}, Call(by=sun))
    assert list(no.value.errors) == ["parent"]
    perform("test.found", {"code": "a", "title": "A", "parent": may.ops.pk}, Call(by=sun))


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        ({"title": "x", "reason": "  a  "}, {"reason": ["At least 3 characters."]}),
        ({"title": None, "reason": "because"}, {"title": ["Text, please."]}),
        ({"title": 3, "reason": "because"}, {"title": ["Text, please."]}),
        ({"title": "a\0b", "reason": "because"}, {"title": ["This text holds signs that cannot be stored."]}),
        ({"title": "\ud800", "reason": "because"}, {"title": ["This text holds signs that cannot be stored."]}),
        ({"reason": "because"}, {"title": ["Please fill this in."]}),
        ({"title": "   ", "reason": "because"}, {"title": ["Please fill this in."]}),
    ],
)
def test_texts_that_do_not_fit_are_named(sample: SimpleNamespace, raw: dict[str, Any], said: dict[str, Any]) -> None:
    assert errors("test.rename", raw) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"lines": 3}, {"lines": ["A list, please."]}),
        ({"lines": [3]}, {"lines.0": ["A row of fields, please."]}),
        ({"lines": [{"what": "a", "amount": -1}]}, {"lines.0.amount": ["At least 0."]}),
        ({"lines": [{"what": "a", "amount": "NaN"}]}, {"lines.0.amount": ["A number, please."]}),
        ({"lines": [{"what": "a", "amount": 1, "x": 1}]}, {"lines.0.x": ["There is no such field."]}),
        ({"kind": "often"}, {"kind": ["One of: permanent, acting, rotation, dual."]}),
        ({"keeper": "me"}, {"keeper": ["A whole number, please."]}),
        ({"keeper": 10**30}, {"keeper": [f"At most {2**63 - 1}."]}),
        ({"day": "soon"}, {"day": ["A date like 2026-01-31."]}),
        ({"at": "soon"}, {"at": ["A date and time like 2026-01-31 08:30."]}),
        ({"fixed": "perhaps"}, {"fixed": ["Yes or no."]}),
        ({"money": "lots"}, {"money": ["A number, please."]}),
    ],
)
def test_values_that_do_not_fit_are_named(sample: SimpleNamespace, value: dict[str, Any], said: dict[str, Any]) -> None:
    assert errors("test.plan", {"lines": [], **value}) == said


def test_a_number_keeps_within_its_column(sample: SimpleNamespace) -> None:
    @act("test.heads", "Heads", done="")
    def heads(position: Position, *, by: Person, headcount: int) -> None:
        """Mirrors a small positive number."""

    assert errors("test.heads", {"headcount": -1}) == {"headcount": ["At least 0."]}
    assert errors("test.heads", {"headcount": 40_000}) == {"headcount": ["At most 32767."]}


def wrong_signatures() -> dict[str, Any]:  # noqa: C901  # fifteen small ones
    def two(a: Department, b: Department, *, by: Person) -> None: ...
    def stars(a: Department, *args: int, by: Person) -> None: ...
    def words(a: Department, *, by: Person, **kwargs: int) -> None: ...
    def union(a: Department, *, by: Person, x: int | str) -> None: ...
    def nested(a: Department, *, by: Person, x: list[list[int]]) -> None: ...
    def mapping(a: Department, *, by: Person, x: dict[str, int]) -> None: ...
    def bytes_(a: Department, *, by: Person, x: bytes) -> None: ...
    def loose(a: Department, *, by: Person, x: list[Loose]) -> None: ...
    def alone(a: Department, *, by: Person, x: Line) -> None: ...
    def no_by(a: Department) -> None: ...
    def by_first(by: Person) -> None: ...
    def reserved(a: Department, *, by: Person, on: int) -> None: ...
    def plain(a: int, *, by: Person) -> None: ...
    def maybe(a: Department | None, *, by: Person) -> None: ...
    def personal(a: list[Person], *, by: Person, phone: str) -> None: ...

    return {name: fn for name, fn in locals().items() if callable(fn)}


@pytest.mark.parametrize("name", wrong_signatures())
def test_a_signature_that_cannot_travel_is_a_type_error(sample: SimpleNamespace, name: str) -> None:
    this = act("test.wrong", "Wrong", done="")(wrong_signatures()[name])
    with pytest.raises(TypeError, match=r"\w"):
        _ = this.act.model


def test_what_an_act_makes_is_known_from_its_answer(sample: SimpleNamespace) -> None:
    def maybe(*, by: Person) -> Department | None: ...
    def number(*, by: Person) -> int: ...

    assert made_by(maybe) is Department and made_by(number) is None and registry["test.found"].makes is Department


def test_an_enum_of_python_and_lists_of_objects_travel(sample: SimpleNamespace, may: Cast) -> None:
    @act("test.pair", "Pair", done="")
    def pair(department: Department, *, by: Person, level: Level, people: list[Person]) -> str:
        """Takes an enum and many objects."""
        return f"{level.name} {[one.name for one in people]}"

    raw = {"level": "high", "people": [may.wu.pk, may.chen.pk]}
    call = Call(by=may.lin, key="k")
    assert perform("test.pair", raw, call, on=may.ops.pk) == "HIGH ['Wu', 'Chen']"
    assert perform("test.pair", raw, call, on=may.ops.pk) == "HIGH ['Wu', 'Chen']" and Entry.objects.count() == 1


def test_names_and_doors_are_checked_and_a_name_is_given_once(sample: SimpleNamespace) -> None:
    def one(*, by: Person) -> None: ...
    def other(*, by: Person) -> None: ...

    for name in ("accept", "Risks.accept", "risks.accept.now", "risks accept"):
        with pytest.raises(ValueError, match="no name of an act"):
            act(name, "X", done="")(one)
    with pytest.raises(ValueError, match="no door"):
        act("test.door", "X", done="", doors=frozenset({"window"}))(one)
    act("test.once", "X", done="")(one)
    with pytest.raises(RuntimeError, match="two acts"):
        act("test.once", "X", done="")(other)


def test_the_decorated_function_stays_itself(sample: SimpleNamespace) -> None:
    import inspect

    assert sample.rename.__name__ == "rename" and "another name" in sample.rename.__doc__
    assert list(inspect.signature(sample.rename).parameters) == ["department", "by", "title", "reason"]
    assert len(fields(Arg)) == 7 and Note.__metadata__[0].long  # Arg's seven words


def test_an_act_in_an_async_view_is_refused(sample: SimpleNamespace, may: Cast) -> None:
    import asyncio

    async def view() -> None:
        sample.rename(may.ops, by=may.lin, title="New", reason="because")

    with pytest.raises(SynchronousOnlyOperation):
        asyncio.run(view())


def test_a_list_may_be_left_out_when_it_is_optional(sample: SimpleNamespace, may: Cast) -> None:
    got = perform("test.plan", {"lines": [], "tags": None}, Call(by=may.lin), on=may.ops.pk)
    assert got.plan[-1] is None
