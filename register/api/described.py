"""The OpenAPI document: descriptions of fields from the data dictionary, errors, examples."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from fastapi.openapi.utils import get_openapi
from ruamel.yaml import YAML

from register.api.problems import MEDIA_TYPE
from warehouse.store.dictionary import column_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

# Where the columns of each record are described, the first that has one.
RELATIONS: dict[str, tuple[str, ...]] = {
    "ListedDocument": ("documents",),
    "DocumentShown": ("documents",),
    "VersionRecord": ("versions", "analyses"),
    "ClauseRecord": ("clauses",),
    "TaskRecord": ("mandates",),
    "CitationRecord": ("citations",),
    "MandateItem": ("ledger", "clauses", "documents"),
    "MandateShown": ("ledger",),
    "Occurrence": ("ledger",),
    "TaskEvidence": ("task_evidence", "documents"),
    "HistorySpan": ("ledger_history",),
    "Body": ("coverage_bodies",),
    "Source": ("source_health",),
    "SeriesCoverage": ("coverage_series",),
    "NotSeen": ("coverage_numbers",),
    "BodyCoverage": ("coverage_bodies",),
    "BodySitting": ("current_sessions",),
    "SessionItem": ("session_agendas",),
}
# What is part of a path, by its name.
_IN_PATHS = {
    "document_id": "Id of a document: `document_id` in a list. An earlier id leads to it, too.",
    "task_key": "Key of a mandate: `task_key` in a list. A former key leads to it, too.",
    "body": "Short name of a body: `body` in the list of bodies, such as UNGA.",
    "path": "Name of a file: `path` in the list of files.",
}
_PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Always about:blank: the status says what kind of error it is."},
        "title": {"type": "string", "description": "The error in a few words."},
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": {"type": "string", "description": "What is wrong, and what to do."},
        "errors": {
            "type": "array",
            "description": "Of invalid parameters: each of them, with the reason.",
            "items": {
                "type": "object",
                "properties": {
                    "parameter": {"type": "string", "description": "Its name."},
                    "in": {"type": "string", "description": "query or path."},
                    "problem": {"type": "string", "description": "Why it cannot be used."},
                },
            },
        },
    },
}
_ERRORS = {
    "400": "The cursor is not one of this list.",
    "404": "Nothing of this name is recorded.",
    "414": "The address is too long.",
    "422": "A parameter cannot be used.",
    "500": "An internal error.",
    "503": "The snapshot cannot be read at the moment, or the question takes too long.",
}
_NOT_MODIFIED = {"description": "The answer is still the one with the ETag in If-None-Match."}
_ETAG = {
    "ETag": {"description": "Changes with each published snapshot and each day.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "Ask again each time, with the ETag.", "schema": {"type": "string"}},
}
_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "The ETag of an answer that you have; if it is still current, the server answers with 304.",
    "schema": {"type": "string"},
}


def openapi_of(api: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with everything in it described."""
    made = get_openapi(
        title=api.title,
        version=api.version,
        description=api.description,
        routes=api.routes,
        tags=api.openapi_tags,
        servers=api.servers,
    )
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = _PROBLEM
    for name, schema in schemas.items():
        _describe(name, schema)
    shown = examples()
    for operation in operations(made):
        answers = operation["responses"]
        is_tagged = "Bulk" not in operation["tags"]
        for status, words in _ERRORS.items():
            answers[status] = {
                "description": words,
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            }
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                parameter.setdefault("description", _IN_PATHS[parameter["name"]])
        if is_tagged:
            answers["304"] = _NOT_MODIFIED
            answers["200"].setdefault("headers", {}).update(_ETAG)
            operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
        if example := shown.get(operation["operationId"]):
            answers["200"]["content"]["application/json"]["example"] = example
    return made


def operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What an OpenAPI document lets people ask."""
    for path in document["paths"].values():
        yield from path.values()


@cache
def examples() -> dict[str, Any]:
    """An answer to each operation, by its id."""
    file = resources.files("register.api").joinpath("examples.yaml")
    found: dict[str, Any] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return found


@cache
def _own_words() -> dict[str, dict[str, str]]:
    file = resources.files("register.api").joinpath("fields.yaml")
    found: dict[str, dict[str, str]] = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return found


def _describe(record: str, schema: dict[str, Any]) -> None:
    """Say of each field what it is, in the words of the data dictionary, unless it says so itself."""
    comments, own = column_comments(), _own_words().get(record, {})
    for name, field in schema.get("properties", {}).items():
        if "description" in field:
            continue
        words = own.get(name) or next(
            (comments[relation, name] for relation in RELATIONS.get(record, ()) if (relation, name) in comments), None
        )
        if words:
            field["description"] = words
