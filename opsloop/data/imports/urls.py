from django.urls import path

from opsloop.data.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.upload_page, name="upload"),
    path("runs/<int:pk>/", views.run_page, name="run"),
    path("<int:pk>/", views.choose_page, name="choose"),
    path("<int:pk>/<slug:ident>/", views.try_page, name="try"),
]
