"""The workspace's key for pseudonyms: the same person gets the same one in every table and version of this company."""

from __future__ import annotations

import os
import secrets
from hashlib import sha256
from pathlib import Path

from django.conf import settings

LENGTH = 16
"""Hexadecimal digits of a pseudonym: 64 bits, so that a billion people meet by chance about once in forty tries."""


def key() -> str:
    """64 hexadecimal digits from var/secrets/lake.key, made at first use. Losing it makes new pseudonyms, no more."""
    file: Path = settings.WORKSPACE.secrets / "lake.key"
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        new = file.with_name(f"lake.key.{os.getpid()}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_hex(32))
        try:
            os.link(new, file)  # of two processes that make it at once, one wins whole
        except FileExistsError:
            pass
        finally:
            new.unlink()
    return file.read_text().strip()


def pseudonym(value: str) -> str:
    """What `reading.pseudonym_sql` answers for this value."""
    return sha256(f"{key()}|{value}".encode()).hexdigest()[:LENGTH]
