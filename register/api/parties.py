"""Bodies with their sessions, addressees, sources, and what proves that nothing was missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from register.api.asking import desk_of
from register.api.conditional import ask_ledger
from register.api.pages import Page, page
from register.api.problems import not_found
from register.api.questions import Key, MandateFilters, Paged
from warehouse.pages.party_lists import (
    ADDRESSEE_TYPES,
    BODY_TYPES,
    SOURCE_TYPES,
    Addressee,
    Body,
    BodySitting,
    Source,
    addressees_listed,
    bodies_listed,
    body_sessions,
    coverage_shown,
    sources_listed,
)
from warehouse.query.coverage import Coverage

_YEAR = timedelta(days=366)

router = APIRouter()


@router.get("/bodies", summary="List bodies", tags=["Bodies"])
async def list_bodies(request: Request, response: Response, question: Annotated[Paged, Query()]) -> Page[Body]:
    """The bodies whose documents or sessions are known, with the last session of which documents were seen."""
    desk = desk_of(request)
    wanted = question.slice(BODY_TYPES)
    found = await desk.ask(bodies_listed, desk.settings.home, wanted)
    return page(request, response, question, found.rows, found.last)


@router.get("/bodies/{body}/sessions", summary="List the sessions of a body", tags=["Bodies"])
async def list_sessions(
    request: Request,
    response: Response,
    body: Key,
    first: Annotated[date | None, Query(alias="from", description="First day; a year ago otherwise.")] = None,
    last: Annotated[date | None, Query(alias="to", description="Last day; in two years otherwise.")] = None,
) -> list[BodySitting]:
    """The sessions that a body holds between two days, with the items placed on their agendas.

    What is due in a session are the mandates of /v1/mandates with this body and due_after and due_before.
    """
    today = datetime.now(UTC).date()
    days = first or today - _YEAR, last or today + 2 * _YEAR
    found = await ask_ledger(request, response, body_sessions, body, *days)
    if found is None:
        raise not_found("The body", body)
    return list(found)


@router.get("/addressees", summary="List addressees", tags=["Addressees"])
async def list_addressees(
    request: Request, response: Response, question: Annotated[MandateFilters, Query()]
) -> Page[Addressee]:
    """Who has to act, with the number of mandates in each state; filters choose the mandates that count."""
    wanted = question.slice(ADDRESSEE_TYPES)
    found = await ask_ledger(request, response, addressees_listed, question.words, question.filters, wanted)
    return page(request, response, question, found.rows, found.last)


@router.get("/sources", summary="List sources with their health", tags=["Coverage"])
async def list_sources(request: Request, response: Response, question: Annotated[Paged, Query()]) -> Page[Source]:
    """The sources: when each last answered, how often it failed, and what it has given, as of the snapshot."""
    desk = desk_of(request)
    wanted = question.slice(SOURCE_TYPES)
    found = await desk.ask(sources_listed, desk.settings.home, wanted)
    return page(request, response, question, found.rows, found.last)


@router.get("/coverage", summary="Show the coverage", tags=["Coverage"])
async def get_coverage(request: Request) -> Coverage:
    """What shows whether anything was missed: numbered series with their gaps, and the last session of each body."""
    desk = desk_of(request)
    return await desk.ask(coverage_shown, desk.settings.home)
