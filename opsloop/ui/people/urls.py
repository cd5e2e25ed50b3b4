from django.urls import path

from opsloop.ui.people import importing, me, tokens, views, waiting

app_name = "people"

# people/
urlpatterns = [
    path("", views.people_list, name="list"),
    path("me/", me.my_page, name="me"),
    path("import/", importing.upload_page, name="import"),
    path("import/people.xlsx", importing.template_file, name="template"),
    path("import/<int:pk>/", importing.preview_page, name="preview"),
    path("import/<int:pk>/errors.xlsx", importing.errors_file, name="errors"),
    path("import/run/<int:pk>/", importing.run_page, name="run"),
    path("waiting/", waiting.waiting_page, name="waiting"),
    path("appointments/<int:pk>/", waiting.appointment_page, name="appointment"),
    path("erasures/<int:pk>/", waiting.erasure_page, name="erasure"),
    path("<int:pk>/", views.person_page, name="person"),
    path("<int:pk>/rights/", views.rights_page, name="rights"),
    path("<int:pk>/link/", views.link_page, name="link"),
    path("<int:pk>/token/", tokens.token_page, name="token"),
]
