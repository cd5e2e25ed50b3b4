"""The cast in a migrated database, as the tests have it, but on a real file."""

from __future__ import annotations

from functools import cache

from django.core.management import call_command

from opsloop.base.testing import Cast, cast


@cache
def people() -> Cast:
    """Made at first use."""
    call_command("migrate", interactive=False, verbosity=0)
    return cast()
