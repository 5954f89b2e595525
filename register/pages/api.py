"""The page about the API, made of its OpenAPI document, and the API itself below it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.routing import Mount, Route

from register.api.app import OPENAPI, create_api
from register.api.asking import Asking
from register.api.described import operations
from register.desk import desk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute

_API = create_api()
# A header that the introduction explains.
_EXPLAINED = frozenset({"If-None-Match"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something that can be asked for. `values` are those that it may have, `is_several` whether it may be repeated."""

    name: str
    place: str
    words: str
    values: tuple[str, ...]
    default: str | None
    is_several: bool


@dataclass(frozen=True, slots=True)
class Operation:
    """One kind of question, at a path of the API; with an answer as an example, where there is one."""

    name: str
    path: str
    summary: str
    words: str
    parameters: tuple[Parameter, ...]
    example: str | None


async def api_page(request: Request) -> Response:
    """What can be asked, with every parameter."""
    return desk(request).page("api.html.j2", operations=described(), openapi=OPENAPI)


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
    )


routes: list[BaseRoute] = [Route("/api", api_page), Route("/api/", api_page), Mount("/api", Asking(_API), name="api")]
