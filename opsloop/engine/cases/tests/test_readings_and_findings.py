"""Steps that only readers do, and rules of an SOP that make findings."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from opsloop.base.acts import Refused
from opsloop.base.jobs.lease import claim
from opsloop.base.jobs.models import Job
from opsloop.base.jobs.run import run
from opsloop.base.testing import given
from opsloop.engine.cases import actions, world
from opsloop.engine.cases.actions.shared import Filled
from opsloop.engine.cases.tests.crewed import again, item
from opsloop.engine.cases.tests.published import publish
from opsloop.engine.findings.models import Finding, Source
from opsloop.engine.sops.compiled import translate_sops
from opsloop.engine.sops.tests.samples import sop

pytestmark = pytest.mark.both

RULES = sop(
    """
- {id: look, title: Look, do: operations-specialist, form: [cause, {field: who, may: write}]}
- {id: last, title: Last, do: operations-specialist, form: [{field: n, may: write}]}
""",
    """fields:
  - {id: n, title: N, type: number}
  - {id: cause, title: Cause}
  - {id: who, title: Who, personal: true}
raises:
  - {when: n >= 3, title: "三次以上：{cause} {who}"}
  - {when: n >= 100, title: "一百次"}
start: {form: [n]}
""",
)


def jobs_done() -> int:
    """Do the waiting jobs as the worker does."""
    done = 0
    while (job := claim()) is not None:
        run(job)
        done += 1
    return done


def test_a_rule_makes_one_finding_when_its_title_is_known(crew: Any) -> None:
    publish(RULES, "rules")
    case = actions.start(by=crew.wang, sop="rules", values=[Filled("n", "3")])
    assert not Job.objects.filter(task="cases.raise").exists(), "the cause is not known yet"
    said = [Filled("cause", "no label"), Filled("who", "Ms Zhang")]
    actions.complete(again(case), by=crew.chen, item=item(case, "look").no, values=said)
    actions.complete(again(case), by=crew.chen, item=item(case, "last").no, values=[Filled("n", "5")])
    jobs_done()
    finding = Finding.objects.get()
    assert (finding.title, finding.origin) == ("三次以上：no label", "case")
    source = Source.objects.get()
    assert (source.thing_type, source.thing_id, source.part) == ("cases.case", case.pk, "rule-0")


def test_a_finding_of_a_rule_is_called_as_the_rule_is_in_the_readers_language(crew: Any) -> None:
    publish(RULES, "rules")
    with given():
        translate_sops("en", {"rules": {"raises.0.title": "Three times or more: {cause} {who}"}})
    case = actions.start(by=crew.wang, sop="rules", values=[Filled("n", "3")])
    said = [Filled("cause", "no label"), Filled("who", "Ms Zhang")]
    actions.complete(again(case), by=crew.chen, item=item(case, "look").no, values=said)
    actions.complete(again(case), by=crew.chen, item=item(case, "last").no, values=[Filled("n", "5")])
    jobs_done()
    finding = Finding.objects.get()
    with translation.override("en"):
        assert finding.name == "Three times or more: no label" and finding.title.startswith("三次以上")
    with translation.override("zh-hans"):
        assert finding.name == "三次以上：no label"


def test_at_the_end_a_rule_makes_its_finding_with_what_is_known(crew: Any) -> None:
    publish(RULES.replace("form: [cause, ", "form: ["), "rules")
    case = actions.start(by=crew.wang, sop="rules", values=[Filled("n", "100")])
    actions.complete(again(case), by=crew.chen, item=item(case, "look").no)
    actions.complete(again(case), by=crew.chen, item=item(case, "last").no)
    jobs_done()
    assert sorted(Finding.objects.values_list("title", flat=True)) == ["一百次", "三次以上："]


def test_a_step_is_done_by_who_has_read_the_version_of_the_case(crew: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Any, ...]] = []

    def read(*what: Any) -> bool:
        asked.append(what)
        return len(asked) > 1

    monkeypatch.setattr(world, "has_read", read)
    publish(sop("- {id: x, title: X, do: operations-specialist, reading: true}\n"), "small", number=7)
    case = actions.start(by=crew.wang, sop="small")
    with pytest.raises(Refused):
        actions.complete(again(case), by=crew.chen, item=item(case, "x").no)
    actions.complete(again(case), by=crew.chen, item=item(case, "x").no)
    assert asked == [(crew.chen, "sop", "small", 7)] * 2
