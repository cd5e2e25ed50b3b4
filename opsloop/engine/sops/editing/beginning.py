"""The draft of an SOP that is not there yet: an id that nothing has, and the values that it begins with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _t

from opsloop.base.kinds.registry import kinds
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused
from opsloop.engine.sops.words import FieldType
from opsloop.playbook import actions, queries
from opsloop.playbook.models import Draft
from opsloop.playbook.natural import natural_group
from opsloop.playbook.reader.files import wrong_ident
from opsloop.playbook.store import keep
from opsloop.playbook.writing import write

FIRST = "step-1"
"""The id of the step that a new SOP begins with."""


def free_id() -> str:
    """An id that no SOP has yet, published or drafted by anybody."""
    used = {ident for kind, ident in queries.latest() if kind == "sop"}
    used |= set(Draft.objects.filter(kind="sop", closed_at__isnull=True).values_list("ident", flat=True))
    n = 1
    while f"procedure-{n}" in used:
        n += 1
    return f"procedure-{n}"


def refuse_id(person: Person, ident: str) -> None:
    """Raises Refused for what is no id, or is an SOP's or an own draft's already."""
    if error := wrong_ident(kinds["sop"], ident, ""):
        raise Refused(f"{error.message} {error.remedy}", field="ident")
    mine = Draft.objects.filter(kind="sop", ident=ident, person=person, closed_at__isnull=True)
    if queries.newest_version("sop", ident) is not None or mine.exists():
        raise Refused(_t("There is an SOP or a draft with this id already. Choose another."), field="ident")


def begin(person: Person, ident: str, values: Mapping[str, Any], about: str = "") -> str:
    """Keep these values as the person's draft; answers the address of its step list. about: what it is because of."""
    text = write(kinds["sop"], natural_group(kinds["sop"].cls, dict(values)))
    actions.draft(by=person, kind="sop", ident=ident, sha256=keep(text), base=0, about=about)
    return reverse("sops:edit", args=[ident])


def first_values(title: str, owner: str, purpose: str, starters: Sequence[str], doer: str) -> dict[str, Any]:
    """A whole SOP of one step that the check accepts: what is asked at the start, and the first thing to be done."""
    values: dict[str, Any] = {"title": title, "owner": owner}
    if purpose:
        values["purpose"] = purpose
    values["fields"] = [
        {"id": "matter", "title": _t("The matter in a word"), "type": FieldType.TEXT.value},
        {"id": "details", "title": _t("The matter in detail"), "type": FieldType.LONG.value},
    ]
    values["start"] = {
        **({"by": list(starters)} if starters else {}),
        "form": [{"field": "matter"}, {"field": "details", "may": "write"}],
        "title": f"{title}：{{matter}}",
    }
    values["steps"] = [
        {"id": FIRST, "title": _t("First step"), "do": doer or owner, "within": {"*": "1 working day"}},
    ]
    values["body"] = "\n"
    return values
