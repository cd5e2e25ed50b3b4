from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from opsloop.base.kinds.compiled import Compiled


class Dataset(Compiled):
    """数据集: a published SELECT, as it is in force."""

    kind = "dataset"

    class Meta(Compiled.Meta):
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")

    @property
    def relation(self) -> str:
        """Its name in SQL."""
        return self.ident.replace("-", "_")
