"""The addresses of wards and stays, below `hospital/`."""

from django.urls import path

from lintel.hospital.views import stay, wards

app_name = "hospital"

ONE = "stays/<int:stay_id>/"

urlpatterns = [
    path("", wards.all_wards, name="wards"),
    path("wards/<slug:slug>/", wards.ward, name="ward"),
    path("wards/<slug:slug>/export", wards.export, name="ward-export"),
    path("wards/<slug:slug>/admit/", wards.admit, name="admit"),
    path(ONE, stay.stay, name="stay"),
    path(f"{ONE}questions/", stay.questions, name="questions"),
    path(f"{ONE}steps/add/", stay.add_step, name="step-add"),
    path(f"{ONE}steps/<int:step_id>/", stay.settle_step, name="step"),
    path(f"{ONE}expected/", stay.expected, name="expected"),
    path(f"{ONE}give/", stay.give, name="give"),
    path(f"{ONE}away/", stay.away, name="away"),
    path(f"{ONE}back/", stay.back, name="back"),
    path(f"{ONE}move/", stay.choose_ward, name="choose-ward"),
    path(f"{ONE}move/<int:ward_id>/", stay.move, name="move"),
    path(f"{ONE}end/", stay.end, name="end"),
    path(f"{ONE}dates/", stay.dates, name="dates"),
    path(f"{ONE}meetings/add/", stay.call_meeting, name="meeting-add"),
    path(f"{ONE}meetings/<int:meeting_id>/", stay.hold_meeting, name="meeting"),
]
