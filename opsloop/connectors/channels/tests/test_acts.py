"""Setting channels up: acts and their no's, pages, the test button; and that no page shows an address."""

from __future__ import annotations

import pytest

from opsloop.base.acts import Call, Forbidden, Invalid, NotFound, Refused, operation, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.testing import hold, position
from opsloop.connectors.channels import actions, vault
from opsloop.connectors.channels.listeners import forget_address
from opsloop.connectors.channels.models import Channel, Gate, Line, Sealed
from opsloop.connectors.channels.tests.conftest import deliver_all
from opsloop.connectors.channels.tests.fake import TOKENS
from opsloop.connectors.channels.words import Style

pytestmark = [pytest.mark.both, pytest.mark.django_db]


def test_a_new_channel_takes_what_is_usual_and_shows_only_its_ending(add):
    channel = add("dingtalk", "SEC12345678")
    assert channel.kinds and "test.rare" not in channel.kinds and channel.tail == TOKENS["dingtalk"][-4:]
    assert channel.code == "dingtalk-1" and channel.style == Style.CARD
    entry = Entry.objects.latest("pk")
    assert entry.act == "channels.add" and TOKENS["dingtalk"] not in str(entry.__dict__)


@pytest.mark.parametrize("code", ["A", "1x", "运营群", "a" * 41])
def test_a_bad_short_name_is_refused(add, code):
    with pytest.raises(Invalid):
        add("wecom", code=code)


def test_somebody_elses_paste_and_a_used_one_are_refused(fake, keeper, cast):
    theirs = vault.seal(fake.address("wecom"), "", cast.wu)
    with pytest.raises(Refused):
        actions.add_channel(by=keeper, name="群", sealed=theirs.pk)
    mine = vault.seal(fake.address("wecom"), "", keeper)
    actions.add_channel(by=keeper, name="群", sealed=mine.pk)
    with pytest.raises(Refused):
        actions.add_channel(by=keeper, name="又一个", sealed=mine.pk)


def test_who_may_not_is_refused(add, fake, cast):
    channel, sealed = add(), vault.seal(fake.address("wecom"), "", cast.wu)
    hold(cast.wu, position("reader", sees={"channels": "all"}), cast.ops)
    acts = {
        actions.change_channel: {"name": "别的群"}, actions.readdress: {"sealed": sealed.pk},
        actions.subscribe: {"kinds": []}, actions.pause_channel: {"reason": "test"},
        actions.remove_channel: {"reason": "test"}, actions.note_test: {"outcome": "ok", "works": True},
    }  # fmt: skip
    for act, values in acts.items():
        with pytest.raises(Forbidden):
            act(channel, by=cast.wu, **values)
    for make in (lambda: actions.add_channel(by=cast.wu, name="群名", sealed=sealed.pk),
                 lambda: actions.add_mail(by=cast.wu, name="名单", receivers="a@example.com")):  # fmt: skip
        with pytest.raises(Forbidden):
            make()
    with pytest.raises(NotFound):
        perform("channels.pause", {"reason": "test"}, Call(by=cast.zhao), on=channel.pk)
    assert Channel.objects.get() == channel and not Channel.objects.get().paused


def test_what_it_takes_is_checked_and_kept(add, keeper):
    channel = add()
    wrong = [
        {"kinds": ["nothing"]},
        {"kinds": [], "digest_at": "25:00"},
        {"kinds": [], "quiet_from": "22:00"},
        {"kinds": [], "owners": ["x"]},
    ]
    for values in wrong:
        with pytest.raises(Invalid):
            actions.subscribe(channel, by=keeper, **values)
    done = actions.subscribe(
        channel, by=keeper, kinds=["test.rare"], owners=["keeper"], grave_only=True, digest_at="08:30"
    )
    assert (done.kinds, done.owners, done.grave_only) == (["test.rare"], ["keeper"], True)


def test_subjects_owners_severity_and_names_decide_who_hears(add, keeper, say):
    one, two = add(name="一群"), add("feishu", name="二群", code="boss-group")
    actions.subscribe(one, by=keeper, kinds=["test.news"], owners=["keeper"], grave_only=True)
    actions.subscribe(two, by=keeper, kinds=[])
    assert say("a", owner="keeper") == 0 and say("b", owner="keeper", severity="critical") == 1
    assert say("c", owner="other", severity="critical") == 0 and say("d") == 1, "what has no owner is for all"
    assert say("e", kind="test.rare", channels=["boss-group", "nobody", "inbox"]) == 1


