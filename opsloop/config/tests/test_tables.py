"""The registry of own tables."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from opsloop.base.tables import Row, Span, TableColumn, own_table, own_tables

ID = TableColumn("id", "integer", "Number")


def rows(span: Span) -> Iterator[Row]:
    """Nothing."""
    yield from ()


def test_a_table_is_found_by_its_name() -> None:
    try:
        own_table("tried", title="Tried", columns=(ID,), key=("id",))(rows)
        assert own_tables["tried"].names == ("id",)
        assert own_tables["tried"].about == "Nothing."
        own_table("tried", title="Tried", columns=(ID,), key=("id",))(rows)  # the same file read again
    finally:
        own_tables.pop("tried", None)


def test_a_name_belongs_to_one_file() -> None:
    with pytest.raises(RuntimeError, match="two own tables named people"):
        own_table("people", title="People", columns=(ID,), key=("id",))(rows)
    assert own_tables["people"].rows is not rows


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ((ID, ID), ("id",)),
        ((ID,), ()),
        ((ID,), ("number",)),
        ((TableColumn("id", "float", "Number"),), ("id",)),  # type: ignore[arg-type]
        ((TableColumn("id", "integer", "Number", personal="secret"),), ("id",)),
    ],
)
def test_what_cannot_be_a_table_stops_the_process(columns: tuple[TableColumn, ...], key: tuple[str, ...]) -> None:
    with pytest.raises(TypeError, match="own table wrong"):
        own_table("wrong", title="Wrong", columns=columns, key=key)(rows)
    assert "wrong" not in own_tables


def test_every_app_of_the_house_offers_what_its_datasets_file_says() -> None:
    there = {"ledger_entries", "people", "holdings", "departments", "positions", "job_runs", "playbook_versions"}
    assert there <= own_tables.keys()


def test_columns_that_say_something_of_a_person_name_their_class() -> None:
    said = {(name, one.name): one.personal for name, table in own_tables.items() for one in table.columns}
    assert said["people", "phone"] == said["people", "email"] == "contact"
    assert said["people", "name"] == said["people", "number"] == "identity"
