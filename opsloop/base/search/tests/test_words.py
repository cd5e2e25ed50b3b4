from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsloop.base.search.snippets import snippet
from opsloop.base.search.words import LONGEST_WORD, Phrase, fold, loosened, phrases, squeezed, words

CHINESE = "客户投诉处理流程运营部一二三𬭚"
LATIN = "abcGMV09"
BETWEEN = " ，。-/_\n·"
mixed = st.text(st.sampled_from(CHINESE + LATIN + BETWEEN), max_size=40)


def has(text: str, asked: list[Phrase]) -> bool:
    """What both databases do, in plain words."""
    cut = list(words(text))
    return bool(asked) and all(_follows(cut, one) for one in asked)


def _follows(cut: list[str], one: Phrase) -> bool:
    size = len(one.words)
    for at in range(len(cut) - size + 1):
        *front, last = cut[at : at + size]
        ends = last.startswith(one.words[-1]) if one.prefix else last == one.words[-1]
        if ends and front == list(one.words[:-1]):
            return True
    return False


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("客户投诉", ["客户", "户投", "投诉", "诉"]),
        ("投诉", ["投诉", "诉"]),
        ("诉", ["诉"]),
        ("GMV下降5%", ["gmv", "下降", "降", "5"]),
        ("ＧＭＶ　２０２６年", ["gmv", "2026", "年"]),
        ("Café-Straße №7", ["cafe", "strasse", "no7"]),
        ("618大促", ["618", "大促", "促"]),
        ("投\u200b诉", ["投诉", "诉"]),
        ("、。！", []),
        ("", []),
    ],
)
def test_how_text_is_cut(text: str, cut: list[str]) -> None:
    assert list(words(text)) == cut


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("投诉", [Phrase(("投诉",), False)]),
        ("投", [Phrase(("投",), True)]),
        ("客户投诉", [Phrase(("客户", "户投", "投诉"), False)]),
        ("gm", [Phrase(("gm",), True)]),
        ("GMV下降", [Phrase(("gmv", "下降"), False)]),
        ("A类", [Phrase(("a", "类"), True)]),
        ("投诉  上海 投诉", [Phrase(("投诉",), False), Phrase(("上海",), False)]),
        (" - ! ", []),
        ('"投诉" OR *', [Phrase(("投诉",), False), Phrase(("or",), True)]),
    ],
)
def test_what_a_query_asks(query: str, asked: list[Phrase]) -> None:
    assert phrases(query) == asked


@pytest.mark.parametrize(
    ("text", "query", "found"),
    [
        ("客户投诉处理流程", "投诉", True),
        ("客户投诉处理流程", "投诉处理", True),
        ("客户投诉处理流程", "诉", True),
        ("客户投诉处理流程", "程", True),
        ("客户投诉处理流程", "投处", False),
        ("投资 诉求", "投诉", False),
        ("投，诉", "投诉", False),
        ("campaign review", "camp", True),
        ("campaign review", "paign", False),
        ("campaign review", "review campaign", True),
        ("campaign-review", "campaign-rev", True),
        ("本月GMV同比下降", "gmv同比", True),
        ("本月ＧＭＶ同比下降", "月gmv", True),
    ],
)
def test_what_is_found(text: str, query: str, found: bool) -> None:
    assert has(text, phrases(query)) is found


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_words_hold_nothing_that_a_database_could_misread(text: str) -> None:
    for word in words(text):
        assert word.isalnum() and 0 < len(word) <= LONGEST_WORD and "'" not in word


@given(mixed, st.integers(0, 40), st.integers(1, 12))
def test_any_piece_of_a_text_finds_it(text: str, start: int, size: int) -> None:
    """As long as it does not begin in the middle of a word of letters."""
    piece = text[start : start + size]
    inside = start > 0 and start < len(text) and text[start] in LATIN and text[start - 1] in LATIN
    if not inside and squeezed(piece):
        assert has(text, phrases(piece))


@given(mixed, mixed)
def test_what_is_found_holds_the_words_in_their_order(text: str, query: str) -> None:
    asked = phrases(query)
    if has(text, asked):
        assert all(squeezed(part) in squeezed(text) for part in fold(query).split())


@given(mixed)
def test_a_loosened_query_finds_no_less(text: str) -> None:
    for query in ("客户投诉", "GMV投诉", "处理 客户"):
        if has(text, phrases(query)):
            assert has(text, loosened(phrases(query)))


@given(mixed, mixed)
def test_a_snippet_is_a_piece_of_the_text(text: str, query: str) -> None:
    parts = snippet(text, phrases(query))
    said = "".join(part.text for part in parts).strip("…")
    assert said in " ".join(text.split()) and len(said) <= 120


def test_a_snippet_marks_what_was_found() -> None:
    parts = snippet("前" * 100 + "本周客户投诉较多" + "后" * 300, phrases("投诉"))
    assert [part.text for part in parts if part.found] == ["投诉"]
    assert parts[0].text == "…" and parts[-1].text.endswith("…")
    assert [p.text for p in snippet("GMV 下降", phrases("gmv下")) if p.found] == ["GMV 下"]


def test_a_snippet_is_of_one_language() -> None:
    text = "投诉件数\n按客服工单计\fComplaints\nTickets of customer service"
    assert "".join(p.text for p in snippet(text, phrases("投诉"))) == "投诉件数 按客服工单计"
    assert "".join(p.text for p in snippet(text, phrases("tickets"))) == "Complaints Tickets of customer service"
