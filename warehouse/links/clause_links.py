"""Clause to clause: which clause of a resolution follows which of the one it renews, and what a corrigendum corrects.

The links of two documents are a function of their newest texts. They are worked out when the relation is found, and
again when one of the texts is replaced or read otherwise.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from warehouse.links.alignment import MOST_WORK, Work, left_out, steps
from warehouse.links.corrections import corrected, passages
from warehouse.links.cuts import Cut, keep_cuts
from warehouse.links.texts import Text, texts_of
from warehouse.load.arrivals import as_rows_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import duckdb

    from warehouse.links.alignment import Change, Step
    from warehouse.links.relations import RelationRow
    from warehouse.load.loading import Loaded

_OF_DOCUMENTS = """
SELECT relation, from_document, to_document FROM relations
WHERE relation IN ('renews', 'draft_of', 'corrects') AND from_document IS NOT NULL AND to_document IS NOT NULL
    AND (from_document IN (SELECT unnest($documents)) OR to_document IN (SELECT unnest($documents)))"""
_NO_LONGER = """
DELETE FROM clause_links USING rows_in AS pair
WHERE clause_links.relation = pair.relation AND clause_links.later_document = pair.later
    AND clause_links.earlier_document = pair.earlier
    AND NOT list_contains($kept, clause_links.link_id)"""
_INSERT = """
INSERT INTO clause_links BY NAME SELECT * FROM rows_in
ON CONFLICT (link_id) DO UPDATE SET
    change = excluded.change, score = excluded.score, words = excluded.words, evidence = excluded.evidence"""
_SCHEMA = pa.schema(
    [
        *((name, pa.string()) for name in ("link_id", "relation", "later_document", "later_clause")),
        *((name, pa.string()) for name in ("earlier_document", "earlier_clause", "change")),
        ("score", pa.float64()),
        *((name, pa.string()) for name in ("words", "evidence")),
        ("first_seen", pa.timestamp("us", tz="UTC")),
    ]
)

# Words that may be looked for in all pairs of a load together, some 20 s: hundreds of texts that follow each other with
# thousands of clauses each, all of them alike, would otherwise hold up all that is to be recorded after them.
MOST_WORK_TOGETHER = 100_000_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two related documents, by their times: the renewing, adopted or correcting one is the later."""

    relation: Literal["renews", "draft_of", "corrects"]
    later: str
    earlier: str


@dataclass(frozen=True, slots=True)
class ClauseLink:
    """What became of one clause in a later document; `later_clause` and `earlier_clause` are clause keys.

    `words` are how a corrected clause reads since, where the corrigendum says it plainly.
    """

    pair: Pair
    later_clause: str | None
    earlier_clause: str | None
    change: Change
    score: float | None
    words: str | None
    evidence: str

    @property
    def link_id(self) -> str:
        """sha256 (hex) of the relation, both documents and both clauses."""
        pair = self.pair
        parts = (pair.relation, pair.later, pair.earlier, self.later_clause or "", self.earlier_clause or "")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def link_clauses(
    connection: duckdb.DuckDBPyConnection, loaded: Loaded, relations: Sequence[RelationRow]
) -> tuple[ClauseLink, ...]:
    """Bring the links between clauses up to date with a load and the relations it brought; those of all it touched."""
    again = {*loaded.versions["document_id"].to_pylist(), *loaded.replaced.documents} - {*loaded.documents}
    moments = loaded.entries["finished_at"].to_pylist()
    return link_clauses_of(connection, again, relations, max(moments)) if moments else ()


def link_clauses_of(
    connection: duckdb.DuckDBPyConnection, again: Collection[str], relations: Sequence[RelationRow], now: datetime
) -> tuple[ClauseLink, ...]:
    """Link the clauses of new relations, and of all relations of the documents whose text is another one."""
    new = _as_pairs((row.relation, row.from_document, row.to_document) for row in relations)
    known = _pairs_of(connection, again)
    # A correction starts from the words that the corrigenda before it left.
    known |= _pairs_of(connection, {pair.earlier for pair in new | known if pair.relation == "corrects"})
    return link_pairs(connection, new | known, known, now)


def _pairs_of(connection: duckdb.DuckDBPyConnection, documents: Collection[str]) -> set[Pair]:
    rows = connection.execute(_OF_DOCUMENTS, {"documents": sorted(documents)}).fetchall() if documents else []
    return _as_pairs(rows)


