from django.urls import path

from opsloop.ui.departments import views

app_name = "departments"

# departments/
urlpatterns = [
    path("", views.tree_page, name="tree"),
    path("<int:pk>/", views.department_page, name="department"),
]
