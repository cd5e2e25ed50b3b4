"""Who hears of a proposal: those who can decide it, then the one who proposed it. Called inside the acts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.calendar.limits import Limit, Unit
from opsloop.base.calendar.queries import calendar_for
from opsloop.base.inbox.api import able, tell
from opsloop.base.things.texts import listed
from opsloop.playbook.models import Publication, State, Version
from opsloop.playbook.reader.errors import say

REVIEW_DAYS = 3


def tell_deciders(publication: Publication) -> None:
    """What changes rights waits for a second person; for anything else, and for the first of all, nobody has to."""
    if publication.rights_of and Version.objects.exists():
        tell(
            able("playbook.approve"),
            "playbook.proposed",
            say(_("Proposal {what} changes rights and waits for a second person"), what=publication),
            publication.reason,
            link=publication.get_absolute_url(),
            about=publication,
            key=f"playbook.proposed:{publication.pk}",
        )


def waits_for(publication: Publication) -> str:
    """Who is to do what next with a proposal, for people to read. Empty where nothing is left to decide."""
    if publication.state not in (State.PROPOSED, State.APPROVED):
        return ""
    second = publication.state == State.PROPOSED and publication.rights_of and Version.objects.exists()
    found = able("playbook.approve" if second else "playbook.publish")
    names = listed(one.name for one in found if not (second and one.pk == publication.proposed_by_id))
    text = _t("A second person's approval: {names}") if second else _t("Publication by one of: {names}")
    return text.format(names=names or _t("nobody may do that now"))


def tell_publishers(publication: Publication) -> None:
    """Who proposed it does not publish it: somebody else who may is asked to."""
    if publication.rights_of:
        return
    tell(
        able("playbook.publish"),
        "playbook.ready",
        say(_("Proposal {what} waits for someone who may publish it"), what=publication),
        publication.reason,
        link=publication.get_absolute_url(),
        about=publication,
        key=f"playbook.ready:{publication.pk}",
    )


def review_due(publication: Publication) -> datetime:
    """By when a second person reviews what was published as urgent: three working days, by the company's calendar."""
    limit = Limit(Decimal(REVIEW_DAYS), Unit.DAYS, working=True)
    return limit.due(publication.published_at or timezone.now(), calendar_for(None)).at


def tell_reviewers(publication: Publication) -> None:
    """It holds already: somebody who did not propose it looks at it now."""
    tell(
        [one for one in able("playbook.review") if one.pk != publication.proposed_by_id],
        "playbook.urgent",
        say(_("{what} was published as urgent and is to be reviewed"), what=publication),
        publication.reason,
        link=publication.get_absolute_url(),
        about=publication,
        key=f"playbook.urgent:{publication.pk}",
    )


def tell_proposer(publication: Publication, *, reviewed: bool = False) -> None:
    """Yes or no, and what was said to it; reviewed: afterwards."""
    if reviewed:
        title = say(_("{what} was reviewed afterwards"), what=publication)
        link = publication.get_absolute_url()
        tell(publication.proposed_by, "playbook.decided", title, publication.review, link=link, about=publication)
        return
    yes = publication.state == State.APPROVED
    title = _("Proposal {what} is approved and can be published") if yes else _("Proposal {what} is rejected")
    tell(
        publication.proposed_by,
        "playbook.decided",
        say(title, what=publication),
        publication.decision,
        link=publication.get_absolute_url(),
        about=publication,
        key=f"playbook.decided:{publication.pk}",
    )
