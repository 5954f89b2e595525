"""Two texts side by side: of one document, of a draft and what was adopted, of a resolution and the one it renews."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from anyio.to_thread import run_sync
from starlette.exceptions import HTTPException
from starlette.routing import Route

from register.comparing import compared
from register.desk import desk
from warehouse.pages.document import recorded
from warehouse.pages.text import text_of

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from starlette.requests import Request
    from starlette.responses import Response

    from register.comparing import Comparison
    from warehouse.pages.document import Document, Version
    from warehouse.pages.text import Text

_DRAFTS = ("preliminary_draft", "draft")


@dataclass(frozen=True, slots=True)
class Page:
    """One of two texts that are compared."""

    document: Document
    version: Version
    text: Text

    @property
    def place(self) -> tuple[date, bool, datetime]:
        """What sorts two texts: the day of the document, a draft before what was adopted, then when it was seen."""
        day = self.document.published_on or self.document.first_seen.date()
        return day, self.document.stage not in _DRAFTS, self.version.first_seen


@dataclass(frozen=True, slots=True)
class Spread:
    """Two texts, and what became of the clauses and paragraphs of the earlier one."""

    earlier: Page
    later: Page
    comparison: Comparison

    @property
    def is_one_document(self) -> bool:
        """Whether both are texts of one document."""
        return self.earlier.document.document_id == self.later.document.document_id


def spread(home: Path, *wanted: tuple[str, str | None]) -> Spread | None:
    """Two texts, each by its document and version (None: its current one), the earlier one first.

    None where one of them is not recorded.

    Raises:
        QueryError: there is no snapshot, or it cannot be opened.
    """
    found = [page for each in wanted if (page := _page(home, *each)) is not None]
    if len(found) != len(wanted):
        return None
    earlier, later = sorted(found, key=lambda page: page.place)
    return Spread(earlier, later, compared(earlier.text, later.text))


def _page(home: Path, document_id: str, version_id: str | None) -> Page | None:
    known = recorded(home, document_id)
    if known is None:
        return None
    version = known.version(version_id) if version_id else known.current
    text = text_of(home, version.version_id) if version else None
    return Page(known.document, version, text) if version and text else None


async def versions_page(request: Request) -> Response:
    """Two texts of one document."""
    document_id, earlier, later = (request.path_params[name] for name in ("document_id", "earlier", "later"))
    return await _shown(request, (document_id, earlier), (document_id, later))


async def beside_page(request: Request) -> Response:
    """Two documents."""
    return await _shown(request, (request.path_params["document_id"], None), (request.path_params["other"], None))


async def _shown(request: Request, *wanted: tuple[str, str | None]) -> Response:
    here = desk(request)
    found = await here.ask(spread, here.settings.home, *wanted)
    if found is None:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return await run_sync(partial(here.page, "compare.html.j2", spread=found))


routes = [
    Route("/documents/{document_id}/versions/{earlier}/{later}", versions_page),
    Route("/documents/{document_id}/beside/{other}", beside_page),
]
