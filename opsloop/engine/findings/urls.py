from django.urls import path

from opsloop.engine.findings import views

app_name = "findings"
urlpatterns = [
    path("", views.board, name="board"),
    path("list/", views.finding_list, name="list"),
    path("triage/", views.triage, name="triage"),
    path("triage/<int:pk>/", views.triage, name="triage-one"),
    path("<int:pk>/", views.finding_page, name="finding"),
]
