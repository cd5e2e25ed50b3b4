from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "opsloop.ui"
    label = "ui"

    def ready(self) -> None:
        from opsloop.ui import checks  # noqa: F401 registers itself
        from opsloop.ui.signin import sessions  # noqa: F401 hears every sign-in, the first one too
