"""Documents, and what was found in their texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from register.api.asking import desk_of
from register.api.pages import Page, extended, page
from register.api.problems import not_found
from register.api.questions import DocumentQuestion, Key
from register.api.un_mandates import RegistryDocument, registry_document
from warehouse.pages.document_list import ORDERS, ListedDocument, documents_listed
from warehouse.pages.document_record import (
    CitationRecord,
    ClauseRecord,
    VersionRecord,
    document_record,
    text_record,
)
from warehouse.pages.recorded_analysis import recorded_analysis
from warehouse.query.opening import one_look

if TYPE_CHECKING:
    from pathlib import Path

Included = Literal["text", "clauses", "citations", "versions", "un_mandates"]
EVERYTHING: list[Included] = ["text", "clauses", "citations", "versions", "un_mandates"]

router = APIRouter(tags=["Documents"])


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentShown(ListedDocument):
    """A document with one of its texts: the newest, or the one that was asked for."""

    version: Annotated[
        VersionRecord | None, Field(description="The text that is shown; null where the document has none.")
    ]
    text: Annotated[
        str | None, Field(description="Its words, exactly as extracted. Offsets are characters of it, from 0.")
    ]
    clauses: Annotated[
        tuple[ClauseRecord, ...] | None, Field(description="Its operative paragraphs, in the order of the text.")
    ]
    citations: Annotated[tuple[CitationRecord, ...] | None, Field(description="The documents that it names.")]
    versions: Annotated[
        tuple[VersionRecord, ...] | None, Field(description="All texts that the document has had, oldest first.")
    ]
    un_mandates: Annotated[
        RegistryDocument | None,
        Field(description="The same text in the field names of the United Nations' mandate registry."),
    ]


@router.get("/documents", summary="List documents")
async def list_documents(
    request: Request, response: Response, question: Annotated[DocumentQuestion, Query()]
) -> Page[ListedDocument]:
    """The recorded documents that fit, page by page."""
    desk = desk_of(request)
    wanted = question.slice(ORDERS[question.sort].types)
    found = await desk.ask(
        documents_listed, desk.settings.home, question.words, question.filters, question.sort, wanted
    )
    return page(request, response, question, found.rows, found.last)


@router.get("/documents/{document_id}", summary="Get a document")
async def get_document(
    request: Request,
    document_id: Key,
    version: Annotated[Key | None, Query(description="A former text, by its version_id; the newest otherwise.")] = None,
    include: Annotated[
        list[Included],
        Query(description="The parts of the answer; all of them if the parameter is left out.", max_length=5),
    ] = EVERYTHING,
) -> DocumentShown:
    """A document with its text, its clauses and its versions. An earlier id of a document leads to it, too."""
    desk = desk_of(request)
    found = await desk.ask(_shown, desk.settings.home, document_id, version, frozenset(include))
    if found is None:
        raise not_found("The document" if version is None else "This version of the document", document_id)
    return found


def _shown(home: Path, document_id: str, version_id: str | None, include: frozenset[Included]) -> DocumentShown | None:
    with one_look(home):
        found = document_record(home, document_id, version_id)
        if found is None:
            return None
        version = found.shown
        read = text_record(home, version.version_id) if version and include & {"text", "clauses", "citations"} else None
        registry = None
        if version and "un_mandates" in include:
            analysed = recorded_analysis(home, found.document.document_id, version.version_id)
            registry = registry_document(*analysed) if analysed else None
    return extended(
        DocumentShown,
        found.document,
        version=version,
        text=read.text if read and "text" in include else None,
        clauses=read.clauses if read and "clauses" in include else None,
        citations=read.citations if read and "citations" in include else None,
        versions=found.versions if "versions" in include else None,
        un_mandates=registry,
    )
