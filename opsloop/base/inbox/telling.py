"""Telling people something, inside the act that it follows from: kept or dropped together with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model, Q
from django.utils import timezone, translation

from opsloop.base.inbox.kinds import NoticeKind, kind_of
from opsloop.base.inbox.models import Notice
from opsloop.base.inbox.rules import Wish, mail_time, wishes
from opsloop.base.jobs.models import Job, JobState
from opsloop.base.jobs.queue import enqueue
from opsloop.base.people.models import Absence, Department, Holding, Person, PersonKind, Position
from opsloop.base.policy.rules import can
from opsloop.base.policy.standing import in_force, names
from opsloop.base.things.errors import Text
from opsloop.base.things.frame import running
from opsloop.base.things.models import Thing
from opsloop.base.things.paths import ours

MAIL_AGAIN = timedelta(hours=4)
"""The same key is mailed at once only after this pause; what repeats sooner waits for the digest."""
STEPS_UP = 8
MAIL_TASK = "inbox.mail"


@dataclass(frozen=True, slots=True)
class Message:
    """What is told, in whatever language each reader has."""

    kind: NoticeKind
    title: Text
    body: Text
    link: str
    about: Thing | None
    key: str | None

    def columns(self, language: str) -> dict[str, object]:
        """The columns that telling it again writes anew."""
        with translation.override(language):
            said = {"title": str(self.title)[:200], "body": str(self.body)}
        where = {
            "object_type": self.about._meta.label_lower if self.about is not None else "",
            "object_id": self.about.pk if self.about is not None else None,
        }
        return {"kind": self.kind.name, "link": self.link, **said, **where}


def tell(
    people: Person | Iterable[Person],
    kind: str,
    title: Text,
    body: Text = "",
    *,
    link: str = "",
    about: Thing | None = None,
    key: str | None = None,
    even_self: bool = False,
) -> list[Notice]:
    """Put a line into the inbox of each person, as their rules say; who acts is not told of their own act.

    Lazy texts come out in each reader's language. An absent person's substitute gets a copy. The same `key` for the
    same person again counts up their line instead of adding one. Raises RuntimeError outside an act, LookupError for
    a kind nobody registered, ValueError for a link that leads out of the house.
    """
    by = running().call.by
    if link and not ours(link):
        raise ValueError(f"a notice's link is a path of ours, not {link}")
    message = Message(kind_of(kind), title, body, link, about, key)
    wanted = [one for one in ([people] if isinstance(people, Person) else people) if even_self or one.pk != by.pk]
    if not wanted:
        return []
    told = [one for one in _with_substitutes(wanted) if even_self or one[0].pk != by.pk]
    wish = wishes([person for person, _behalf in told], message.kind)
    told = [one for one in told if not wish[one[0].pk].off]
    return _write(message, told, wish, timezone.now())


def tell_position(
    code: str, kind: str, title: Text, body: Text = "", *, department: Department | None = None, **more: object
) -> list[Notice]:
    """Tell who holds a position: with a department, those nearest above; where nobody does, who it reports to."""
    return tell(holders(code, department), kind, title, body, **more)  # type: ignore[arg-type]


def holders(code: str, department: Department | None = None) -> list[Person]:
    """Who holds the position now, in the department or the nearest one above; else of the position it reports to."""
    for _step in range(STEPS_UP):
        found = list(Holding.objects.at().filter(position__code=code).select_related("person", "department"))
        if department is not None:
            above = [one for one in found if department.path.startswith(one.department.path)]
            nearest = max((len(one.department.path) for one in above), default=0)
            found = [one for one in above if len(one.department.path) == nearest]
        if found:
            return list({one.person_id: one.person for one in found}.values())
        boss = Position.objects.filter(code=code, reports_to__isnull=False).values_list("reports_to__code", flat=True)
        code = boss.first() or ""
        if not code:
            break
    return []


def able(act: str, obj: Model | None = None) -> list[Person]:
    """Everyone who by a position of their own may do this act to this thing now. Who stands in for them is told with
    them, as always.

    Only holders of posts whose file names the act are asked, so that a large company costs no query for each person.
    """
    held = list(Holding.objects.at().select_related("person").order_by("person_id", "id"))
    mandates = in_force({one.position_id for one in held}, timezone.now())
    posts = {pk for pk, one in mandates.items() if names(one.may, act)}
    people = {one.person_id: one.person for one in held if one.position_id in posts}
    return [one for one in people.values() if can(one, act, obj)]


def _with_substitutes(people: Sequence[Person]) -> list[tuple[Person, Person | None]]:
    """(who is told, for whom): each person once, own lines before copies; robots and who has left are not told."""
    today = timezone.localdate()
    out: dict[int, tuple[Person, Person | None]] = {one.pk: (one, None) for one in people}
    away = Absence.objects.at().filter(person__in=list(out), substitute__isnull=False)
    for absence in away.select_related("substitute", "person").order_by("id"):
        if absence.substitute is not None:
            out.setdefault(absence.substitute_id, (absence.substitute, absence.person))
    here = [one for one in out.values() if one[0].kind != PersonKind.ROBOT]
    return [one for one in here if one[0].left_on is None or one[0].left_on >= today]


def _write(
    message: Message, told: list[tuple[Person, Person | None]], wish: dict[int, Wish], now: datetime
) -> list[Notice]:
    if not told:
        return []
    ids = [person.pk for person, _behalf in told]
    known: dict[int, Notice] = {}
    if message.key is not None:
        rows = Notice.objects.select_for_update(of=("self",)) if _locks() else Notice.objects.all()
        known = {row.person_id: row for row in rows.filter(person__in=ids, key=message.key)}
    texts = {person.language: message.columns(person.language) for person, _behalf in told}
    new: list[Notice] = []
    for person, behalf in told:
        row = known.get(person.pk)
        if row is not None:
            _again(row, person, message, wish[person.pk], texts[person.language], now)
            continue
        mail_at = mail_time(person, message.kind, wish[person.pk], now)
        read_at = None if wish[person.pk].in_inbox else now
        new.append(
            Notice(
                person=person, behalf=behalf, key=message.key, first_at=now, at=now, read_at=read_at, mail_at=mail_at,
                **texts[person.language],
            )
        )  # fmt: skip
    # two acts at once with one key: the second line is dropped, the first says it already
    Notice.objects.bulk_create(new, ignore_conflicts=message.key is not None)
    if any(row.mail_at is not None and row.mail_at <= now for row in (*new, *known.values())):
        _hurry()
    return _kept(message.key, ids) if message.key is not None else new


def _again(row: Notice, person: Person, message: Message, wish: Wish, texts: dict[str, object], now: datetime) -> None:
    fresh = row.read_at is not None and wish.in_inbox
    repeated = row.mailed_at is not None and now - row.mailed_at < MAIL_AGAIN
    for column, value in texts.items():
        setattr(row, column, value)
    row.count, row.first_at = (1, now) if fresh else (row.count + 1, row.first_at)
    row.at, row.read_at = now, None if wish.in_inbox else now
    row.mail_at = row.mail_at or mail_time(person, message.kind, wish, now, repeated=repeated)
    row.save()


def _hurry() -> None:
    """A job that posts what is due; one that still waits will do. The ten minutes' round is the net below."""
    if not Job.objects.filter(task=MAIL_TASK, state=JobState.WAITING).exists():
        enqueue(MAIL_TASK, behalf=None)


def _kept(key: str, ids: list[int]) -> list[Notice]:
    return list(Notice.objects.filter(Q(key=key), person__in=ids).order_by("id"))


def _locks() -> bool:
    return connection.features.has_select_for_update_of
