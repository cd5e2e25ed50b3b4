from django.urls import path

from opsloop.engine.series import lists, views

app_name = "series"
urlpatterns = [
    path("", views.series_list, name="list"),
    path("<int:pk>/", views.series_page, name="series"),
]
LISTS = (lists.AllSeries,)
"""Imported here, so that an export of it finds its list."""
