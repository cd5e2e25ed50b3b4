"""Pages: they open for whom they should, say what is in force, and the editor ends in a publication."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from opsloop.base.inbox.models import Notice
from opsloop.base.testing import Cast, person, position
from opsloop.playbook import commands, places, queries
from opsloop.playbook.actions import draft, propose, publish
from opsloop.playbook.changes import LineRow
from opsloop.playbook.models import Draft, Publication, State
from opsloop.playbook.store import keep
from opsloop.playbook.tests import samples
from opsloop.playbook.tests.forms import fields
from opsloop.ui.testing import signed_in

pytestmark = pytest.mark.django_db

READING = [
    "/playbook/",
    "/playbook/position/operations-specialist/",
    "/playbook/position/operations-specialist/versions/",
    "/playbook/position/operations-specialist/versions/1/",
    "/playbook/position/operations-specialist/compare/",
    "/playbook/calendar/company/",
    "/playbook/glossary/operations/",
    "/playbook/translation/en/positions/operations-specialist/",
    "/playbook/-/search/?q=运营",
    "/playbook/-/whole/",
    "/playbook/-/open/",
    "/playbook/-/kinds/",
    "/playbook/-/kinds/position/",
    "/playbook/-/kinds/position.schema.json",
    "/playbook/-/publications/",
    "/playbook/-/publications/1/",
]
WRITING = [
    "/playbook/-/drafts/",
    "/playbook/-/propose/",
    "/playbook/-/new/position/",
    "/playbook/-/edit/position/operations-specialist/",
]


@pytest.fixture
def standard(cast: Cast, tmp_path: Path) -> Path:
    folder = samples.write(tmp_path)
    report = commands.publish(folder, by=cast.robot, reason="First edition.")
    assert report.code == 0, report.lines
    return folder


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.mark.parametrize("url", READING)
def test_everyone_who_is_signed_in_reads_in_both_languages(cast: Cast, standard: Path, url: str) -> None:
    for language in ("en", "zh-hans"):
        answer = signed_in(cast.chen, language) if language == "en" else signed_in(cast.wu, language)
        assert answer.get(url).status_code == 200


@pytest.mark.parametrize("url", [*READING, *WRITING])
def test_strangers_are_sent_to_sign_in(standard: Path, url: str) -> None:
    answer = Client().get(url)
    assert answer.status_code == 302
    assert "/sign-in/" in answer.url  # type: ignore[attr-defined]


@pytest.mark.parametrize("url", WRITING)
def test_the_editor_is_for_those_who_may_draft(cast: Cast, standard: Path, url: str) -> None:
    assert signed_in(cast.chen).get(url).status_code == 403
    assert signed_in(cast.lin).get(url).status_code in (200, 302)


@pytest.mark.parametrize(
    "url",
    [
        "/playbook/position/nobody/",
        "/playbook/dragon/x/",
        "/playbook/position/nobody/versions/",
        "/playbook/position/operations-specialist/versions/9/",
        "/playbook/-/publications/99/",
        "/playbook/-/kinds/dragon/",
        "/playbook/position/operations-specialist/?on=2001-01-01",
    ],
)
def test_what_is_not_there_is_not_found(cast: Cast, standard: Path, url: str) -> None:
    assert signed_in(cast.lin).get(url).status_code == 404


def test_before_anything_is_published_the_page_says_what_to_do(cast: Cast) -> None:
    assert "opsloop playbook publish" in text(signed_in(cast.lin).get("/playbook/"))


def test_a_position_page_has_all_that_a_job_description_needs(cast: Cast, standard: Path) -> None:
    page = text(signed_in(cast.lin, "zh-hans").get("/playbook/position/operations-specialist/"))
    for words in ("运营专员", "运营经理", "执行活动", "100%", "2,000", "每周一", "Chen", "岗位说明写在这里"):
        assert words in page, words


def test_the_english_page_is_the_translation_and_says_when_it_is_old(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin)
    page = text(client.get("/playbook/position/operations-specialist/"))
    assert "Operations specialist" in page and "Run campaigns" in page and "Written here" in page
    assert "after this translation" not in page
    commands.stamp(standard)
    english = (standard / "translations/en/positions/operations-specialist.yaml").read_text()
    samples.write(standard, english=english, operations_specialist=samples.SPECIALIST.replace("例会", "群"))
    commands.publish(standard, by=cast.robot, reason="Other channel.")
    assert "after this translation" in text(client.get("/playbook/position/operations-specialist/"))


def test_terms_are_explained_and_our_own_wording_is_marked(cast: Cast, standard: Path) -> None:
    more = samples.SPECIALIST.replace(
        "岗位说明写在这里。", "每张流程单都要跟进。\n\n## 奖惩（自拟）\n<script>alert(1)</script>\n"
    )
    samples.write(standard, operations_specialist=more)
    commands.publish(standard, by=cast.robot, reason="More words.")
    page = text(signed_in(cast.lin, "zh-hans").get("/playbook/position/operations-specialist/"))
    assert '<dfn title="正在执行的标准流程">流程单</dfn>' in page
    assert 'class="ours"' in page and "（自拟）" not in page
    assert "<script>alert" not in page


def test_search_finds_two_characters_and_shows_where(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin, "zh-hans")
    page = text(client.get("/playbook/-/search/", {"q": "活动"}))
    assert "<mark>活动</mark>" in page and "运营专员" in page
    assert "运营专员" in text(client.get("/playbook/-/search/", {"q": "执行 岗位说明"}))
    assert "<mark>" not in text(client.get("/playbook/-/search/", {"q": "龙"}))


def test_what_holds_later_is_announced_and_can_be_read_already(cast: Cast, standard: Path) -> None:
    day = timezone.localdate() + timedelta(days=5)
    samples.write(standard, glossary=samples.GLOSSARY, operations_specialist=samples.SPECIALIST.replace("例会", "群聊"))
    commands.publish(standard, by=cast.robot, reason="Other channel.", effective_from=day)
    client = signed_in(cast.lin, "zh-hans")
    assert day.isoformat() in text(client.get("/playbook/"))
    assert "群聊" not in text(client.get("/playbook/position/operations-specialist/"))
    assert "群聊" in text(client.get(f"/playbook/position/operations-specialist/?on={day}"))


def test_the_open_page_lists_what_is_not_installed(cast: Cast, standard: Path) -> None:
    page = text(signed_in(cast.lin).get("/playbook/-/open/"))
    assert "annual-plan" in page and "positions/operations-manager.md:5" in page


EDIT = "/playbook/-/edit/position/operations-specialist/"


def test_a_field_is_changed_in_the_form_and_published_with_its_reason(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin)
    form = fields(text(client.get(EDIT)))
    assert (form["title"], form["duties.0.weight"], form["sees.0.value"]) == ("运营专员", "100", "department")
    form["headcount"] = "6"
    looked = text(client.post(EDIT, {**form, "do": "look"}))
    assert "Headcount" in looked and not Draft.objects.exists()
    assert client.post(EDIT, {**form, "do": "save"}).status_code == 302
    one = Draft.objects.get()
    assert one.base == 1
    page = text(client.get("/playbook/-/propose/", {"draft": one.pk}))
    assert "Propose and publish" in page and "rights" not in page
    answer = client.post("/playbook/-/propose/", {"draft": one.pk, "reason": "More hands.", "at_once": "1"})
    made = Publication.objects.get(number=2)
    assert (answer.status_code, made.state, made.reason) == (302, State.PUBLISHED, "More hands.")
    newest = queries.version_at("position", "operations-specialist")
    assert newest is not None and newest.text == samples.SPECIALIST.replace("headcount: 4", "headcount: 6")


def test_a_body_that_begins_with_an_empty_line_is_not_changed_by_the_form(cast: Cast, standard: Path) -> None:
    body = samples.SPECIALIST.replace("---\n岗位说明", "---\n\n岗位说明")
    samples.write(standard, operations_specialist=body)
    commands.publish(standard, by=cast.robot, reason="An empty line.")
    page = text(signed_in(cast.lin).get(EDIT))
    assert fields(page)["body"] == "\n岗位说明写在这里。\n"


def test_wrong_values_are_shown_beside_their_fields_and_the_draft_is_kept(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin)
    form = fields(text(client.get(EDIT))) | {"headcount": "viele", "duties.0.weight": "90"}
    page = text(client.post(EDIT, {**form, "do": "look"}))
    assert "A whole number was expected, not viele." in page
    client.post(EDIT, {**form, "do": "save"})
    again = fields(text(client.get(EDIT)))
    assert (again["headcount"], again["duties.0.weight"]) == ("viele", "90")
    refused = client.get("/playbook/-/propose/", {"draft": Draft.objects.get().pk})
    assert "A whole number was expected" in text(refused)
    answer = client.post("/playbook/-/propose/", {"draft": Draft.objects.get().pk, "reason": "Try it."})
    assert answer.status_code == 422 and not Publication.objects.filter(number=2).exists()


def test_a_file_that_cannot_be_read_keeps_its_name_and_stands_line_by_line(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin, "en")
    page = text(client.post(EDIT, {"text": samples.SPECIALIST.replace("title:", "title："), "do": "look"}))
    assert "<h1" in page and "运营专员" in page.partition("<h1")[2].partition("</h1>")[0]
    assert "is a full-width sign" in page
    assert "compared as text only" in page and 'class="old"' not in page, "nothing was taken away"
    assert 'wrap="off"' in page, "a line that is broken by its width spoils the count"
    newest = queries.newest_version("position", "operations-specialist")
    assert newest is not None and newest.number == 1, "what is published stays"


def test_a_text_that_is_no_yaml_is_edited_as_text(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin)
    client.post(EDIT, {"text": "---\ntitle: [\n---\n", "do": "save"})
    page = text(client.get(EDIT))
    assert 'name="text"' in page and "title: [" in page
    fixed = samples.SPECIALIST.replace("\n", "\r\n")
    client.post(EDIT, {"text": fixed, "do": "save"})
    assert 'name="duties.0.do"' in text(client.get(EDIT))


def test_a_new_thing_needs_an_id_that_is_free(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin)
    url = "/playbook/-/new/position/"
    assert client.post(url, {"ident": "Not An Id"}).status_code == 422
    assert client.post(url, {"ident": "operations-manager"}).status_code == 422
    answer = client.post(url, {"ident": "buyer"})
    assert answer.url == "/playbook/-/edit/position/buyer/"  # type: ignore[attr-defined]
    assert client.get("/playbook/-/edit/position/buyer/").status_code == 200
    looked = text(client.post("/playbook/-/edit/position/buyer/", {"text": samples.SPECIALIST, "do": "look"}))
    assert 'class="new"' in looked and "compared as text only" not in looked, "all of it comes"
    assert client.get("/playbook/-/edit/position/Bad/").status_code == 404


def test_what_changes_rights_says_so_and_another_person_decides(cast: Cast, standard: Path) -> None:
    boss = person("Boss", position("director", may=["playbook.*"], sees={"*": "all"}), cast.company)
    client = signed_in(cast.lin)
    form = fields(text(client.get(EDIT))) | {"limits.0.value.0.value": "900"}
    client.post(EDIT, {**form, "do": "save"})
    one = Draft.objects.get()
    page = text(client.get("/playbook/-/propose/", {"draft": one.pk}))
    assert "a second person must approve" in page and "Propose and publish" not in page
    client.post("/playbook/-/propose/", {"draft": one.pk, "reason": "More trust."})
    made = Publication.objects.get(number=2)
    assert made.rights_of == ["operations-specialist"]
    url = made.get_absolute_url()
    assert "/act/playbook.approve/" in text(signed_in(boss).get(url))
    assert "1" in text(
        signed_in(person("Second", position("other", may=["playbook.approve"]), cast.company)).get("/playbook/")
    )


def test_taking_away_is_proposed_too(cast: Cast, standard: Path) -> None:
    client = signed_in(cast.lin)
    asked = {"withdraw": "calendar/company"}
    assert "/propose/?withdraw=calendar/company" in text(client.get("/playbook/calendar/company/"))
    assert "withdrawn" in text(client.get("/playbook/-/propose/", asked))
    client.post("/playbook/-/propose/", {**asked, "reason": "No longer kept.", "at_once": "1"})
    answer = client.get("/playbook/calendar/company/")
    assert answer.status_code == 404 and "withdrawn" in text(answer)


def test_nobody_proposes_the_draft_of_somebody_else(cast: Cast, standard: Path) -> None:
    boss = person("Boss", position("director", may=["playbook.*"], sees={"*": "all"}), cast.company)
    one = draft(by=boss, kind="glossary", ident="operations", sha256=keep("x"), base=1)
    answer = signed_in(cast.lin).post("/playbook/-/propose/", {"draft": one.pk, "reason": "Stolen."})
    assert answer.url == "/playbook/-/drafts/"  # type: ignore[attr-defined]
    assert Publication.objects.count() == 1


def test_a_proposal_shows_its_differences_after_others_were_published(cast: Cast, standard: Path) -> None:
    rows = [LineRow("glossary", "operations", keep(samples.GLOSSARY.replace("案例", "实例")), 1)]
    made = propose(by=cast.lin, reason="Clearer.", lines=rows)
    page = text(signed_in(cast.chen).get(made.get_absolute_url()))
    assert "案例" in page and "实例" in page


def test_a_publication_of_many_files_lists_them_and_compares_each_when_asked(
    cast: Cast, standard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chen, url = signed_in(cast.chen), "/playbook/-/publications/1/"
    whole = text(chen.get(url))
    assert "?line=" not in whole and 'class="table-scroll"' in whole, "few files stand open"
    monkeypatch.setattr("opsloop.playbook.views.proposals.FEW", 1)
    listed = text(chen.get(url))
    key = "position/operations-specialist"
    assert f"?line={key}" in listed and 'class="table-scroll"' not in listed and "new: 运营专员" in listed
    part = text(chen.get(f"{url}?line={key}", headers={"HX-Request": "true"}))
    assert "运营专员" in part and 'class="table-scroll"' in part and "<html" not in part
    alone = text(chen.get(f"{url}?line={key}"))
    assert alone.count('class="table-scroll"') == 1 and "<html" in alone, "without scripts the link opens it"
    assert chen.get(f"{url}?line=position/nobody").status_code == 404


def test_a_proposal_says_who_is_to_publish_it_and_they_are_told(cast: Cast, standard: Path) -> None:
    boss = person("Boss", position("director", may=["playbook.*"], sees={"*": "all"}), cast.company)
    for at_once in ("", "1"):
        sha256 = keep(samples.GLOSSARY.replace("案例", f"实例{at_once}"))
        one = draft(by=cast.lin, kind="glossary", ident="operations", sha256=sha256, base=1)
        signed_in(cast.lin).post("/playbook/-/propose/", {"draft": one.pk, "reason": "Clearer.", "at_once": at_once})
        page = text(signed_in(cast.lin).get(Publication.objects.latest("number").get_absolute_url()))
        assert ("Publication by one of: " in page) == (not at_once)
        assert "/act/playbook.approve/" not in page, "nobody is the second person for a proposal of their own"
        assert Notice.objects.filter(kind="playbook.ready", person=boss).count() == 1
    assert not Notice.objects.filter(kind="playbook.ready", person=cast.lin).exists()


def test_what_an_app_says_of_a_thing_stands_beside_it_and_on_the_publication_of_a_further_version(
    cast: Cast, standard: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "_beside", {})
    places.put_beside("glossary", lambda ident, reader: places.Beside(f"{reader} uses {ident}", "/words/"))
    places.put_beside("glossary", lambda ident, reader: None)
    chen, sign = signed_in(cast.chen), '<a href="/words/">Chen uses operations</a>'
    assert sign in text(chen.get("/playbook/glossary/operations/"))
    assert sign not in text(chen.get("/playbook/calendar/company/"))
    assert sign not in text(chen.get("/playbook/-/publications/1/")), "nothing followed a version before"
    rows = [LineRow("glossary", "operations", keep(samples.GLOSSARY.replace("案例", "实例")), 1)]
    made = propose(by=cast.lin, reason="Clearer.", lines=rows)
    assert sign not in text(chen.get(made.get_absolute_url())), "not in force yet"
    publish(made, by=cast.lin)
    assert sign in text(chen.get(made.get_absolute_url()))
