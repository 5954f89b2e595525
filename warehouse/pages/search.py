"""The search page: mandates and documents that words and filters find, page by page, with counts to narrow them by."""

from __future__ import annotations

from dataclasses import astuple, dataclass, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from warehouse.findings.finding import Deadline
from warehouse.pages.facets import Facet, Place, facets_of, total_of
from warehouse.pages.hits import Hits, hits_of
from warehouse.pages.mandate_words import InDocument, words_of
from warehouse.query.filters import DOCUMENT_FIELDS, MANDATE_FIELDS, NO_FILTERS, RECORDED_FIELDS
from warehouse.query.kept import Kept
from warehouse.query.ledger_today import Ledger, ledger_name, one_ledger
from warehouse.query.lending import edition
from warehouse.query.opening import one_look
from warehouse.query.queries import query
from warehouse.query.search import documents_with, exact, marked, passages, ranking

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.query.filters import Filters
    from warehouse.query.search import Ranking
    from warehouse.query.search_volumes import Unit

Sort = Literal["relevance", "date", "deadline"]
Row = TypeVar("Row")
PAGE_ROWS = 20

_MANDATES = Place(
    "today.ledger",
    "ledger",
    "mandate_key",
    DOCUMENT_FIELDS | MANDATE_FIELDS,
    {
        "type": "ledger.type", "state": "ledger.state", "body": "ledger.body",
        "addressee": "ledger.addressee_id", "due": "year(ledger.due_end)", "topic": "ledger.topics",
        "language": "ledger.language", "year": "year(ledger.published_on)",
    },
    frozenset({"topic"}),
    "coalesce(ledger.addressee_resolved, ledger.addressee)",
    "hash(id)",
    "today.counts",
)  # fmt: skip
_DOCUMENTS = Place(
    "documents",
    "documents",
    "document_id",
    DOCUMENT_FIELDS | RECORDED_FIELDS,
    {
        "kind": "documents.kind", "body": "documents.body", "stage": "documents.stage",
        "topic": "documents.topics", "language": "documents.language", "year": "year(documents.published_on)",
    },
    frozenset({"topic"}),
)  # fmt: skip
_PLACES: dict[Unit, Place] = {"mandate": _MANDATES, "document": _DOCUMENTS}

_LISTED = """
SELECT {columns} FROM {place} WHERE {condition} ORDER BY {order} LIMIT $rows OFFSET $skipped"""
_OF_ROWS = """
SELECT {table}.rowid, {columns} FROM {source} WHERE {table}.rowid IN (SELECT unnest($places::BIGINT[]))"""
LEDGER = """
    ledger.mandate_id, ledger.occurrence, ledger.type, coalesce(ledger.addressee_resolved, ledger.addressee),
    ledger.addressee_id, ledger.state, ledger.since, ledger.responsible, ledger.due, ledger.due_start,
    ledger.due_end, ledger.due_basis, ledger.due_sense"""
_SHOWN = """
    documents.document_id, documents.symbol, documents.title, documents.body, documents.kind, documents.language,
    documents.published_on, documents.published_precision, documents.url, documents.stage,
    left(documents.summary, 400)"""
# Nearest first: what is due, then what was due, then what has no deadline.
_DEADLINE = """
    CASE WHEN ledger.due_end >= current_date THEN 0 WHEN ledger.due_end IS NOT NULL THEN 1 ELSE 2 END,
    abs(date_diff('day', current_date, ledger.due_end)), ledger.mandate_id, ledger.occurrence"""
