"""What the pages of the review share: who may decide, what was decided lately, and which address means what."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from register.addresses import inner_path, path, query
from register.desk import desk
from register.review.access import HOME, Access
from register.review.item import after, name_in, name_of
from register.review.lately import Deed, Lately
from warehouse.review.case import WHATS
from warehouse.review.uncertain import uncertain_published

if TYPE_CHECKING:
    from starlette.requests import Request

    from warehouse.review.case import Name, What
    from warehouse.review.uncertain import Uncertain

# Within the register, as routes are.
LIST, ITEM = path(HOME), path(HOME, "item")
# Where forms are sent.
FORMS = frozenset({ITEM})


@dataclass(frozen=True, slots=True)
class Review:
    """Who may decide, what was decided lately, and the list as the snapshot of the day has it."""

    access: Access
    lately: Lately = field(default_factory=Lately)
    listed: dict[tuple[str | None, date], tuple[Uncertain, ...]] = field(default_factory=dict)


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


async def all_waiting(request: Request) -> tuple[Uncertain, ...]:
    """All that waits, the least certain first, without what was decided since the last publication."""
    here, review = desk(request), review_of(request)
    snapshot = here.office.looking.identity()
    edition = snapshot, datetime.now(UTC).date()
    if edition not in review.listed:
        rows = await here.ask(uncertain_published, here.settings.home)
        review.listed.clear()
        review.listed[edition] = rows
    settled = review.lately.settled(snapshot)
    return tuple(row for row in review.listed[edition] if name_of(row) not in settled)


async def following(request: Request, name: Name) -> Name | None:
    """What is to be decided after this, in the list as it is narrowed."""
    narrowed = only(request)
    return after([row for row in await all_waiting(request) if narrowed in {None, row.what}], name)


def just_done(request: Request, made: str) -> JustDone | None:
    """What was decided just now, by the id of the deed; None where there is none, or it was forgotten."""
    review = review_of(request)
    deed = review.lately.deed(made)
    if deed is None:
        return None
    return JustDone(deed, made, review.access.seal("undo", made), address(request, deed.name))
