from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Installed in demo workspaces only."""

    name = "opsloop.demo"
    label = "demo"
