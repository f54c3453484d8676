"""The addresses of wards and stays, below `hospital/`."""

from django.urls import path

from lintel.hospital.views import admissions, stay, wards
from lintel.hospital.views.common import of_stay

app_name = "hospital"

ONE = "stays/<int:stay_id>/"

urlpatterns = [
    path("", wards.all_wards, name="wards"),
    path("wards/<slug:slug>/", wards.ward, name="ward"),
    path("wards/<slug:slug>/export", wards.export, name="ward-export"),
    path("wards/<slug:slug>/admit/", wards.admit, name="admit"),
    path("admissions/", admissions.home, name="admissions"),
    path("admissions/copy", admissions.copy, name="admissions-copy"),
    path(ONE, of_stay(stay.stay), name="stay"),
    path(f"{ONE}questions/", of_stay(stay.questions), name="questions"),
    path(f"{ONE}steps/add/", of_stay(stay.add_step), name="step-add"),
    path(f"{ONE}steps/<int:step_id>/", of_stay(stay.settle_step), name="step"),
    path(f"{ONE}expected/", of_stay(stay.expected), name="expected"),
    path(f"{ONE}give/", of_stay(stay.give), name="give"),
    path(f"{ONE}away/", of_stay(stay.away), name="away"),
    path(f"{ONE}back/", of_stay(stay.back), name="back"),
    path(f"{ONE}move/", of_stay(stay.choose_ward), name="choose-ward"),
    path(f"{ONE}move/<int:ward_id>/", of_stay(stay.move), name="move"),
    path(f"{ONE}end/", of_stay(stay.end), name="end"),
    path(f"{ONE}mistake/", of_stay(stay.mistake), name="mistake"),
    path(f"{ONE}dates/", of_stay(stay.dates), name="dates"),
    path(f"{ONE}meetings/add/", of_stay(stay.call_meeting), name="meeting-add"),
    path(f"{ONE}meetings/<int:meeting_id>/", of_stay(stay.hold_meeting), name="meeting"),
]
