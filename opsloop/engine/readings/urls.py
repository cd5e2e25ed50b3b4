from django.urls import path

from opsloop.engine.readings import views

app_name = "readings"
urlpatterns = [
    path("", views.mine, name="mine"),
    path("all/", views.everybody, name="all"),
    path("documents/", views.documents, name="documents"),
    path("positions/", views.positions, name="positions"),
    path("<int:pk>/", views.duty_page, name="duty"),
]
