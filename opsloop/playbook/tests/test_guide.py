"""The guide's example is a file that the reader takes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from opsloop.base.kinds.registry import kinds
from opsloop.playbook.reader.files import read_text

GUIDE = Path(__file__).parents[3] / "docs/guide"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_example_of_a_position_is_read_without_an_error(language: str) -> None:
    text = (GUIDE / language / "playbook.md").read_text(encoding="utf-8")
    block = text[text.index("    ---\n    title:") :].split("\n\n", 1)[0]
    item = read_text(kinds["position"], "operations-specialist", "x.md", dedent(block) + "\n")
    assert [str(one) for one in item.errors] == []
    assert sum(duty.weight for duty in item.obj.duties) == 100
