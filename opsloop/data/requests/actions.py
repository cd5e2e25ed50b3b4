"""From question to answer: ask, agree, accept, deliver, close; or refuse, withdraw, send back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Forbidden, Reason, Refused, act
from opsloop.base.acts.registry import When
from opsloop.base.files.actions import destroy_files, put_file
from opsloop.base.files.models import Stored
from opsloop.base.inbox.api import broadcast, tell, tell_position
from opsloop.base.people.models import Person
from opsloop.base.people.posts import department_of
from opsloop.base.things.errors import Text
from opsloop.base.things.paths import ours
from opsloop.data.requests.models import RUNNING, Receiver, Request, Sort, State

ANALYST = "data-analyst"
ASKED, MOVED = "requests.asked", "requests.moved"
BULLETIN = "requests.asked"
NO_DOOR: frozenset[str] = frozenset()
KEPT, LONGEST = timedelta(days=30), timedelta(days=180)
"""How long delivered personal data lies there when nothing is said, and at most."""

Title = Annotated[str, Arg(label=_("Title"), min=2, max=120)]
Purpose = Annotated[
    str,
    Arg(
        label=_("What it is for"), help=_("The decision that it serves; others read this."), min=5, max=1000, long=True
    ),
]
Content = Annotated[
    str, Arg(label=_("What is wanted"), help=_("Figures, span of time, groups, filters."), min=5, max=4000, long=True)
]
DeleteOn = Annotated[
    date | None,
    Arg(
        label=_("Delete the file on"),
        help=_("Left empty, personal data goes after 30 days, other files stay. 180 days at most."),
    ),
]
Receivers = Annotated[list[Person] | None, Arg(label=_("Who may receive it besides me"))]
Personal = Annotated[
    bool,
    Arg(
        label=_("With personal data"),
        help=_("Single customers or staff can be told in it; a second person must agree."),
    ),
]


def _in(*states: State) -> When:
    """A `when` that wants the request in one of these states."""

    def when(request: Request) -> Text | None:
        return None if request.state in states else _("The request is not in a state for this.")

    return when


def _may_be_accepted(request: Request) -> Text | None:
    if request.state != State.OPEN:
        return _("The request is not in a state for this.")
    if request.personal and request.agreed_by_id is None:
        return _("It holds personal data: somebody must agree first.")
    return None


def _waits_for_consent(request: Request) -> Text | None:
    if request.state != State.OPEN or not request.personal:
        return _("Nothing has to be agreed to.")
    return _("Somebody agreed already.") if request.agreed_by_id is not None else None


@act("requests.ask", _("Ask for figures"), done=_("{by} asked for figures: {result}"))
def ask_for(
    *,
    by: Person,
    title: Title,
    purpose: Purpose,
    content: Content,
    wanted_on: Annotated[date, Arg(label=_("Wanted by"))],
    sort: Annotated[Sort, Arg(label=_("Sort"))] = Sort.FIGURES,
    personal: Personal = False,
    receivers: Receivers = None,
) -> Request:
    """Ask the analysts for figures or an analysis. Refused for a day that is over."""
    if wanted_on < timezone.localdate():
        raise Refused(_t("This day is over."), field="wanted_on")
    request = Request(
        title=title, purpose=purpose, content=content, wanted_on=wanted_on, sort=sort, personal=personal,
        asked_by=by, asked_at=timezone.now(), department=department_of(by),
    )  # fmt: skip
    request.save()
    for person in {one.pk: one for one in receivers or [] if one.pk != by.pk}.values():
        Receiver(request=request, person=person).save()
    title_ = _t("{name} asks for figures: {title}").format(name=by.name, title=title)
    tell_position(ANALYST, ASKED, title_, link=request.get_absolute_url(), about=request)
    due = _t("Wanted by {day}").format(day=wanted_on)
    broadcast(BULLETIN, title_, due, key=f"request:{request.pk}", link=request.get_absolute_url(), owner=ANALYST)
    return request


@act(
    "requests.agree",
    _("Agree to personal data"),
    done=_("{by} agreed to personal data in {request}: {reason}"),
    when=_waits_for_consent,
)
def agree(request: Request, *, by: Person, reason: Reason) -> Request:
    """A second person, as the law's keeper, lets personal data be given for this purpose. Refused to who asked."""
    if request.asked_by_id == by.pk:
        raise Forbidden(_t("Somebody else must agree to this."))
    request.agreed_by = by
    request.save()
    return request


@act("requests.accept", _("Take it on"), done=_("{by} took on {request} for {promised_on}"), when=_may_be_accepted)
def accept(request: Request, *, by: Person, promised_on: Annotated[date, Arg(label=_("Promised for"))]) -> Request:
    """Promise it for a day. From then on it is the promise that it is measured by."""
    if promised_on < timezone.localdate():
        raise Refused(_t("This day is over."), field="promised_on")
    request.state, request.owner, request.promised_on = State.ACCEPTED, by, promised_on
    request.save()
    _tell_asker(request, _t("{title}: promised for {day}").format(title=request.title, day=promised_on))
    return request


