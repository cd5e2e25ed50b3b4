from django.urls import path

from opsloop.data.reconciliation import views

app_name = "reconciliation"
urlpatterns = [
    path("", views.sources_page, name="sources"),
    path("-/days/", views.day_list, name="days"),
    path("-/days/<int:pk>/", views.day_page, name="day"),
    path("-/days/<int:pk>/cause/", views.choose_cause, name="cause"),
    path("<slug:source>/", views.month_page, name="month"),
    path("<slug:source>/enter/", views.enter, name="enter"),
    path("<slug:source>/paste/", views.paste_page, name="paste"),
]
