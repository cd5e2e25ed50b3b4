"""What only a demo workspace does: it keeps what was simulated, in the ledger under its own name."""

from __future__ import annotations

from typing import Annotated

from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Refused, act
from opsloop.base.people.models import Absence, Person
from opsloop.demo.year import handing
from opsloop.engine.cases import many
from opsloop.engine.cases.models import Edition


@act(
    "demo.simulate",
    _("Keep simulated cases"),
    done=_("{by} kept part {part} of the simulated year (seed {seed})"),
    doors=frozenset(),
)
def simulate(
    *,
    by: Person,
    seed: Annotated[int, Arg(label=_("Seed"))],
    part: Annotated[int, Arg(label=_("Part"), min=0)],
    sha256: Annotated[str, Arg(label=_("Hash"), max=64)],
) -> int:
    """Write the cases of one part of the year, which were handed over under this hash; answers how many.

    Refused outside a demo workspace, and where nothing was handed over: the act makes nothing up itself.
    """
    if not settings.WORKSPACE.demo:
        raise Refused(_t("Only a demo workspace has simulated cases."))
    coming = handing.taken(part, sha256)
    if coming is None:
        raise Refused(_t("This part of the year was not handed over."))
    for one in coming.cases:
        one.case.edition = _kept(one.case.edition)
    Absence.objects.bulk_create(coming.absences)
    many.put(coming.cases)
    return len(coming.cases)


def _kept(edition: Edition) -> Edition:
    if edition.pk is not None:
        return edition
    found, _new = Edition.objects.get_or_create(
        sop=edition.sop, sha256=edition.sha256,
        defaults={"number": edition.number, "definition": edition.definition},
    )  # fmt: skip
    edition.pk = found.pk
    return found
