"""What `manage check` and `opsloop doctor` say of the page's own files."""

from __future__ import annotations

from typing import Any

from django.core.checks import CheckMessage, Warning, register  # noqa: A004 Django's name

from opsloop.ui import icons


@register()
def assets(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The third-party files of the pages are copied in before the first start."""
    if icons.FILE.exists():
        return []
    hint = "npm ci --ignore-scripts && python tools/assets.py (make does both)"
    return [Warning("The pages' styles and icons are not there yet.", hint=hint, id="ui.W001")]
