"""A document with its text, every clause at its place; and where the names of documents and clauses lead."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse
from starlette.routing import Route

from register.addresses import query
from register.desk import desk
from register.margins import margin
from register.story import Event, remarks, story
from register.typeset import typeset
from warehouse.pages.addresses import clause_place, document_of_symbol
from warehouse.pages.corrections import corrections_of
from warehouse.pages.decided import decided, is_mandate, types_as_decided
from warehouse.pages.document import recorded
from warehouse.pages.task_history import states_today
from warehouse.pages.text import text_of
from warehouse.pages.ties import ties_of
from warehouse.query.counts import is_draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from register.margins import Margin
    from register.story import Remark
    from register.typeset import Block
    from warehouse.pages.decided import Said
    from warehouse.pages.document import Document, Recorded, Version
    from warehouse.pages.text import Clause, Text
    from warehouse.pages.ties import Ties


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the page of a document shows, with its text set; `margins` by clause."""

    recorded: Recorded
    version: Version | None
    is_current: bool
    text: Text | None
    blocks: tuple[Block, ...]
    margins: Mapping[str, Margin]
    ties: Ties
    remarks: tuple[Remark, ...]
    events: tuple[Event, ...]

    @property
    def document(self) -> Document:
        """What it is the page of."""
        return self.recorded.document

    @property
    def asking(self) -> tuple[Clause, ...]:
        """The clauses that ask for something, in order."""
        clauses = self.text.clauses if self.text else ()
        return tuple(each for each in clauses if (it := self.margins.get(each.clause_key)) is not None and it.asked)

    @property
    def mandates(self) -> int:
        """How many mandates these clauses have; a clause may have several."""
        return sum(len(self.margins[each.clause_key].asked) for each in self.asking)

    @property
    def is_draft(self) -> bool:
        """Whether these mandates are only proposed."""
        return is_draft(self.document.stage)


def sheet(home: Path, document_id: str, version_id: str | None = None) -> Sheet | None:
    """The page of a document with its current text, or that version of it; None where there is no such thing.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    known = recorded(home, document_id)
    if known is None:
        return None
    current = known.current
    version = known.version(version_id) if version_id else current
    if version_id and version is None:
        return None
    text = text_of(home, version.version_id) if version else None
    ties = ties_of(home, known.document, text)
    is_current = version == current
    corrected = corrections_of(home, document_id) if is_current and ties.has("corrects", is_first=False) else {}
    clauses = text.clauses if text else ()
    said = decided(home, document_id, _parts(clauses)) if is_current else {}
    asked = types_as_decided(_types(clauses, said), said) if is_current else {}
    times = states_today(home, asked, known.document.body)
    beside = {each.clause_key: margin(each, times, said, corrected.get(each.clause_key, ())) for each in clauses}
    return Sheet(
        known,
        version,
        is_current,
        text,
        typeset(text, known.document.language, ties.recorded) if text else (),
        {key: each for key, each in beside.items() if each is not None},
        ties,
        remarks(version, ties),
        story(known, ties),
    )


def _parts(clauses: Sequence[Clause]) -> Iterator[str]:
    """What decisions may name."""
    for clause in clauses:
        yield clause.clause_key
        yield from (task.task_key for task in clause.tasks)


def _types(clauses: Sequence[Clause], said: Mapping[str, Mapping[str, Said]]) -> dict[str, str]:
    """The type of each task as it is read, and of each clause that asks for something only because a person said so."""
    called = {
        clause.clause_key: clause.type
        for clause in clauses
        if not clause.tasks and is_mandate(said.get(clause.clause_key, {}), is_read=False)
    }
    return called | {task.task_key: task.type for clause in clauses for task in clause.tasks}


async def document_page(request: Request) -> Response:
    """A document; `?version=` is one of its earlier texts."""
    here = desk(request)
    wanted = request.path_params["document_id"], request.query_params.get("version")
    shown = await here.ask(sheet, here.settings.home, *wanted)
    if shown is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    # A long text takes a while, in which other readers are served.
    return await run_sync(partial(here.page, "document.html.j2", sheet=shown))


async def symbol_page(request: Request) -> Response:
    """The document of a symbol, in the reader's language where there is one."""
    here = desk(request)
    found = await here.ask(document_of_symbol, here.settings.home, request.path_params["symbol"], here.language)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return RedirectResponse(query(here.path("documents", found), lang=_asked_language(request)), HTTPStatus.SEE_OTHER)


async def clause_page(request: Request) -> Response:
    """The clause of a key in its document: messages link here, so it follows what became of the key."""
    here = desk(request)
    found = await here.ask(clause_place, here.settings.home, request.path_params["clause_key"])
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    asked = {"version": found.version_id, "lang": _asked_language(request)}
    there = query(here.path("documents", found.document_id), **asked)
    return RedirectResponse(f"{there}#clause-{found.clause_key}", HTTPStatus.SEE_OTHER)


def _asked_language(request: Request) -> str | None:
    """The language in the address, which goes on with the reader."""
    return request.query_params.get("lang")


routes = [
    Route("/documents/{document_id}", document_page, name="document"),
    Route("/symbols/{symbol:path}", symbol_page),
    Route("/clauses/{clause_key}", clause_page),
]
