"""Loads every app's policy, actions, listeners, jobs and playbook kinds once all models are there."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

FILES = ("policy", "actions", "listeners", "jobs", "playbook", "shown", "cards", "datasets", "troubles")


class OpsloopConfig(AppConfig):
    name = "opsloop.config"
    label = "config"

    def ready(self) -> None:
        autodiscover_modules(*FILES)
        self._of_pages()
        from opsloop.base.acts import registry

        for one in registry.values():
            _ = one.params  # every signature is read at start: a bad one stops the process, not a person

    @staticmethod
    def _of_pages() -> None:
        """The same files of those modules that are no Django app: pages of base's apps have jobs and cards too."""
        from opsloop.base.registry import modules

        for module in modules():
            for name in FILES if not module.app else ():
                if find_spec(f"{module.package}.{name}") is not None:
                    import_module(f"{module.package}.{name}")
