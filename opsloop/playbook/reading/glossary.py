"""The page of a glossary: its terms by group."""

from __future__ import annotations

from dataclasses import dataclass

from opsloop.playbook.reader.files import Item
from opsloop.playbook.reading.labels import Labels, language
from opsloop.playbook.translations import Words, words


@dataclass(frozen=True, slots=True)
class TermRow:
    term: str
    original: str
    en: str
    meaning: str
    avoid: list[str]


@dataclass(frozen=True)
class GlossaryPage:
    """All that the page shows, in the reader's language."""

    item: Item
    words: Words
    groups: list[tuple[str, list[TermRow]]]


def glossary_page(labels: Labels, item: Item) -> GlossaryPage:
    """Groups and terms in the order of the file; an untranslated term shows its English word to English readers."""
    said = words(labels.book, item, language())
    groups: dict[str, list[TermRow]] = {}
    for i, term in enumerate(item.obj.terms):
        at = f"terms.{i}"
        spoken = said.text(f"{at}.term", term.en if language() == "en" and term.en else term.term)
        row = TermRow(spoken, term.term, term.en, said.text(f"{at}.meaning", term.meaning), list(term.not_))
        groups.setdefault(said.text(f"{at}.group", term.group), []).append(row)
    return GlossaryPage(item, said, list(groups.items()))
