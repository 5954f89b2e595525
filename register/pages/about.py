"""What the register shows, and as of when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from register.desk import desk
from warehouse.store.publication import published

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


# In the order in which a mandate may go through them.
STATES = (
    "open",
    "due_soon",
    "overdue",
    "partly_answered",
    "answered",
    "renewed",
    "corrected",
    "superseded",
    "withdrawn",
    "unknown",
)


async def about_page(request: Request) -> Response:
    """In words for readers, with the time of the publication."""
    here = desk(request)
    return here.page("about.html.j2", publication=await here.ask(published, here.settings.home), states=STATES)


routes = [Route("/about", about_page)]
