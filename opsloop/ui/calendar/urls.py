from django.urls import path

from opsloop.ui.calendar import views

app_name = "calendar"
# calendar/
urlpatterns = [path("", views.month_page, name="month")]
