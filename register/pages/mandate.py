"""A mandate by its lasting name: each task with its deadlines, its state and why, and the clause through the years."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from register.citing import citation, lasting_address
from register.desk import desk
from register.margins import margin
from warehouse.pages.mandate import Gone, Moved, mandate_page

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


async def one_mandate(request: Request) -> Response:
    """The page of a mandate; a former key leads to the present one, and a mandate that is gone says so."""
    here = desk(request)
    found = await here.ask(mandate_page, here.settings.home, request.path_params["task_key"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    if isinstance(found, Moved):
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(here.path("mandates", found.task_key) + asked, HTTPStatus.SEE_OTHER)
    if isinstance(found, Gone):
        return here.page("mandate_gone.html.j2", status=HTTPStatus.GONE, gone=found)
    beside = margin(
        found.clause,
        {key: each.today for key, each in found.histories.items()},
        found.said,
        found.corrections,
    )
    return here.page(
        "mandate.html.j2",
        mandate=found,
        beside=beside,
        cited=citation(here, found),
        address=lasting_address(here, found.task_key),
    )


routes = [Route("/mandates/{task_key:path}", one_mandate, name="mandate")]
