from django.urls import path

from opsloop.data.lake import views

app_name = "lake"
urlpatterns = [
    path("", views.table_list, name="tables"),
    path("versions/", views.version_list, name="versions"),
    path("versions/<int:pk>/compare/", views.compare_page, name="compare"),
    path("erasure/", views.erasure_page, name="erasure"),
    path("versions/<int:pk>/", views.version_page, name="version"),
]
