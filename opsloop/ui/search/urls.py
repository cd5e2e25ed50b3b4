from django.urls import path

from opsloop.ui.search import views

app_name = "search"
# search/
urlpatterns = [path("", views.results, name="results")]
