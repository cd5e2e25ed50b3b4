from django.urls import path

from opsloop.engine.sops import views

app_name = "sops"
urlpatterns = [
    path("", views.sop_list, name="sops"),
    path("<slug:ident>/", views.sop_page, name="sop"),
]
