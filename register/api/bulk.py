"""Everything at once: the Parquet files of the last export, where `mandates export` wrote one into the home."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import FileResponse

from register.api.asking import desk_of
from register.api.pages import extended
from register.api.problems import ProblemError
from register.api.questions import Key
from warehouse.export.offered import OfferedFile, offered, offered_path

if TYPE_CHECKING:
    from pathlib import Path

MEDIA_TYPE = "application/vnd.apache.parquet"
_HEADERS = {
    # What is at such an address never changes.
    "Cache-Control": "private, max-age=31536000, immutable",
    # Parquet is compressed already: compressing it again would keep others waiting.
    "Content-Encoding": "identity",
}

router = APIRouter(tags=["Bulk"])


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkFile(OfferedFile):
    """A Parquet file of the export."""

    href: Annotated[str, Field(description="Its address, relative to this one.")]


@dataclass(frozen=True, slots=True)
class Bulk:
    """The last export into the home."""

    made_at: Annotated[datetime, Field(description="When the export was made (UTC).")]
    tables: Annotated[
        dict[str, dict[str, str]], Field(description="The columns of each table, with their types in DuckDB.")
    ]
    files: Annotated[list[BulkFile], Field(description="All files, by table and month.")]


@router.get("/bulk", summary="List the Parquet files")
async def get_bulk(request: Request) -> Bulk:
    """The files that hold all tables, as `mandates export` wrote them; docs/exports.md says how to read them."""
    desk = desk_of(request)
    found = await desk.ask(_bulk, desk.settings.home)
    if found is None:
        raise _without_export()
    return found


@router.get(
    "/bulk/{path:path}",
    summary="Get a Parquet file",
    response_class=FileResponse,
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "The file; parts of it can be requested by range."}},
)
async def get_bulk_file(request: Request, path: Key) -> FileResponse:
    """A file of the list."""
    desk = desk_of(request)
    found = await desk.ask(offered_path, desk.settings.home, path)
    if found is None:
        raise ProblemError(404, "Not found", "No such file belongs to the last export. /v1/bulk lists its files.")
    return FileResponse(found, media_type=MEDIA_TYPE, filename=found.name, headers=_HEADERS)


def _bulk(home: Path) -> Bulk | None:
    found = offered(home)
    if found is None:
        return None
    files = [extended(BulkFile, each, href=f"bulk/{each.path}") for each in found.files]
    return Bulk(found.made_at, found.tables, files)


def _without_export() -> ProblemError:
    return ProblemError(
        404,
        "No export",
        "There is no export on this server. The operator can make one with `mandates export`, which writes it into "
        "the home.",
    )
