from django.urls import path

from opsloop.modules.notes import views

app_name = "notes"
urlpatterns = [
    path("", views.note_list, name="list"),
    path("<slug:ident>/", views.note_page, name="note"),
    path("<slug:ident>/send/", views.send, name="send"),
]
