"""The company's channels at a glance: which service, what they take, whether they work."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.inbox.broadcasting import bulletin_kinds
from opsloop.base.people.models import Person
from opsloop.base.things.texts import listed
from opsloop.connectors.channels.models import Channel
from opsloop.connectors.channels.services import services
from opsloop.connectors.channels.words import Style
from opsloop.ui.lists import Column, Listing, TextFilter


def service_label(channel: Channel) -> str:
    """What its service is called."""
    known = services.get(channel.service)
    return str(known.label) if known else channel.service


def ending(channel: Channel) -> str:
    """All that is ever shown of an address."""
    return f"•••• {channel.tail}" if channel.tail else _t("{n} addresses").format(n=len(channel.addresses))


def pictured(channel: Channel) -> str:
    """Whether and how its messages bring pictures along."""
    service = services.get(channel.service)
    if service is None or service.pictures:
        return _t("go along") if service is not None else ""
    if channel.app_tail and channel.style != Style.TEXT:
        return _t("go along, uploaded by the app •••• {tail}").format(tail=channel.app_tail)
    return _t("not in plain text; the link leads to them") if channel.app_tail else _t("the link leads to them")


def taken(channel: Channel) -> list[str]:
    """The subjects it takes, in words."""
    return [str(bulletin_kinds[name].label) for name in channel.kinds if name in bulletin_kinds]


def standing(channel: Channel) -> str:
    """Where it stands: paused, troubled, working, or not tried yet."""
    gate = getattr(channel, "gate", None)
    if channel.paused:
        return _t("Paused")
    if gate is not None and gate.problem:
        return _t("In trouble")
    return _t("Works") if gate is not None and gate.said_at else _t("Not tried yet")


def sent_last(channel: Channel) -> datetime | None:
    """When something last arrived."""
    gate = getattr(channel, "gate", None)
    return gate.sent_at if gate is not None else None


class ChannelList(Listing):
    """Those that were not removed."""

    name = "channels"
    model = Channel
    title = _("Group messages")
    columns = (
        Column(name="name", link=True),
        Column(name="service", value=service_label),
        Column(name="tail", label=_("Goes to"), value=ending),
        Column(name="kinds", label=_("Takes"), value=lambda row: listed(taken(row))),
        Column(name="state", label=_("State"), value=standing),
        Column(name="sent", label=_("Sent last"), value=sent_last, kind="moment"),
        Column(name="code", on=False),
    )
    filters = (TextFilter(fields=("name", "code")),)
    order = ("name", "id")
    acts = ("channels.add_mail",)
    empty = _("No group gets messages yet.")
    empty_hint = _(
        "Add a bot in your WeCom, DingTalk or Feishu group, paste its webhook address here, and press the test button."
    )

    def rows(self, by: Person) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().rows(by).filter(removed_at=None).select_related("gate")
        return rows
