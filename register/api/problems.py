"""Errors as `application/problem+json` (RFC 9457): a status, a title, and a sentence that says what to do."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from register.api.asking import desk_of
from register.desk import BusyError
from warehouse.model import SlowQueryError, WarehouseError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
MOST_SHOWN = 10
RETRY_SECONDS = "10"

_SENTENCES = {
    HTTPStatus.NOT_FOUND: "There is nothing at this address. /api lists the addresses of the API.",
    HTTPStatus.METHOD_NOT_ALLOWED: "The API is read-only: use GET or HEAD.",
}


class ProblemError(Exception):
    """An answer that is an error; `detail` is a sentence for whoever asked."""

    def __init__(self, status: int, title: str, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})


def not_found(what: str, key: str) -> ProblemError:
    """No such thing is recorded."""
    return ProblemError(404, "Not found", f"{what} {key[:100]!r} is not recorded in the published snapshot.")


def problem(
    status: int, title: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> JSONResponse:
    """The answer; nobody may keep it."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail} | more
    kept = {"Cache-Control": "no-store"} | dict(headers or {})
    return JSONResponse(body, status, kept, MEDIA_TYPE)


def explain(api: FastAPI) -> None:
    """Let an API answer with problems, whatever goes wrong."""
    api.add_exception_handler(ProblemError, _known)
    api.add_exception_handler(RequestValidationError, _misfit)
    api.add_exception_handler(HTTPException, _plain)
    api.add_exception_handler(SlowQueryError, _slow)
    api.add_exception_handler(BusyError, _busy)
    api.add_exception_handler(WarehouseError, _unanswered)
    api.add_exception_handler(Exception, _unexpected)


async def _known(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)  # noqa: S101 - starlette hands a handler only errors of its class
    return problem(error.status, error.title, error.detail, error.headers)


async def _misfit(_request: Request, error: Exception) -> JSONResponse:
    """Each parameter that cannot be used, with the reason. What was given is not repeated."""
    assert isinstance(error, RequestValidationError)  # noqa: S101 - likewise
    found = [
        {
            # Behind the place: the name, and of several values the number of the wrong one.
            "parameter": str(each["loc"][1] if len(each["loc"]) > 1 else each["loc"][0])[:100],
            "in": str(each["loc"][0]),
            "problem": str(each["msg"]).removeprefix("Value error, ")[:300],
        }
        for each in error.errors()[:MOST_SHOWN]
    ]
    words = "; ".join(f"{each['parameter']}: {each['problem']}" for each in found)
    return problem(422, "Invalid parameter", words, errors=found)


async def _plain(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101 - likewise
    status = HTTPStatus(error.status_code)
    detail = _SENTENCES.get(status, str(error.detail))
    return problem(status, status.phrase, detail, error.headers)


async def _unanswered(request: Request, error: Exception) -> JSONResponse:
    """The snapshot cannot be read: the reason, and the paths in it, are in the log for its operator."""
    log.warning("%s: %s", request.url.path, error)
    # So DuckDB begins its message; it has no class for it that the warehouse could tell apart.
    if str(error).startswith("Out of Memory"):
        return _later("The answer needs more memory than the server may use. Use more filters, or the Parquet files.")
    if desk_of(request).office.looking.identity() is None:
        return _later("Nothing has been published yet. There are answers after the first run.")
    return _later("The published snapshot cannot be read at the moment. Try again later, or ask the operator.")


async def _slow(request: Request, error: Exception) -> JSONResponse:
    log.warning("%s: %s", request.url.path, error)
    return _later("The answer takes too long. Ask for less at a time: a smaller `limit`, or more filters.")


async def _busy(request: Request, _error: Exception) -> JSONResponse:
    log.warning("%s: all threads are busy", request.url.path)
    return _later("The server is busy with other requests. Try again in a few seconds.")


def _later(detail: str) -> JSONResponse:
    return problem(503, "Temporarily unavailable", detail, {"Retry-After": RETRY_SECONDS})


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    log.error("%s: internal error", request.url.path, exc_info=error)
    return problem(500, "Internal error", "Something went wrong on the server. Please report it to the operator.")
