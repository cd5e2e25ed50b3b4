from django.urls import path

from opsloop.modules.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.edition_list, name="reports"),
    path("<int:pk>/", views.edition_page, name="edition"),
    path("<int:pk>/write/", views.write_page, name="write"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/compare/", views.compare_page, name="compare"),
    path("<int:pk>/files/", views.files_page, name="files"),
    path("kinds/<slug:ident>/", views.kind_page, name="kind"),
    path("own/", views.own_list, name="own"),
    path("own/<int:pk>/", views.own_page, name="own-report"),
]
