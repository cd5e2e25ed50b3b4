"""A person's draft of an SOP: read as plain values, written back by what changed, kept by the playbook's own act."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import Level, kinds
from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotFound, Refused
from opsloop.engine.sops.editing import tree
from opsloop.engine.sops.editing.known import Known
from opsloop.playbook import actions, queries
from opsloop.playbook.book import Playbook
from opsloop.playbook.book import Remark as Remarked
from opsloop.playbook.loose import loose_values
from opsloop.playbook.models import Content
from opsloop.playbook.reader.files import Item, read_text, wrong_ident
from opsloop.playbook.splicing import splice
from opsloop.playbook.store import keep
from opsloop.playbook.views.editing import Work, work_on

KIND = "sop"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that the check says. field: dotted place in the file; tone: red, orange or secondary."""

    field: str
    text: str
    tone: str


@dataclass
class SopDraft:
    """What is being edited; `values` are changed in place and then saved."""

    work: Work

    @property
    def ident(self) -> str:
        return self.work.ident

    @cached_property
    def values(self) -> dict[str, Any]:
        """The values of the text as far as it can be shown in boxes. Raises Unshown."""
        found = loose_values(kinds[KIND], self.work.text)
        if found is None:
            raise Unshown(_t("Something in this draft has no place in the step list; it can be edited as text."))
        return found

    @cached_property
    def item(self) -> Item:
        return read_text(kinds[KIND], self.ident, kinds[KIND].path(self.ident), self.work.text)

    @cached_property
    def known(self) -> Known:
        return Known(self.values, queries.published(), self.ident)

    @cached_property
    def remarks(self) -> list[Remark]:
        """What is wrong with the draft as it stands, errors first."""
        book = queries.published()
        items = {**book.items, (KIND, self.ident): self.item}
        checked = Playbook(items).checked_alone(self.item)
        found = [Remark(one.field, f"{one.message} {one.remedy}".strip(), "red") for one in checked.errors]
        tones = {Level.ERROR: "red", Level.WARNING: "orange", Level.NOTE: "secondary"}
        found += [Remark(one.field, _shown(one), tones[one.level]) for one in checked.remarks]
        return sorted(found, key=lambda one: list(tones.values()).index(one.tone))

    def kept(self, by: Person, text: str) -> SopDraft:
        """Keep this text as the person's draft; answers the draft as it is then."""
        if text != self.work.text or self.work.draft is None:
            actions.draft(by=by, kind=KIND, ident=self.ident, sha256=keep(text), base=self.work.base)
        return draft_of(by, self.ident)

    def written(self) -> str:
        """The text with the values as they are now."""
        return splice(kinds[KIND], self.work.text, self.values)


def _shown(one: Remarked) -> str:
    """A note says what is missing; how it is written into the file is for those who edit the file."""
    return str(one.text) if one.level is Level.NOTE else f"{one.text} {one.remedy}".strip()


class Unshown(Refused):
    """The text cannot be shown as a list of steps."""


def draft_of(person: Person, ident: str) -> SopDraft:
    """The person's open draft, else what is published. Raises NotFound for an SOP that is neither."""
    if wrong_ident(kinds[KIND], ident, ""):
        raise NotFound(_t("There is no such SOP."))
    work = work_on(person, kinds[KIND], ident)
    if not work.text:
        raise NotFound(_t("There is no such SOP."))
    return SopDraft(work)


def seen(draft: SopDraft, sha256: str) -> SopDraft:
    """The draft as the person saw it when the form was drawn, if that text is known; else as it is now."""
    text = Content.objects.filter(pk=sha256).values_list("text", flat=True).first()
    if text is None or loose_values(kinds[KIND], text) is None:
        return draft
    return SopDraft(Work(draft.work.kind, draft.ident, draft.work.newest, draft.work.draft, text))


def place(remarks: list[Remark], spots: list[tree.Spot]) -> dict[str, list[tuple[str, Remark]]]:
    """Block key -> (place in the block, remark); under "" what concerns the SOP as a whole, with its whole place."""
    out: dict[str, list[tuple[str, Remark]]] = {}
    paths = sorted(spots, key=lambda one: -len(one.path))
    for one in remarks:
        spot = next((s for s in paths if one.field == s.path or one.field.startswith(f"{s.path}.")), None)
        inner = one.field.removeprefix(spot.path).lstrip(".") if spot else one.field
        out.setdefault(spot.key if spot else "", []).append((inner, one))
    return out
