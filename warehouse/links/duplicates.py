"""Near-duplicates: one text under two addresses is linked, never merged.

Three steps, each dearer than the one before and over fewer pairs: bands of a MinHash over runs of five words (made
where the batch is made, looked up in `versions`), then whether the words are the same, then the share of 24-character
runs in common. A text is compared with the `most_candidates` that have most bands in common with it; that there were
more is written down (`cuts`).

A likeness alone says little: a corrigendum is .98 like what it corrects, last year's resolution .77 like this year's.
So symbol, session, stage, language and date decide whether two like texts are one (`is_copy`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from config.notes import note
from warehouse.links.cuts import Cut
from warehouse.links.similarity import Texts, longest
from warehouse.load.arrivals import as_rows_in
from warehouse.load.keyed import asker, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date, datetime

    import duckdb

    from config.notes import Note

# Of pairs with 15 % of the sentences changed, .85 finds .80 and takes .02 of renewals for copies; runs of words do
# worse.
alike = 0.85
_days_apart = 45
_DRAFTS = frozenset({"preliminary_draft", "draft"})
# Boilerplate can share a band with thousands, and somebody may publish as many on purpose. Of each band the newest
# texts are looked at, and of all those the ones with most bands in common are compared.
most_of_band = 500
most_candidates = 20
# Pairs that are compared together, which bounds how many texts are held.
_together = 100

_of_texts = ("version_id", "document_id")
_suffix = re.compile(r"/(Rev|Add|Corr)\.\d+$")

# Only row ids and times leave the four scans: with a text column beside them each takes seven times as long.
_hits = """
WITH held AS (
    SELECT 1 AS band, band_1 AS value, versions.rowid AS place, first_seen
    FROM versions SEMI JOIN rows_in USING (band_1)
    UNION ALL
    SELECT 2, band_2, versions.rowid, first_seen FROM versions SEMI JOIN rows_in USING (band_2)
    UNION ALL
    SELECT 3, band_3, versions.rowid, first_seen FROM versions SEMI JOIN rows_in USING (band_3)
    UNION ALL
    SELECT 4, band_4, versions.rowid, first_seen FROM versions SEMI JOIN rows_in USING (band_4)
), newest AS (
    SELECT band, value, place, count(*) OVER (PARTITION BY band, value) AS holding FROM held
    QUALIFY row_number() OVER (PARTITION BY band, value ORDER BY first_seen DESC, place DESC) <= $most
), wanted AS (
    SELECT version_id, unnest([1, 2, 3, 4]) AS band, unnest([band_1, band_2, band_3, band_4]) AS value FROM rows_in
)
SELECT version_id, place, count(*), max(holding) FROM wanted JOIN newest USING (band, value) GROUP BY ALL"""

# The newest first; which of one day, their keys say, so that the same texts give the same links.
_ranked = """
SELECT arriving, version_id, found FROM (
    SELECT
        arriving, version_id, greatest(count(*) OVER whole, max(holding) OVER whole - 1) AS found,
        row_number() OVER (whole ORDER BY bands DESC, versions.first_seen DESC, version_id) AS rank
    FROM rows_in JOIN versions ON versions.rowid = rows_in.place
    WHERE version_id <> arriving
    WINDOW whole AS (PARTITION BY arriving)
) WHERE rank <= $most ORDER BY arriving, rank"""

_known = """
SELECT
    version_id, document_id, symbol, session, stage, documents.language, published_on, versions.first_seen
FROM versions JOIN documents USING (document_id) WHERE {condition}"""
_texts = f"SELECT version_id, left(text, {longest}) FROM versions WHERE {{condition}}"  # noqa: S608 - a number of ours

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


class Alike(NamedTuple):
    """Recorded texts that share bands with arriving ones: (version, other version), for each version the likest first.

    `left_out` says of the versions with more of them than are compared how many more there are, at least.
    """

    hits: Sequence[tuple[str, str]]
    left_out: Mapping[str, int]

    def cuts(self, versions: pa.Table) -> Iterator[Cut]:
        """What to write down of the documents of these versions."""
        for version, document in zip(*(versions[name].to_pylist() for name in _of_texts), strict=True):
            if more := self.left_out.get(version):
                yield Cut(document, "texts", most_candidates, more)


def alike_texts(connection: duckdb.DuckDBPyConnection, versions: pa.Table) -> Alike:
    """Which other recorded texts share a band with these versions, just inserted."""
    arriving = versions.select(["version_id", "band_1", "band_2", "band_3", "band_4"])
    arriving = arriving.filter(arriving["band_1"].is_valid())
    if not len(arriving):
        return Alike((), {})
    with as_rows_in(connection, arriving):
        hits = connection.execute(_hits, {"most": most_of_band}).fetchall()
    # Each meets itself.
    if len(hits) <= len(arriving):
        return Alike((), {})
    columns = dict(zip(("arriving", "place", "bands", "holding"), zip(*hits, strict=True), strict=True))
    with as_rows_in(connection, pa.table(columns)):
        rows = connection.execute(_ranked, {"most": most_candidates}).fetchall()
    left_out = {version: found - most_candidates for version, _, found in rows if found > most_candidates}
    return Alike([(version, other) for version, other, _ in rows], left_out)


def link_duplicates(connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, str]]) -> int:
    """Link versions with the recorded ones that they are copies of, given what `alike_texts` found; how many."""
    pairs = _possible_copies(connection, hits) if hits else []
    ask = asker(connection)
    found: dict[tuple[str, str], dict[str, object]] = {}
    texts = Texts({})
    for first in range(0, len(pairs), _together):
        together = pairs[first : first + _together]
        texts.take(dict(rows_of(ask, _texts, "version_id", {each.version_id for pair in together for each in pair})))
        for later, earlier in together:
            ends = later.document_id, earlier.document_id
            score = 0.0 if ends in found else texts.likeness(later.version_id, earlier.version_id)
            if score >= alike:
                evidence = _evidence(later, earlier, score)
                found[ends] = {
                    "from_document": ends[0], "to_document": ends[1], "score": score, "evidence": evidence,
                    "first_seen": later.first_seen,
                }  # fmt: skip
    if found:
        with as_rows_in(connection, pa.Table.from_pylist(list(found.values()))):
            connection.execute(_insert)
    return len(found)


def _possible_copies(
    connection: duckdb.DuckDBPyConnection, hits: Sequence[tuple[str, str]]
) -> list[tuple[Candidate, Candidate]]:
    """The pairs (later, earlier) that are copies if their words are alike, each once."""
    versions = {version for hit in hits for version in hit}
    by_version = {row[0]: Candidate(*row) for row in rows_of(asker(connection), _known, "version_id", versions)}
    pairs: dict[tuple[str, str], tuple[Candidate, Candidate]] = {}
    for hit in hits:
        both = (by_version[version] for version in hit)
        earlier, later = sorted(both, key=lambda each: (each.first_seen, each.document_id))
        if is_copy(later, earlier):
            pairs.setdefault((later.version_id, earlier.version_id), (later, earlier))
    return list(pairs.values())


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


def _evidence(later: Candidate, earlier: Candidate, score: float) -> Note:
    alike = note("same_words") if score == 1 else note("runs", ratio=f"{score:.2f}")
    one, other = (candidate.symbol or note("no_symbol") for candidate in (later, earlier))
    apart = _apart(later, earlier)
    days = note("no_date") if apart is None else note("apart", number=apart)
    return note("alike", likeness=alike, one=one, other=other, apart=days)
