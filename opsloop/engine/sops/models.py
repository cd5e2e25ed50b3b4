"""SOPs in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from opsloop.base.kinds.compiled import Compiled
from opsloop.base.kinds.loading import typed
from opsloop.base.kinds.registry import kinds

if TYPE_CHECKING:
    from opsloop.engine.sops.definition import SopFile


class Sop(Compiled):
    """标准流程: the newest published version that is in force. Cases stay on the version that they began with."""

    kind = "sop"

    class Meta(Compiled.Meta):
        verbose_name = pgettext_lazy("sop", "SOP")
        verbose_name_plural = _("SOPs")

    def get_absolute_url(self) -> str:
        return f"/sops/{self.ident}/"

    @property
    def owner(self) -> str:
        """The id of the position that answers for it."""
        return str(self.definition.get("owner", ""))

    @property
    def as_written(self) -> SopFile:
        """The typed object in the language of its file: what is run and compared. `obj` is for reading only, since a
        translation replaces the options that expressions name."""
        return cast("SopFile", typed(kinds["sop"].cls, self.definition))
