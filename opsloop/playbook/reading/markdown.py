"""Markdown to clean HTML: terms of the glossary explained where they first appear, our own wording (自拟) marked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _t
from markdown_it import MarkdownIt

OURS = re.compile(r"\s*[（(](?:自拟|our own wording)[）)]")
_TAGS = {
    *("p", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote"),
    *("table", "thead", "tbody", "tr", "th", "td", "a", "br", "hr", "dfn", "span"),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "dfn": {"title"},
    "span": {"class"},
    "th": {"align"},
    "td": {"align"},
    "ol": {"start"},
}


def ours(title: str) -> tuple[str, bool]:
    """(title without the mark, was it marked as our own wording)."""
    return OURS.sub("", title), bool(OURS.search(title))


def badge() -> str:
    """The visible mark of our own wording."""
    return f'<span class="ours">{escape(_t("our own wording"))}</span>'


def render(text: str, terms: Sequence[tuple[str, str]] = (), *, level: int = 0) -> SafeString:
    """Clean HTML. `terms` are (word, meaning); each is explained once. `level` lowers the headings by so many."""
    parser = _parser()
    tokens = parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + level)}"
    env: dict[str, Any] = {"terms": _Terms(tuple(terms))}
    html = parser.renderer.render(tokens, parser.options, env)
    clean = nh3.clean(html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes={"http", "https", "mailto"})
    return mark_safe(clean)  # noqa: S308  # nh3 has just cleaned it


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    made.add_render_rule("text", _text)
    return made


def _text(self: Any, tokens: Sequence[Any], at: int, options: Any, env: dict[str, Any]) -> str:
    inside_link = any(token.type == "link_open" for token in tokens[:at]) and not any(
        token.type == "link_close" for token in tokens[:at]
    )
    content = tokens[at].content
    if inside_link:
        return escape(content)
    return f" {badge()}".join(env["terms"].explain(part) for part in OURS.split(content))


class _Terms:
    """Explains each term once per text; the longest that fits wins."""

    def __init__(self, terms: tuple[tuple[str, str], ...]) -> None:
        self.left = dict(terms)
        self.pattern = _pattern(tuple(sorted(self.left, key=len, reverse=True))) if terms else None

    def explain(self, text: str) -> str:
        if self.pattern is None:
            return escape(text)
        parts, at = [], 0
        for found in self.pattern.finditer(text):
            meaning = self.left.pop(found[0], None)
            if meaning is None:
                continue
            parts += [escape(text[at : found.start()]), f'<dfn title="{escape(meaning)}">{escape(found[0])}</dfn>']
            at = found.end()
        return "".join([*parts, escape(text[at:])])


@lru_cache(maxsize=16)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Chinese words anywhere; English ones only as whole words."""
    return re.compile("|".join(rf"\b{re.escape(w)}\b" if w.isascii() else re.escape(w) for w in words))
