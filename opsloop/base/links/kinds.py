"""The kinds of links, each with its words in both directions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from opsloop.base.things.errors import Text


@dataclass(frozen=True, slots=True)
class LinkKind:
    """a, b: model labels that may stand at each end; empty means any. Equal words mean no direction."""

    code: str
    forward: Text
    backward: Text
    a: frozenset[str]
    b: frozenset[str]

    @property
    def symmetric(self) -> bool:
        return self.forward is self.backward


link_kinds: dict[str, LinkKind] = {}


def link_kind(
    code: str, forward: Text, backward: Text | None = None, *, a: Iterable[str] = (), b: Iterable[str] = ()
) -> LinkKind:
    """Register a kind in an app's listeners.py: `link_kind("caused-by", _("caused by"), _("causes"))`.

    Without `backward` the kind has no direction. Raises RuntimeError when the code has other ends already.
    """
    this = LinkKind(code, forward, forward if backward is None else backward, frozenset(a), frozenset(b))
    known = link_kinds.get(code)
    if known is not None and (known.a, known.b, known.symmetric) != (this.a, this.b, this.symmetric):
        raise RuntimeError(f"two link kinds named {code}")
    link_kinds[code] = this
    return this


link_kind("related", _("related to"))
link_kind("caused-by", _("caused by"), _("causes"))
link_kind("follows-from", _("follows from"), _("led to"))
link_kind("duplicates", _("duplicates"), _("duplicated by"))
