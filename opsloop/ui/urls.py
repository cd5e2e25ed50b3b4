"""/ and what every page needs; each noun's pages have their own folder."""

from django.urls import path

from opsloop.ui import language
from opsloop.ui.workbench import palette, views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("go/", palette.go, name="go"),
    path("language/", language.choose, name="language"),
]
