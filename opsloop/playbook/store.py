"""Texts by their hash: the door keeps them before an act, the act takes only the hash."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _t

from opsloop.base.acts import Refused
from opsloop.playbook.models import Content
from opsloop.playbook.reader.text import hash_of


def keep(text: str) -> str:
    """Keep a text; answers its hash. Keeping the same text again changes nothing."""
    return keep_all([text])[0]


def keep_all(texts: Iterable[str]) -> list[str]:
    """Keep several texts at once; answers their hashes in order."""
    hashed = [(hash_of(text), text) for text in texts]
    Content.objects.bulk_create(
        [Content(sha256=h, text=text) for h, text in dict(hashed).items()], ignore_conflicts=True
    )
    return [h for h, _text in hashed]


def texts_of(hashes: Iterable[str]) -> dict[str, str]:
    """hash -> text, each checked against its hash again. Raises Refused when one is missing or was tampered with."""
    wanted = {one for one in hashes if one}
    found = dict(Content.objects.filter(pk__in=wanted).values_list("sha256", "text"))
    for one in wanted:
        if one not in found:
            raise Refused(_t("There is no text with the hash {hash}.").format(hash=one[:12]))
        if hash_of(found[one]) != one:
            raise Refused(_t("The text with the hash {hash} was changed in the database.").format(hash=one[:12]))
    return found
