"""What the pages of the review share: who may decide, what was decided lately, and which address means what."""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, TypeVar

from starlette.exceptions import HTTPException

from register.addresses import inner_path, path, query
from register.desk import desk
from register.review.access import HOME, Access
from register.review.item import name_in
from register.review.lately import Deed, Lately
from warehouse.review.case import WHATS
from warehouse.review.waiting_list import Listing, listing

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from starlette.requests import Request

    from warehouse.review.case import Name, What

Answer = TypeVar("Answer")
# Within the register, as routes are.
LIST, ITEM = path(HOME), path(HOME, "item")
# Where forms are sent.
FORMS = frozenset({ITEM})


@dataclass(frozen=True, slots=True)
class Review:
    """Who may decide, and what was decided lately."""

    access: Access
    lately: Lately = field(default_factory=Lately)


@dataclass(frozen=True, slots=True)
class JustDone:
    """A deed to show, once, with the form that takes it back: where it goes, its id and its seal."""

    deed: Deed
    id: str
    seal: str
    address: str


def review_of(request: Request) -> Review:
    """The review of this register."""
    found: Review = request.app.state.review
    return found


def named(request: Request) -> Name:
    """The thing that the address names.

    Raises:
        HTTPException: it names none.
    """
    name = name_in(request.query_params)
    if name is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return name


def only(request: Request) -> What | None:
    """The kind to which the list is narrowed."""
    wanted = request.query_params.get("only" if inner_path(request.scope) == ITEM else "what")
    return next((each for each in WHATS if each == wanted), None)


def address(request: Request, name: Name | None, deed: str | None = None) -> str:
    """Where a thing is decided, in the list as it is narrowed; the list where there is none."""
    here, narrowed = desk(request), only(request)
    if name is None:
        return query(here.path(HOME), what=narrowed, done=deed)
    there = here.path(HOME, "item")
    return query(there, what=name.what, key=name.key, field=name.field, only=narrowed, done=deed)


async def listed(request: Request, function: Callable[..., Answer], *arguments: Any) -> Answer:
    """What `function(listing, …)` returns: of the list as it is narrowed, without what was decided since."""
    here, settled = desk(request), review_of(request).lately.settled

    def answer() -> Answer:
        return function(listing(here.settings.home, settled, only(request)), *arguments)

    return await here.ask(answer)


async def following(request: Request, name: Name) -> Name | None:
    """What is to be decided after this, in the list as it is narrowed."""
    return await listed(request, Listing.after, name)


def just_done(request: Request, made: str) -> JustDone | None:
    """What was decided just now, by the id of the deed; None where there is none, or it was forgotten."""
    review = review_of(request)
    deed = review.lately.deed(made)
    if deed is None:
        return None
    return JustDone(deed, made, review.access.seal("undo", made), address(request, deed.name))
