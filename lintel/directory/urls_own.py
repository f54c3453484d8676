"""Addresses of those who keep entries."""

from django.urls import URLPattern, URLResolver, path

from lintel.directory.views import (
    owner_entry,
    owner_history,
    owner_list,
    owner_review,
    owner_sections,
)

ENTRY = "edit/<uuid:service_id>/"
ROW = f"{ENTRY}part/<slug:section>/<slug:part>/<int:number>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("mine/", owner_list.mine, name="own"),
    path("mine/start", owner_list.start, name="own-start"),
    path(ENTRY, owner_entry.entry, name="own-entry"),
    path(f"{ENTRY}draft", owner_entry.draft, name="own-draft"),
    path(f"{ENTRY}part/<slug:section>/", owner_sections.section, name="own-section"),
    path(ROW, owner_sections.row, name="own-row"),
    path(f"{ROW}remove", owner_sections.remove, name="own-row-remove"),
    path(f"{ENTRY}send", owner_review.send, name="own-send"),
    path(f"{ENTRY}review", owner_review.review, name="own-review"),
    path(f"{ENTRY}take-back", owner_review.take_back, name="own-take-back"),
    path(f"{ENTRY}discard", owner_review.discard, name="own-discard"),
    path(f"{ENTRY}history/", owner_history.history, name="own-history"),
    path(f"{ENTRY}history/<int:number>/", owner_history.version, name="own-version"),
    path(f"{ENTRY}history/<int:number>/restore", owner_history.restore, name="own-restore"),
    path(f"{ENTRY}check", owner_entry.check, name="own-check"),
    path(f"{ENTRY}waiting", owner_entry.waiting, name="own-waiting"),
    path(f"{ENTRY}closed", owner_entry.closed, name="own-closed"),
    path(f"{ENTRY}reopen", owner_entry.reopen, name="own-reopen"),
    path(f"{ENTRY}hand-over", owner_entry.hand_over, name="own-hand-over"),
    path(f"{ENTRY}withdraw", owner_entry.withdraw, name="own-withdraw"),
    path(f"{ENTRY}bring-back", owner_entry.bring_back, name="own-bring-back"),
]
