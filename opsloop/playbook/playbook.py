"""Loaded when all apps are there: the kinds register themselves."""

from opsloop.playbook import authoring, knowing
from opsloop.playbook.kinds import calendar, glossary, playbook, position, translation

__all__ = ["authoring", "calendar", "glossary", "knowing", "playbook", "position", "translation"]
