from django.urls import path

from opsloop.engine.monitors import views

app_name = "monitors"
urlpatterns = [
    path("", views.alert_list, name="alerts"),
    path("alerts/<int:pk>/", views.alert_page, name="alert"),
    path("rules/", views.monitor_list, name="monitors"),
    path("rules/<slug:ident>/", views.monitor_page, name="monitor"),
    path("days/", views.marked_list, name="days"),
]
