"""Words for the names that machines read: limits, measures, competencies, acts, subjects."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _t

from opsloop.base.acts.registry import registry as acts
from opsloop.base.kinds.registry import kinds
from opsloop.base.policy import measures
from opsloop.base.registry import modules
from opsloop.playbook.book import Playbook
from opsloop.playbook.translations import words


@dataclass(frozen=True)
class Labels:
    """Looks names up in the glossary by their English word, then in the words that are ours."""

    book: Playbook

    @cached_property
    def terms(self) -> list[tuple[str, str, str]]:
        """(term, English, meaning) of all glossaries."""
        return [(t.term, t.en, t.meaning) for _id, one in self.book.all("glossary") for t in one.terms]

    @cached_property
    def _by_english(self) -> dict[str, str]:
        return {en.lower(): term for term, en, _meaning in self.terms if en}

    def name(self, name: str) -> str:
        """A limit or a competency: the glossary's term whose English is this name, else the name in plain letters."""
        spoken = name.replace("_", " ").replace("-", " ")
        if english():
            return spoken.capitalize()
        return self._by_english.get(spoken.lower()) or _known_names().get(spoken, spoken.capitalize())

    def measure(self, name: str) -> str:
        """each, per_day, per_customer_30d and their kin."""
        return measures.spoken(name) or self.name(name)

    def act(self, name: str) -> str:
        """An act's own label with its subject; `noun.*` is everything of a subject."""
        noun, _dot, verb = name.partition(".")
        if verb == "*":
            return _t("{subject}: everything").format(subject=self.noun(noun))
        if name in acts:
            return str(acts[name].label)
        return name

    def noun(self, noun: str) -> str:
        """A subject by its module's title, or by the kind or model that bears the name."""
        if noun == "*":
            return _t("everything else")
        for module in modules():
            if module.name == noun:
                return str(module.title)
        return _nouns().get(noun, noun)

    def title(self, refs: tuple[str, ...], ident: str) -> tuple[str, str]:
        """(title, kind) of an id in one of these kinds; the id itself and no kind when it is not there."""
        for ref in refs:
            item = self.book.item(ref, ident)
            if item is not None:
                return words(self.book, item, language()).title, ref
        return ident, ""


def language() -> str:
    """The folder of translations for the reader's language."""
    return (get_language() or "").partition("-")[0]


def english() -> bool:
    return language() == "en"


def _known_names() -> dict[str, str]:
    return {
        "compensation": _t("Compensation"), "campaign budget": _t("Campaign budget"), "purchase": _t("Purchases"),
        "price change": _t("Price change"), "spending": _t("Spending"), "markdown": _t("Markdown"),
        "discount": _t("Discount"), "percent": _t("percent"), "business": _t("Business knowledge"),
        "communication": _t("Communication"), "compliance": _t("Compliance"), "customer": _t("Customer focus"),
        "data analysis": _t("Data analysis"), "innovation": _t("Innovation"), "leadership": _t("Leadership"),
        "marketing": _t("Marketing"), "project": _t("Project management"), "quality": _t("Quality"),
        "risk": _t("Risk awareness"), "strategy": _t("Strategy"), "tools": _t("Tools"),
        "user operations": _t("User operations"),
    }  # fmt: skip


def _nouns() -> dict[str, str]:
    titles = {name: str(one.plural) for name, one in kinds.items()}
    return titles | {
        "people": _t("People"), "departments": _t("Departments"), "ledger": _t("Ledger"), "inbox": _t("Inbox"),
        "files": _t("Files"), "links": _t("Links"), "jobs": _t("Jobs"), "calendar": _t("Calendars"),
        "metrics": _t("Metrics"), "cases": _t("Cases"), "tickets": _t("Tickets"), "findings": _t("Findings"),
        "assignments": _t("Assignments"), "monitors": _t("Monitors"), "sources": _t("Sources"),
        "campaigns": _t("Campaigns"), "content": _t("Content"), "goals": _t("Goals"), "budgets": _t("Budgets"),
        "reports": _t("Reports"), "lists": _t("Lists"), "risks": _t("Risks"), "lake": _t("Data store"),
    }  # fmt: skip
