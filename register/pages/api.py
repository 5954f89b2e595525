"""The page about the API, made of its OpenAPI document, and the API itself below it."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount, Route

from register.api.app import OPENAPI, create_api
from register.api.asking import Asking
from register.api.described import operations
from register.desk import desk
from warehouse.export.offered import offered
from warehouse.model import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

    from warehouse.export.offered import OfferedFile

log = logging.getLogger(__name__)
_API = create_api()
# The files of hundreds of months are a list of their own, /v1/bulk.
FILES_SHOWN = 12
# A header that the introduction explains.
_EXPLAINED = frozenset({"If-None-Match"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that can be asked for. `values` are those that it may have, `is_several` whether it may be repeated.

    `bounds` are the least and the greatest number, where both are set.
    """

    name: str
    place: str
    words: str
    values: tuple[str, ...]
    default: str | None
    is_several: bool
    bounds: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of question, at a path of the API; with an answer as an example, where there is one."""

    name: str
    path: str
    summary: str
    words: str
    parameters: tuple[Parameter, ...]
    example: str | None


@dataclass(frozen=True, slots=True)
class BulkTable:
    """A table of the export: its rows and bytes in all, and its files, the newest month first."""

    name: str
    rows: int
    bytes: int
    files: tuple[OfferedFile, ...]


async def api_page(request: Request) -> Response:
    """What can be asked, with every parameter, and the files of the last export."""
    here = desk(request)
    bulk = await here.ask(_bulk, here.settings.home)
    return here.page(
        "api.html.j2", operations=described(), openapi=OPENAPI, bulk=bulk, files_shown=FILES_SHOWN, pieces=pieces
    )


def _bulk(home: Path) -> tuple[BulkTable, ...] | None:
    """The tables of the export in the home; none of them if its list cannot be read, None without an export."""
    try:
        found = offered(home)
    except WarehouseError as error:
        log.warning("the list of exported files cannot be read: %s", error)
        return ()
    if found is None:
        return None
    tables = []
    for name in found.tables:
        files = sorted((each for each in found.files if each.table == name), key=lambda each: each.path, reverse=True)
        tables.append(BulkTable(name, sum(f.rows for f in files), sum(f.bytes for f in files), tuple(files)))
    return tuple(tables)


@cache
def described() -> tuple[Operation, ...]:
    """All operations of the API, in the order of the OpenAPI document."""
    document = _API.openapi()
    paths = (path for path, held in document["paths"].items() for _ in held)
    return tuple(_operation(path, asked) for path, asked in zip(paths, operations(document), strict=True))


def _operation(path: str, asked: Mapping[str, Any]) -> Operation:
    parameters = (each for each in asked.get("parameters", ()) if each["name"] not in _EXPLAINED)
    answer = asked["responses"]["200"]["content"].get("application/json", {}).get("example")
    return Operation(
        asked["operationId"].replace("_", "-"),
        path,
        asked["summary"],
        asked["description"],
        tuple(map(_parameter, parameters)),
        json.dumps(answer, indent=2, ensure_ascii=False) if answer is not None else None,
    )


def _parameter(given: Mapping[str, Any]) -> Parameter:
    schema = given["schema"]
    # A value that may be left out is this or null.
    kind = next((each for each in schema.get("anyOf", [schema]) if each.get("type") != "null"), schema)
    item = kind.get("items", kind)
    default = schema.get("default")
    return Parameter(
        given["name"],
        given["in"],
        given.get("description", ""),
        tuple(map(str, item.get("enum", ()))),
        None if default in (None, []) or isinstance(default, list) else str(default),
        kind.get("type") == "array",
        (item["minimum"], item["maximum"]) if {"minimum", "maximum"} <= item.keys() else None,
    )


def pieces(words: str) -> list[tuple[str, bool]]:
    """A description in its pieces: words, and what is written between backticks (true), which is code."""
    return [(piece, place % 2 == 1) for place, piece in enumerate(words.split("`")) if piece]


routes: list[BaseRoute] = [Route("/api", api_page), Route("/api/", api_page), Mount("/api", Asking(_API), name="api")]