@act("requests.refuse", _("Refuse"), done=_("{by} refused {request}: {reason}"), when=_in(*RUNNING))
def refuse(request: Request, *, by: Person, reason: Reason) -> Request:
    """Say why it is not done, and where else the asker may find it."""
    request.state, request.reason = State.REFUSED, reason
    request.save()
    _tell_asker(request, _t("{title} was refused: {reason}").format(title=request.title, reason=reason[:120]))
    return request


@act("requests.deliver", _("Deliver"), done=_("{by} delivered {request}"), when=_in(State.ACCEPTED))
def deliver(
    request: Request,
    *,
    by: Person,
    meaning: Annotated[
        str,
        Arg(
            label=_("How the figures are meant"),
            help=_("Definitions, span, data version, what is not in it."),
            min=5,
            max=2000,
            long=True,
        ),
    ],
    file: Annotated[Stored | None, Arg(label=_("File"))] = None,
    link: Annotated[
        str, Arg(label=_("Where it can be seen"), help=_("A page of ours, as /sql/saved/3/."), max=300)
    ] = "",
    delete_on: DeleteOn = None,
) -> Request:
    """Hand over a file or the address of a page, with how the figures are meant. Refused with neither.

    The file is destroyed on `delete_on`, which personal data always has.
    """
    if file is None and not link:
        raise Refused(_t("Add a file, or the address of a page."), field="file")
    if link and not ours(link):
        raise Refused(_t("An address of ours begins with one slash."), field="link")
    if file is not None:
        put_file(request, file, by=by)
    request.state, request.meaning, request.link = State.DELIVERED, meaning, link
    request.delivered_at, request.deleted_at = timezone.now(), None
    request.delete_on = _delete_on(request, delete_on) if file is not None else None
    request.save()
    people = [request.asked_by, *(one.person for one in request.receivers.select_related("person"))]
    said = _t("{title} is there").format(title=request.title)
    tell(people, MOVED, said, link=request.get_absolute_url(), about=request)
    return request


def _delete_on(request: Request, said: date | None) -> date | None:
    today = timezone.localdate()
    if said is None:
        return today + KEPT if request.personal else None
    if not today < said <= today + LONGEST:
        text = _t("A day from tomorrow until {last}, please.").format(last=today + LONGEST)
        raise Refused(text, field="delete_on")
    return said


@act(
    "requests.delete_files",
    _("Delete delivered files"),
    done=_("{by} deleted the files of {request}, as promised at delivery"),
    doors=NO_DOOR,
)
def delete_files(request: Request, *, by: Person) -> Request:
    """Destroy what was delivered. Refused before the day that was promised, and when it was done."""
    if request.delete_on is None or request.delete_on > timezone.localdate() or request.deleted_at is not None:
        raise Refused(_t("Its files are not to be deleted now."))
    destroy_files(request)
    request.deleted_at = timezone.now()
    request.save()
    return request


@act("requests.close", _("It answers my question"), done=_("{by} closed {request}"), when=_in(State.DELIVERED))
def close(request: Request, *, by: Person) -> Request:
    """The asker has what was wanted."""
    _must_have_asked(request, by)
    request.state = State.CLOSED
    request.save()
    return request


@act(
    "requests.reopen",
    _("Send back"),
    done=_("{by} sent {request} back: {reason}"),
    when=_in(State.DELIVERED, State.CLOSED, State.REFUSED),
)
def reopen(request: Request, *, by: Person, reason: Reason) -> Request:
    """It does not answer the question yet: say what is missing. Who worked on it goes on, or anybody takes it on."""
    _must_have_asked(request, by)
    request.state = State.ACCEPTED if request.owner_id else State.OPEN
    request.reason = reason
    request.save()
    title = _t("{title} came back: {reason}").format(title=request.title, reason=reason[:120])
    if request.owner is not None:
        tell(request.owner, MOVED, title, link=request.get_absolute_url(), about=request)
    else:
        tell_position(ANALYST, MOVED, title, link=request.get_absolute_url(), about=request)
    return request


@act("requests.withdraw", _("Withdraw"), done=_("{by} withdrew {request}: {reason}"), when=_in(*RUNNING))
def withdraw(request: Request, *, by: Person, reason: Reason) -> Request:
    """It is not needed any more."""
    _must_have_asked(request, by)
    request.state, request.reason = State.WITHDRAWN, reason
    request.save()
    if request.owner is not None:
        title = _t("{title} was withdrawn").format(title=request.title)
        tell(request.owner, MOVED, title, link=request.get_absolute_url(), about=request)
    return request


def _must_have_asked(request: Request, by: Person) -> None:
    if request.asked_by_id != by.pk:
        raise Forbidden(_t("Only who asked decides this."))


def _tell_asker(request: Request, title: Text) -> None:
    tell(request.asked_by, MOVED, title, link=request.get_absolute_url(), about=request)
