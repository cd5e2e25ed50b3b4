from django.urls import path

from opsloop.engine.audits import lists, views

app_name = "audits"
urlpatterns = [
    path("", views.packs, name="packs"),
    path("<int:pk>/", views.pack_page, name="pack"),
    path("<int:pk>/file/", views.file, name="file"),
]
LISTS = (lists.AuditPacks,)
"""Imported here, so that an export of it finds its list."""
