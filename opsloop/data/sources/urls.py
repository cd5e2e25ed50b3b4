from django.urls import path

from opsloop.data.sources import views

app_name = "sources"
urlpatterns = [
    path("", views.calendar_page, name="calendar"),
    path("held/", views.held_page, name="held"),
    path("asides/", views.asides_page, name="asides"),
    path("loads/", views.load_list, name="loads"),
    path("loads/<int:pk>/", views.load_page, name="load"),
    path("<slug:ident>/", views.source_page, name="source"),
    path("<slug:ident>/<slug:day>/", views.day_page, name="day"),
]