_ORDERS = {
    ("mandate", "relevance"): "ranked.place, ledger.occurrence",
    ("mandate", "date"): "ledger.published_on DESC NULLS LAST, ledger.mandate_id, ledger.occurrence",
    ("mandate", "deadline"): _DEADLINE,
    ("document", "relevance"): "ranked.place",
    ("document", "date"): "documents.published_on DESC NULLS LAST, documents.document_id",
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for: words as `search` takes them, or none; filters; the order, and the page from 1."""

    words: str = ""
    filters: Filters = NO_FILTERS
    sort: Sort = "date"
    page: int = 1


@dataclass(frozen=True, slots=True)
class FoundMandate(InDocument):
    """One occurrence of a mandate. `quote` has the words that were asked for between the marks of the search."""

    mandate_id: str
    occurrence: int
    type: str
    addressee: str | None
    addressee_id: str | None
    state: str
    since: date | None
    responsible: str | None
    due: Deadline
    task_key: str
    clause_key: str
    number: str | None
    clause_page: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class FoundDocument(InDocument):
    """A document; `passage` is where it holds the words, marked as in a search, else how its source describes it."""

    stage: str | None
    passage: str | None


@dataclass(frozen=True, slots=True)
class Found(Generic[Row]):
    """One page of an answer, with how many rows there are in all.

    `more`: the words have so many hits that only the newest were looked at. `without` says how many rows there would be
    without each of the filters, or without the words, where there are none with all of them.
    """

    rows: tuple[Row, ...]
    total: int
    more: bool
    facets: tuple[Facet, ...]
    without: tuple[tuple[str, int], ...]


def found_mandates(home: Path, question: Question) -> Found[FoundMandate]:
    """The mandates that fit.

    Raises:
        QueryError: there is no snapshot, it cannot be read, or the words hold nothing to look for.
    """
    with one_look(home):
        found = _Asking(home, question, "mandate")
        return found.answer(in_words(home, found.rows(LEDGER), question.words))


def in_words(home: Path, rows: Sequence[tuple[Any, ...]], words: str = "") -> tuple[FoundMandate, ...]:
    """Rows of `today.ledger` (its columns `LEDGER`) with the words of their mandates, in which `words` are marked.

    Raises:
        QueryError: there is no snapshot, or it cannot be read.
    """
    found = words_of(home, [row[0] for row in rows])
    shown = [(row, found[row[0]]) for row in rows if row[0] in found]
    quotes = [each.quote for _, each in shown]
    if words:
        quotes = list(marked(words, quotes))
    mandates = []
    for (row, said), quote in zip(shown, quotes, strict=True):
        own = (*row[:8], Deadline(*row[8:13]), said.task_key, said.clause_key, said.number, said.page, quote)
        mandates.append(FoundMandate(*astuple(said.document), *own))
    return tuple(mandates)


def found_documents(home: Path, question: Question) -> Found[FoundDocument]:
    """The documents that fit; filters of mandates do not count. Raises as `found_mandates`."""
    with one_look(home):
        found = _Asking(home, question, "document")
        rows = found.rows(_SHOWN)
        said = passages(home, question.words, [row[0] for row in rows]) if question.words else {}
        return found.answer(tuple(FoundDocument(*(*row[:-1], said.get(row[0], row[-1]))) for row in rows))


def count(home: Path, question: Question, unit: Unit) -> int:
    """How many mandates or documents fit; raises as `found_mandates`."""
    with one_look(home):
        if question.words and unit == "document":
            found = _documents_with(home, edition(home), question.words, question.filters)
            if found is not None:
                return found
        return _Asking(home, question, unit).total


def mandate_ids(home: Path, question: Question) -> tuple[str, ...] | None:
    """The mandates that hold the words, for an export; None where there are no words. Raises as `found_mandates`."""
    return _ranked(home, question, "mandate").ids if question.words else None


def _ranked(home: Path, question: Question, unit: Unit) -> Ranking:
    return _ranking(home, edition(home), question.words, exact(question.filters), unit)


# What the index says is kept for other filters and orders of the same words: two words of which a million documents are
# full take it 90 ms, even where no document has both. A ranking has up to 600 kB.
@lru_cache(maxsize=8)
def _ranking(home: Path, _edition: str, words: str, filters: Filters, unit: Unit) -> Ranking:
    return ranking(home, words, filters, unit=unit)


@lru_cache(maxsize=256)
def _documents_with(home: Path, _edition: str, words: str, filters: Filters) -> int | None:
    return documents_with(home, words, filters)


# For the other pages of the same question, whose counts are the same: finding hits takes 20 ms, and counting the
# mandates of a million documents 100. Hits have up to 100 kB.
_hits: Kept[Hits] = Kept(32)
_counts: Kept[tuple[Facet, ...]] = Kept(64)
_totals: Kept[int] = Kept(256)


@dataclass(frozen=True)
class _Asking:
    """A question to the mandates or to the documents."""

    home: Path
    question: Question
    unit: Unit

    @property
    def place(self) -> Place:
        """Where they are."""
        return _PLACES[self.unit]

    @cached_property
    def among(self) -> Ledger:
        """What is asked: one ledger, as the places of rows are those of one, or the snapshot."""
        if self.unit == "mandate":
            return one_ledger(self.home)
        return Ledger(edition(self.home), lambda sql, values: query(self.home, sql, values or None).rows)

    @property
    def order(self) -> str:
        """The expression to sort by."""
        sort = self.question.sort
        if (sort == "relevance" and not self.question.words) or (self.unit, sort) not in _ORDERS:
            sort = "date"
        return _ORDERS[self.unit, sort]

    @cached_property
    def hits(self) -> Hits | None:
        """The rows that hold the words; None where there are none to look for."""
        if not self.question.words:
            return None
        return _hits.get(self._key(self.question.filters, self.question.words, self.order), self._found)

    def _found(self) -> Hits:
        ranked = _ranked(self.home, self.question, self.unit)
        if self.unit == "mandate" and self.among.name != ledger_name(self.home):
            # A document may have had another day in a former ledger.
            ranked = replace(ranked, since=None)
        return hits_of(self.among.ask, self.place, self.question.filters, ranked, self.order)

    @property
    def total(self) -> int:
        """How many rows there are."""
        return self._without_words(self.question.filters) if self.hits is None else len(self.hits.rows)

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        """Those of the page."""
        skipped = (self.question.page - 1) * PAGE_ROWS
        if self.hits is not None:
            return self._of_hits(columns, self.hits.rows[skipped : skipped + PAGE_ROWS])
        wanted, values = self.place.condition(self.question.filters)
        sql = _LISTED.format(columns=columns, place=self.place.source, condition=wanted, order=self.order)
        return self.among.ask(sql, values | {"rows": PAGE_ROWS, "skipped": skipped})

    def _of_hits(self, columns: str, places: Sequence[int]) -> list[tuple[Any, ...]]:
        """What is shown is read for the few rows of the page alone."""
        if not places:
            return []
        sql = _OF_ROWS.format(columns=columns, source=self.place.source, table=self.place.table)
        shown = {place: tuple(row) for place, *row in self.among.ask(sql, {"places": list(places)})}
        return [shown[place] for place in places]

    def answer(self, rows: tuple[Row, ...]) -> Found[Row]:
        """With these rows on the page."""
        total = self.total
        return Found(
            rows,
            total,
            self.hits is not None and self.hits.more,
            self._facets() if total else (),
            () if total else tuple(self._without()),
        )

    def _facets(self) -> tuple[Facet, ...]:
        if self.hits is not None:
            return self.hits.facets
        return _counts.get(
            self._key(self.question.filters), lambda: facets_of(self.among.ask, self.place, self.question.filters)
        )

    def _without(self) -> list[tuple[str, int]]:
        filters = self.question.filters
        fields = [name for name in filters.given if name in self.place.fields]
        if self.hits is None:
            found = [(name, self._without_words(filters.without(name))) for name in fields]
        else:
            found = [*((name, self.hits.but[name]) for name in fields), ("words", self._without_words(filters))]
        return [(name, number) for name, number in found if number]

    def _without_words(self, filters: Filters) -> int:
        """How many rows there are, whatever the words are."""
        return _totals.get(self._key(filters), lambda: total_of(self.among.ask, self.place, filters))

    def _key(self, *asked: Hashable) -> Hashable:
        """By what is kept what was found, which is of one snapshot or ledger."""
        return self.home, self.among.name, self.unit, asked
