"""A step hides a field from those whose step it is: on its page, in messages, in lists, when fields are corrected."""

from __future__ import annotations

from typing import Any

import pytest

from opsloop.base.acts import Refused
from opsloop.engine.cases import actions
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.sops.tests.samples import sop
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.both
SECRET = "Aunt Plum"
BLIND = sop(
    """
- {id: judge, title: Judge, do: operations-specialist, form: [opinion, {field: seller, may: hidden}]}
- {id: decide, title: Decide, approve: [{by: operations-manager}], form: [{field: seller, may: hidden}]}
- {id: tell, title: Tell, do: operations-specialist}
""",
    """start: {form: [goods, seller], title: "Judge {goods}"}
fields:
  - {id: goods, title: Goods}
  - {id: seller, title: Seller}
  - {id: opinion, title: Opinion}
messages:
  - {id: asked, title: Asked, text: "About {goods} of {seller}."}
""",
)


def begun(crew: Any) -> Case:
    publish(BLIND, "blind")
    values = [Filled("goods", "Peaches"), Filled("seller", SECRET)]
    return actions.start(by=crew.wang, sop="blind", values=values)


def judged(crew: Any, case: Case) -> Case:
    actions.complete(again(case), by=crew.chen, item=item(case, "judge").no, values=[Filled("opinion", "Sweet.")])
    return again(case)


def page(person: Any, path: str) -> str:
    return signed_in(person).get(path).content.decode()


def test_whose_step_hides_it_does_not_see_it_and_sees_the_rest(crew: Any) -> None:
    case = begun(crew)
    mine = page(crew.chen, case.get_absolute_url())
    assert SECRET not in mine and "Peaches" in mine and "About Peaches of" in mine
    assert 'name="f-opinion"' in mine and "f-seller" not in mine
    assert SECRET in page(crew.lin, case.get_absolute_url()), "whose step it is not sees it"


def test_it_is_seen_again_at_a_step_that_does_not_hide_it(crew: Any) -> None:
    case = judged(crew, begun(crew))
    assert SECRET in page(crew.chen, case.get_absolute_url()), "the step is no longer theirs"
    actions.approve(case, by=crew.lin, item=item(case, "decide").no)
    assert SECRET in page(crew.chen, case.get_absolute_url())


def test_who_decides_sees_it_neither_on_the_page_nor_among_the_approvals_nor_when_they_correct(crew: Any) -> None:
    case = judged(crew, begun(crew))
    for path in (case.get_absolute_url(), "/cases/approvals/", f"{case.get_absolute_url()}correct/"):
        found = page(crew.lin, path)
        assert SECRET not in found and "Peaches" in found, path
    actions.approve(case, by=crew.lin, item=item(case, "decide").no)
    assert SECRET in page(crew.lin, f"{case.get_absolute_url()}correct/")


def test_the_step_takes_no_value_for_it(crew: Any) -> None:
    case = begun(crew)
    with pytest.raises(Refused):
        actions.complete(
            again(case), by=crew.chen, item=item(case, "judge").no,
            values=[Filled("opinion", "Sweet."), Filled("seller", "Somebody else")],
        )  # fmt: skip
    assert again(case).values["seller"] == SECRET
    answer = signed_in(crew.chen).post(
        case.get_absolute_url(), {"item": item(case, "judge").no, "f-opinion": "Sweet.", "f-seller": "Somebody else"}
    )
    assert answer.status_code in (200, 302, 422) and again(case).values["seller"] == SECRET


def test_no_door_for_programs_and_no_export_has_it(crew: Any) -> None:
    begun(crew)
    client = signed_in(crew.chen)
    for path in ("/cases/", "/cases/todo/", "/cases/board/?sop=blind", "/", "/api/cases/", "/api/"):
        assert SECRET not in client.get(path, follow=True).content.decode(), path
