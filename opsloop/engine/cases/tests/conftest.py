from __future__ import annotations

import pytest

from opsloop.base.people.models import Position
from opsloop.base.policy.models import Mandate
from opsloop.base.testing import Cast, given, person, position
from opsloop.engine.cases.tests.crewed import IMPROVE, REFUND
from opsloop.engine.cases.tests.published import publish


@pytest.fixture
def crew(cast: Cast) -> Cast:
    """Chen and Su are specialists, Lu leads the clerks up to 200, Lin manages up to 1000; all may work on cases."""
    sees = {"*": "own", "people": "all"}
    lead = position("clerk-lead", may=["cases.*"], sees=sees, limits={"compensation": {"each": 200}})
    with given():
        for post, limits in ((cast.specialist, {}), (cast.manager, {"compensation": {"each": 1000, "per_day": 1200}})):
            mandate = Mandate.objects.get(position=post)
            mandate.may, mandate.limits = ["cases.*"], limits
            mandate.sees = {"*": "own" if post == cast.specialist else "all", "people": "all"}
            mandate.save()
        lead = Position.objects.get(pk=lead.pk)
        lead.reports_to = cast.manager
        lead.save()
        special = Position.objects.get(pk=cast.specialist.pk)
        special.reports_to = lead
        special.save()
    cast.lu = person("Lu", lead, cast.ops)  # type: ignore[attr-defined]
    cast.su = person("Su", cast.specialist, cast.ops)  # type: ignore[attr-defined]
    cast.wang = person("Wang", position("asker", may=["cases.*"], sees=sees), cast.ops)  # type: ignore[attr-defined]
    publish(REFUND)
    return cast


@pytest.fixture
def looking(crew: Cast) -> Cast:
    """What is seen becomes a finding, which Lin takes on; Wang and Lin may do what belongs to it."""
    with given():
        for code in ("asker", "operations-manager"):
            mandate = Mandate.objects.get(position__code=code)
            mandate.may, mandate.sees = ["cases.*", "findings.*"], {"*": "all"}
            mandate.save()
    publish(IMPROVE, "improve")
    return crew
