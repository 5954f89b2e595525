"""Mandates, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from register.api.asking import desk_of
from register.api.conditional import ask_ledger
from register.api.pages import Page, extended, page
from register.api.problems import not_found
from register.api.questions import Key, MandateQuestion
from register.api.un_mandates import RegistryTask, registry_task
from warehouse.pages.mandate_list import ORDERS, ListedMandate, mandates_listed
from warehouse.pages.mandate_record import HistorySpan, LedgerTask, Occurrence, mandate_record
from warehouse.pages.recorded_analysis import recorded_mandates
from warehouse.pages.task_history import TaskEvidence
from warehouse.query.opening import one_look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warehouse.pages.listing import Listed, Slice

router = APIRouter(tags=["Mandates"])


_Registry = Annotated[
    RegistryTask | None,
    Field(
        description="The same mandate in the field names of the United Nations' mandate registry; null for a clause "
        "that only a person called a mandate."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateItem(ListedMandate):
    """One time that a mandate is asked for."""

    un_mandates: _Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class MandateShown(LedgerTask):
    """A mandate with all that is known of it."""

    occurrences: Annotated[
        tuple[Occurrence, ...], Field(description="Each time that it is asked for, with its state today.")
    ]
    evidence: Annotated[
        tuple[TaskEvidence, ...],
        Field(description="What documents show about it, oldest first, including what a better reading retracted."),
    ]
    history: Annotated[tuple[HistorySpan, ...], Field(description="Every state that it has been in, as known now.")]
    un_mandates: _Registry


@router.get("/mandates", summary="List mandates")
async def list_mandates(
    request: Request, response: Response, question: Annotated[MandateQuestion, Query()]
) -> Page[MandateItem]:
    """The mandates that fit, page by page, one row for each time that a mandate is asked for.

    Of a series that goes on each year or session, the next expected occurrence is listed. Drafts have no state and are
    left out.
    """
    wanted = question.slice(ORDERS[question.sort].types)
    items, found = await ask_ledger(request, response, _listed, question, wanted)
    return page(request, response, question, items, found.last)


@router.get("/mandates/{task_key:path}", summary="Get a mandate")
async def get_mandate(request: Request, task_key: Key) -> MandateShown:
    """A mandate with its occurrences, the evidence, and its history.

    The key is the `task_key` of a list. An earlier key of the mandate leads to it, too.
    """
    desk = desk_of(request)
    found = await desk.ask(_shown, desk.settings.home, task_key)
    if found is None:
        raise not_found("The mandate", task_key)
    return found


def _listed(home: Path, question: MandateQuestion, wanted: Slice) -> tuple[list[MandateItem], Listed[ListedMandate]]:
    """The items with the list that they are of."""
    with one_look(home):
        found = mandates_listed(home, question.words, question.filters, question.sort, wanted)
        registry = _registry(home, found.rows)
    items = [extended(MandateItem, row, un_mandates=registry.get(row.mandate_id)) for row in found.rows]
    return items, found


def _shown(home: Path, task_key: str) -> MandateShown | None:
    with one_look(home):
        found = mandate_record(home, task_key)
        if found is None:
            return None
        registry = _registry(home, [found.task])
    return extended(
        MandateShown,
        found.task,
        occurrences=found.occurrences,
        evidence=found.evidence,
        history=found.history,
        un_mandates=registry.get(found.task.mandate_id),
    )


def _registry(home: Path, rows: Sequence[ListedMandate | LedgerTask]) -> dict[str, RegistryTask]:
    """The records of these mandates by their ids."""
    known = {row.mandate_id: row for row in rows}
    return {
        mandate_id: registry_task(*read, known[mandate_id].symbol, known[mandate_id].body)
        for mandate_id, read in recorded_mandates(home, list(known)).items()
    }
