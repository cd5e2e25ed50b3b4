from django.urls import path

from opsloop.data.sql import feeds, views

app_name = "sql"
urlpatterns = [
    path("", views.editor, name="editor"),
    path("keep/", views.keep, name="keep"),
    path("history/", views.history, name="history"),
    path("runs/<int:pk>/file/", views.export, name="export"),
    path("tables/<slug:name>.parquet", feeds.table, name="table"),
    path("saved/<int:pk>/rows.csv", feeds.rows, name="rows"),
    path("metrics/<slug:name>.json", feeds.metric, name="metric"),
    path("opsloop.duckdb", feeds.snapshot, name="snapshot"),
    path("saved/", views.saved, name="saved"),
    path("saved/<int:pk>/", views.query_page, name="query"),
]
