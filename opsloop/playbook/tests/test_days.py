"""A version holds from its day, whatever its kind: one file of each kind of the standard is changed for a later day."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.utils import timezone
from django.utils.translation import override

from opsloop.base.acts import Refused
from opsloop.base.calendar.models import CalendarSpec
from opsloop.base.due import Due
from opsloop.base.kinds.registry import Change, kinds
from opsloop.base.ledger.models import Entry
from opsloop.base.people.models import Person, Position
from opsloop.base.testing import Cast
from opsloop.playbook import commands, queries
from opsloop.playbook.actions import enact, propose, publish
from opsloop.playbook.changes import LineRow
from opsloop.playbook.jobs import force_due
from opsloop.playbook.kinds.translation import source_of
from opsloop.playbook.models import Publication
from opsloop.playbook.store import keep
from opsloop.ui.formats import day as shown
from opsloop.ui.testing import signed_in

STANDARD = Path(__file__).parents[3] / "playbooks/standard.zh"
TRANSLATION = "translations/en/metrics/acquisition-cost.yaml"
COMPILED = sorted(name for name, one in kinds.items() if one.compile is not None)
DATED = {name for name in COMPILED if kinds[name].keeps_days}
TITLE = re.compile(r"^((?:-- |  )?title: .*[^\"'\n])", re.MULTILINE)

pytestmark = [pytest.mark.django_db, pytest.mark.both]


@dataclass
class Taken:
    """Which kind took which version of `one_of_each`, in the order in which they did."""

    said: list[tuple[str, str, int]] = field(default_factory=list)

    def read(self) -> Counter[str]:
        """How often each kind did since this was asked last."""
        of = one_of_each().items()
        found = Counter(kind for kind, ident, _number in self.said if (kind, ident) in of)
        self.said.clear()
        return found


@pytest.fixture
def taken(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Taken]:
    """The standard with one of its translations is in force, and every kind's compile is watched."""
    shutil.copytree(STANDARD, tmp_path, dirs_exist_ok=True, ignore=shutil.ignore_patterns("translations"))
    (tmp_path / TRANSLATION).parent.mkdir(parents=True)
    shutil.copy(STANDARD / TRANSLATION, tmp_path / TRANSLATION)
    report = commands.publish(tmp_path, by=cast.robot, reason="The first edition.")
    assert report.code == 0, report.lines
    watched = Taken()
    for name in COMPILED:
        monkeypatch.setitem(kinds, name, replace(kinds[name], compile=_watched(name, watched)))
    with override("en"):
        yield watched


def _watched(name: str, taken: Taken) -> object:
    compiled = kinds[name].compile
    assert compiled is not None

    def put(changes: Sequence[Change], by: Person) -> None:
        taken.said += [(name, one.ident, one.number) for one in changes]
        compiled(changes, by)

    return put


def one_of_each() -> dict[str, str]:
    """Kind -> the id of one of its files."""
    return {kind: ident for kind, ident in sorted(queries.latest(), reverse=True) if kind in COMPILED}


def changed(mark: str) -> list[LineRow]:
    """A line for each kind: its file with the mark behind the title."""
    latest, rows = queries.latest(), []
    for kind, ident in one_of_each().items():
        newest = latest[kind, ident]
        text, n = TITLE.subn(rf"\g<1>{mark}", newest.text, count=1)
        assert n == 1, newest.path
        rows.append(LineRow(kind, ident, keep(text), newest.number))
    return rows


def bring(by: Person, rows: list[LineRow], day: date | None = None, **said: bool) -> Publication:
    return publish(propose(by=by, reason="Because of the trial.", lines=rows, effective_from=day, **said), by=by)


def rows_say() -> dict[str, str]:
    """Kind -> the title that the house works with today: rows that have none of their own day say it in their title."""
    found = {}
    for kind, ident in one_of_each().items():
        if kind == "position":
            found[kind] = Position.objects.get(code=ident).title
        elif kind == "calendar":
            held = CalendarSpec.objects.filter(code=ident, from_day__lte=timezone.localdate())
            found[kind] = held.order_by("from_day", "pk").last().title  # type: ignore[union-attr]
        elif kind == "translation":
            source = source_of(ident)
            assert source is not None
            found[kind] = row_of(source[1].name, source[2]).words["en"]["title"]
        else:
            found[kind] = row_of(kind, ident).title
    return found


