from django.urls import path

from opsloop.engine.cases.pages import case

app_name = "cases"
urlpatterns = [
    path("<int:pk>/", case.case_page, name="case"),
]
