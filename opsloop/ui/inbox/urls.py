from django.urls import path

from opsloop.ui.inbox import rules, views

app_name = "inbox"
# inbox/
urlpatterns = [
    path("", views.inbox, name="list"),
    path("read/", views.read_all, name="read"),
    path("rules/", rules.rule_list, name="rules"),
    path("rules/<str:kind>/", rules.rule_form, name="rule"),
    path("<int:pk>/", views.open_notice, name="open"),
]
