"""The whole answer to a search: by noun with counts, the words marked, page by page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opsloop.base.kinds.registry import kinds
from opsloop.base.search.find import Found, Hit, find_page
from opsloop.base.search.index import PAGE
from opsloop.base.search.snippets import Part, snippet
from opsloop.base.search.words import LONGEST_QUERY, phrases
from opsloop.ui.page import PersonRequest, page

LOOKED = 200
"""So many hits are counted by noun; a count that may go on has a + behind it."""
PER_PAGE = 25


@dataclass(frozen=True, slots=True)
class Noun:
    """One sort of thing found. key: what the address says; `more` where the counting ended before the end."""

    key: str
    title: str
    count: int
    more: bool


def key_of(hit: Hit) -> str:
    """Texts that are no rows are told apart by their noun: people look for an SOP, not for a page."""
    return hit.label if hit.label != PAGE else f"{PAGE}:{hit.noun}"


def title_of(hit: Hit) -> str:
    """The noun in words; texts of the standard bear the name of their kind."""
    known = kinds.get(str(hit.noun)) if hit.label == PAGE else None
    return str(known.title) if known else str(hit.noun)


def nouns(found: Found) -> list[Noun]:
    """The sorts of what was found, the commonest first."""
    counts = Counter(key_of(hit) for hit in found.hits)
    titles = {key_of(hit): title_of(hit) for hit in found.hits}
    return [Noun(key, titles[key], n, found.after is not None) for key, n in counts.most_common()]


@require_safe
@page(anyone=True)
def results(request: PersonRequest) -> HttpResponse:
    """`q` the words, `noun` narrows and stays while the words change, `after` goes on."""
    words = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    noun, after = request.GET.get("noun", "")[:200], request.GET.get("after", "")[:60]
    whole = find_page(request.person, words, limit=LOOKED)
    found = nouns(whole)
    context: dict[str, Any] = {
        "q": words,
        "noun": noun,
        "nouns": found,
        "count": len(whole.hits),
        "more": whole.after is not None,
        "too_short": bool(words) and not phrases(words),
        **_page(request, words, noun, after, whole),
    }
    return render(request, "search/results.html", context)


def _page(request: PersonRequest, words: str, noun: str, after: str, whole: Found) -> dict[str, Any]:
    """The hits of this page and where the next one goes on; one look where everything fits on one page."""
    if not noun and not after and len(whole.hits) <= PER_PAGE and whole.after is None:
        return {"hits": _titled(whole.hits, words), "after": None, "loose": whole.loose}
    labels = [noun.partition(":")[0]] if noun else None
    got = find_page(request.person, words, labels=labels, limit=PER_PAGE, after=after or None)
    hits = [hit for hit in got.hits if not noun or key_of(hit) == noun]
    return {"hits": _titled(hits, words), "after": got.after, "loose": got.loose}


def _titled(hits: list[Hit], words: str) -> list[tuple[Hit, str, tuple[Part, ...]]]:
    """(hit, its noun in words, its title with the words marked)."""
    asked = phrases(words)
    return [(hit, title_of(hit), snippet(hit.title, asked)) for hit in hits]
