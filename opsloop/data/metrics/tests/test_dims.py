"""What dimensions and their values are called."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from opsloop.base.testing import Cast, given
from opsloop.data.metrics.dims import value_names
from opsloop.data.metrics.pictures import charts, table
from opsloop.data.metrics.questions import Row
from opsloop.data.metrics.tests.test_pictures import W1, asked, sales
from opsloop.data.sources.tests import samples

pytestmark = pytest.mark.django_db


def test_sources_are_called_by_their_titles_in_the_readers_language(cast: Cast) -> None:
    source = samples.source()
    with given():
        source.remember()
        source.words = {"en": {"title": "Orders"}}
        source.save()
    answer = asked(sales(Row(W1, ("orders",), 3.0), Row(W1, ("gone",), 1.0)), by=("source",))
    for language, title in (("zh-hans", "订单"), ("en", "Orders")):
        with override(language):
            cells = [row.cells[1] for row in table(answer).rows]
            assert [(one.shown, one.value) for one in cells] == [(title, "orders"), ("gone", "gone")]
            assert [one.name for one in charts(answer)[0].series] == [title, "gone"]
    assert value_names("department") == {}
