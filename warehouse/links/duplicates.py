"""Near-duplicates: one text under two addresses is linked, never merged.

Three steps, each dearer than the one before and over fewer pairs: bands of a MinHash over runs of five words (made
where the batch is made, looked up in `versions`), then whether the words are the same, then the share of 24-character
runs in common.

A likeness alone says little: a corrigendum is .98 like what it corrects, last year's resolution .77 like this year's.
So symbol, session, stage, language and date decide whether two like texts are one (`is_copy`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from warehouse.links.similarity import likeness
from warehouse.load.arrivals import as_rows_in

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import duckdb

# Of pairs with 15 % of the sentences changed, .85 finds .80 and takes .02 of renewals for copies; runs of words do
# worse.
alike = 0.85
_days_apart = 45
_DRAFTS = frozenset({"preliminary_draft", "draft"})
# Boilerplate can share a band with thousands; beyond so many the newest are compared.
most_candidates = 500

_suffix = re.compile(r"/(Rev|Add|Corr)\.\d+$")

# Only row ids leave the four scans: with a text column beside them each takes seven times as long.
_hits = """
SELECT DISTINCT arriving, place FROM (
    SELECT rows_in.version_id AS arriving, versions.rowid AS place
    FROM versions JOIN rows_in ON versions.band_1 = rows_in.band_1
    UNION ALL
    SELECT rows_in.version_id, versions.rowid FROM versions JOIN rows_in ON versions.band_2 = rows_in.band_2
    UNION ALL
    SELECT rows_in.version_id, versions.rowid FROM versions JOIN rows_in ON versions.band_3 = rows_in.band_3
    UNION ALL
    SELECT rows_in.version_id, versions.rowid FROM versions JOIN rows_in ON versions.band_4 = rows_in.band_4
)
ORDER BY place DESC, arriving"""

_texts = """
SELECT
    versions.rowid, version_id, document_id, symbol, session, stage, documents.language, published_on,
    versions.first_seen, text
FROM versions JOIN documents USING (document_id)
WHERE versions.rowid IN (SELECT unnest($places))"""

_insert = """
INSERT INTO relations
SELECT
    sha256(concat_ws(chr(10), from_document, 'near_duplicate', to_document)), from_document, to_document, NULL, NULL,
    'near_duplicate', score, evidence, first_seen
FROM rows_in
ON CONFLICT (relation_id) DO NOTHING"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text with what decides whether it is a copy of another."""

    version_id: str
    document_id: str
    symbol: str | None
    session: int | None
    stage: str | None
    language: str | None
    published_on: date | None
    first_seen: datetime
    text: str


def alike_texts(connection: duckdb.DuckDBPyConnection, versions: pa.Table) -> list[tuple[str, int]]:
    """Which recorded texts share a band with these versions, just inserted: (version, rowid), the newest first.

    Nothing where each meets only itself.
    """
    arriving = versions.select(["version_id", "band_1", "band_2", "band_3", "band_4"])
    arriving = arriving.filter(arriving["band_1"].is_valid())
    if not len(arriving):
        return []
    with as_rows_in(connection, arriving):
        hits: list[tuple[str, int]] = connection.execute(_hits).fetchall()
    return hits if len(hits) > len(arriving) else []


def link_duplicates(connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, int]]) -> int:
    """Link versions with the recorded ones that they are copies of, given what `alike_texts` found; how many."""
    return _link(connection, hits) if hits else 0


def _link(connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, int]]) -> int:
    met: dict[int, set[str]] = {}
    for arriving, place in hits:
        met.setdefault(place, set()).add(arriving)
    places = [place for place, those in met.items()][:most_candidates]
    held = {row[0]: Candidate(*row[1:]) for row in connection.execute(_texts, {"places": places}).fetchall()}
    by_version = {candidate.version_id: candidate for candidate in held.values()}
    found: dict[tuple[str, str], dict[str, object]] = {}
    for place, candidate in held.items():
        for other in (by_version[version] for version in met[place] if version in by_version):
            earlier, later = sorted((candidate, other), key=lambda held: (held.first_seen, held.document_id))
            pair = later.document_id, earlier.document_id
            if pair in found or not is_copy(later, earlier):
                continue
            score = likeness(later.text, earlier.text)
            if score >= alike:
                evidence = _evidence(later, earlier, score)
                found[pair] = {
                    "from_document": pair[0], "to_document": pair[1], "score": score, "evidence": evidence,
                    "first_seen": later.first_seen,
                }  # fmt: skip
    if found:
        with as_rows_in(connection, pa.Table.from_pylist(list(found.values()))):
            connection.execute(_insert)
    return len(found)


def is_copy(later: Candidate, earlier: Candidate) -> bool:
    """THE one place that tells a copy from a renewal, a draft, a corrigendum and a translation, likeness aside."""
    if later.document_id == earlier.document_id:
        return False
    if later.language and earlier.language and later.language != earlier.language:
        return False
    apart = _apart(later, earlier)
    if apart is not None and apart > _days_apart:
        return False
    if later.symbol is None or earlier.symbol is None:
        return None in (later.stage, earlier.stage) or (later.stage in _DRAFTS) == (earlier.stage in _DRAFTS)
    if _suffix.sub("", later.symbol) == _suffix.sub("", earlier.symbol):
        return False
    other_session = None not in (later.session, earlier.session) and later.session != earlier.session
    return later.stage == earlier.stage and not other_session


def _apart(later: Candidate, earlier: Candidate) -> int | None:
    if later.published_on is None or earlier.published_on is None:
        return None
    return abs((later.published_on - earlier.published_on).days)


def _evidence(later: Candidate, earlier: Candidate, score: float) -> str:
    words = "the same words" if score == 1 else f"{score:.2f} of the 24-character runs in common"
    symbols = " and ".join(candidate.symbol or "no symbol" for candidate in (later, earlier))
    apart = _apart(later, earlier)
    return f"{words}; {symbols}; {'a date is missing' if apart is None else f'dated {apart} days apart'}"
