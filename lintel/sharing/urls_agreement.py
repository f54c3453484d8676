"""The addresses of the pages about the agreement itself."""

from django.urls import path

from lintel.sharing.views import agreement, drafting, drafting_rules, previewing, publishing

ONE = "agreement/<int:number>/"
EDIT = f"{ONE}edit/"

urlpatterns = [
    path("how-we-share/", agreement.public, name="agreement-public"),
    path("agreement/", agreement.home, name="agreement"),
    path("agreement/accept/", agreement.accept, name="agreement-accept"),
    path("agreement/signatures/", agreement.signatures, name="agreement-signatures"),
    path("agreement/start", drafting.start, name="agreement-start"),
    path("agreement/progress/", previewing.progress, name="agreement-progress"),
    path("agreement/reviews/", publishing.reviews, name="agreement-reviews"),
    path("agreement/reviews/new", publishing.review_new, name="agreement-review-new"),
    path("agreement/reviews/<int:review_id>/", publishing.review, name="agreement-review"),
    path(ONE, agreement.version, name="agreement-version"),
    path(f"{ONE}rules/", agreement.rules, name="agreement-rules"),
    path(f"{ONE}rules.csv", agreement.rules_csv, name="agreement-csv"),
    path(f"{ONE}rules.xlsx", agreement.rules_xlsx, name="agreement-xlsx"),
    path(f"{ONE}compare/", agreement.compare, name="agreement-compare"),
    path(f"{ONE}signatures/", agreement.signatures, name="agreement-signatures-of"),
    path(f"{ONE}sign", agreement.sign, name="agreement-sign"),
    path(f"{ONE}withdraw", agreement.withdraw, name="agreement-withdraw"),
    path(f"{ONE}waiting/", publishing.waiting, name="agreement-waiting"),
    path(f"{ONE}remind", publishing.remind, name="agreement-remind"),
    path(f"{ONE}preview/", previewing.preview, name="agreement-preview"),
    path(f"{ONE}publish", publishing.publish, name="agreement-publish"),
    path(EDIT, drafting.overview, name="agreement-edit"),
    path(f"{EDIT}front", drafting.front, name="agreement-front"),
    path(f"{EDIT}discard", drafting.discard, name="agreement-discard"),
    path(f"{EDIT}sections/new", drafting.section_new, name="agreement-section-new"),
    path(f"{EDIT}sections/<slug:key>/", drafting.section, name="agreement-section"),
    path(
        f"{EDIT}sections/<slug:key>/remove",
        drafting.section_remove,
        name="agreement-section-remove",
    ),
    path(
        f"{EDIT}sections/<slug:key>/restore",
        drafting.section_restore,
        name="agreement-section-restore",
    ),
    path(f"{EDIT}rules/new", drafting_rules.rule_new, name="agreement-rule-new"),
    path(f"{EDIT}rules/<int:rule_id>/", drafting_rules.rule, name="agreement-rule"),
    path(
        f"{EDIT}rules/<int:rule_id>/remove",
        drafting_rules.rule_remove,
        name="agreement-rule-remove",
    ),
    path(
        f"{EDIT}rules/<int:rule_id>/restore",
        drafting_rules.rule_restore,
        name="agreement-rule-restore",
    ),
]
