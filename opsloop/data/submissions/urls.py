from django.urls import path

from opsloop.data.submissions import views

app_name = "submissions"
urlpatterns = [
    path("", views.overview_page, name="overview"),
    path("all/", views.sheet_list, name="all"),
    path("<int:pk>/", views.sheet_page, name="sheet"),
    path("<int:pk>/check/", views.check_cells, name="check"),
]
