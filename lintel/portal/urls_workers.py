"""The addresses at which workers answer people, and make letters for them."""

from django.urls import path

from lintel.portal.views import workers as views

app_name = "portal-workers"

urlpatterns = [
    path("own-view/feedback/", views.feedback, name="feedback"),
    path("asked/", views.asked, name="asked"),
    path("asked/<int:ask_id>/", views.asked_one, name="asked-one"),
    path("asked/<int:ask_id>/take", views.take, name="take"),
    path("people/<int:person_id>/own-view/", views.make_letter, name="letter"),
    path("people/<int:person_id>/own-view/cancel", views.cancel_letter, name="cancel-letter"),
    path("people/<int:person_id>/said/<int:remark_id>/", views.remark, name="remark"),
]
