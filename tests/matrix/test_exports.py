"""What leaves the house as CSV or Excel tells nobody more than the page: every list × every set of rights."""

from __future__ import annotations

import io
from collections import Counter

from django.db import transaction
from django.http import QueryDict
from python_calamine import CalamineWorkbook

from opsloop.base.acts import Call, perform
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person
from opsloop.ui.listkit import export
from opsloop.ui.listkit.columns import field_of
from opsloop.ui.listkit.listing import Listing, listings
from opsloop.ui.listkit.state import State
from tests.matrix.addresses import routes
from tests.matrix.built import Company, Matrix
from tests.matrix.company import Visitor
from tests.matrix.judging import CONTACT, told_too_much


def of_the_product() -> list[type[Listing]]:
    """Every list that an app declares, those of tests left out; they are known once the addresses are."""
    routes()
    return [one for one in listings() if ".tests." not in one.__module__ and not one.__module__.startswith("tests.")]


def personal(listing: type[Listing]) -> bool:
    """Does it have a column that only some may read?"""
    return any(_sensitive(listing, column.name) for column in listing.columns)


def _sensitive(listing: type[Listing], path: str) -> bool:
    field = field_of(listing.model, path)
    return field is not None and field.name in getattr(field.model, "sensitive", {})


def files(listing: type[Listing], person: Person) -> dict[str, str]:
    """Kind of file -> all its text, with every column there is."""
    chosen = "&".join(f"cols={column.name}" for column in listing.columns)
    with transaction.atomic():
        made = {kind: export.content(State(listing(), person, QueryDict(chosen)), kind) for kind in export.TYPES}
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(made["xlsx"]))
    rows = sheets.get_sheet_by_index(0).to_python()
    return {"csv": made["csv"].decode("utf-8-sig"), "xlsx": "\n".join(str(cell) for row in rows for cell in row)}


class TestExports(Company):
    __test__ = True

    def test_no_export_tells_what_its_reader_may_not_read(self) -> None:
        with_contact_in_the_record(self.matrix)
        wrong: list[str] = []
        seen: Counter[str] = Counter()
        for visitor in self.matrix.visitors:
            if visitor.person is None:
                continue
            for listing in of_the_product():
                for kind, text in files(listing, visitor.person).items():
                    wrong += told_too_much(self.matrix, visitor, f"{listing.name}.{kind}", text)
                    seen[f"{listing.name}.{kind}"] += others(self.matrix, visitor, text)
        assert wrong == [], "\n".join(wrong[:60])
        shown = {listing.name for listing in of_the_product() if personal(listing)}
        assert "people" in shown
        assert [f"{name}.{kind}" for name in shown for kind in export.TYPES if not seen[f"{name}.{kind}"]] == []


def others(matrix: Matrix, visitor: Visitor, text: str) -> int:
    """How many contact data of others stand in a text: who may read them must find them."""
    return sum(matrix.contacts.get(word) not in (None, visitor.person) for word in set(CONTACT.findall(text)))


def with_contact_in_the_record(matrix: Matrix) -> None:
    """Somebody's phone number was changed, so it stands in the ledger too."""
    director = next(one for one in matrix.visitors if one.key == "operations-director")
    manager = next(one for one in matrix.visitors if one.key == "operations-manager")
    assert director.person is not None and manager.person is not None
    was = manager.person.phone
    perform(
        "people.correct", {"phone": "13999999999", "reason": "matrix"}, Call(by=director.person), on=manager.person.pk
    )
    perform("people.correct", {"phone": was, "reason": f"matrix {was}"}, Call(by=director.person), on=manager.person.pk)
    assert Entry.objects.filter(act="people.correct").exists()
