"""What may be done with audit packs: draw one, keep the archive made of it, take it away. Each is an access."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Reason, Refused, act
from opsloop.base.acts.about import also_about
from opsloop.base.files.models import Stored
from opsloop.base.jobs.api import enqueue
from opsloop.base.people.models import Department, Person
from opsloop.base.policy.rules import reads
from opsloop.base.things.errors import Text
from opsloop.engine.audits import drawing
from opsloop.engine.audits.models import MOST, AuditPack
from opsloop.engine.cases.models import Case
from opsloop.engine.sops.models import Sop

BUILD = "audits.build"
PERSONAL = "contact"
"""The class of data that one must read to have personal fields in a pack."""


@act("audits.draw", _("Draw a sample"), done=_("{by} drew the sample {result} of cases to audit: {reason}"))
def draw(
    *,
    by: Person,
    since: Annotated[date, Arg(label=_("Started from"))],
    until: Annotated[date, Arg(label=_("Started until"))],
    size: Annotated[int, Arg(label=_("Sample size"), min=1, max=MOST)] = 25,
    seed: Annotated[
        int, Arg(label=_("Seed"), help=_("Any number. The same seed draws the same cases."), min=0, max=2_000_000_000)
    ] = 1,
    reason: Reason,
    sop: Annotated[Sop | None, Arg(label=_("SOP"), help=_("Empty for all."))] = None,
    department: Annotated[Department | None, Arg(label=_("Department"), help=_("With all below it."))] = None,
    personal: Annotated[bool, Arg(label=_("With personal data"), help=_("Otherwise such fields are masked."))] = False,
) -> AuditPack:
    """A random sample of the cases that one may see. Every case drawn shows on its page that it was.

    Refused where there is nothing to draw from, and personal data for who does not read them elsewhere.
    """
    if until < since:
        raise Refused(_t("It ends before it begins."), field="until")
    if personal and not reads(by, PERSONAL):
        raise Refused(_t("Your position does not read personal data."), field="personal")
    one = sop.ident if sop is not None else ""
    keys = list(drawing.to_draw_from(by, since, until, one, department).values_list("pk", flat=True))
    if not keys:
        raise Refused(_t("No case was started on these days that you may see."), field="since")
    pack = AuditPack(
        made_by=by, made_at=timezone.now(), sop=one, since=since, until=until, department=department, size=size,
        seed=seed, reason=reason, personal=personal, found=len(keys), cases=drawing.draw(keys, size, seed),
    )  # fmt: skip
    pack.save()
    also_about(*((Case._meta.label_lower, pk) for pk in pack.cases))
    enqueue(BUILD, {"pack": pack.pk}, key=f"{BUILD}:{pack.pk}", behalf=None)
    return pack


def _being_made(pack: AuditPack) -> Text | None:
    return _("It has its archive already.") if pack.file_id else None


def _is_ready(pack: AuditPack) -> Text | None:
    return None if pack.file_id else _("The archive is still being made.")


@act(
    "audits.keep", _("Keep the archive"), done=_("The archive of {pack} was made"), when=_being_made, doors=frozenset()
)
def keep(pack: AuditPack, *, by: Person, stored: Stored) -> AuditPack:
    """The archive that was made of the sample."""
    pack.file, pack.ready_at = stored, timezone.now()
    pack.save()
    return pack


@act("audits.take", _("Download"), done=_("{by} downloaded the audit pack {pack}"), when=_is_ready, doors=frozenset())
def take(pack: AuditPack, *, by: Person) -> AuditPack:
    """It leaves the house: who took it and when is on record, at the pack and at each case in it."""
    also_about(*((Case._meta.label_lower, pk) for pk in pack.cases))
    return pack
