"""Webhook addresses and signing secrets at rest: encrypted rows, whose key lies in var/secrets for its owner only.

They are pasted into a page, travel to no act, entry, log, job or page again, and are opened only to send.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _t

from opsloop.base.people.models import Person
from opsloop.base.things.errors import OutsideError, Refused
from opsloop.base.things.texts import listed
from opsloop.connectors.channels.models import Channel, Sealed
from opsloop.connectors.channels.services import Service, recognised, services

KEY = "channels.key"
LONGEST = 500
SAID = re.compile(r"[\w-]{4,200}", re.ASCII)
"""An app's id or secret."""
UNCLAIMED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a channel speaks with; none of it in a repr."""

    address: str = field(repr=False)
    secret: str = field(repr=False)
    app: str = field(repr=False, default="")
    app_secret: str = field(repr=False, default="")


def seal(address: str, secret: str, by: Person, app: str = "", app_secret: str = "") -> Sealed:
    """Keep a pasted address, with the id and secret of an app that uploads its pictures, if any. Raises Refused with a
    remedy for what is no webhook address of a known service, and for an app that is of no use or named by half."""
    address, secret, app, app_secret = (one.strip() for one in (address, secret, app, app_secret))
    found = recognised(address) if len(address) <= LONGEST else None
    if found is None:
        hosts = listed(f"{one.label} https://{one.hosts[0]}{one.path}" for one in services.values() if one.hosts)
        text = _t(
            "This is no webhook address that we know. Copy it whole from the group's bot; it begins like: {hosts}"
        )
        raise Refused(text.format(hosts=hosts), field="address")
    if secret and (not found.signs or len(secret) > LONGEST or not secret.isascii()):
        raise Refused(_t("This service signs nothing; leave the signing secret empty."), field="secret")
    _check_app(found, app, app_secret)
    text = _box().encrypt(json.dumps([address, secret, app, app_secret]).encode()).decode()
    return Sealed.objects.create(
        text=text, service=found.name, tail=found.secret_of(address)[-4:], app_tail=app[-4:], person=by,
        made_at=timezone.now(),
    )  # fmt: skip


def _check_app(service: Service, app: str, app_secret: str) -> None:
    if not app and not app_secret:
        return
    if service.uploads is None:
        raise Refused(
            _t("{service} needs no app for pictures; leave both empty.").format(service=service.label), field="app"
        )
    if not app or not app_secret:
        missing = "app" if not app else "app_secret"
        raise Refused(_t("Pictures need both, the app's id and its secret."), field=missing)
    for name, said in (("app", app), ("app_secret", app_secret)):
        if not SAID.fullmatch(said):
            raise Refused(_t("This is not as the service writes it. Copy it again, whole."), field=name)


def opened(channel: Channel) -> Opened:
    """Raises OutsideError when it is gone or the key is another one."""
    row = Sealed.objects.filter(pk=channel.sealed_id or 0).first()
    try:
        found = Opened(*json.loads(_box().decrypt((row.text if row else "").encode())))
    except InvalidToken:
        text = _t("The channel's address cannot be read on this machine. Paste it again.")
        raise OutsideError(text, permanent=True) from None
    return found


def destroy(sealed_id: int | None) -> None:
    """The address is gone for good."""
    Sealed.objects.filter(pk=sealed_id or 0).delete()


def sweep() -> int:
    """Drop what was pasted and never taken."""
    taken = Channel.objects.filter(sealed_id__isnull=False).values("sealed_id")
    old = Sealed.objects.filter(made_at__lt=timezone.now() - UNCLAIMED).exclude(pk__in=taken)
    return old.delete()[0]


def _box() -> Fernet:
    file = Path(settings.WORKSPACE.secrets) / KEY
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(Fernet.generate_key())
        try:
            os.link(fresh, file)  # whoever was first wins, and nobody reads half a key
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return Fernet(file.read_bytes())
