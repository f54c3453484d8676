"""The addresses of advance notices. A reference and a token say nothing about anybody."""

from django.urls import path

from lintel.hospital.views import notices as views
from lintel.hospital.views import outside
from lintel.hospital.views.common import of_stay

app_name = "notices"

urlpatterns = [
    path("stays/<int:stay_id>/notices/", of_stay(views.listing), name="list"),
    path("stays/<int:stay_id>/notices/new", of_stay(views.send), name="send"),
    path("notices/<str:reference>/", views.one, name="one"),
    path("notices/<str:reference>/date", views.change_date, name="date"),
    path("notices/<str:reference>/withdraw", views.withdraw, name="withdraw"),
    path("notices/<str:reference>/answer/", views.answer, name="answer"),
    path("outside/<slug:token>/", outside.start, name="outside"),
    path("outside/<slug:token>/code", outside.code, name="outside-code"),
    path("outside/<slug:token>/notice", outside.notice, name="outside-notice"),
    path("outside/<slug:token>/leave", outside.leave, name="outside-leave"),
]
