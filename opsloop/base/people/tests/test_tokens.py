from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsloop.base.acts import Forbidden, Invalid, Refused
from opsloop.base.ledger import private
from opsloop.base.ledger.models import Entry
from opsloop.base.people.actions import issue_token, leave, register, revoke_token
from opsloop.base.people.bearers import bearer, new_secret
from opsloop.base.policy.rules import can, narrow
from opsloop.base.testing import Cast, hold, person, position

MONTH = timedelta(days=30)


@pytest.fixture
def end():
    return timezone.now() + MONTH


@pytest.mark.both
def test_neither_the_secret_nor_its_digest_stands_in_the_ledger(cast: Cast, end) -> None:
    secret, digest = new_secret()
    token = issue_token(cast.lin, by=cast.lin, title="load", digest=digest, ends_at=end, acts=["people.register"])
    assert bearer(secret) == token
    body = Entry.objects.get().body
    assert secret not in body and digest not in body
    kept = str(private.shown(Entry.objects.get().pk))
    assert secret not in kept and digest in kept
    assert secret not in str(token.__dict__)


def test_a_bearer_may_do_no_more_than_the_token_and_the_person(cast: Cast, end) -> None:
    hold(cast.chen, position("clerk", may=["people.register", "people.issue_token"], sees={"*": "all"}), cast.ops)
    secret, digest = new_secret()
    issue_token(
        cast.chen, by=cast.chen, title="t", digest=digest, ends_at=end, acts=["people.register", "people.leave"]
    )
    token = bearer(secret)
    assert token is not None
    narrow(token.person, token.acts)
    assert can(token.person, "people.register")
    assert not can(token.person, "people.issue_token")  # the person may, the token may not
    assert not can(token.person, "people.leave")  # the token may, the person may not


def test_a_token_without_acts_only_reads(cast: Cast, end) -> None:
    secret, digest = new_secret()
    issue_token(cast.lin, by=cast.lin, title="read", digest=digest, ends_at=end)
    token = bearer(secret)
    narrow(token.person, token.acts)
    assert not can(token.person, "people.register")
    with pytest.raises(Forbidden):
        register(by=token.person, name="X")


def test_a_token_ends_by_time_by_revoking_and_with_the_person(cast: Cast, end) -> None:
    secret, digest = new_secret()
    token = issue_token(cast.lin, by=cast.lin, title="a", digest=digest, ends_at=end)
    with time_machine.travel(end):
        assert bearer(secret) is None
    revoke_token(token, by=cast.lin)
    assert bearer(secret) is None
    with pytest.raises(Refused):
        revoke_token(token, by=cast.lin)
    other, digest = new_secret()
    chen_post = position("clerk", may=["people.issue_token"], sees={"people": "own"})
    hold(cast.chen, chen_post, cast.ops)
    issue_token(cast.chen, by=cast.chen, title="b", digest=digest, ends_at=end)
    leave(cast.chen, by=cast.lin, last_day=timezone.localdate(), at_once=True, reason="gone")
    assert bearer(other) is None
    assert bearer("opsloop_nonsense") is None and bearer("Bearer x") is None


def test_a_token_is_for_oneself_or_a_robot(cast: Cast, end) -> None:
    with pytest.raises(Forbidden):
        issue_token(cast.chen, by=cast.lin, title="as Chen", digest="0" * 64, ends_at=end)
    issue_token(cast.robot, by=cast.lin, title="robot", digest="1" * 64, ends_at=end)
    clerk = person("Clerk", position("clerk", may=["people.issue_token"], sees={"*": "all"}), cast.ops)
    with pytest.raises(Forbidden):
        issue_token(cast.robot, by=clerk, title="more than me", digest="2" * 64, ends_at=end)
    with pytest.raises(Forbidden):
        issue_token(cast.chen, by=cast.chen, title="no right", digest="3" * 64, ends_at=end)


def test_what_does_not_fit_is_said(cast: Cast, end) -> None:
    with pytest.raises(Invalid):
        issue_token(cast.lin, by=cast.lin, title="t", digest="secret!", ends_at=end)
    with pytest.raises(Invalid):
        issue_token(cast.lin, by=cast.lin, title="t", digest="0" * 64, ends_at=end, acts=["people.dance"])
    for wrong in (timezone.now() - MONTH, timezone.now() + 13 * MONTH):
        with pytest.raises(Refused):
            issue_token(cast.lin, by=cast.lin, title="t", digest="0" * 64, ends_at=wrong)


def test_only_the_owner_and_those_who_see_all_revoke(cast: Cast, end) -> None:
    token = issue_token(cast.lin, by=cast.lin, title="t", digest="0" * 64, ends_at=end)
    clerk = person("Clerk", position("clerk", may=["people.revoke_token"], sees={"*": "subtree"}), cast.company)
    with pytest.raises(Forbidden):
        revoke_token(token, by=clerk)