def row_of(kind: str, ident: str) -> object:
    """The compiled row of a file, by its hash: whichever app keeps it."""
    hashes = {one.sha256 for one in queries.history(kind, ident)} - {""}
    keep_rows = [m for m in apps.get_models() if {"ident", "sha256", "words"} <= {f.name for f in m._meta.get_fields()}]
    found = [one for m in keep_rows for one in m._default_manager.filter(ident=ident, sha256__in=hashes)]
    assert len(found) == 1, (kind, ident, found)
    return found[0]


def marks() -> dict[str, str]:
    """Kind -> the marks behind the title that holds; empty for the first edition."""
    return {kind: re.sub(r"[^★☆]", "", said) for kind, said in rows_say().items()}


def book_marks(day: date) -> dict[str, str]:
    book = queries.published(day)
    texts = {kind: book.items[kind, ident].text for kind, ident in one_of_each().items()}
    return {kind: re.sub(r"[^★☆]", "", text) for kind, text in texts.items()}


def all_of(mark: str) -> dict[str, str]:
    return dict.fromkeys(COMPILED, mark)


def in_days(n: int) -> date:
    return timezone.localdate() + timedelta(days=n)


@contextmanager
def night(day: date, by: Person) -> Iterator[None]:
    """Five past midnight of a day: what is due is brought into force, and the day is that one."""
    at = timezone.make_aware(datetime.combine(day, time(0, 5)))
    with time_machine.travel(at, tick=True):
        enact(by=by, day=day)
        yield


def test_until_its_day_the_old_definition_holds_and_then_the_new_one_once(cast: Cast, taken: Taken) -> None:
    day = in_days(3)
    made = bring(cast.robot, changed("★"), day)
    assert taken.read() == dict.fromkeys(DATED, 1), "only kinds whose rows carry their day are compiled at once"
    assert marks() == all_of("") == book_marks(timezone.localdate())
    assert book_marks(day) == all_of("★")
    with night(in_days(2), cast.robot):
        assert marks() == all_of("") and taken.read() == {}
    with night(day, cast.robot):
        assert marks() == all_of("★") == book_marks(timezone.localdate())
        assert taken.read() == dict.fromkeys(set(COMPILED) - DATED, 1)
        entry = Entry.objects.filter(act="playbook.enact").latest("id")
        assert "enacted_at" in entry.body
        enact(by=cast.robot, day=day)
    with night(in_days(4), cast.robot):
        assert marks() == all_of("★") and taken.read() == {}
    made.refresh_from_db()
    assert made.enacted_at is not None and timezone.localdate(made.enacted_at) == day


@pytest.mark.parametrize("urgent", [False, True])
def test_what_holds_at_once_is_compiled_at_its_publication_and_never_again(
    cast: Cast, taken: Taken, urgent: bool
) -> None:
    made = bring(cast.robot, changed("★"), urgent=urgent)
    assert marks() == all_of("★") == book_marks(timezone.localdate())
    assert taken.read() == dict.fromkeys(COMPILED, 1)
    assert made.enacted_at is None
    with night(in_days(1), cast.robot):
        assert marks() == all_of("★") and taken.read() == {}


def test_two_that_wait_take_force_one_after_the_other(cast: Cast, taken: Taken) -> None:
    bring(cast.robot, changed("★"), in_days(2))
    bring(cast.robot, changed("☆"), in_days(5))
    assert marks() == all_of("") and taken.read() == dict.fromkeys(DATED, 2)
    with night(in_days(2), cast.robot):
        assert marks() == all_of("★")
    with night(in_days(5), cast.robot):
        assert marks() == all_of("★☆")
    assert taken.read() == dict.fromkeys(set(COMPILED) - DATED, 2)


def test_after_days_without_a_night_only_what_holds_is_compiled(cast: Cast, taken: Taken) -> None:
    bring(cast.robot, changed("★"), in_days(2))
    bring(cast.robot, changed("☆"), in_days(5))
    taken.read()
    at = timezone.now() + timedelta(days=9)
    with time_machine.travel(at, tick=True):
        (done,) = force_due(Due(cast.robot, at))
        assert done.data["files"] == 2 * len(COMPILED)
        assert marks() == all_of("★☆") and taken.read() == dict.fromkeys(set(COMPILED) - DATED, 1)
        assert force_due(Due(cast.robot, at)) == []


