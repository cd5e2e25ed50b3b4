from django.urls import path

from opsloop.engine.sops import views
from opsloop.engine.sops.editing import views as editing

app_name = "sops"
urlpatterns = [
    path("", views.sop_list, name="sops"),
    path("<slug:ident>/edit/", editing.edit_page, name="edit"),
    path("<slug:ident>/", views.sop_page, name="sop"),
]