def test_paused_channels_hear_nothing_and_go_on_with_what_waited(add, keeper, say, fake):
    channel = add()
    say("a")
    channel = actions.pause_channel(channel, by=keeper, reason="放假")
    assert say("b") == 0
    deliver_all()
    assert not fake.got
    actions.resume_channel(channel, by=keeper)
    deliver_all()
    assert len(fake.got) == 1


def test_a_removed_channel_has_no_address_any_more(add, keeper, say):
    channel = add()
    say("a")
    channel = actions.remove_channel(channel, by=keeper, reason="群解散了")
    assert not Sealed.objects.exists() and Line.objects.get().state == "dropped" and channel.removed_at
    assert add().code == "wecom-1", "its short name is free again"
    with pytest.raises(Refused):
        perform("channels.pause", {"reason": "test"}, Call(by=keeper), on=channel.pk)


def test_a_mail_list_wants_real_addresses(fake, keeper):
    with pytest.raises(Invalid):
        actions.add_mail(by=keeper, name="名单", receivers="not an address")
    made = actions.add_mail(by=keeper, name="名单", receivers="a@example.com, b@example.com\na@example.com")
    assert made.addresses == ("a@example.com", "b@example.com")


def test_pasting_finds_the_service_and_never_shows_the_address(door, fake):
    address = fake.address("feishu")
    page = door.post("/channels/add/", {"address": address, "secret": "s3cret-feishu-1", "name": "飞书运营群"})
    assert page.status_code == 302
    channel = Channel.objects.get()
    assert channel.service == "feishu"
    for url in ("/channels/", channel.get_absolute_url(), "/ledger/", f"/channels/{channel.pk}/address/"):
        text = door.get(url).content.decode()
        assert TOKENS["feishu"] not in text and "s3cret-feishu-1" not in text
    assert TOKENS["feishu"][-4:] in door.get("/channels/").content.decode()


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ({"address": "https://evil.example/robot/send?access_token=abcdefgh12", "name": "群"}, "evil.example"),
        ({"address": "", "name": "群名在此"}, "x-none"),
        ({"address": "ok", "name": ""}, "hook/"),
    ],
)
def test_a_wrong_paste_is_said_beside_its_field_and_not_repeated(door, fake, sent, word):
    secret = fake.address("feishu") if sent["address"] == "ok" else sent["address"]
    page = door.post("/channels/add/", sent | {"address": secret})
    text = page.content.decode()
    assert page.status_code == 422 and word not in text.replace("open-apis/bot/v2/hook/", "")
    assert not Channel.objects.exists() and not Sealed.objects.exists()


@pytest.mark.parametrize("keyword", ["", "运营"])
def test_the_test_button_says_what_the_service_said(door, fake, add, keyword):
    channel = add("dingtalk")
    fake.keywords["dingtalk"] = keyword
    door.post(f"/channels/{channel.pk}/test/")
    text = door.get(channel.get_absolute_url()).content.decode()
    if keyword:
        assert "关键词" in text and "keywords not in content" in text and Gate.objects.get().problem == "keyword"
    else:
        assert len(fake.got) == 1 and "测试消息" in fake.texts()[0]
    assert Entry.objects.latest("pk").act == "channels.test"


def test_the_page_of_what_it_takes_saves_ticks(door, add):
    channel = add()
    assert door.get(f"/channels/{channel.pk}/takes/").status_code == 200
    done = door.post(f"/channels/{channel.pk}/takes/", {"kinds": ["test.rare"], "digest_at": "09:00"})
    assert done.status_code == 302 and Channel.objects.get().kinds == ["test.rare"]
    bad = door.post(f"/channels/{channel.pk}/takes/", {"kinds": ["test.rare"], "digest_at": "9 Uhr"})
    assert bad.status_code == 422 and Channel.objects.get().digest_at == "09:00"


def test_there_is_no_page_of_what_is_not_there(door):
    assert [door.get(url).status_code for url in ("/channels/999/", "/channels/999/takes/")] == [404, 404]


def test_an_erased_persons_address_leaves_the_lists(add, keeper, cast):
    two, alone = (
        add("email", receivers="Wu@example.com\nb@example.com"),
        add("email", name="名单", receivers="wu@example.com"),
    )
    cast.wu.email = "wu@example.com"
    with operation(Call(by=keeper)):
        forget_address(cast.wu)
    assert Channel.objects.get(pk=two.pk).addresses == ("b@example.com",)
    assert Channel.objects.get(pk=alone.pk).paused
