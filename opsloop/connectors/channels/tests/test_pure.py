"""Cutting, buckets, addresses and signatures, without a database."""

from __future__ import annotations

import json
import random

import pytest

from opsloop.connectors.channels.bucket import FEISHU as FEISHU_LIMIT
from opsloop.connectors.channels.bucket import TWENTY_A_MINUTE, Bucket
from opsloop.connectors.channels.message import Item, Message, cut, cut_lines, with_keyword
from opsloop.connectors.channels.services import Bot, recognised
from opsloop.connectors.channels.words import Style
from opsloop.connectors.dingtalk import speaking as dingtalk
from opsloop.connectors.feishu import speaking as feishu
from opsloop.connectors.wecom import speaking as wecom

WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7e4b-4bc4-97a0-0ec2aaaa1234"
LINK = "https://ops.example.com/x/"


def long_message(n: int = 400) -> Message:
    items = tuple(
        Item(f"第{k}条：销售额低于惯常值🙂", "客单价 29.64，环比 −7.0%\n责任：运营经理", LINK) for k in range(n)
    )
    return Message(f"{n} 条消息", items, LINK, "打开")


def test_text_is_cut_between_characters_and_says_so():
    assert cut("运营", 6) == "运营" and cut("运营部", 8) == "运…"
    for most in range(3, 60):
        short = cut("销售额🙂下跌" * 9, most)
        assert len(short.encode()) <= most and "�" not in short


def test_the_link_stays_however_long_the_lines_are():
    text = cut_lines("头", ["一" * 50] * 50, LINK, 200)
    assert text.endswith(LINK) and len(text.encode()) <= 200 and "…" in text


@pytest.mark.parametrize("style", list(Style))
def test_no_service_gets_more_bytes_than_it_takes(style):
    long = long_message()
    body = wecom.body(long, style)
    kind = body["msgtype"]
    assert len(body[kind]["content"].encode()) <= {"text": 2048, "markdown": 4096}[kind]
    assert LINK in body[kind]["content"]
    assert len(json.dumps(dingtalk.body(long, style), ensure_ascii=False).encode()) <= 20_000
    assert len(json.dumps(feishu.body(long, style), ensure_ascii=False).encode()) <= 20 * 1024


@pytest.mark.parametrize("style", list(Style))
def test_title_lines_and_link_are_in_every_form(style):
    one = Message("客单价偏低", (Item("客单价偏低", "29.64，预期 31.9", LINK),), LINK, "打开")
    for body in (wecom.body(one, style), dingtalk.body(one, style), feishu.body(one, style)):
        text = json.dumps(body, ensure_ascii=False)
        assert all(word in text for word in ("客单价偏低", "29.64，预期 31.9", LINK))


def test_what_people_type_becomes_no_markup():
    one = Message("[点我](http://evil.example)<b>", (Item("x", "[a](http://evil.example)"),), "", "")
    text = wecom.body(one, Style.MARKDOWN)["markdown"]["content"]
    assert "](http" not in text and "<b>" not in text


def test_the_keyword_stands_in_the_title_when_it_is_missing():
    one = Message("客单价偏低", (Item("客单价偏低"),), "")
    assert with_keyword(one, "运营").title == "运营｜客单价偏低" and with_keyword(one, "客单价") is one


@pytest.mark.parametrize(
    ("bucket", "span", "most"), [(TWENTY_A_MINUTE, 60, 20), (FEISHU_LIMIT, 60, 100), (FEISHU_LIMIT, 1, 5)]
)
def test_no_span_has_more_than_the_limit(bucket, span, most):
    assert bucket.most_in(span) <= most
    rng, now, tokens, last, taken = random.Random(4), 0.0, bucket.burst, 0.0, []
    for _n in range(600):
        now += rng.choice([0.0, 0.0, 0.05, 0.4, 3.0])
        tokens, last = bucket.filled(tokens, now - last), now
        if tokens < 1:
            now += bucket.wait_s(tokens)
            tokens, last = bucket.filled(tokens, now - last), now
        tokens -= 1
        taken.append(now)
    # half open spans: a service that counts the last 60 seconds
    assert max(sum(1 for b in taken if a <= b < a + span) for a in taken) <= most


def test_a_clock_that_goes_back_fills_nothing():
    assert Bucket(5, 1).filled(2, -100) == 2


def test_signatures_are_those_of_the_published_examples():
    """The inputs of both manuals' examples; the values stand in public tests of others and were computed anew with
    `openssl dgst -sha256 -hmac`."""
    assert dingtalk.signature("this is secret", 1577262236757) == "hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM="
    address = dingtalk.signed("https://oapi.dingtalk.com/robot/send?access_token=x", "this is secret", 1577262236757)
    assert address.endswith("&timestamp=1577262236757&sign=hmPWwU%2B7lVdm3ZZz0r9tSfx0L4Q26jWOZr9%2BGs6EZQM%3D")
    assert feishu.signature("demo", 1599360473) == "l1N0gAcBjdwBvGm1xMjOF0XSyaLRpR7tuO5dHfhAYc8="


@pytest.mark.parametrize(
    ("address", "service"),
    [
        (WECOM, "wecom"),
        ("https://oapi.dingtalk.com/robot/send?access_token=" + "ab" * 32, "dingtalk"),
        ("https://open.feishu.cn/open-apis/bot/v2/hook/2f1a3c4d-1111-2222-3333-444455556666", "feishu"),
        ("https://open.larksuite.com/open-apis/bot/v2/hook/2f1a3c4d-1111-2222-3333-444455556666", "feishu"),
    ],
)
def test_the_service_is_seen_by_the_address(address, service):
    found = recognised(address)
    assert found is not None and found.name == service and found.secret_of(address)[-4:] == address[-4:]


@pytest.mark.parametrize(
    "address",
    [
        "", "x", WECOM.replace("https", "http"), WECOM.replace("qq.com", "qq.com.evil.example"),
        WECOM.replace("qyapi.weixin.qq.com", "user@qyapi.weixin.qq.com"),
        WECOM.replace("https://qyapi.weixin.qq.com", "https://evil.example#qyapi.weixin.qq.com"),
        WECOM.replace("qq.com", "qq.com:8443"), WECOM.replace("qyapi.weixin.qq.com", "127.0.0.1"),
        WECOM.replace("qyapi.weixin.qq.com", "[::ffff:127.0.0.1]"),
        WECOM.replace("qyapi.weixin.qq.com", "2130706433"),
        "https://qyapi.weixin.qq.com/cgi-bin/webhook/send",
        "https://qyapi.weixin.qq.com/cgi-bin/gettoken?key=12345678",
        "https://oapi.dingtalk.com/robot/send?access_token=", "https://open.feishu.cn/open-apis/bot/v2/hook/",
        "https://open.feishu.cn/open-apis/bot/v2/hook/abcdefgh/../../x", "file:///etc/passwd", "https://[bad",
        "http://127.0.0.1:80/cgi-bin/webhook/send?key=693a91f6-7e4b-4bc4",
        "https://169.254.169.254/robot/send?access_token=abcdefgh1",
    ],
)  # fmt: skip
def test_nothing_else_is_an_address(address):
    assert recognised(address) is None


def test_a_bot_hides_what_is_secret():
    bot = Bot(WECOM, "SECabcdef1234")
    text = bot.hide(f"failed at {WECOM} with SECabcdef1234 and 693a91f6-7e4b-4bc4-97a0-0ec2aaaa1234")
    assert "693a91f6" not in text and "SECabcdef" not in text and "693a" not in repr(bot)
