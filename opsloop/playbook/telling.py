"""Who hears of a proposal: those who can decide it, then the one who proposed it. Called inside the acts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.api import able, tell
from opsloop.playbook.models import Publication, State, Version
from opsloop.playbook.reader.errors import say


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


def tell_publishers(publication: Publication) -> None:
    """Who proposed it may not publish it: somebody who may is asked to."""
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


def tell_proposer(publication: Publication) -> None:
    """Yes or no, and what was said to it."""
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
