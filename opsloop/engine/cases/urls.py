from django.urls import path

from opsloop.engine.cases import lists
from opsloop.engine.cases.pages import acting, boards, moving, starting, views

app_name = "cases"
urlpatterns = [
    path("", boards.running, name="running"),
    path("board/", boards.board, name="board"),
    path("load/", boards.load, name="load"),
    path("todo/", boards.todo, name="todo"),
    path("approvals/", boards.approvals, name="approvals"),
    path("started/", boards.started, name="started"),
    path("start/", starting.choose, name="start"),
    path("start/<slug:ident>/", starting.begin, name="begin"),
    path("start/<slug:ident>/code/", starting.code, name="code"),
    path("versions/<slug:ident>/", moving.versions, name="versions"),
    path("<int:pk>/", views.case_page, name="case"),
    path("<int:pk>/do/", acting.do, name="do"),
    path("<int:pk>/correct/", acting.correct, name="correct"),
]
LISTS = (lists.Cases, lists.Todo, lists.Started)
"""Imported here, so that an export of them finds its list."""
