"""批示: what a leader directs on an issued report is an assignment at once, with a person and a day."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, act
from opsloop.base.acts.about import ref
from opsloop.base.people.models import Person
from opsloop.engine.assignments.api import give
from opsloop.engine.assignments.whose import staff
from opsloop.modules.reports.actions.issuing import is_issued
from opsloop.modules.reports.models import Direction, Edition
from opsloop.modules.reports.telling import tell_copies

What = Annotated[str, Arg(label=_("Direction"), min=2, max=200, long=True)]
Doer = Annotated[Person, Arg(label=_("Who does it"), pick=staff)]
ByWhen = Annotated[datetime, Arg(label=_("By when"))]


@act("reports.instruct", _("Direct"), done=_("{by} directed on {object}: {text}"), when=is_issued)
def instruct(
    edition: Edition,
    *,
    by: Person,
    text: What,
    doer: Doer,
    due_at: ByWhen,
) -> Direction:
    """It stands on the report, and whom it concerns has it among what they have to do."""
    note = _t("Direction on {title} {number}").format(title=edition.title, number=edition.number)
    made = give(by=by, title=text, due_at=due_at, doer=doer, note=note, about=ref(edition))
    row = Direction(edition=edition, text=text, given_by=by, given_at=timezone.now(), assignment=made)
    row.save()
    tell_copies(edition, _t("{name} directs: {text}").format(name=by.name, text=text))
    return row
