"""What a class says of a kind: shapes, schema, reference page; and what cannot stand in a file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Any

import pytest
from django.utils.translation import override

from opsloop.base.kinds import fields, reference, schema
from opsloop.base.kinds.names import Known, Names, closest
from opsloop.base.kinds.registry import Binding, Kind, by_folder, kind, kinds
from opsloop.base.kinds.says import Says
from opsloop.playbook.book import Playbook


@dataclass(frozen=True, slots=True)
class Step:
    do: Annotated[str, Says(label="Do", ref="position")]


@dataclass(frozen=True, slots=True)
class Parallel:
    marks = "parallel"
    parallel: Annotated[tuple[str, ...], Says(label="Parallel")]


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample."""

    title: Annotated[str, Says(label="Title", text=True)]
    steps: Annotated[tuple[Step | Parallel, ...], Says(label="Steps")] = ()
    from_: Annotated[int | None, Says(label="From", min=1)] = None
    levels: Annotated[dict[str, int], Says(label="Levels", keys=Says(label="Level", ref="x"))] = field(
        default_factory=dict
    )


def test_fields_are_named_as_in_the_file_and_know_what_is_needed() -> None:
    assert [(f.key, f.required, f.optional) for f in fields.fields_of(Sample)] == [
        ("title", True, False), ("steps", False, False), ("from", False, True), ("levels", False, False)
    ]  # fmt: skip


def test_a_row_is_of_the_class_whose_mark_it_has() -> None:
    shape = fields.fields_of(Sample)[1].shape
    assert isinstance(shape, fields.Many) and isinstance(shape.item, fields.OneOf)
    assert shape.item.member({"parallel"}).cls is Parallel
    assert shape.item.member({"do"}).cls is Step


def test_leaves_have_their_paths_and_mapping_keys_count() -> None:
    sample = Sample("T", (Step("buyer"), Parallel(("a", "b"))), 3, {"x": 2})
    assert [(leaf.path, leaf.value, leaf.is_key) for leaf in fields.leaves(Sample, sample)] == [
        ("title", "T", False), ("steps.0.do", "buyer", False), ("steps.1.parallel.0", "a", False),
        ("steps.1.parallel.1", "b", False), ("from", 3, False), ("levels.x", "x", True), ("levels.x", 2, False),
    ]  # fmt: skip
    assert fields.plain(Sample, sample)["steps"] == [{"do": "buyer"}, {"parallel": ["a", "b"]}]
    assert fields.plain(Sample, Sample("T")) == {"title": "T"}


@pytest.mark.parametrize("hint", [list[str], set[str], bytes, dict[int, str], str | int, Any])
def test_a_type_that_no_person_can_write_stops_the_start(hint: Any) -> None:
    cls = dataclass(frozen=True)(type("Bad", (), {"__annotations__": {"x": Annotated[hint, Says(label="X")]}}))
    with pytest.raises(TypeError, match=r"Bad\.x"):
        fields.fields_of(cls)


def test_a_field_without_a_label_stops_the_start() -> None:
    with pytest.raises(TypeError, match="Says"):
        fields.fields_of(dataclass(frozen=True)(type("Bad", (), {"__annotations__": {"x": str}})))


def test_two_apps_cannot_own_one_kind() -> None:
    other = dataclass(frozen=True)(type("Other", (), {"__annotations__": {}, "__module__": "elsewhere"}))
    with pytest.raises(RuntimeError, match="two kinds named position"):
        kind("position", folder="x", form="yaml", binding=Binding.CURRENT, title="X")(other)
    assert kinds["position"].cls is not other


def test_a_folder_belongs_to_one_kind() -> None:
    found = by_folder("positions")
    assert found is kinds["position"]
    assert found.path("buyer") == "positions/buyer.md"
    assert kinds["playbook"].path("playbook") == "playbook.yaml"
    assert len({one.folder for one in kinds.values()}) == len(kinds)


@pytest.mark.parametrize("one", kinds.values(), ids=lambda one: one.name)
def test_every_kind_has_a_schema_and_a_page_in_both_languages(one: Kind) -> None:
    for language in ("zh-hans", "en"):
        with override(language):
            made = schema.schema(one)
            assert made["additionalProperties"] is False
            assert set(made["required"]) <= set(made["properties"])
            page = reference.markdown(one)
            assert all(f"`{row.key}`" in page for row in reference.rows(one))
    assert one.about and one.plural


def test_the_schema_says_choices_refs_and_limits() -> None:
    made = schema.schema(kinds["position"])["properties"]
    assert "subtree" in made["sees"]["additionalProperties"]["enum"]
    assert made["reports_to"]["x-ref"] == ["position"]
    assert made["competencies"]["additionalProperties"] == {"type": "integer", "minimum": 1, "maximum": 5}
    assert made["duties"]["items"]["required"] == ["do", "weight"]


@pytest.mark.django_db
def test_names_are_there_or_not_or_open() -> None:
    names = Names(Playbook())
    assert names.known(("act",), "playbook.publish") is Known.YES
    assert names.known(("act",), "playbook.*") is Known.YES
    assert names.known(("act",), "playbook.fly") is Known.NO
    assert names.known(("act",), "dragons.fly") is Known.OPEN
    assert names.known(("position",), "buyer") is Known.NO
    assert names.known(("dragon",), "x") is Known.OPEN
    assert names.known(("position", "dragon"), "x") is Known.OPEN
    assert names.known(("department",), "operations") is Known.OPEN
    assert closest("playbok.publish", names.offered(("act",))) == "playbook.publish"
