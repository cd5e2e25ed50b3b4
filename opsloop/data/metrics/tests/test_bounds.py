"""What a statement may take in a web process: rows and seconds."""

from __future__ import annotations

import pytest

from opsloop.data.metrics.engines import DuckDB, bounded
from opsloop.data.metrics.questions import CannotAnswer


def test_more_rows_than_are_allowed_are_refused_in_words() -> None:
    with bounded(rows=3):
        assert len(DuckDB().run("select * from range(3)")) == 3
        with pytest.raises(CannotAnswer, match="more than 3 values"):
            DuckDB().run("select * from range(4)")
    assert len(DuckDB().run("select * from range(4)")) == 4, "outside nothing is bounded"


def test_a_statement_that_takes_too_long_is_stopped_and_the_next_one_runs() -> None:
    with bounded(seconds=0.2), pytest.raises(CannotAnswer, match="was stopped"):
        DuckDB().run("select count(*) from range(1000000) a, range(1000000) b where a.range % 7 = b.range % 5")
    assert DuckDB().run("select 1") == [(1,)]
