"""Pictures in groups whose bots take none: an app of the company uploads them; whatever fails, the words arrive."""

from __future__ import annotations

import json
import logging
import time
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone, translation

from opsloop.base.acts import Call, perform
from opsloop.base.jobs.models import Outbox
from opsloop.base.ledger.models import Entry
from opsloop.base.things.errors import Refused
from opsloop.connectors.channels import uploading, vault
from opsloop.connectors.channels.models import Channel, Gate, Line, Sealed
from opsloop.connectors.channels.tests.conftest import deliver_all, sooner
from opsloop.connectors.channels.tests.fake_apps import APP, HOLDS_S, PNG, SECRET
from opsloop.connectors.channels.tests.test_delivery import _stored, silent
from opsloop.connectors.channels.words import LineState, Problem, Style

pytestmark = [pytest.mark.both, pytest.mark.django_db(transaction=True)]
SERVICES = ("dingtalk", "feishu")


@pytest.fixture
def png(keeper, tmp_path):
    return _stored(keeper, PNG + b"0" * 300)


def pictures(fake, service):
    """What the group sees as pictures: the ids that its messages name."""
    out = []
    for name, body in fake.got:
        if name == service == "dingtalk" and body["msgtype"] == "markdown":
            out += [one.split(")")[0] for one in body["markdown"]["text"].split("](") if one.startswith("@lADP")]
        if name == service == "feishu" and body["msg_type"] == "interactive":
            out += [one["img_key"] for one in body["card"]["elements"] if one["tag"] == "img"]
        if name == service == "feishu" and body["msg_type"] == "post":
            rows = body["content"]["post"]["zh_cn"]["content"]
            out += [one["image_key"] for row in rows for one in row if one["tag"] == "img"]
    return out


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("style", [Style.CARD, Style.MARKDOWN])
def test_a_picture_goes_along_uploaded_by_the_app_with_words_and_link(fake, add, say, keeper, png, service, style):
    channel = add(service, app=(APP, SECRET))
    perform("channels.change", {"name": "运营群", "style": style}, Call(by=keeper), on=channel.pk)
    say("周报", picture=png, link="/reports/7/")
    deliver_all()
    (text,) = fake.texts(service)
    assert len(pictures(fake, service)) == 1 and "周报" in text and "第二行" in text and "/reports/7/" in text
    assert [one[:8] for one in fake.apps.uploaded[service]] == [PNG]
    assert Gate.objects.get().picture_problem == "" and Line.objects.get().state == LineState.SENT


@pytest.mark.parametrize("service", SERVICES)
def test_without_an_app_or_in_plain_text_the_link_leads_to_it_and_no_fault_is_noted(
    fake, add, say, keeper, png, service
):
    add(service)
    plain = add(service, app=(APP, SECRET), name="纯文本群")
    perform("channels.change", {"name": "纯文本群", "style": Style.TEXT}, Call(by=keeper), on=plain.pk)
    say("周报", picture=png, link="/reports/7/")
    deliver_all()
    assert len(fake.got) == 2 and all("/reports/7/" in text for text in fake.texts())
    assert fake.apps.asked == 0 and not pictures(fake, service)
    assert set(Gate.objects.values_list("picture_problem", flat=True)) == {""}


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_is_asked_for_once_and_anew_before_it_ends(fake, add, say, png, service):
    add(service, app=(APP, SECRET))
    with time_machine.travel(timezone.now(), tick=False) as clock:
        fake.clock = time.time
        for wait_s, asked in ((0, 1), (600, 1), (HOLDS_S - 600 - 200, 2), (60, 2)):
            clock.shift(wait_s)
            say(f"周报{wait_s}-{asked}", picture=png)
            deliver_all()
            assert fake.apps.asked == asked
    assert len(pictures(fake, service)) == 4


@pytest.mark.parametrize("service", SERVICES)
def test_a_token_that_ended_early_is_replaced_at_once(fake, add, say, png, service):
    add(service, app=(APP, SECRET))
    say("一", picture=png)
    deliver_all()
    fake.apps.revoke()
    say("二", picture=png)
    deliver_all()
    assert len(pictures(fake, service)) == 2 and fake.apps.asked == 2


def wrong_secret(fake):
    return (APP, "not-the-secret-00000")


def without_right(fake):
    fake.apps.without_right = True


def refused_upload(fake):
    fake.apps.garbled = "](http://evil.example/x) ["


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize(
    ("how", "problem"),
    [(wrong_secret, Problem.APP), (without_right, Problem.RIGHT), (refused_upload, Problem.UNKNOWN)],
)
def test_a_picture_that_cannot_go_along_is_noted_and_its_words_arrive(
    fake, add, say, png, door, caplog, service, how, problem
):
    caplog.set_level(logging.DEBUG)
    channel = add(service, app=how(fake) or (APP, SECRET))
    say("周报", picture=png, link="/reports/7/")
    deliver_all()
    (text,) = fake.texts(service)
    assert "/reports/7/" in text and not pictures(fake, service) and "evil.example" not in text
    gate = Gate.objects.get()
    assert gate.picture_problem == problem and gate.picture_said and gate.problem == ""
    page = door.get(channel.get_absolute_url()).content.decode()
    with translation.override("zh-hans"):
        assert "最近一张图片没有发出" in page and str(problem.label) in page
    logged = "".join(record.getMessage() for record in caplog.records)
    assert "picture stayed behind" in logged
    said = gate.picture_said + page + logged
    assert not any(one in said for one in (SECRET, "not-the-secret-00000", "t-dingtalk", "t-feishu"))


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_that_is_silent_at_the_upload_gets_the_words_all_the_same(fake, add, say, png, monkeypatch, service):
    monkeypatch.setattr("opsloop.connectors.channels.calling.READ_S", 0.2)
    add(service, app=(APP, SECRET))
    fake.trouble = lambda handler: (
        ("token" in handler.path or "upload" in handler.path or "images" in handler.path)
        and ("access_token=d1" not in handler.path and silent(handler))
    )
    say("周报", picture=png)
    deliver_all()
    assert len(fake.got) == 1 and Gate.objects.get().picture_problem == Problem.SILENT
    line = Line.objects.get()
    assert line.state == LineState.SENT and not line.unsure
    fake.trouble = None
    sooner()
    say("再来", picture=png)
    deliver_all()
    assert len(pictures(fake, service)) == 1 and Gate.objects.get().picture_problem == ""


