"""The documents that filters and words let through, page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from warehouse.pages.listing import Listed, Order, listed
from warehouse.query.filters import DOCUMENT_FIELDS, RECORDED_FIELDS, Condition, condition
from warehouse.query.opening import one_look
from warehouse.query.search import ranking

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.pages.listing import Slice
    from warehouse.query.filters import Filters

Sort = Literal["recorded", "published"]
ORDERS: dict[Sort, Order] = {
    "recorded": Order((("documents.first_seen", datetime), ("documents.document_id", str)), is_descending=True),
    "published": Order(
        (("coalesce(documents.published_on, DATE '0001-01-01')", date), ("documents.document_id", str)),
        is_descending=True,
    ),
}
_HITS = "documents.document_id IN (SELECT unnest($hits::VARCHAR[]))"


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document, as the table `documents` has it."""

    document_id: str
    identity: str
    symbol: str | None
    body: str | None
    kind: str
    stage: str | None
    session: int | None
    title: str
    language: str | None
    author: str | None
    summary: str | None
    agenda_item: str | None
    published_on: date | None
    published_precision: str | None
    published_origin: str | None
    url: str
    topics: list[str]
    first_seen: datetime


def documents_listed(
    home: Path, words: str | None, filters: Filters, sort: Sort, wanted: Slice
) -> Listed[ListedDocument]:
    """A slice of the documents that fit; filters of mandates do not count.

    Of words with very many hits the newest are looked at (`RANKED_HITS`).

    Raises:
        QueryError: there is no snapshot, it cannot be read, or the words hold nothing to look for.
    """
    fitting = condition(filters, only=DOCUMENT_FIELDS | RECORDED_FIELDS)
    with one_look(home):
        if words is not None:
            hits = list(ranking(home, words, filters, unit="document").ids)
            fitting = Condition(f"{_HITS} AND {fitting.sql}", fitting.values | {"hits": hits})
        return listed(home, ListedDocument, ORDERS[sort], wanted, of="documents", fitting=fitting)
