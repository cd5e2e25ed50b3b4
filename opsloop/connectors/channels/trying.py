"""The test button: one message now, past the queue but through the bucket, and the service's answer in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _t

from opsloop.base.acts import Call, perform
from opsloop.base.inbox.mails import address
from opsloop.base.people.models import Person
from opsloop.base.things.errors import NotYet, OutsideError
from opsloop.connectors.channels.answers import Troubled
from opsloop.connectors.channels.delivering import note_picture, speak, theirs, through
from opsloop.connectors.channels.message import Item, Message
from opsloop.connectors.channels.models import Channel, Gate
from opsloop.connectors.channels.services import services
from opsloop.connectors.channels.words import Problem
from opsloop.ui.pictures import png_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it. said: the service's own words, without secrets."""

    works: bool
    text: str
    remedy: str = ""


def try_out(channel: Channel, by: Person) -> Outcome:
    """Send a test message and record that it was sent and what came of it. Raises Forbidden and Refused by the act."""
    found = _sent(channel)
    values = {"outcome": found.text[:300], "works": found.works}
    perform("channels.test", values, Call(by=by, via="page"), on=channel.pk)
    return found


def _sent(channel: Channel) -> Outcome:
    service = services[channel.service]
    try:
        through(channel, service)
        with translation.override(settings.LANGUAGE_CODE):
            title = _t("Test message of {workspace}").format(workspace=settings.WORKSPACE.name or "Opsloop")
            body = _t("This channel works. {at}").format(at=f"{timezone.localtime():%Y-%m-%d %H:%M:%S}")
            link = address(channel.get_absolute_url())
            picture = _picture() if channel.app_tail else None
            message = Message(title, (Item(title, body, link),), link, _t("Open the page"), picture=picture)
        hindered = speak(channel, service, message, f"test:{channel.pk}:{timezone.now().timestamp()}")
    except NotYet as error:
        return Outcome(False, str(error), _t("Try again in a few seconds."))
    except OutsideError as error:
        return _failed(channel, error)
    Gate.objects.filter(channel=channel).update(said_at=timezone.now(), problem="", said="")
    note_picture(channel, message, hindered)
    if hindered is not None:
        text = _t("The service took the message without its picture: {why}.").format(why=hindered)
        return Outcome(True, text, hindered.remedy)
    return Outcome(True, _t("The service took the message. See whether it arrived in the group."))


def _picture() -> bytes:
    """A small PNG in one colour, so that the test shows whether pictures arrive."""
    path = '<path d="M0 0h240v60H0z" fill="#206bc4"/>'
    return png_of(f'<svg xmlns="http://www.w3.org/2000/svg" width="240" height="60">{path}</svg>')


def _failed(channel: Channel, error: OutsideError) -> Outcome:
    problem = error.problem if isinstance(error, Troubled) else Problem.UNKNOWN
    remedy = error.remedy if isinstance(error, Troubled) else ""
    Gate.objects.filter(channel=channel).update(said_at=timezone.now(), problem=problem, said=theirs(error))
    return Outcome(False, str(error), remedy)
