from django.urls import path

from opsloop.data.requests import views

app_name = "requests"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("mine/", views.mine, name="mine"),
    path("<int:pk>/deliver/<int:file>/", views.deliver_file, name="deliver"),
    path("<int:pk>/", views.request_page, name="request"),
]
