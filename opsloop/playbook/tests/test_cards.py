"""The standard on the start page: own drafts and proposals, and others' proposals that wait for a yes."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone

from opsloop.base.testing import Cast, make
from opsloop.playbook.cards import mine, to_decide
from opsloop.playbook.models import Draft, Publication, State

pytestmark = pytest.mark.django_db


def proposal(cast: Cast, number: int, by: object, **values: object) -> Publication:
    said = {"reason": "Better", "effective_from": date(2026, 3, 1), "rights_of": ["buyer"]}
    return make(Publication, number=number, proposed_by=by, **{**said, **values})


def test_own_drafts_and_undecided_proposals_are_shown(cast: Cast) -> None:
    assert mine(cast.chen) is None
    make(Draft, kind="position", ident="buyer", sha256="0" * 64, person=cast.chen, saved_at=timezone.now())
    closed = {"saved_at": timezone.now(), "closed_at": timezone.now()}
    make(Draft, kind="position", ident="old", sha256="0" * 64, person=cast.chen, **closed)
    open_one = proposal(cast, 1, cast.chen)
    proposal(cast, 2, cast.chen, state=State.PUBLISHED)
    proposal(cast, 3, cast.lin)
    card = mine(cast.chen)
    assert card is not None
    assert [title for _draft, _kind, title in card.context["drafts"]] == ["buyer"]
    assert card.context["proposals"] == [open_one]


def test_what_changes_rights_waits_for_another_who_may_approve(cast: Cast) -> None:
    waits = proposal(cast, 1, cast.chen)
    proposal(cast, 2, cast.lin)
    proposal(cast, 3, cast.chen, rights_of=[])
    proposal(cast, 4, cast.chen, state=State.REJECTED)
    assert [(one.title, one.asked_by, one.url) for one in to_decide(cast.lin)] == [
        ("#1 Better", "Chen", waits.get_absolute_url())
    ]
    assert list(to_decide(cast.wu)) == []
