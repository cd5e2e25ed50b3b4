"""A word from whoever does a step to who answers for the SOP."""

from __future__ import annotations

from typing import Annotated

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, act
from opsloop.base.acts.about import ref
from opsloop.base.inbox.api import holders, tell
from opsloop.base.people.models import Person
from opsloop.engine.cases import building
from opsloop.engine.cases.models import Case
from opsloop.engine.cases.telling import NEWS
from opsloop.engine.findings.actions import suggest
from opsloop.engine.sops.walk import block_id, blocks_of

SHOWN = 80
HELP = _("It becomes a finding; the owner is told.")
Wish = Annotated[str, Arg(label=_("What should be different"), help=HELP, min=4, max=2000, long=True)]


@act("cases.note", _("Note to the SOP's owner"), done=_("{by} noted on {case}: {text}"))
def note(
    case: Case,
    *,
    by: Person,
    text: Wish,
    step: Annotated[str, Arg(label=_("Step"), max=120)] = "",
) -> Case:
    """From any step, also after the end: a finding from this case, and a notice to who holds the owner's position."""
    file = building.definition(case.edition)
    title = next((one.title for one in blocks_of(file) if block_id(one) == step), "")
    named = " · ".join(filter(None, (file.title, title)))
    line = text.strip().splitlines()[0]
    finding = suggest(by=by, title=f"{named}：{line[:SHOWN]}"[:200], seen=text, about=ref(case))
    people = [one for one in holders(file.owner, case.department) or holders(file.owner) if one != by]
    if people:
        said = format_lazy("{named}: {title}", named=_("A note on your SOP"), title=named)
        tell(people, NEWS, said, text, link=finding.get_absolute_url(), about=finding)
    return case
