"""The nightly sweep: uploads that nothing took, and bytes that a crash left without a row."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta

from django.utils import timezone

from opsloop.base.files import shelf
from opsloop.base.files.actions import sweep_files
from opsloop.base.files.models import Stored
from opsloop.base.people.models import Person

AGE = timedelta(days=2)
"""An upload may wait so long for the act that takes it: a form left open over night."""


def sweep(by: Person, chunk: Callable[[], AbstractContextManager[object]] = nullcontext) -> int:
    """Answers how many contents went. Uploads wait meanwhile; a content that is just coming stays.

    chunk: what one transaction of the sweep runs in, a job's checkpoint.
    """
    before = timezone.now() - AGE
    gone = 0
    with shelf.keeping(alone=True):
        while True:
            with chunk():
                count = sweep_files(by=by, before=before)
            gone += count
            if not count:
                break
        for path in shelf.contents():
            old = path.stat().st_mtime < before.timestamp()
            if old and not Stored.objects.filter(sha256=path.name, erased_at__isnull=True).exists():
                path.unlink(missing_ok=True)
                gone += 1
    return gone
