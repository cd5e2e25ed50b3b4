"""The page of a case."""

from __future__ import annotations

import pytest

from opsloop.base.testing import Cast, person, position
from opsloop.engine.cases import actions
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in


@pytest.fixture
def asked(cast: Cast) -> Cast:
    publish(sop("- {id: look, title: Look at it, do: operations-specialist, within: 4 hours}\n"), "small")
    cast.wang = person("Wang", position("asker", may=["cases.*"], sees={"*": "own"}), cast.ops)  # type: ignore[attr-defined]
    return cast


def test_the_page_shows_the_open_step_and_who_has_it(asked: Cast) -> None:
    case = actions.start(by=asked.wang, sop="small")  # type: ignore[attr-defined]
    client = signed_in(asked.wang)  # type: ignore[attr-defined]
    text = client.get(case.get_absolute_url()).content.decode()
    assert "Look at it" in text
    assert asked.chen.name in text


def test_who_may_not_see_it_is_told_that_it_is_not_there(asked: Cast) -> None:
    case = actions.start(by=asked.wang, sop="small")  # type: ignore[attr-defined]
    client = signed_in(asked.zhao)
    assert client.get(case.get_absolute_url()).status_code in (403, 404)
    client = signed_in(asked.wang)  # type: ignore[attr-defined]
    assert client.get("/cases/999999/").status_code == 404
    client.logout()
    assert client.get(case.get_absolute_url()).status_code == 302
