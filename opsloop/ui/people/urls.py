from django.urls import path

from opsloop.ui.people import me, tokens, views, waiting

app_name = "people"

# people/
urlpatterns = [
    path("", views.people_list, name="list"),
    path("me/", me.my_page, name="me"),
    path("waiting/", waiting.waiting_page, name="waiting"),
    path("appointments/<int:pk>/", waiting.appointment_page, name="appointment"),
    path("erasures/<int:pk>/", waiting.erasure_page, name="erasure"),
    path("<int:pk>/", views.person_page, name="person"),
    path("<int:pk>/rights/", views.rights_page, name="rights"),
    path("<int:pk>/link/", views.link_page, name="link"),
    path("<int:pk>/token/", tokens.token_page, name="token"),
]
