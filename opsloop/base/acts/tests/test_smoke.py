import pytest

from opsloop.base.acts import Call, Reason, act, perform, registry
from opsloop.base.ledger import chain
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Department, Person
from opsloop.base.policy.scopes import scoped
from opsloop.base.testing import Cast


@pytest.fixture
def rename():
    scoped(Department, everyone=True)

    @act("test.rename", "Rename", done="{by} renamed {department}: {reason}")
    def rename_it(department: Department, *, by: Person, title: str, reason: Reason) -> Department:
        department.title = title
        department.save(update_fields=["title"])
        return department

    yield rename_it
    del registry["test.rename"]


@pytest.mark.both
def test_an_act_is_done_and_written_down(rename, cast: Cast) -> None:
    from opsloop.base.testing import hold, position

    hold(cast.lin, position("x", may=["test.*"], sees={"*": "all"}), cast.ops)
    got = rename(cast.ops, by=cast.lin, title="New", reason="because")
    assert got.title == "New"
    assert chain.verify() == []
    entry = Entry.objects.get()
    assert '"title":["operations","New"]' in entry.body
    a = perform("test.rename", {"title": "N2", "reason": "again"}, Call(by=cast.lin, key="k"), on=cast.ops.pk)
    b = perform("test.rename", {"title": "N2", "reason": "again"}, Call(by=cast.lin, key="k"), on=cast.ops.pk)
    assert a == b and b._repeated and Entry.objects.count() == 2
