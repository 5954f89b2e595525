"""What changed in the ledger between two days, and why."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from register.api.asking import desk_of
from register.api.pages import Page, page
from register.api.problems import ProblemError
from register.api.questions import Key, Paged
from warehouse.query.changes import LedgerChange, changes_between
from warehouse.store.paths import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.pages.listing import Slice, Value

_FIRST, _LAST = date(1900, 1, 1), date(2999, 12, 31)

router = APIRouter(tags=["Changes"])


class ChangesQuestion(Paged):
    """A list of changes."""

    since: date = Field(
        default_factory=lambda: datetime.now(UTC).date() - timedelta(days=7),
        ge=_FIRST,
        le=_LAST,
        description="The day at whose end the ledger is compared; a week ago otherwise.",
    )
    until: date | None = Field(
        default=None,
        ge=_FIRST,
        le=_LAST,
        description="The day with which it is compared; all that is recorded so far otherwise.",
    )
    body: Key | None = Field(
        default=None, description="Only what this organ and the organs below it adopted or issued.", examples=["UNGA"]
    )


@router.get("/changes", summary="List changes in the ledger")
async def list_changes(
    request: Request, response: Response, question: Annotated[ChangesQuestion, Query()]
) -> Page[LedgerChange]:
    """What became different in the ledger: new and dropped mandates, states, deadlines and words, with the reason.

    The reason is a new document, a new text of the document, another reading of it, a review, or the calendar.
    """
    if question.until is not None and question.until < question.since:
        raise ProblemError(422, "Invalid parameter", "until: this day is before `since`.")
    desk = desk_of(request)
    wanted = question.slice((str, str, int, str))
    behind = await desk.ask(_changes, desk.settings.home, question, wanted)
    shown = behind[: wanted.limit]
    last = _key(shown[-1]) if len(behind) > len(shown) else None
    return page(request, response, question, shown, last)


def _changes(home: Path, question: ChangesQuestion, wanted: Slice) -> list[LedgerChange]:
    """The changes of a page, and one or more behind it where there are others."""
    name = "" if wanted.after is None else str(wanted.after[0])
    found: list[LedgerChange] = []
    days = question.since, question.until
    with closing(changes_between(snapshot_path(home), *days, question.body, name)) as pieces:
        for piece in pieces:
            found += sorted((each for each in piece if wanted.after is None or _key(each) > wanted.after), key=_key)
            if len(found) > wanted.limit:
                break
    return found


def _key(change: LedgerChange) -> tuple[Value, ...]:
    return change.document or "", change.task_key, change.occurrence, change.what