def test_what_was_to_begin_is_taken_back_by_the_old_text_for_the_same_day(cast: Cast, taken: Taken) -> None:
    day, old = in_days(3), queries.latest()
    bring(cast.robot, changed("★"), day)
    back = [LineRow(kind, ident, old[kind, ident].sha256, 2) for kind, ident in one_of_each().items()]
    with pytest.raises(Refused, match="cannot hold before"):
        bring(cast.robot, back)
    bring(cast.robot, back, day)
    with night(day, cast.robot):
        assert marks() == all_of("") == book_marks(timezone.localdate())
    late = {number for kind, ident, number in taken.said if kind not in DATED and one_of_each()[kind] == ident}
    assert late == {3}, "the second never held"


def test_what_is_taken_away_from_a_later_day_stays_until_then(cast: Cast, taken: Taken) -> None:
    """A copy of a file of each kind, which nothing names; dated rows keep their end as other tests show."""
    day, latest = in_days(3), queries.latest()
    new = {kind: "brand-new" for kind in COMPILED if kind not in {*DATED, "translation"}}
    assert {"metric", "monitor", "source", "dataset", "sop", "note", "dashboard", "report"} <= new.keys()
    of = one_of_each()
    bring(cast.robot, [LineRow(kind, ident, latest[kind, of[kind]].sha256) for kind, ident in new.items()])
    bring(cast.robot, [LineRow(kind, ident, "", 1) for kind, ident in new.items()], day)
    assert not [kind for kind, ident in new.items() if row_of(kind, ident).withdrawn]
    with night(day, cast.robot):
        assert [kind for kind, ident in new.items() if row_of(kind, ident).withdrawn] == list(new)
        assert not queries.in_force().keys() & new.items()


def test_the_page_of_each_says_from_which_day_another_definition_holds(cast: Cast, taken: Taken) -> None:
    of = one_of_each()
    kept = [row_of(kind, of[kind]) for kind in sorted({*COMPILED} - {*DATED, "translation"})]
    pages = {row.get_absolute_url() for row in kept if hasattr(row, "get_absolute_url")}
    assert len(pages) == len(kept) - 1, "of those that keep rows only a dataset has no page of its own"
    first, second = in_days(3), in_days(8)
    bring(cast.robot, changed("★"), first)
    bring(cast.robot, changed("☆"), second)
    client = signed_in(cast.lin)
    for url in pages:
        page = client.get(url, headers={"accept-language": "en"}).content.decode()
        assert f"From {shown(first)} a new definition holds" in page, url
        assert f"From {shown(second)} another one holds." in page, url
    bring(cast.robot, [LineRow("note", of["note"], "", 3)], second)
    page = client.get(row_of("note", of["note"]).get_absolute_url()).content.decode()
    assert f"It is out of force from {shown(second)} on." in page and "another one holds" not in page


def test_what_needs_a_file_that_begins_later_cannot_hold_before_it(cast: Cast, taken: Taken) -> None:
    """Nor does anything go before the last that names it: the book holds together on each day."""
    latest, day = queries.latest(), in_days(5)
    metric, monitor = one_of_each()["metric"], one_of_each()["monitor"]
    bring(cast.robot, [LineRow("metric", "brand-new", keep(latest["metric", metric].text))], day)
    text = re.sub(r"(?m)^watches: .*$", "watches: brand-new", latest["monitor", monitor].text)
    row = LineRow("monitor", "watcher", keep(text))
    for early in (None, in_days(4)):
        with pytest.raises(Refused, match=rf"brand-new.* So it is on {early or timezone.localdate()}"):
            bring(cast.robot, [row], early)
    bring(cast.robot, [row], day)
    with pytest.raises(Refused, match="brand-new"):
        bring(cast.robot, [LineRow("metric", "brand-new", "", 1)], in_days(8))
    bring(cast.robot, [LineRow("monitor", "watcher", "", 1)], in_days(9))
    with pytest.raises(Refused, match=f"brand-new.* So it is on {in_days(8)}"):
        bring(cast.robot, [LineRow("metric", "brand-new", "", 1)], in_days(8))
    bring(cast.robot, [LineRow("metric", "brand-new", "", 1)], in_days(9))


def test_a_translation_comes_with_what_begins_later(cast: Cast, taken: Taken) -> None:
    """It is published for today already, when what it translates has no row yet."""
    metric = one_of_each()["metric"]
    text = queries.latest()["metric", metric].text
    bring(cast.robot, [LineRow("metric", "brand-new", keep(text), 0)], in_days(3))
    words = keep("of: ''\nfields:\n  title: Brand new\n")
    bring(cast.robot, [LineRow("translation", "en/metrics/brand-new", words, 0)])
    with night(in_days(3), cast.robot):
        assert row_of("metric", "brand-new").name == "Brand new"
