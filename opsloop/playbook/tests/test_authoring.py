"""Files of the standard that apps below the playbook write: checked, and as far on their way as rights go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.translation import override

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.acts.sentences import sentence
from opsloop.base.inbox.models import Notice
from opsloop.base.kinds.authoring import Author, Standing, author
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.testing import Cast, person, position
from opsloop.playbook import queries
from opsloop.playbook.actions import publish, reject
from opsloop.playbook.models import Draft, Publication
from opsloop.playbook.tests import samples
from opsloop.playbook.tests.test_knowing import publish_folder

pytestmark = pytest.mark.django_db
VALUES = {"title": "常用词", "terms": [{"term": "台账", "meaning": "逐笔登记的表", "en": "register"}]}


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def house(cast: Cast, tmp_path: Path) -> Author:
    publish_folder(cast, samples.write(tmp_path), "The first edition.")
    return author()


def one(cast: Cast, *may: str) -> Person:
    return person("Somebody", position("somebody", may=list(may), sees={"*": "all"}), cast.data)


def test_a_file_is_made_of_values_and_checked_against_the_whole_book(house: Author) -> None:
    text = house.compose("glossary", VALUES)
    assert house.check("glossary", "words", text) == []
    double = house.compose("glossary", {"title": "x", "terms": [{"term": "流程单", "meaning": "twice"}]})
    [fault] = house.check("glossary", "words", double)
    assert fault.field == "terms.0.term" and "explained twice" in fault.text
    assert [one.field for one in house.check("glossary", "Not An Id", text)] == ["ident"]
    assert house.check("glossary", "words", "title: [1")[0].text
    assert house.taken("glossary", "operations") and not house.taken("glossary", "words")
    assert house.words() == {"流程单": "case"}


def test_who_may_publish_publishes_at_once(cast: Cast, house: Author) -> None:
    by = one(cast, "playbook.draft", "playbook.propose", "playbook.publish")
    put = house.put("glossary", "words", house.compose("glossary", VALUES), by=by, reason="From a file.")
    assert put.standing == Standing.PUBLISHED and put.url == f"/playbook/-/publications/{put.number}/"
    assert queries.published().get("glossary", "words").title == "常用词"
    done = list(Entry.objects.order_by("-pk").values_list("act", flat=True)[:3])
    assert done == ["playbook.publish", "playbook.propose", "playbook.draft"]
    assert not Draft.objects.filter(closed_at=None).exists()


def test_who_may_not_publish_proposes_and_those_who_may_are_told(cast: Cast, house: Author) -> None:
    by = one(cast, "playbook.draft", "playbook.propose")
    put = house.put("glossary", "words", house.compose("glossary", VALUES), by=by, reason="From a file.")
    assert put.standing == Standing.PROPOSED and house.standing(put.number) == put
    told = Notice.objects.get(kind="playbook.ready", person=cast.lin)
    assert told.link == put.url
    found = Publication.objects.get(number=put.number)
    reject(found, by=cast.robot, reason="Not this word.")
    said = house.standing(put.number)
    assert said is not None and said.standing == Standing.REJECTED
    assert house.standing(999) is None


def test_what_was_proposed_can_be_published_by_another(cast: Cast, house: Author) -> None:
    by = one(cast, "playbook.draft", "playbook.propose")
    put = house.put("glossary", "words", house.compose("glossary", VALUES), by=by, reason="From a file.")
    publish(Publication.objects.get(number=put.number), by=cast.lin)
    said = house.standing(put.number)
    assert said is not None and said.standing == Standing.PUBLISHED


def test_who_may_only_draft_keeps_a_draft(cast: Cast, house: Author) -> None:
    put = house.put(
        "glossary", "words", house.compose("glossary", VALUES), by=one(cast, "playbook.draft"), reason="From a file."
    )
    assert (put.standing, put.number) == (Standing.DRAFTED, 0)
    assert Draft.objects.get(closed_at=None).get_absolute_url() == put.url


def test_the_ledger_calls_a_draft_by_the_title_of_what_is_in_force(cast: Cast, house: Author) -> None:
    by = one(cast, "playbook.draft")
    title = queries.published().get("glossary", "operations").title
    for ident, called in (("operations", title), ("words", "glossary words")):
        house.put("glossary", ident, house.compose("glossary", VALUES), by=by, reason="Mine.")
        entry = Entry.objects.filter(act="playbook.draft").latest("pk")
        assert sentence(entry, by) == f"Somebody saved the draft {called}"


def test_whoever_may_not_draft_is_forbidden_and_a_wrong_text_refused(cast: Cast, house: Author) -> None:
    with pytest.raises(Forbidden):
        house.put("glossary", "words", house.compose("glossary", VALUES), by=cast.chen, reason="From a file.")
    by = one(cast, "playbook.*")
    with pytest.raises(Refused):
        house.put("glossary", "words", "title: x\n", by=by, reason="From a file.")
    assert not Draft.objects.exists(), "all of it is done or nothing"
