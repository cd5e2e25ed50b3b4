"""What people do with channels. The webhook address never travels here: the page seals it and gives its number."""

from __future__ import annotations

import re
from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.acts import Arg, Invalid, Note, Reason, Refused, act
from opsloop.base.inbox.broadcasting import bulletin_kinds
from opsloop.base.inbox.timing import clock
from opsloop.base.people.models import Person, Position
from opsloop.base.things.errors import Text
from opsloop.connectors.channels import vault
from opsloop.connectors.channels.carrying import wake
from opsloop.connectors.channels.models import Channel, Gate, Line, Sealed
from opsloop.connectors.channels.services import services
from opsloop.connectors.channels.words import LineState, Style

NO_DOOR: frozenset[str] = frozenset()
EMAIL = "email"
MOST_RECEIVERS = 50
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")

Name = Annotated[
    str, Arg(label=_("Name"), help=_("The group's name, so that everybody knows which it is."), min=2, max=60)
]
Code = Annotated[
    str,
    Arg(
        label=_("Name in the standard"),
        help=_("By which files of the standard name it, for example operations-group. Left empty, one is made."),
        max=40,
    ),
]
Keyword = Annotated[str, Arg(label=_("Keyword"), help=_("Only if the bot's security settings ask for one."), max=30)]
Receivers = Annotated[str, Arg(label=_("Mail addresses"), help=_("One a line, fifty at most."), long=True, max=4000)]
Clock = Annotated[str, Arg(help=_("For example 22:00; empty for none."), max=5)]


@act("channels.add", _("Add a group bot"), done=_("{by} added the channel {result}"), doors=NO_DOOR)
def add_channel(*, by: Person, name: Name, sealed: int, code: Code = "", keyword: Keyword = "") -> Channel:
    """A group's bot. `sealed` is the number of an address that the same person pasted and no channel has."""
    found = _pasted(sealed, by)
    channel = Channel(
        name=name, code=_code(code, found.service), service=found.service, sealed_id=found.pk, tail=found.tail,
        app_tail=found.app_tail, style=services[found.service].styles[0], keyword=keyword, kinds=_usual(),
    )  # fmt: skip
    channel.save()
    return channel


@act("channels.add_mail", _("Add a mail list"), done=_("{by} added the channel {result}"))
def add_mail(*, by: Person, name: Name, receivers: Receivers, code: Code = "") -> Channel:
    """Addresses that get by mail what a group would get. Refused without a single good address."""
    channel = Channel(
        name=name, code=_code(code, EMAIL), service=EMAIL, receivers=_addresses(receivers), kinds=_usual()
    )
    channel.save()
    return channel


def _usual() -> list[str]:
    return sorted(one.name for one in bulletin_kinds.values() if one.on)


def _pasted(sealed: int, by: Person) -> Sealed:
    row = Sealed.objects.filter(pk=sealed, person=by).first()
    if row is None or Channel.objects.filter(sealed_id=sealed).exists():
        raise Refused(_t("Paste the webhook address again."), field="address")
    return row


def _code(said: str, service: str) -> str:
    if said:
        if not CODE.fullmatch(said):
            raise Invalid({"code": [_t("Small letters, digits and hyphens, beginning with a letter.")]})
        if Channel.objects.filter(code=said).exists():
            raise Invalid({"code": [_t("Another channel has this short name.")]})
        return said
    taken = set(Channel.objects.filter(code__startswith=f"{slugify(service)}-").values_list("code", flat=True))
    return next(name for n in range(1, len(taken) + 2) if (name := f"{service}-{n}") not in taken)


def _addresses(text: str) -> str:
    lines = list(dict.fromkeys(line.strip() for line in re.split(r"[\n,;，；]", text) if line.strip()))
    for line in lines:
        try:
            validate_email(line)
        except ValidationError:
            raise Invalid({"receivers": [_t("{address} is no mail address.").format(address=line)]}) from None
    if not 1 <= len(lines) <= MOST_RECEIVERS:
        raise Invalid({"receivers": [_t("Between one and fifty addresses, please.")]})
    return "\n".join(lines)


def _there(channel: Channel) -> Text | None:
    return _("This channel was removed.") if channel.removed_at is not None else None


def _pausable(channel: Channel) -> Text | None:
    return _("It is paused already.") if channel.paused else _there(channel)


def _resumable(channel: Channel) -> Text | None:
    return _there(channel) or (None if channel.paused else _("It is not paused."))


def _bot(channel: Channel) -> Text | None:
    return _there(channel) or (_("A mail list has no webhook address.") if channel.service == EMAIL else None)


@act("channels.change", _("Change"), done=_("{by} changed the channel {channel}"), when=_there)
def change_channel(
    channel: Channel,
    *,
    by: Person,
    name: Name,
    style: Style = Style.CARD,
    keyword: Keyword = "",
    receivers: Receivers = "",
) -> Channel:
    """How it is called and how its messages look. A service that does not know a look takes its usual one."""
    channel.name, channel.keyword = name, keyword
    styles = services[channel.service].styles
    channel.style = style if style in styles else styles[0]
    if channel.service == EMAIL:
        channel.receivers = _addresses(receivers)
    elif receivers:
        raise Invalid({"receivers": [_t("Only a mail list has addresses.")]})
    channel.save()
    return channel


