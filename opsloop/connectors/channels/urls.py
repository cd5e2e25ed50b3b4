from django.urls import path

from opsloop.connectors.channels import views

app_name = "channels"
urlpatterns = [
    path("", views.channel_list, name="list"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.channel_page, name="channel"),
    path("<int:pk>/address/", views.readdress, name="readdress"),
    path("<int:pk>/takes/", views.takes, name="takes"),
    path("<int:pk>/test/", views.test, name="test"),
]
