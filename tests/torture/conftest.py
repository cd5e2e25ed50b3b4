"""The company of torture, seeded once; each test that spoils one takes a copy."""

from __future__ import annotations

import pytest

from tests.torture.company import Company


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """Not served, and not to be changed: copy it."""
    return Company(tmp_path_factory.mktemp("torture") / "ws").make()