def test_a_picture_that_wecom_refuses_is_noted_too(fake, add, say, png):
    add("wecom")
    fake.apps.no_pictures = True
    say("周报", picture=png)
    deliver_all()
    assert [body["msgtype"] for _name, body in fake.got] == ["markdown"]
    assert Gate.objects.get().picture_problem == Problem.CONTENT and Line.objects.get().state == LineState.SENT


def test_too_large_a_picture_is_not_uploaded(fake, add, say, keeper, tmp_path):
    add("feishu", app=(APP, SECRET))
    say("周报", picture=_stored(keeper, PNG + b"0" * (10 * 1024 * 1024)))
    deliver_all()
    assert len(fake.got) == 1 and fake.apps.asked == 0 and Gate.objects.get().picture_problem == Problem.SIZE


def test_the_apps_secret_stands_nowhere_and_its_token_in_no_row(fake, add, say, png):
    channel = add("dingtalk", "SECvery-secret-words-99", app=(APP, SECRET))
    say("周报", picture=png)
    deliver_all()
    rows = "".join(
        json.dumps(list(model._default_manager.values()), default=str, ensure_ascii=False)
        for model in apps.get_models()
    )
    assert SECRET not in rows and APP not in rows and "t-dingtalk" not in rows
    opened = vault.opened(channel)
    assert opened.app_secret == SECRET and channel.app_tail == APP[-4:] and SECRET not in repr(opened)
    assert SECRET not in "".join(uploading._held)


def test_addresses_sealed_before_there_were_apps_are_read(fake, add):
    channel = add("feishu", "s3cret-of-old")
    old = vault._box().encrypt(json.dumps([fake.address("feishu"), "s3cret-of-old"]).encode()).decode()
    Sealed.objects.filter(pk=channel.sealed_id).update(text=old)
    assert (vault.opened(channel).secret, vault.opened(channel).app) == ("s3cret-of-old", "")


@pytest.mark.parametrize(
    ("service", "app", "field"),
    [
        ("wecom", (APP, SECRET), "app"), ("feishu", (APP, ""), "app_secret"), ("feishu", ("", SECRET), "app"),
        ("dingtalk", ("two words", SECRET), "app"), ("dingtalk", (APP, "有中文的密钥"), "app_secret"),
    ],
)  # fmt: skip
def test_an_app_of_no_use_or_named_by_half_is_refused(fake, keeper, service, app, field):
    with pytest.raises(Refused) as no:
        vault.seal(fake.address(service), "", keeper, *app)
    assert no.value.field == field and not Sealed.objects.exists()


def test_the_form_takes_an_app_says_where_it_is_and_never_shows_it_again(door, fake, add):
    form = door.get("/channels/add/").content.decode()
    assert "im:resource" in form and "open-dev.dingtalk.com" in form and "企业微信不用填" in form
    sent = {"address": fake.address("feishu"), "name": "飞书群", "app": APP, "app_secret": ""}
    wrong = door.post("/channels/add/", sent)
    assert wrong.status_code == 422 and "同时填" in wrong.content.decode() and not Channel.objects.exists()
    assert door.post("/channels/add/", sent | {"app_secret": SECRET}).status_code == 302
    channel = Channel.objects.get()
    text = door.get(channel.get_absolute_url()).content.decode()
    assert f"•••• {APP[-4:]}" in text and APP not in text and SECRET not in text
    entry = Entry.objects.filter(act="channels.add").latest("pk")
    assert SECRET not in str(vars(entry)) and APP not in str(vars(entry))


def test_a_new_address_without_an_app_takes_the_old_one_away(door, fake, add):
    channel = add("feishu", app=(APP, SECRET))
    door.post(f"/channels/{channel.pk}/address/", {"address": fake.address("feishu")})
    channel.refresh_from_db()
    assert channel.app_tail == "" and vault.opened(channel).app == ""


def test_the_test_button_tries_the_picture_too(door, fake, add):
    channel = add("feishu", app=(APP, SECRET))
    door.post(f"/channels/{channel.pk}/test/")
    assert len(pictures(fake, "feishu")) == 1
    fake.apps.without_right = True
    Gate.objects.update(tokens=3.0, filled_at=timezone.now() - timedelta(seconds=9))
    door.post(f"/channels/{channel.pk}/test/")
    text = door.get(channel.get_absolute_url()).content.decode()
    assert "图片没有发出" in text and "im:resource" in text and len(fake.got) == 2
    assert not Outbox.objects.exists()
