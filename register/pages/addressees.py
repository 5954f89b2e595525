"""Those who have to act, and what each of them owes: to whom, by when, answered or overdue."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.routing import Route

from register.desk import desk
from register.paging import page_number, pages
from warehouse.pages.addressees import MANDATE_ROWS, PAGE_ROWS, addressee_page, addressees_page
from warehouse.query.open_states import OPEN_STATES

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

LONGEST_NAME = 200
# What a reader may ask to see: `?show=overdue`. What is owed may be late; what nobody knows an answer of is apart.
SHOWN = {
    "owed": (*OPEN_STATES, "overdue"),
    "overdue": ("overdue",),
    "unknown": ("unknown",),
    "answered": ("answered", "partly_answered"),
    "over": ("renewed", "superseded", "withdrawn"),
}


async def all_addressees(request: Request) -> Response:
    """A page of the addressees; `?name=` looks for some of them."""
    here, name = desk(request), " ".join(request.query_params.get("name", "").split())[:LONGEST_NAME]
    found = await here.ask(addressees_page, here.settings.home, name, page_number(request))
    place = pages(request, found.total, PAGE_ROWS)
    return here.page("addressees.html.j2", found=found, asked=name, place=place)


async def one_addressee(request: Request) -> Response:
    """What an addressee owes; `?show=` asks for what is overdue, answered or over."""
    here, addressee = desk(request), request.path_params["addressee_id"]
    asked = request.query_params.get("show", "")
    show = asked if asked in SHOWN else "owed"
    found = await here.ask(addressee_page, here.settings.home, addressee, SHOWN[show], page_number(request))
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    place = pages(request, found.total, MANDATE_ROWS)
    today = datetime.now(UTC).date()
    return here.page("addressee.html.j2", owed=found, show=show, shows=tuple(SHOWN), place=place, today=today)


routes = [
    Route("/addressees", all_addressees, name="addressees"),
    Route("/addressees/{addressee_id:path}", one_addressee, name="addressee"),
]
