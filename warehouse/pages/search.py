"""The search page: mandates and documents that words and filters find, page by page, with counts to narrow them by."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from warehouse.findings.finding import Deadline
from warehouse.pages.facets import Facet, Hits, Place, Shown, facets_of, hits_of
from warehouse.pages.mandate_words import InDocument, words_of
from warehouse.query.filters import DOCUMENT_FIELDS, MANDATE_FIELDS, NO_FILTERS
from warehouse.query.ledger_today import asker, is_worked_out, ledger_name
from warehouse.query.lending import edition
from warehouse.query.opening import one_look
from warehouse.query.queries import query
from warehouse.query.search import documents_with, marked, passages, ranking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.query.filters import Filters
    from warehouse.query.ledger_today import Ask
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
)  # fmt: skip
_DOCUMENTS = Place(
    "documents",
    "documents",
    "document_id",
    DOCUMENT_FIELDS,
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
SELECT {table}.rowid, {columns} FROM {source} WHERE {table}.rowid IN ({places})"""
_TOTAL = "SELECT count(*) FROM {place} WHERE {condition}"
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
        ranked = _ranked(home, question, "mandate")
        found = _Asking(home, question, "mandate", _MANDATES, ranked)
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
        ranked = _ranked(home, question, "document")
        found = _Asking(home, question, "document", _DOCUMENTS, ranked)
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
        return _Asking(home, question, unit, _PLACES[unit], _ranked(home, question, unit)).count()


def mandate_ids(home: Path, question: Question) -> tuple[str, ...] | None:
    """The mandates that hold the words, for an export; None where there are no words. Raises as `found_mandates`."""
    ranked = _ranked(home, question, "mandate")
    return None if ranked is None else ranked.ids


def _ranked(home: Path, question: Question, unit: Unit) -> Ranking | None:
    return _ranking(home, edition(home), question.words, question.filters, unit) if question.words else None


# What the index says is kept for the other pages of the same words: two words of which a million documents are full
# take it 90 ms, even where no document has both. A ranking has up to 600 kB.
@lru_cache(maxsize=8)
def _ranking(home: Path, _edition: str, words: str, filters: Filters, unit: Unit) -> Ranking:
    return ranking(home, words, filters, unit=unit)


@lru_cache(maxsize=256)
def _documents_with(home: Path, _edition: str, words: str, filters: Filters) -> int | None:
    return documents_with(home, words, filters)


def _places(names: Iterable[str]) -> str:
    return ", ".join(f"${name}" for name in names)


@dataclass(frozen=True)
class _Asking:
    """A question to the mandates or to the documents, with the hits of its words."""

    home: Path
    question: Question
    unit: Unit
    place: Place
    ranked: Ranking | None

    @cached_property
    def ask(self) -> Ask:
        """Of one ledger, as the places of rows are those of one."""
        if self.unit == "mandate":
            return asker(self.home)
        return lambda sql, values: query(self.home, sql, values or None).rows

    @property
    def order(self) -> str:
        sort = self.question.sort
        if (sort == "relevance" and self.ranked is None) or (self.unit, sort) not in _ORDERS:
            sort = "date"
        return _ORDERS[self.unit, sort]

    @property
    def skipped(self) -> int:
        return (self.question.page - 1) * PAGE_ROWS

    @cached_property
    def hits(self) -> Hits | None:
        """The rows that hold the words; None where there are none to look for."""
        if self.ranked is None:
            return None
        shown = Shown(self.order, PAGE_ROWS, self.skipped)
        return hits_of(self.ask, self.place, self.question.filters, self.ranked, shown)

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        if self.hits is not None:
            return self._of_hits(columns, self.hits.rows)
        wanted, values = self.place.condition(self.question.filters)
        sql = _LISTED.format(columns=columns, place=self.place.source, condition=wanted, order=self.order)
        return self.ask(sql, values | {"rows": PAGE_ROWS, "skipped": self.skipped})

    def _of_hits(self, columns: str, places: Sequence[int]) -> list[tuple[Any, ...]]:
        """What is shown is read for the few rows of the page alone."""
        if not places:
            return []
        named = {f"row_{number}": place for number, place in enumerate(places)}
        sql = _OF_ROWS.format(columns=columns, source=self.place.source, table=self.place.table, places=_places(named))
        shown = {place: tuple(row) for place, *row in self.ask(sql, named)}
        return [shown[place] for place in places]

    def total(self, filters: Filters) -> int:
        """How many rows there are, whatever the words are."""
        wanted, values = self.place.condition(filters)
        return self._counted(self.place.source, wanted, values)

    def count(self) -> int:
        """How many rows there are with the words, and nothing else about them."""
        if self.ranked is None:
            return self.total(self.question.filters)
        source, hits = self.place.among(self.ranked)
        wanted, values = self.place.condition(self.question.filters)
        return self._counted(source, wanted, values | hits)

    def _counted(self, source: str, wanted: str, values: dict[str, Any]) -> int:
        return int(self.ask(_TOTAL.format(place=source, condition=wanted), values)[0][0])

    def answer(self, rows: tuple[Row, ...]) -> Found[Row]:
        total = self.total(self.question.filters) if self.hits is None else self.hits.total
        return Found(
            rows,
            total,
            self.ranked is not None and self.ranked.more,
            self._facets() if total else (),
            () if total else tuple(self._without()),
        )

    def _facets(self) -> tuple[Facet, ...]:
        if self.hits is not None:
            return self.hits.facets
        # The counts of a former ledger are shown, and not kept.
        if not is_worked_out(self.home):
            return facets_of(self.ask, self.place, self.question.filters)
        return _facets_without_words(self.home, ledger_name(self.home), self.unit, self.question.filters)

    def _without(self) -> list[tuple[str, int]]:
        filters = self.question.filters
        fields = [name for name in filters.given if name in self.place.fields]
        if self.hits is None:
            found = [(name, self.total(filters.without(name))) for name in fields]
        else:
            found = [*((name, self.hits.but.get(name, 0)) for name in fields), ("words", self.total(filters))]
        return [(name, number) for name, number in found if number]


@lru_cache(maxsize=64)
def _facets_without_words(home: Path, _ledger: str, unit: Unit, filters: Filters) -> tuple[Facet, ...]:
    """The counts of a question without words, kept for its other pages: counting a million documents takes a while."""
    place = _PLACES[unit]
    return facets_of(_Asking(home, Question(filters=filters), unit, place, None).ask, place, filters)
