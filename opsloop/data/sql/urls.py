from django.urls import path

from opsloop.data.sql import views

app_name = "sql"
urlpatterns = [
    path("", views.editor, name="editor"),
    path("keep/", views.keep, name="keep"),
    path("history/", views.history, name="history"),
    path("runs/<int:pk>/file/", views.export, name="export"),
    path("saved/", views.saved, name="saved"),
    path("saved/<int:pk>/", views.query_page, name="query"),
]
