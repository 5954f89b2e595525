"""The desk inside the API: an application that is mounted in another one has its own state, not the other's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from register.desk import Desk, Office

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

_OFFICE = "register.office"


class Asking:
    """Hands the office of the register on to the application that is mounted in it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        await self._app({**scope, _OFFICE: scope["app"].state.office}, receive, send)


def desk_of(request: Request) -> Desk:
    """The desk of a request to the API, which speaks English."""
    office: Office = request.scope[_OFFICE]
    return Desk(request, office, "en")
