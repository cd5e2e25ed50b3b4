"""All addresses: each module under its own noun, nothing named by hand."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from opsloop.base.acts.doors.rest import api
from opsloop.base.registry import modules

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", api.urls),
    *(
        path("" if module.name == "ui" else f"{module.name}/", include(module.urls))
        for module in modules()
        if module.urls
    ),
]
