"""The parts of the bench that write rows of the house by hand still fit it; what they measure means nothing here."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest

from opsloop.base.testing import Cast

PARTS = ("acts", "cases", "lists", "search")


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, cast: Cast, request: pytest.FixtureRequest) -> ModuleType:
    monkeypatch.setenv("BENCH_SIZE", "smoke")
    part = import_module(f"bench.{request.param}")
    monkeypatch.setattr(part, "people", lambda: cast)
    return part


@pytest.mark.django_db
@pytest.mark.parametrize("bench", PARTS, indirect=True)
def test_a_part_runs(bench: ModuleType) -> None:
    assert all(figure.value > 0 for figure in bench.run())
