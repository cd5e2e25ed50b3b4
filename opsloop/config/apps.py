"""Loads every app's policy, actions, listeners, jobs and playbook kinds once all models are there."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

FILES = ("policy", "actions", "listeners", "jobs", "playbook", "shown", "cards")


class OpsloopConfig(AppConfig):
    name = "opsloop.config"
    label = "config"

    def ready(self) -> None:
        autodiscover_modules(*FILES)
        from opsloop.base.acts import registry

        for one in registry.values():
            _ = one.model  # every signature is read at start: a bad one stops the process, not a person
