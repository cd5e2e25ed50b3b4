"""The kinds that every workspace has."""

from opsloop.base.links import kinds as _kinds  # noqa: F401
