"""The standard on the start page: what I am writing, what I have proposed, and what waits for my yes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.registry import kinds
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.base.policy.rules import can
from opsloop.playbook.models import Draft, Publication, State
from opsloop.playbook.queries import open_drafts, published, to_review
from opsloop.playbook.telling import review_due
from opsloop.ui.cards import Card, card
from opsloop.ui.detailkit.history import moment
from opsloop.ui.waiting import Lane, Waiting, waits

MOST = 50
SHOWN = 8


@card("playbook.mine", order=200)
def mine(person: Person) -> Card | None:
    """Open drafts and undecided proposals of this person; no card without any."""
    drafts = open_drafts(person)
    rows = Publication.objects.filter(proposed_by=person, state__in=(State.PROPOSED, State.APPROVED))
    proposals = list(rows.order_by("-number")[:MOST])
    if not drafts and not proposals:
        return None
    titles = {(item.kind, item.ident): item.title for item in published().items.values()} if drafts else {}
    said = {
        "drafts": [(one, _kind(one), titles.get((one.kind, one.ident), one.ident)) for one in drafts[:SHOWN]],
        "more": max(0, len(drafts) - SHOWN),
        "proposals": proposals,
    }
    return Card(
        title=_("My drafts and proposals"),
        template="playbook/card.html",
        context=said,
        url=reverse("playbook:drafts" if drafts else "playbook:publications"),
    )


def _kind(draft: Draft) -> str:
    return str(kinds[draft.kind].title) if draft.kind in kinds else draft.kind


@waits("playbook.proposals")
def to_decide(person: Person) -> Iterator[Waiting]:
    """Proposals of others that change rights and need this person's yes or no."""
    if not can(person, "playbook.approve"):
        return
    rows = Publication.objects.filter(state=State.PROPOSED).exclude(rights_of=[]).exclude(proposed_by=person)
    found = list(rows.select_related("proposed_by").order_by("number")[:MOST])
    since = _proposed_at(found)
    for one in found:
        yield Waiting(
            title=f"{one} {one.reason}", kind=_t("Approve a publication"), url=one.get_absolute_url(), tone="orange",
            since=since.get(one.pk, timezone.now()), asked_by=one.proposed_by.name, side=False,
            lane=Lane.APPROVE,
        )  # fmt: skip


@waits("playbook.reviews")
def reviews(person: Person) -> Iterator[Waiting]:
    """What others published as urgent and this person can review."""
    if not can(person, "playbook.review"):
        return
    for one in to_review()[:MOST]:
        if one.proposed_by_id != person.pk:
            yield Waiting(
                title=f"{one} {one.reason}", kind=_t("Review an urgent publication"), url=one.get_absolute_url(),
                tone="orange", since=one.published_at or timezone.now(), due=review_due(one),
                asked_by=one.proposed_by.name, side=False, lane=Lane.APPROVE,
            )  # fmt: skip


def _proposed_at(found: list[Publication]) -> dict[int, datetime]:
    """When each was proposed, from the ledger; one query for all."""
    rows = Entry.objects.filter(
        act="playbook.propose", object_type=Publication._meta.label_lower, object_id__in=[one.pk for one in found]
    )
    return {pk: moment(at) for pk, at in rows.values_list("object_id", "at") if pk is not None} if found else {}
