"""Addresses that people or other programs hand in and that others will press."""

from __future__ import annotations

from django.utils.http import url_has_allowed_host_and_scheme


def ours(link: str) -> bool:
    """Is this the path of a page of ours? What a browser takes for another host, `//x` and `/\\x` too, is none."""
    return link.startswith("/") and url_has_allowed_host_and_scheme(link, allowed_hosts=None)
