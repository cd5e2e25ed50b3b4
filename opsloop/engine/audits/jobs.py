"""The archive is made after the sample was drawn, as the one who drew it sees the cases."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.utils import translation
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from opsloop.base.files.keep import store
from opsloop.base.inbox.api import tell
from opsloop.base.jobs.api import Context, task
from opsloop.base.policy.scopes import visible
from opsloop.engine.audits import archive
from opsloop.engine.audits.actions import BUILD, keep
from opsloop.engine.audits.gathering import Gathered
from opsloop.engine.audits.models import AuditPack
from opsloop.engine.cases.models import Case

READY = "audits.ready"


@task(
    BUILD, _("Make an audit pack"), prepare=True, timeout_s=900, max_attempts=3,
    may=("files.keep", "audits.keep"),
)  # fmt: skip
def build(ctx: Context, pack: int) -> Callable[[], AuditPack] | None:
    """Nothing where it is there already. A case that who drew it sees no more is left out."""
    row = AuditPack.objects.select_related("made_by", "department").get(pk=pack)
    if row.file_id is not None:
        return None
    with tempfile.TemporaryDirectory() as folder, translation.override(row.made_by.language):
        path = Path(folder) / f"{row}.zip"
        archive.write(row, _gathered(row, ctx), path)
        stored = store(path, ctx.by, name=path.name)

    def publish() -> AuditPack:
        kept = keep(AuditPack.objects.get(pk=row.pk), by=ctx.by, stored=stored)
        tell([row.made_by], READY, _t("The audit pack {pack} is ready").format(pack=row), link=row.get_absolute_url(),
             about=row)  # fmt: skip
        return kept

    return publish


def _gathered(row: AuditPack, ctx: Context) -> Iterator[Gathered]:
    rows = visible(row.made_by, Case).select_related("edition", "department", "initiator").in_bulk(row.cases)
    for n, pk in enumerate(row.cases, 1):
        if pk in rows:
            yield Gathered(rows[pk], row.made_by, personal=row.personal)
        ctx.progress(n, len(row.cases))
