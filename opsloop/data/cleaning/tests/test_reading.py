"""What goes wrong while a relation is read: the file's fault, or ours."""

from __future__ import annotations

import duckdb
import pytest

from opsloop.data.cleaning.reading import Reading, Unreadable

PARQUET, TEXT = Reading("x", {}, damaged="broken_parquet"), Reading("x", {})


@pytest.mark.parametrize(
    "error", [duckdb.Error("TProtocolException"), duckdb.InternalException("page"), duckdb.InvalidInputException("x")]
)
def test_damage_that_shows_while_rows_are_read_is_the_files(error: Exception) -> None:
    with pytest.raises(Unreadable) as refused, PARQUET.to_its_end():
        raise error
    assert refused.value.code == "broken_parquet"
    with pytest.raises(type(error)), TEXT.to_its_end():
        raise error


@pytest.mark.parametrize(
    "error",
    [
        duckdb.BinderException("no such column"), duckdb.InterruptException("stop"), OSError("gone"),
        duckdb.OutOfMemoryException("Out of Memory Error: failed"), duckdb.IOException("No space left on device"),
    ],
)  # fmt: skip
def test_a_wrong_query_and_want_of_room_are_not(error: Exception) -> None:
    with pytest.raises(type(error)), PARQUET.to_its_end():
        raise error
