"""To take entries out of the house is itself an act."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, act
from opsloop.base.ledger.queries import Filters, search_entries
from opsloop.base.people.models import Person
from opsloop.base.things.errors import Refused


@act(
    "ledger.export",
    _("Export the ledger"),
    done=_("{by} exported {result} ledger entries: {reason}"),
    doors=frozenset({"page", "api", "cli"}),
)
def export_entries(
    *,
    by: Person,
    reason: Reason,
    who: Annotated[Person | None, Arg(label=_("Who"))] = None,
    behalf: Annotated[Person | None, Arg(label=_("On whose behalf"))] = None,
    doing: Annotated[str, Arg(label=_("Act"), help=_("risks.accept, or risks.* for all"), max=80)] = "",
    object_type: Annotated[str, Arg(label=_("Kind of object"), max=60)] = "",
    object_id: Annotated[int | None, Arg(label=_("Its number"))] = None,
    since: Annotated[datetime | None, Arg(label=_("From"))] = None,
    until: Annotated[datetime | None, Arg(label=_("Until"))] = None,
    via: Annotated[str, Arg(label=_("Through"), max=60)] = "",
    late: Annotated[bool, Arg(label=_("Only recorded later"))] = False,
    text: Annotated[str, Arg(label=_("Text"), max=200)] = "",
) -> int:
    """Record that entries leave the house: by which filters, how many, and why. Answers how many; a job makes the file.

    Refused when nothing fits.
    """
    wanted = Filters(
        who=who.pk if who else None,
        behalf=behalf.pk if behalf else None,
        act=doing,
        object_type=object_type,
        object_id=object_id,
        since=since,
        until=until,
        via=via,
        late=late,
        text=text,
    )
    count = search_entries(by, wanted).count()
    if not count:
        raise Refused(_t("No entry fits these filters."))
    return count
