"""The bodies that decide, and the page of each: sessions, agendas, mandates by type and year, reaction times."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.routing import Route

from register.desk import desk
from register.paging import page_number, pages
from warehouse.pages.bodies import PAGE_ROWS, bodies_page
from warehouse.pages.body import body_page
from warehouse.pages.body_sessions import PAST_ROWS
from warehouse.query.counts import DRAFT_STAGES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def all_bodies(request: Request) -> Response:
    """A page of the bodies."""
    here = desk(request)
    found = await here.ask(bodies_page, here.settings.home, page_number(request))
    return here.page("bodies.html.j2", found=found, place=pages(request, found.total, PAGE_ROWS))


async def one_body(request: Request) -> Response:
    """A body with a page of its past sessions."""
    here = desk(request)
    found = await here.ask(body_page, here.settings.home, request.path_params["body"], page_number(request))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    place = pages(request, found.sessions.past_total, PAST_ROWS)
    # The search takes an organ as a body of its own.
    names = [found.body, f"{found.body}-*"] if any(name != found.body for name, _ in found.parts) else [found.body]
    today = datetime.now(UTC).date()
    return here.page("body.html.j2", body=found, names=names, drafts=DRAFT_STAGES, place=place, today=today)


routes = [
    Route("/bodies", all_bodies, name="bodies"),
    Route("/bodies/{body:path}", one_body, name="body"),
]
