from django.urls import path

from opsloop.data.explore import views
from opsloop.data.explore.pages import boards, cohorts, explaining, firsts, rows

app_name = "explore"
urlpatterns = [
    path("", views.explore, name="explore"),
    path("save/", views.save, name="save"),
    path("rows/", rows.row_list, name="rows"),
    path("firsts/", firsts.first_list, name="firsts"),
    path("explain/", explaining.explain_page, name="explain"),
    path("cohorts/", cohorts.cohort_page, name="cohorts"),
    path("dashboards/", boards.board_list, name="dashboards"),
    path("dashboards/<slug:key>/", boards.board_page, name="dashboard"),
    path("dashboards/<slug:key>/tiles/", boards.tiles, name="tiles"),
]
