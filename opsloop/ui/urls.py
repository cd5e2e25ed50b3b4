"""/ and what every page needs; each noun's pages have their own folder."""

from django.urls import path

from opsloop.ui import exports, language
from opsloop.ui.formkit import attaching
from opsloop.ui.formkit import views as forms
from opsloop.ui.workbench import palette, views

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("read/", views.read_notices, name="read-notices"),
    path("go/", palette.go, name="go"),
    path("act/<str:name>/", forms.act_page, name="act"),
    path("act/<str:name>/<int:pk>/", forms.act_page, name="act"),
    path("pick/<str:source>/<str:name>/", forms.pick, name="pick"),
    path("attach/<str:about>/", attaching.attach, name="attach"),
    path("exports/<int:pk>/", exports.export_page, name="export"),
    path("exports/<int:pk>/file/", exports.export_file, name="export-file"),
    path("language/", language.choose, name="language"),
]
