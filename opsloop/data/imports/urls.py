from django.urls import path

from opsloop.data.imports import new_views, views

app_name = "imports"
urlpatterns = [
    path("", views.upload_page, name="upload"),
    path("<int:pk>/", views.choose_page, name="choose"),
    path("<int:pk>/read/", views.read_page, name="read"),
    path("<int:pk>/to/<slug:ident>/", views.map_page, name="map"),
    path("<int:pk>/new/", new_views.new_page, name="new"),
    path("<int:pk>/try/", views.try_page, name="try"),
    path("<int:pk>/run/", views.run_page, name="run"),
    path("<int:pk>/give-up/", views.give_up_page, name="give_up"),
]
