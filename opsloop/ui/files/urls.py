from django.urls import path

from opsloop.ui.files import views

# files/
urlpatterns = [
    path("<int:pk>/", views.attachment_file, name="file"),
    path("stored/<int:pk>/", views.stored_file, name="stored-file"),
]
