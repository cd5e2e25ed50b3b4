from django.urls import path

from opsloop.data.metrics import views

app_name = "metrics"
urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("section/<slug:key>/", views.section, name="section"),
    path("<slug:ident>/", views.metric_page, name="metric"),
]
