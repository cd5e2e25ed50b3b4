"""The day's head reaches the auditors, and a ledger that was rewritten differs from it."""

from __future__ import annotations

import pytest

from opsloop.base.acts import Forbidden, Refused
from opsloop.base.inbox.heads import head_line, send_head
from opsloop.base.inbox.models import Notice
from opsloop.base.ledger import chain
from opsloop.base.ledger.heads import HeadMark
from opsloop.base.ledger.models import Entry, Head
from opsloop.base.people.actions.persons import register
from opsloop.base.testing import Cast, ledger_open, person, position


@pytest.mark.both
def test_the_auditors_are_told_and_the_act_is_recorded(cast: Cast) -> None:
    auditor = person("Zhou", position("auditor", may=[], sees={"*": "all"}), cast.company)
    register(by=cast.lin, name="New")
    line = head_line()
    assert line is not None
    send_head(by=cast.robot, line=line)
    notice = Notice.objects.get(person=auditor)
    assert line in notice.body
    assert Entry.objects.order_by("-id").first().act == "inbox.send_head"  # type: ignore[union-attr]


@pytest.mark.both
def test_a_chain_that_was_cut_off_with_its_head_row_differs_from_the_head_sent_out(cast: Cast) -> None:
    for name in ("One", "Two"):
        register(by=cast.lin, name=name)
    kept = HeadMark.parse(head_line() or "")
    with ledger_open():
        Entry.objects.filter(pk=2).delete()
        Head.objects.update(entry_id=1, hash=Entry.objects.get(pk=1).hash)
        assert {f.entry_id for f in chain.verify([kept])} == {2}


def test_what_is_no_head_is_refused(cast: Cast) -> None:
    with pytest.raises(Refused):
        send_head(by=cast.lin, line="nonsense")


def test_who_may_not_is_forbidden(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        send_head(by=cast.chen, line="1 00")
