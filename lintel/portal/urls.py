"""The addresses of the person's own view. No address says who anybody is."""

from django.urls import path

from lintel.portal import views

app_name = "portal"

urlpatterns = [
    path("", views.start, name="start"),
    path("whom/", views.whom, name="whom"),
    path("plan/", views.plan, name="plan"),
    path("hospital/", views.in_hospital, name="hospital"),
    path("sharing/", views.sharing, name="sharing"),
    path("sharing/answer/", views.answer, name="answer"),
    path("sharing/no-to-all/", views.no_to_all, name="no-to-all"),
    path("sharing/undo/", views.undo_no, name="undo-no"),
    path("sharing/<int:consent_id>/take-back/", views.take_back, name="take-back"),
    path("record/", views.record, name="record"),
    path("record/say/", views.say_fact, name="say-fact"),
    path("record/<int:note_id>/say/", views.say, name="say"),
    path("contact/", views.contact, name="contact"),
    path("help/", views.help_, name="help"),
    path("carers/", views.carers, name="carers"),
    path("carers/let-look/", views.let_look, name="let-look"),
    path("carers/<int:viewer_id>/stop/", views.stop, name="stop"),
    path("carers/codes/<int:invitation_id>/cancel", views.cancel, name="cancel"),
    path("look-no-more", views.look_no_more, name="look-no-more"),
    path("feedback/", views.feedback, name="feedback"),
    path("leave/", views.leave, name="leave"),
    path("sign-in/", views.sign_in, name="sign-in"),
    path("looked/", views.looked, name="looked"),
    path("looked/questions/", views.looked_questions, name="looked-questions"),
    path("looked/<int:entry_id>/", views.looked_ask, name="looked-ask"),
    path("opened/", views.opened, name="opened"),
    path("sign-in/passkey/", views.passkey_in, name="passkey-in"),
    path("sign-in/code/type/", views.code_in, name="code-in"),
    path("sign-in/code/<str:how>/", views.code_ask, name="code-ask"),
    path("ways/", views.ways, name="ways"),
    path("ways/passkey/", views.passkey_add, name="passkey-add"),
    path("ways/passkey/<int:key_id>/remove", views.passkey_remove, name="passkey-remove"),
    path("ways/code/type/", views.reach_confirm, name="reach-confirm"),
    path("ways/code/<str:how>/", views.reach_add, name="reach-add"),
    path("ways/code/<int:reach_id>/end", views.reach_end, name="reach-end"),
    path("ways/code/<int:reach_id>/news", views.reach_news, name="reach-news"),
    path("ways/code/<int:reach_id>/quiet", views.reach_quiet, name="reach-quiet"),
    path("letter/", views.letter, name="letter"),
]
