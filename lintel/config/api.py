"""The API at `/api/`: its instance, its description, and how its calls are answered.

Who asks is found out by `lintel.config.middleware.SignedInActor`, as for pages; what is raised
comes back there, so that everything is rolled back before it becomes a problem.
"""

import json
from functools import cache
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI, Path
from ninja.operation import Operation

from lintel.directory.api import answers as open_data
from lintel.kernel.errors import Invalid
from lintel.requests.api import desk, finding, following, problems, raising, reading, told
from lintel.requests.api.auth import Key
from lintel.web import views as pages

NAMESPACE = "api"
PREFIX = "/api/"
DESCRIPTION = """\
For the systems of landlords, trusts and other agencies of the partnership.

A key acts for one named worker of your agency: what that worker may see and do, the key may, as
far as its scopes go. Every use is in the access record. Requests that are masked on the pages are
masked here: what the sender is told never depends on whether a service knows the person.

Errors are problem details (RFC 9457). A request that raises something needs an `Idempotency-Key`.
"""
# What may be answered beside success, by whether a key is needed and a body is read.
ALWAYS = (500,)
WITH_KEY = (401, 403, 404, 422, 429)
WITH_BODY = (400, 409, 413, 415)
STATUS_WORDS = {kind.status: kind.title for kind in reversed(problems.KINDS.values())}
HEADERS = {"401": "WWW-Authenticate", "429": "Retry-After"}
PROBLEM = {"$ref": "#/components/schemas/ProblemTold"}


class LintelAPI(NinjaAPI):
    """Ninja, but that errors are raised, addresses are strict, and the description is whole."""

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """Leave it to the middleware, outside the transaction."""
        raise exc

    def _get_urls(self) -> list[URLResolver | URLPattern]:
        """The operations, and a problem for any other address."""
        urls: list[URLResolver | URLPattern] = []
        for router in self._get_bound_routers():
            urls.extend(router.urls_paths(router.prefix))
        return [*urls, re_path(r"^.*$", absent, name="absent")]

    def get_operation_url_name(self, operation: Operation, router: Any) -> str:
        """The name in the resolver, and so in the access record: the operation's own."""
        return operation.operation_id or operation.view_func.__name__

    def query_names(self, operation_id: str) -> frozenset[str]:
        """The parameters that an operation takes after the question mark."""
        operation = self._operations().get(operation_id)
        return frozenset(
            name
            for model in (operation.models if operation else [])
            if str(model.__ninja_param_source__) == "query"
            for name in getattr(model, "__ninja_flatten_map__", {})
        )

    def described(self) -> dict[str, Any]:
        """The description, OpenAPI 3.1."""
        found: dict[str, Any] = dict(self.get_openapi_schema(path_prefix=PREFIX))
        operations = self._operations()
        for methods in found["paths"].values():
            for described in methods.values():
                _complete(described, operations[described["operationId"]])
        found["components"]["schemas"]["ProblemTold"] = _schema_of(told.ProblemTold, found)
        found["servers"] = [{"url": "/"}]
        return found

    def _operations(self) -> dict[str, Operation]:
        return {
            operation.operation_id or "": operation
            for router in self._get_bound_routers()
            for view in router.path_operations.values()
            for operation in view.operations
        }


def _schema_of(model: type[told.ProblemTold], found: dict[str, Any]) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    found["components"]["schemas"].update(schema.pop("$defs", {}))
    return schema


def _complete(described: dict[str, Any], operation: Operation) -> None:
    """Add the problems that the operation may answer, and the scope that it needs."""
    described["summary"] = (
        described.get("description", "").split(". ")[0].split("\n")[0].rstrip(".")
    )
    for parameter in described["parameters"]:
        # No text after a question mark or in a header means null: leaving it out does.
        choices = parameter["schema"].pop("anyOf", [{}])
        parameter["schema"] |= choices[0]
    keys = [auth for auth in operation.auth_callbacks if isinstance(auth, Key)]
    statuses = [*ALWAYS]
    if keys:
        described["security"] = [{"Key": keys[0].scopes}]
        statuses += WITH_KEY
    if "requestBody" in described:
        statuses += WITH_BODY
    if not keys:
        statuses += [404, 422]
    for status in sorted(set(statuses)):
        described["responses"].setdefault(
            str(status),
            {
                "description": STATUS_WORDS[status],
                "content": {problems.MEDIA_TYPE: {"schema": PROBLEM}},
            },
        )
    for number, name in HEADERS.items():
        if number in described["responses"]:
            header = {"schema": {"type": "string"}, "required": True}
            described["responses"][number]["headers"] = {name: header}


@csrf_exempt
def absent(request: HttpRequest) -> HttpResponse:
    """An address that the API doesn't have."""
    raise Http404


api = LintelAPI(
    title="Lintel",
    version="1",
    description=DESCRIPTION,
    openapi_url=None,
    docs_url=None,
    urls_namespace=NAMESPACE,
    parser=reading.StrictParser(),
)
for router in (raising.router, following.router, desk.router):
    api.add_router("/v1/requests", router)
api.add_router("/v1", finding.router)


@api.get("/openapi.json", include_in_schema=False, operation_id="openapi")
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of the API, open to all."""
    return HttpResponse(description(), content_type="application/json")


@cache
def description() -> bytes:
    """The description as sent; it changes with the code alone."""
    return json.dumps(api.described()).encode()


@api.get("/problems/{code}", response=told.ProblemKind, operation_id="problem", tags=["problems"])
def problem(request: HttpRequest, code: Path[str]) -> told.ProblemKind:
    """What a kind of problem means: the address that is each problem's `type`."""
    kind = problems.KINDS.get(code)
    if kind is None:
        raise Http404
    return told.ProblemKind(code=code, status=kind.status, title=kind.title, meaning=kind.meaning)


def is_api(request: HttpRequest) -> bool:
    """Whether this is a call of the API, known or not."""
    return request.path == PREFIX or request.path.startswith(PREFIX)


def check(request: HttpRequest) -> None:
    """Refuse what no operation takes. Raises Invalid for a parameter that this one doesn't have."""
    match = request.resolver_match
    known = api.query_names(match.url_name or "") if match else frozenset()
    if set(request.GET) - known:
        takes = ", ".join(sorted(known)) or "none"
        raise Invalid({"?": f"Send only the parameters that this operation takes: {takes}"})


def tidied(response: HttpResponseBase) -> HttpResponseBase:
    """The answer; a plain refusal of the method as a problem."""
    if response.status_code == 405:
        return problems.not_allowed(response.headers.get("Allow", ""))
    return response


def failed(request: HttpRequest) -> HttpResponse:
    """The last resort: a fault of ours, as a problem for a system and as a page for a worker."""
    if open_data.is_open_data(request):
        return open_data.failed()
    return problems.problem("failed") if is_api(request) else pages.server_error(request)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400 from before any view: as a problem for a system and as a page for a worker."""
    if open_data.is_open_data(request):
        return open_data.unreadable()
    if is_api(request):
        return problems.problem("malformed")
    return pages.bad_request(request, exception)
