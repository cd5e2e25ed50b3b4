from django.urls import path

from opsloop.data.sources import held_views, views

app_name = "sources"
urlpatterns = [
    path("", views.calendar_page, name="calendar"),
    path("held/", views.held_page, name="held"),
    path("asides/", views.asides_page, name="asides"),
    path("loads/", views.load_list, name="loads"),
    path("loads/<int:pk>/", views.load_page, name="load"),
    path("loads/<int:pk>/decide/", held_views.decide, name="decide"),
    path("<slug:ident>/", views.source_page, name="source"),
    path("<slug:ident>/<slug:day>/", views.day_page, name="day"),
]
