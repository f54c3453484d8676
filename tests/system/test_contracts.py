"""What import-linter can't say: other domains see only a domain's actions, queries and states."""

import grimp
import pytest

DOMAINS = (
    "agencies",
    "directory",
    "people",
    "sharing",
    "requests",
    "plans",
    "hospital",
    "records",
    "portal",
)
# `words` and `kinds` are data that domains above add to; `factories` of rows are tests' only.
# So is `place`: where somebody is, as the directory is asked about it.
OPEN = {"actions", "queries", "states", "words", "kinds", "place"}
# A domain that adds a kind of request builds its pages, and tells of it, as requests do.
ADDS_KINDS = {"hospital"}
PARTS_OF_REQUESTS = {"presenters", "views", "tell", "references"}
# A model may refer to a model below it: a foreign key is a fact of the database.
MODEL_READERS = {"models", "models_safety", "models_care", "migrations"}
# Agencies, teams and workers are what every domain's rows point at; what may be read of them is
# the same for every worker (ADR 0001). Pages still go through queries.
SHARED = "agencies"
PAGES = {"views", "api", "forms", "presenters"}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """The package's imports."""
    return grimp.build_graph("lintel", exclude_type_checking_imports=True)


def parts(module: str) -> tuple[str, str]:
    """('requests', 'views') of lintel.requests.views.desk."""
    names = module.split(".")
    return (names[1] if len(names) > 1 else ""), (names[2] if len(names) > 2 else "")


def test_other_domains_see_only_actions_queries_and_states(graph: grimp.ImportGraph) -> None:
    """No domain reaches into another's models, policy, views or forms."""
    wrong = []
    for importer in sorted(graph.modules):
        here, inside = parts(importer)
        if here not in DOMAINS:
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            there, what = parts(imported)
            if there not in DOMAINS or there == here or what in OPEN:
                continue
            if here in ADDS_KINDS and there == "requests" and what in PARTS_OF_REQUESTS:
                continue
            if what == "models" and inside in MODEL_READERS:
                continue
            if what == "models" and there == SHARED and inside not in PAGES:
                continue
            wrong.append(f"{importer} -> {imported}")
    assert not wrong, "\n".join(wrong)


def test_pages_never_touch_models(graph: grimp.ImportGraph) -> None:
    """Views, the API, forms and presenters go through queries and actions."""
    wrong = [
        f"{importer} -> {imported}"
        for importer in sorted(graph.modules)
        for imported in graph.find_modules_directly_imported_by(importer)
        if parts(importer)[1] in PAGES and parts(imported)[1] == "models"
    ]
    assert not wrong, "\n".join(wrong)
