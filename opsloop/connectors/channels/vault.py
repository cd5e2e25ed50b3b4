"""Webhook addresses and signing secrets at rest: encrypted rows, whose key lies in var/secrets for its owner only.

They are pasted into a page, travel to no act, entry, log, job or page again, and are opened only to send.
"""

from __future__ import annotations

import json
import os
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
from opsloop.connectors.channels.services import recognised, services

KEY = "channels.key"
LONGEST = 500
UNCLAIMED = timedelta(days=1)


def seal(address: str, secret: str, by: Person) -> Sealed:
    """Keep a pasted address. Raises Refused with a remedy for what is no webhook address of a known service."""
    address, secret = address.strip(), secret.strip()
    found = recognised(address) if len(address) <= LONGEST else None
    if found is None:
        hosts = listed(f"{one.label} https://{one.hosts[0]}{one.path}" for one in services.values() if one.hosts)
        text = _t(
            "This is no webhook address that we know. Copy it whole from the group's bot; it begins like: {hosts}"
        )
        raise Refused(text.format(hosts=hosts), field="address")
    if secret and (not found.signs or len(secret) > LONGEST or not secret.isascii()):
        raise Refused(_t("This service signs nothing; leave the signing secret empty."), field="secret")
    text = _box().encrypt(json.dumps([address, secret]).encode()).decode()
    tail = found.secret_of(address)[-4:]
    return Sealed.objects.create(text=text, service=found.name, tail=tail, person=by, made_at=timezone.now())


def opened(channel: Channel) -> tuple[str, str]:
    """(address, signing secret). Raises OutsideError when it is gone or the key is another one."""
    row = Sealed.objects.filter(pk=channel.sealed_id or 0).first()
    try:
        address, secret = json.loads(_box().decrypt((row.text if row else "").encode()))
    except InvalidToken:
        text = _t("The channel's address cannot be read on this machine. Paste it again.")
        raise OutsideError(text, permanent=True) from None
    return address, secret


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
