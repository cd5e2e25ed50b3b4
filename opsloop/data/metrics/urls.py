from django.urls import path

from opsloop.data.metrics import views

app_name = "metrics"
urlpatterns = [
    path("sales/", views.sales, name="sales"),
]
