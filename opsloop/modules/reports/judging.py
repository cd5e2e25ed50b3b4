"""What stands against handing in and issuing an edition, for its acts and its page."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people import posts
from opsloop.base.people.models import Person
from opsloop.base.policy.standing import standings
from opsloop.modules.reports.checking import Fault, faults
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.slots import Slots
from opsloop.modules.reports.words import State


def slots_of(edition: Edition, language: str = "") -> Slots:
    """The figures of an edition, in the reader's or the named language."""
    return Slots.of(edition.draft(language or settings.LANGUAGE_CODE).get("figures", []))


def writing_faults(edition: Edition) -> list[Fault]:
    """What is wrong with what people wrote."""
    return faults(edition.body, slots_of(edition), posts.titles(in_force=True), timezone.localdate())


def issuing_faults(edition: Edition, by: Person) -> list[Fault]:
    """That, and whose hands it went through."""
    found = [one for one in writing_faults(edition) if one.stops]
    titles = posts.titles(in_force=True)
    if edition.state == State.DRAFT:
        text = _t("Nobody has confirmed conclusions and advice: {position} hands it in.")
        writer = edition.report.writer
        found.append(Fault("writing", 0, text.format(position=titles.get(writer, writer))))
    issuer = edition.report.issuer
    if not any(one.position == issuer for one in standings(by)):
        found.append(
            Fault("writing", 0, _t("{position} issues this report.").format(position=titles.get(issuer, issuer)))
        )
    if edition.report.definition.get("issued_by_another", True) and edition.writer_id == by.pk:
        found.append(Fault("writing", 0, _t("You wrote it; by the standard another person issues it.")))
    return found


NAMES: dict[str, Callable[[], str]] = {
    "conclusion": lambda: _t("Conclusion"), "advice": lambda: _t("Advice"), "decisions": lambda: _t("For decision"),
    "writing": lambda: "",
}  # fmt: skip


def lines(found: Iterable[Fault]) -> list[str]:
    """Each fault as a sentence that says where it is."""
    out = []
    for one in found:
        where = NAMES[one.part]()
        where = f"{where} {one.row}" if one.row else where
        out.append(_t("{where}: {text}").format(where=where, text=one.text) if where else one.text)
    return out
