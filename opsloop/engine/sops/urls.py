from django.urls import path

from opsloop.engine.sops import views
from opsloop.engine.sops.editing import views as editing
from opsloop.engine.sops.editing.new import new_page
from opsloop.engine.sops.importing import views as importing

app_name = "sops"
urlpatterns = [
    path("", views.sop_list, name="sops"),
    path("-/new/", new_page, name="new"),
    path("-/import/", importing.upload_page, name="import"),
    path("-/import/<int:pk>/", importing.map_page, name="import-map"),
    path("<slug:ident>/edit/", editing.edit_page, name="edit"),
    path("<slug:ident>/", views.sop_page, name="sop"),
]