def link_pairs(
    connection: duckdb.DuckDBPyConnection, pairs: Collection[Pair], known: Collection[Pair], now: datetime
) -> tuple[ClauseLink, ...]:
    """Work out the links between the clauses of these pairs, and put them in the place of those of `known` ones."""
    if not pairs:
        return ()
    texts = texts_of(connection, {document for pair in pairs for document in (pair.later, pair.earlier)})
    cuts: list[Cut] = []
    found = [*_followed(pairs, texts, cuts), *_corrected(pairs, texts)]
    keep_cuts(connection, cuts, now, again=[(each, "clauses") for each in sorted({pair.later for pair in known})])
    if known:
        named = [{"relation": pair.relation, "later": pair.later, "earlier": pair.earlier} for pair in known]
        with as_rows_in(connection, pa.Table.from_pylist(named)):
            connection.execute(_NO_LONGER, {"kept": [link.link_id for link in found]})
    if found:
        with as_rows_in(connection, pa.Table.from_pylist([_row(link, now) for link in found], schema=_SCHEMA)):
            connection.execute(_INSERT)
    return tuple(found)


def _as_pairs(rows: Iterable[tuple[str, str, str]]) -> set[Pair]:
    """Pairs of (relation, from, to): a draft stands first in its relation, what renews or corrects as well."""
    found = set()
    for relation, origin, target in rows:
        match relation:
            case "draft_of":
                found.add(Pair(relation, later=target, earlier=origin))
            case "renews" | "corrects":
                found.add(Pair(relation, later=origin, earlier=target))
    return found


def _followed(
    pairs: Iterable[Pair], texts: Mapping[str, Text], cuts: list[Cut], *, work: int = MOST_WORK_TOGETHER
) -> Iterator[ClauseLink]:
    """What became of each clause of a renewed resolution or draft; `cuts` takes what was not compared."""
    for pair in sorted(pairs, key=lambda pair: (pair.relation, pair.later, pair.earlier)):
        earlier, later = texts.get(pair.earlier), texts.get(pair.later)
        if pair.relation == "corrects" or earlier is None or later is None:
            continue
        if not (earlier.clauses and later.clauses):
            continue
        # A year on, "the need of" and "the need for" are the same; between draft and adoption every word was weighed.
        each_word = pair.relation == "draft_of"
        words = [[clause.words for clause in text.clauses] for text in (earlier, later)]
        part = Work(min(work, MOST_WORK))
        work -= part.left
        found = steps(*words, each_word=each_word, work=part)
        work += part.left
        if more := left_out(found, *words):
            cuts.append(Cut(pair.later, "clauses", sum(map(len, words)) - more, more, pair.earlier))
        yield from _as_links(pair, earlier, later, found)


def _as_links(pair: Pair, earlier: Text, later: Text, found: Iterable[Step]) -> Iterator[ClauseLink]:
    for step in found:
        # A clause that was not read in one text is not known to be missing there.
        if (step.change == "dropped" and not later.is_complete) or (step.change == "new" and not earlier.is_complete):
            continue
        now = None if step.later is None else later.clauses[step.later].clause_key
        was = None if step.earlier is None else earlier.clauses[step.earlier].clause_key
        yield ClauseLink(pair, now, was, step.change, step.score, None, _SAID[step.change].format(step.score or 0))


_SAID: Mapping[Change, str] = {
    "same": "the same request: dates, sessions and numbers of documents aside, {:.0%} of the words in the same order",
    "changed": "{:.0%} of the words in the same order",
    "new": "no clause of the earlier text is like it",
    "dropped": "no clause of the later text is like it",
}


def _corrected(pairs: Iterable[Pair], texts: Mapping[str, Text]) -> Iterator[ClauseLink]:
    """The clauses that corrigenda correct, each as it reads with all corrigenda up to that one."""
    corrigenda: dict[str, list[Pair]] = {}
    for pair in pairs:
        if pair.relation == "corrects" and pair.earlier in texts and pair.later in texts:
            corrigenda.setdefault(pair.earlier, []).append(pair)
    for document, those in corrigenda.items():
        words = {clause.clause_key: clause.display for clause in texts[document].clauses}
        for pair in sorted(those, key=lambda pair: texts[pair.later].place):
            said = passages(texts[pair.later].text)
            for clause in texts[document].clauses:
                passage = said.get(clause.bare_number)
                if passage is None:
                    continue
                now = corrected(words[clause.clause_key], passage)
                words[clause.clause_key] = now or words[clause.clause_key]
                yield ClauseLink(pair, None, clause.clause_key, "changed", None, now, passage)


def _row(link: ClauseLink, now: datetime) -> dict[str, object]:
    return {
        "link_id": link.link_id,
        "relation": link.pair.relation,
        "later_document": link.pair.later,
        "later_clause": link.later_clause,
        "earlier_document": link.pair.earlier,
        "earlier_clause": link.earlier_clause,
        "change": link.change,
        "score": link.score,
        "words": link.words,
        "evidence": link.evidence,
        "first_seen": now,
    }
