"""A throw-away workspace with a migrated database and the cast, as the tests have it, but on a real file."""

from __future__ import annotations

import opsloop.config.testing  # noqa: F401  # makes the workspace and points Django at it

import django

django.setup()

from django.core.management import call_command

from opsloop.base.testing import Cast, cast

_cast: list[Cast] = []


def people() -> Cast:
    """The cast in a migrated database; made at first use."""
    if not _cast:
        call_command("migrate", interactive=False, verbosity=0)
        _cast.append(cast())
    return _cast[0]
