"""The pages of the review: the list of what waits, and one thing to decide with its form."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, get_args
from urllib.parse import unquote

from mandates.model import ClauseType
from register.addresses import query
from register.desk import desk
from register.review.access import HOME
from register.review.form import LONGEST_NAME, NO_DEADLINE, Filled, line
from register.review.item import item, name_of
from register.review.place import address, following, just_done, listed, named, only, review_of
from warehouse.review.case import WHATS

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from register.review.form import Fault
    from register.review.place import JustDone
    from warehouse.review.case import Case
    from warehouse.review.uncertain import Uncertain
    from warehouse.review.waiting_list import Listing

ROWS = 50
WHO_COOKIE = "review-by"
_LONGEST_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a form was not recorded: what is wrong in it, what changed meanwhile, or what hindered it.

    `seen` is the mark of what its maker saw, `pid` the process that holds the warehouse.
    """

    seen: str = ""
    faults: Sequence[tuple[Fault, str]] = ()
    now: Case | None = None
    hindrance: Literal["locked", "failed"] | None = None
    pid: int | None = None

    @property
    def status(self) -> HTTPStatus:
        """How the answer says it."""
        if self.now is not None:
            return HTTPStatus.CONFLICT
        return HTTPStatus.UNPROCESSABLE_ENTITY if self.faults else HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, from 1, how many pages there are, and how many rows of each kind."""

    rows: Sequence[Uncertain]
    counts: Counter[str]
    page: int
    pages: int


async def list_page(request: Request) -> Response:
    """All that waits for a decision, the least certain first; `?what=` narrows it to one kind."""
    here, narrowed = desk(request), only(request)
    shown = await listed(request, _page, _number(request.query_params.get("page", "")))
    review = here.path(HOME)
    return here.page(
        "review.html.j2",
        rows=shown.rows,
        first=(shown.page - 1) * ROWS + 1,
        counts=shown.counts,
        total=shown.counts.total(),
        only=narrowed,
        whats=WHATS,
        earlier=query(review, what=narrowed, page=shown.page - 1) if shown.page > 1 else None,
        later=query(review, what=narrowed, page=shown.page + 1) if shown.page < shown.pages else None,
        lately=just_done(request, _done(request)),
        item_address=lambda row: address(request, name_of(row)),
    )


def _page(listing: Listing, wanted: int) -> Page:
    pages = max(1, -(-listing.length // ROWS))
    page = min(wanted, pages)
    return Page(listing.rows((page - 1) * ROWS, ROWS), listing.counts, page, pages)


async def item_page(request: Request) -> Response:
    """One thing to decide, with the form."""
    who = line(unquote(request.cookies.get(WHO_COOKIE, "")))[:LONGEST_NAME]
    return await item_with(request, Filled(who=who), lately=just_done(request, _done(request)))


async def item_with(
    request: Request, form: Filled, trouble: Trouble | None = None, lately: JustDone | None = None
) -> Response:
    """One thing to decide with the form as it was filled in, why that was not recorded, and what was done just now."""
    here, name = desk(request), named(request)
    shown = await here.ask(item, here.settings.home, name)
    # Whoever decides after a change decides on what the page shows of it.
    seen = shown.case.mark if trouble is None else trouble.now.mark if trouble.now else trouble.seen or shown.case.mark
    return here.page(
        "review_item.html.j2",
        status=HTTPStatus.OK if trouble is None else trouble.status,
        item=shown,
        name=name,
        sheet=shown.sheet,
        form=form,
        right={**shown.shown, **form.right},
        without_deadline=form.without_deadline if form.right else bool(shown.shown.get(NO_DEADLINE)),
        trouble=trouble,
        seen=seen,
        seal=review_of(request).access.seal(name.what, name.key, name.field, seen),
        address=address(request, name),
        following=address(request, await following(request, name)),
        back=address(request, None),
        types=get_args(ClauseType),
        lately=lately,
    )


def _done(request: Request) -> str:
    return request.query_params.get("done", "")


def _number(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) <= _LONGEST_NUMBER
    return max(1, int(text)) if is_number else 1
