from django.urls import path

from opsloop.ui.jobs import views

app_name = "jobs"
# jobs/
urlpatterns = [
    path("", views.now, name="now"),
    path("running/", views.running, name="running"),
    path("all/", views.job_list, name="all"),
    path("mine/", views.my_jobs, name="mine"),
    path("schedules/", views.schedule_list, name="schedules"),
    path("schedules/<int:pk>/", views.schedule_page, name="schedule"),
    path("outbox/", views.outbox_list, name="outbox"),
    path("outbox/<int:pk>/", views.letter_page, name="letter"),
    path("<int:pk>/", views.job_page, name="job"),
    path("<int:pk>/state/", views.job_state, name="state"),
]
