"""What becomes of a form: it is recorded as `mandates review` records decisions, and published; or it comes back.

A decision is recorded in the warehouse itself, with its lock, and only if what it decides is as its maker saw it.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.routing import Route

from register.desk import YEAR_SECONDS, desk
from register.review.access import HOME, Door
from register.review.form import Filled, decisions, filled, sent
from register.review.item import item
from register.review.lately import Deed
from register.review.pages import WHO_COOKIE, Trouble, item_page, item_with, list_page
from register.review.place import ITEM, LIST, address, following, just_done, named, review_of
from warehouse.model import LockedError, WarehouseError
from warehouse.review.deciding import ChangedMeanwhileError, Seen, decide, take_back
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from config.settings import Settings
    from register.review.place import Review

log = logging.getLogger(__name__)
# Longer than most recordings take, and short enough for somebody who waits for a page.
LOCK_SECONDS = 5.0


def routes(review: Review) -> list[Route]:
    """The pages of the review, each behind the door."""
    door = [Middleware(Door, access=review.access)]
    return [
        Route(LIST, list_page, methods=["GET"], middleware=door),
        Route(ITEM, item_page, methods=["GET"], middleware=door),
        Route(ITEM, form_page, methods=["POST"], middleware=door),
    ]


async def form_page(request: Request) -> Response:
    """A form: a decision, or the taking back of one."""
    fields = await sent(request)
    return await (_undo(request, fields) if "deed" in fields else _decide(request, fields))


async def _decide(request: Request, fields: Mapping[str, str]) -> Response:
    """Recorded, and on to the next thing to decide; or the form again with what hinders it."""
    here, review, name, mark = desk(request), review_of(request), named(request), fields.get("seen", "")
    if not review.access.is_sealed(fields.get("seal", ""), name.what, name.key, name.field, mark):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    form, home = filled(fields), here.settings.home
    shown = await here.ask(item, home, name)
    made, faults = decisions(form, name, shown.value, shown.shown, datetime.now(UTC))
    if faults:
        return await item_with(request, form, Trouble(mark, faults))
    after, snapshot = await following(request, name), here.office.looking.identity()
    try:
        done = await asyncio.to_thread(decide, home, made, Seen(name, mark), wait_seconds=_patience(here.settings))
    except WarehouseError as error:
        return await item_with(request, form, _trouble(error, mark))
    is_shown = await asyncio.to_thread(_published, here.settings)
    document = shown.sheet.document.name if shown.sheet else name.key
    deed = review.lately.add(Deed(name, document, done, is_shown), snapshot)
    answer = RedirectResponse(address(request, after, deed), HTTPStatus.SEE_OTHER)
    below = here.path(HOME)
    answer.set_cookie(WHO_COOKIE, quote(form.who), max_age=YEAR_SECONDS, path=below, httponly=True, samesite="strict")
    return answer


async def _undo(request: Request, fields: Mapping[str, str]) -> Response:
    """What held before holds again, if nobody has decided otherwise since."""
    here, review, made = desk(request), review_of(request), fields["deed"]
    if not review.access.is_sealed(fields.get("seal", ""), "undo", made):
        raise HTTPException(HTTPStatus.FORBIDDEN)
    deed = review.lately.deed(made)
    if deed is None or deed.is_undoing:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    home, who, patience = here.settings.home, deed.done.decisions[0].who, _patience(here.settings)
    snapshot = here.office.looking.identity()
    try:
        done = await asyncio.to_thread(
            take_back, home, deed.done, deed.name, who, datetime.now(UTC), wait_seconds=patience
        )
    except WarehouseError as error:
        return await item_with(request, Filled(who=who), _trouble(error, ""), just_done(request, made))
    is_shown = await asyncio.to_thread(_published, here.settings)
    undone = review.lately.add(Deed(deed.name, deed.document, done, is_shown, is_undoing=True), snapshot)
    return RedirectResponse(address(request, deed.name, undone), HTTPStatus.SEE_OTHER)


def _published(settings: Settings) -> bool:
    """Publish what was decided; whether that could be done."""
    try:
        publish(settings.home, wait_seconds=_patience(settings))
    except WarehouseError as error:
        log.warning("decisions are recorded, and show after the next publication: %s", error)
        return False
    return True


def _trouble(error: WarehouseError, seen: str) -> Trouble:
    if isinstance(error, ChangedMeanwhileError):
        return Trouble(seen, now=error.case)
    if isinstance(error, LockedError):
        return Trouble(seen, hindrance="locked", pid=error.pid)
    log.warning("a decision could not be recorded: %s", error)
    return Trouble(seen, hindrance="failed")


def _patience(settings: Settings) -> float:
    return min(settings.lock_wait_seconds, LOCK_SECONDS)
