from django.urls import path, register_converter
from django.urls.converters import StringConverter

from opsloop.data.sources import aside_many, aside_views, held_views, views, work_views


class BusinessDay(StringConverter):
    """A day as 2026-03-01, so that no page beside it can stand in its way."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


register_converter(BusinessDay, "day")

app_name = "sources"
urlpatterns = [
    path("", views.calendar_page, name="calendar"),
    path("-/held/", views.held_page, name="held"),
    path("-/asides/", views.asides_page, name="asides"),
    path("-/loads/", views.load_list, name="loads"),
    path("-/loads/<int:pk>/", views.load_page, name="load"),
    path("-/loads/<int:pk>/decide/", held_views.decide, name="decide"),
    path("-/work/<int:pk>/", work_views.work_page, name="work"),
    path("<slug:ident>/", views.source_page, name="source"),
    path("<slug:ident>/aside/", aside_views.aside_page, name="aside"),
    path("<slug:ident>/aside/check/", aside_views.check_row, name="aside-check"),
    path("<slug:ident>/aside/repair/", aside_views.repair, name="aside-repair"),
    path("<slug:ident>/aside/dismiss/", aside_views.dismiss, name="aside-dismiss"),
    path("<slug:ident>/aside/bulk/", aside_many.bulk, name="aside-bulk"),
    path("<slug:ident>/aside/sheet/", aside_many.sheet, name="aside-sheet"),
    path("<slug:ident>/aside/upload/", aside_many.upload, name="aside-upload"),
    path("<slug:ident>/<day:day>/", views.day_page, name="day"),
]
