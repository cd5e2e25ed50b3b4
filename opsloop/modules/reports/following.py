"""六、上期建议落实: what became of the advice of the report before."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _t

from opsloop.modules.reports.document import Column, Paragraph, Table, words
from opsloop.modules.reports.models import Edition
from opsloop.modules.reports.words import State


def before(edition: Edition) -> Edition | None:
    """The newest issued edition of the same report about an earlier period."""
    rows = Edition.objects.filter(report=edition.report_id, state=State.ISSUED, since__lt=edition.since)
    return rows.order_by("-since", "-correction").first()


def became_of(edition: Edition) -> Iterator[Table | Paragraph]:
    """A line for each piece of advice; a sentence where there was none."""
    last = before(edition)
    if last is None:
        yield Paragraph(words(_t("This is the first report, so there is no earlier advice.")))
        return
    rows = [one for one in last.body.get("advice", ()) if str(one.get("text", "")).strip()]
    if not rows:
        yield Paragraph(words(_t("The last report ({number}) gave no advice.").format(number=last.number)))
        return
    heads = (Column(_t("Advice"), wide=4), Column(_t("By when"), wide=1.2))
    from opsloop.modules.reports.slots import Slots, filled  # noqa: PLC0415

    slots = Slots.of(last.draft("zh-hans").get("figures", []))
    yield Table("", heads, tuple((filled(one["text"], slots), words(str(one.get("due") or "—"))) for one in rows))
