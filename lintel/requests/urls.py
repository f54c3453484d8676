"""The addresses of requests. A reference names a request, and nothing in it tells about anybody."""

from django.urls import path

from lintel.requests.views import desk, handing_over, inbox, raising, referral, sending, sent, shop

app_name = "requests"

urlpatterns = [
    path("new", raising.start, name="start"),
    path("new/<int:person_id>", raising.start, name="start-about"),
    path("concern/new", raising.concern, name="concern"),
    path("concern/new/<int:person_id>", raising.concern, name="concern-about"),
    path("message/new", raising.message, name="message"),
    path("message/new/<int:person_id>", raising.message, name="message-about"),
    path("advice/new", raising.advice, name="advice"),
    path("referral/new", referral.whom, name="referral"),
    path("referral/new/<int:person_id>", referral.service, name="referral-about"),
    path("referral/new/<int:person_id>/<int:team_id>", referral.write, name="referral-write"),
    path("sent/", sent.listing, name="sent"),
    path("sent/export", sent.export, name="sent-export"),
    path("sent/<str:reference>/", sent.one, name="sent-one"),
    path("sent/<str:reference>/open", sending.open_thread, name="sent-open"),
    path("sent/<str:reference>/visits/<int:visit_id>", sending.answer_visit, name="sent-visit"),
    path("sent/<str:reference>/<slug:act>", sending.act, name="sent-act"),
    path("inbox/", inbox.listing, name="inbox"),
    path("shop/", shop.listing, name="shop"),
    path("hand-over/", handing_over.hand_over, name="hand-over"),
    path("desk/<str:reference>/", desk.one, name="desk"),
    path("desk/<str:reference>/acknowledge", desk.acknowledge, name="acknowledge"),
    path("desk/<str:reference>/take", desk.take, name="take"),
    path("desk/<str:reference>/visits/<int:visit_id>", desk.answer_visit, name="desk-visit"),
    path("desk/<str:reference>/<slug:act>", desk.act, name="act"),
]
