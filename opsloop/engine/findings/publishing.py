"""What the standard's changes have to do with findings: which file one is about, and that a version came of it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.acts.about import also_about
from opsloop.base.links.actions import bind
from opsloop.base.things.frame import running
from opsloop.engine.findings.actions.verifying import BROUGHT
from opsloop.engine.findings.models import Finding
from opsloop.engine.findings.queries import head_of
from opsloop.engine.findings.telling import tell_raisers
from opsloop.playbook.models import Publication
from opsloop.playbook.reasons import File, file_named, published_of

LABEL = "findings.finding"


def file_of(finding: Finding) -> File | None:
    """What the things are about that it came from: the SOP of the case that somebody noted on."""
    rows = finding.sources.exclude(thing_type="").exclude(thing_type=LABEL).order_by("pk")
    found = (file_named(one.thing_type, one.thing_id) for one in rows)
    return next((one for one in found if one is not None), None)


def tell_what_came(publication: Publication) -> None:
    """Inside the publishing act: each finding that the change is because of knows it, and so do those who raised it."""
    by = running().call.by
    for one in Finding.objects.filter(pk__in=published_of(LABEL, publication)).select_related("merged_into"):
        finding = head_of(one)
        bind(finding, BROUGHT, publication, by=by)
        also_about(finding)
        tell_raisers(finding, _("The standard was changed because of {finding}"), publication.reason[:200])
