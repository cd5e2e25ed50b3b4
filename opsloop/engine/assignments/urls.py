from django.urls import path

from opsloop.engine.assignments import views

app_name = "assignments"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("given/", views.given, name="given"),
    path("copied/", views.copied, name="copied"),
    path("all/", views.everything, name="all"),
    path("lines/", views.lines, name="lines"),
    path("series/", views.series_list, name="series-list"),
    path("series/<int:pk>/", views.series_page, name="series"),
    path("<int:pk>/", views.assignment_page, name="assignment"),
]
