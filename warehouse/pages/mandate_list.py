"""The mandates that filters and words let through, page by page, each with what it asks and how it is today."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from warehouse.pages.listing import Listed, Order
from warehouse.pages.mandate_words import words_of
from warehouse.query.filters import condition
from warehouse.query.ledger_today import ledger_today
from warehouse.query.opening import one_look
from warehouse.query.search import ranking

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warehouse.pages.listing import Slice, Value
    from warehouse.pages.mandate_words import InWords
    from warehouse.query.filters import Filters

Sort = Literal["published", "deadline"]
_NAME: tuple[tuple[str, type[Value]], ...] = (("ledger.mandate_id", str), ("ledger.occurrence", int))
ORDERS: dict[Sort, Order] = {
    "published": Order(
        (("coalesce(ledger.published_on, DATE '0001-01-01')", date), *_NAME),
        is_descending=True,
    ),
    "deadline": Order((("coalesce(ledger.due_end, DATE '9999-12-31')", date), *_NAME), is_descending=False),
}
_LEDGER = (
    "mandate_id", "occurrence", "body", "session", "symbol", "kind", "stage", "language", "published_on", "topics",
    "type", "addressee", "addressee_id", "addressee_resolved", "state", "since", "responsible", "due", "due_start",
    "due_end", "due_basis", "due_sense",
)  # fmt: skip
_LISTED = f"""
SELECT {", ".join(_LEDGER)}, {{keys}}
FROM today.ledger WHERE {{condition}} ORDER BY {{order}} LIMIT $limit"""  # noqa: S608 - our own words


@dataclass(frozen=True, slots=True)
class ListedMandate:
    """One occurrence of a mandate, as the view `ledger` has it today."""

    task_key: str
    occurrence: int
    mandate_id: str
    clause_key: str
    document_id: str
    symbol: str | None
    title: str
    body: str | None
    kind: str
    stage: str | None
    session: int | None
    language: str | None
    published_on: date | None
    topics: list[str]
    url: str
    number: str | None
    page: int | None
    quote: str
    verb: str
    type: str
    addressee: str | None
    addressee_id: str | None
    addressee_resolved: str | None
    deliverable: str | None
    agenda_item: str | None
    action: str | None
    due: str | None
    due_start: date | None
    due_end: date | None
    due_basis: str
    due_sense: str | None
    state: str
    since: date | None
    responsible: str | None


def mandates_listed(
    home: Path, words: str | None, filters: Filters, sort: Sort, wanted: Slice
) -> Listed[ListedMandate]:
    """A slice of the mandates that fit, one row for each time that a mandate is asked for.

    Of words with very many hits the newest are looked at (`RANKED_HITS`).

    Raises:
        QueryError: there is no snapshot, it cannot be read, or the words hold nothing to look for.
    """
    order = ORDERS[sort]
    with one_look(home):
        hits = None if words is None else ranking(home, words, filters, unit="mandate").ids
        fitting = condition(filters, documents="ledger", mandate_ids=hits)
        rows, last = order.cut(ledger_today(home, *order.asked(_LISTED, wanted, fitting)), wanted)
        return Listed(_with_words(home, rows), last)


def _with_words(home: Path, rows: Sequence[tuple[Any, ...]]) -> tuple[ListedMandate, ...]:
    """The rows with what the snapshot has of them; one whose mandate another snapshot no longer has is left out."""
    words = words_of(home, (row[0] for row in rows))
    facts = (dict(zip(_LEDGER, row, strict=True)) for row in rows)
    return tuple(
        ListedMandate(**(each | _said(words[each["mandate_id"]]))) for each in facts if each["mandate_id"] in words
    )


def _said(words: InWords) -> dict[str, Any]:
    """What the snapshot has of a mandate, beside what the ledger has."""
    own = asdict(words)
    document = own.pop("document")
    return own | {name: document[name] for name in ("document_id", "title", "url")}
