"""The acts of the product: other tests in the same process register acts of their own, which are nobody's to judge."""

from __future__ import annotations

from opsloop.base.acts import registry as every
from opsloop.base.acts.registry import Act


def _of_tests(act: Act) -> bool:
    return act.fn.__module__.startswith("tests.") or ".tests." in act.fn.__module__


registry: dict[str, Act] = {name: act for name, act in every.items() if not _of_tests(act)}