@act(
    "channels.readdress",
    _("Paste a new address"),
    done=_("{by} gave {channel} a new address"),
    when=_bot,
    doors=NO_DOOR,
)
def readdress(channel: Channel, *, by: Person, sealed: int) -> Channel:
    """Another address of the same service; the old one is destroyed. What waits goes out through the new one."""
    found = _pasted(sealed, by)
    if found.service != channel.service:
        raise Refused(_t("This is an address of another service. Add a new channel for it."), field="address")
    vault.destroy(channel.sealed_id)
    channel.sealed_id, channel.tail, channel.app_tail = found.pk, found.tail, found.app_tail
    channel.save()
    _afresh(channel)
    return channel


@act("channels.subscribe", _("Choose what goes out"), done=_("{by} chose what {channel} takes"), when=_there)
def subscribe(
    channel: Channel,
    *,
    by: Person,
    kinds: list[str],
    grave_only: Annotated[bool, Arg(label=_("Alerts only if critical"))] = False,
    owners: Annotated[
        list[str] | None, Arg(label=_("Only of these positions"), help=_("Nothing ticked: of all."))
    ] = None,
    digest_at: Annotated[
        str,
        Arg(
            label=_("Collected at"),
            help=_("What is not critical waits for this hour, as one message. Empty: at once."),
            max=5,
        ),
    ] = "",
    quiet_from: Clock = "",
    quiet_to: Clock = "",
    workdays: Annotated[bool, Arg(label=_("Working days only"))] = False,
) -> Channel:
    """Which subjects this channel takes, and when. Critical alerts wait for nothing."""
    _check(kinds, owners or [], {"digest_at": digest_at, "quiet_from": quiet_from, "quiet_to": quiet_to})
    channel.kinds, channel.owners = sorted(set(kinds)), sorted(set(owners or []))
    channel.grave_only, channel.workdays, channel.digest_at = grave_only, workdays, digest_at
    channel.quiet_from, channel.quiet_to = quiet_from, quiet_to
    channel.save()
    return channel


def _check(kinds: list[str], owners: list[str], times: dict[str, str]) -> None:
    wrong = {name: [_t("A time like 22:00, please.")] for name, said in times.items() if said and clock(said) is None}
    if not wrong and bool(times["quiet_from"]) != bool(times["quiet_to"]):
        wrong["quiet_to"] = [_t("Quiet hours need a start and an end.")]
    if unknown := [one for one in kinds if one not in bulletin_kinds]:
        wrong["kinds"] = [_t("There is no such subject: {names}").format(names=", ".join(unknown))]
    if set(owners) - set(Position.objects.filter(code__in=owners).values_list("code", flat=True)):
        wrong["owners"] = [_t("There is no such position.")]
    if wrong:
        raise Invalid(wrong)


@act("channels.test", _("Send a test message"), done=_("{by} tested {channel}: {outcome}"), when=_there, doors=NO_DOOR)
def note_test(channel: Channel, *, by: Person, outcome: Annotated[str, Arg(max=300)], works: bool) -> Channel:
    """What came of a test message that the page has sent. After a good one everything that waits is tried again."""
    if works:
        _afresh(channel)
    return channel


def _afresh(channel: Channel) -> None:
    """Nothing holds it up any more; a letter takes along what waits."""
    Gate.objects.filter(channel=channel).update(failures=0, not_before=None, problem="", said="")
    if not channel.paused and Line.objects.filter(channel=channel, state=LineState.WAITING).exists():
        wake(channel, timezone.now())


@act("channels.pause", _("Pause"), done=_("{by} paused {channel}: {reason}"), when=_pausable)
def pause_channel(channel: Channel, *, by: Person, reason: Reason) -> Channel:
    """Nothing goes out, and nothing new is kept for it. What waited goes out after it goes on, if it is still news."""
    channel.paused = True
    channel.save()
    return channel


@act("channels.resume", _("Go on"), done=_("{by} let {channel} go on"), when=_resumable)
def resume_channel(channel: Channel, *, by: Person, note: Note = "") -> Channel:
    """It takes messages again."""
    channel.paused = False
    channel.save()
    _afresh(channel)
    return channel


@act("channels.remove", _("Remove"), done=_("{by} removed {channel}: {reason}"), when=_there)
def remove_channel(channel: Channel, *, by: Person, reason: Reason) -> Channel:
    """It gets nothing any more. Its address is destroyed, what waits is dropped, what was done stays in the ledger."""
    vault.destroy(channel.sealed_id)
    Line.objects.filter(channel=channel, state=LineState.WAITING).update(state=LineState.DROPPED)
    channel.sealed_id, channel.removed_at, channel.receivers = None, timezone.now(), ""
    channel.code = f"{channel.code[:24]}-x{channel.pk}"
    channel.save()
    return channel
