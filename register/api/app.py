"""The API as an application of its own, which the register mounts at /api."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from fastapi import APIRouter, Depends, FastAPI

from register.api import bulk, changes, documents, mandates, parties
from register.api.conditional import NotModifiedError, conditional, not_modified
from register.api.described import openapi_of
from register.api.limits import Limits
from register.api.problems import explain

if TYPE_CHECKING:
    from typing import Any

    from fastapi.routing import APIRoute

OPENAPI = "/openapi.json"
_DESCRIPTION = """Documents of intergovernmental bodies, the mandates in them, and what became of each, from the
snapshot that was published last. Read-only.

Ids and keys are stable: a document_id and a task_key lead to the same thing for as long as it is recorded. Lists are
paged by cursors, which stay valid while new data is published. Each answer has an ETag: send it back in If-None-Match,
and an answer that has not changed is 304 without a body. Days are dates (2027-05-31), times are in UTC, and offsets
are characters from 0. Fields have the names and meanings of the data dictionary; un_mandates has the same in the field
names of the United Nations' mandate registry."""
_TAGS = [
    {"name": "Documents", "description": "What was published, with its texts and what was found in them."},
    {"name": "Mandates", "description": "Who is asked for what by when, and what became of it."},
    {"name": "Bodies", "description": "Who decides, and when it meets."},
    {"name": "Addressees", "description": "Who has to act."},
    {"name": "Changes", "description": "What became different in the ledger, and why."},
    {"name": "Coverage", "description": "Whether everything was seen."},
    {"name": "Bulk", "description": "All tables as Parquet files."},
]


class _Api(FastAPI):
    """FastAPI, with an OpenAPI document that describes every field."""

    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            self.openapi_schema = openapi_of(self)
        return self.openapi_schema


def create_api() -> FastAPI:
    """The API; the application that mounts it has the desk (`register.desk.desk_of`)."""
    api = _Api(
        title="Mandate Monitor",
        version=version("mandate-monitor"),
        description=_DESCRIPTION,
        openapi_url=OPENAPI,
        openapi_tags=_TAGS,
        # Its pages load scripts from elsewhere; /api is ours.
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=_name,
        redirect_slashes=False,
    )
    current = APIRouter(prefix="/v1", dependencies=[Depends(conditional)])
    for part in (documents, mandates, parties, changes):
        current.include_router(part.router)
    api.include_router(current)
    api.include_router(bulk.router, prefix="/v1")
    api.add_exception_handler(NotModifiedError, not_modified)
    explain(api)
    api.add_middleware(Limits)
    return api


def _name(route: APIRoute) -> str:
    return route.name
