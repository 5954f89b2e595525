"""Ours or the publisher's: texts that arrive are set against the readings of their documents that are recorded.

The same bytes, or the same words in other bytes, are the same version: a newer reader's text of them takes the place of
the former one, in silence. Where neither agrees, the former readings are first brought up to today's reader and rules
from the bytes that were kept, so that what still differs is what the publisher changed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

import mandates
from scrapers.text.readers import FIRST, NO_WORDS, reader_of, words_sha256
from warehouse.load.arrivals import among, first_of_each, insert
from warehouse.load.kept import ANNEX, kept_texts

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import duckdb

    from warehouse.load.kept import Again

log = logging.getLogger(__name__)

# A document seldom has more than two texts at a time (PDF and HTML); older ones are history.
MOST_READ_AGAIN = 5
_readings = """
SELECT
    version_id, document_id, text_sha256, words_sha256, raw_sha256, media_type, coalesce(reader, $first),
    coalesce(rules, $first), versions.first_seen, contains(text, $annex), part
FROM versions LEFT JOIN analyses USING (version_id)
WHERE document_id IN (SELECT unnest($documents))
ORDER BY versions.first_seen, version_id"""

_stamps = """
SELECT version_id, reader, rules FROM versions LEFT JOIN analyses USING (version_id) WHERE versions.{condition}"""

_wordless = "SELECT version_id, text FROM versions WHERE version_id IN (SELECT unnest($versions))"
_hash_words = """
UPDATE versions SET words_sha256 = rows_in.words_sha256 FROM rows_in
WHERE versions.version_id = rows_in.version_id"""

_of_arriving = [
    "version_id", "document_id", "text_sha256", "words_sha256", "raw_sha256", "media_type", "part", "reader", "rules",
    "finished_at",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of a document's text: recorded, arriving, or read again; only the last has `columns`."""

    version_id: str
    document_id: str
    text_sha256: str
    words_sha256: str
    raw_sha256: str | None
    media_type: str | None
    reader: int
    rules: int
    shown_at: datetime
    has_annex: bool
    part: str | None
    columns: dict[str, Any] | None = field(default=None, compare=False)

    def is_outdated(self) -> bool:
        """Whether today's reader or rules are newer."""
        return self.reader < reader_of(self.media_type) or self.rules < mandates.RULES_VERSION

    def has_bytes_of(self, other: Reading) -> bool:
        """Whether both were taken from the same bytes and from nothing else."""
        return (
            self.raw_sha256 is not None
            and self.raw_sha256 == other.raw_sha256
            and not (self.has_annex or other.has_annex)
        )

    def is_the_text_of(self, other: Reading) -> bool:
        """Whether the publisher's text is the same: the bytes, or the words."""
        return self.has_bytes_of(other) or self.words_sha256 == other.words_sha256 != NO_WORDS

    def is_better_than(self, other: Reading) -> bool:
        """Whether it takes the place of another reading of the same text. One without words never does."""
        if self.part is not None and not self.is_the_text_of(other):
            return False
        if self.words_sha256 == NO_WORDS != other.words_sha256:
            log.warning("%s: text kept, because today's reader finds no words in the same bytes", other.document_id)
            return False
        steps = [self.rules - other.rules]
        if self.media_type == other.media_type:
            steps.append(self.reader - other.reader)
        if any(steps):
            return min(steps) >= 0
        # The same reader over the same bytes: what differs is how the source is configured.
        return self.has_bytes_of(other) and self.text_sha256 != other.text_sha256 and self.shown_at >= other.shown_at


@dataclass(slots=True)
class _Version:
    """One version of a document while a load is settled; `former` is the id under which it was recorded."""

    reading: Reading
    former: str | None = None
    merged: _Version | None = None
    is_new_reading: bool = False
    was_read_again: bool = False
    is_unread: bool = False

    def settled(self) -> _Version:
        return self if self.merged is None else self.merged.settled()


@dataclass(frozen=True, slots=True)
class Settled:
    """What a load's texts are: entries with the ids of their versions, new versions, new readings of recorded ones.

    `versions` and `readings` are rows as `texts` inserts them; `instead` leads from former versions to those that hold
    their text now. `unread` are new versions that had to be set against a text as a former reader gave it.
    """

    entries: pa.Table
    versions: pa.Table
    readings: pa.Table
    instead: dict[str, str]
    unread: frozenset[str]


def settle(
    connection: duckdb.DuckDBPyConnection, entries: pa.Table, fresh: pa.Array, again: Again | None, now: datetime
) -> Settled:
    """Find out which texts of a load are versions of their own; `fresh` are the documents that are not recorded.

    Nothing is written, but for the hashes of words that rows of former homes lack.
    """
    texts = first_of_each(entries, "version_id")
    texts = texts.append_column("shown_at", texts["finished_at"])
    plain, doubtful = _parted(connection, texts, fresh)
    arriving = arriving_readings(doubtful)
    held: dict[str, list[_Version]] = {reading.document_id: [] for reading in arriving}
    for known in readings_of(connection, sorted(held)):
        held[known.document_id].append(_Version(known, former=known.version_id))
    places = {reading.version_id: _place(connection, reading, held[reading.document_id], again) for reading in arriving}
    ids = {arrived: place.settled().reading.version_id for arrived, place in places.items()}
    settled = [version for versions in held.values() for version in versions]
    new = [version for version in settled if version.former is None]
    read = [version for version in settled if version.former is not None and version.is_new_reading]
    readings = _rows(doubtful, [version.reading for version in read if version.merged is None])
    analysed = pa.repeat(pa.scalar(now, pa.timestamp("us", tz="UTC")), len(readings))
    return Settled(
        entries=_with_ids(entries, ids),
        versions=pa.concat_tables([plain, _rows(doubtful, [version.reading for version in new])]),
        readings=readings.set_column(readings.schema.get_field_index("finished_at"), "finished_at", analysed),
        instead={version.former: version.settled().reading.version_id for version in read if version.former},
        unread=frozenset(version.reading.version_id for version in new if version.is_unread),
    )


def readings_of(connection: duckdb.DuckDBPyConnection, documents: Sequence[str]) -> list[Reading]:
    """The recorded readings of these documents, oldest version first. Rows of former homes get the hash they lack."""
    if not documents:
        return []
    parameters = {"documents": list(documents), "first": FIRST, "annex": ANNEX}
    rows = connection.execute(_readings, parameters).fetchall()
    hashed = _hashed(connection, [row[0] for row in rows if row[3] is None])
    return [
        replace(reading, words_sha256=hashed.get(reading.version_id, reading.words_sha256))
        for reading in (Reading(*row) for row in rows)
    ]


def _hashed(connection: duckdb.DuckDBPyConnection, versions: list[str]) -> dict[str, str]:
    if not versions:
        return {}
    texts = connection.execute(_wordless, {"versions": versions}).fetchall()
    hashed = {version: words_sha256(text) for version, text in texts}
    insert(connection, _hash_words, pa.table({"version_id": list(hashed), "words_sha256": list(hashed.values())}))
    return hashed


def _parted(connection: duckdb.DuckDBPyConnection, texts: pa.Table, fresh: pa.Array) -> tuple[pa.Table, pa.Table]:
    """The only texts of new documents, which nothing is to be said of; and those to be set against others.

    A text that is recorded as it is, by the same reader and rules or newer ones, is neither.
    """
    counts = texts.group_by("document_id").aggregate([("version_id", "count")])
    alone = counts.filter(pc.equal(counts["version_id_count"], 1))["document_id"].combine_chunks()
    is_plain = pc.and_(pc.is_in(texts["document_id"], value_set=fresh), pc.is_in(texts["document_id"], value_set=alone))
    others = texts.filter(pc.invert(is_plain))
    condition, parameters = among("version_id", others["version_id"].to_pylist())
    stamps = {
        row[0]: (row[1] or FIRST, row[2] or FIRST)
        for row in connection.execute(_stamps.format(condition=condition), parameters).fetchall()
    }
    known = [
        row["version_id"]
        for row in others.select(["version_id", "reader", "rules"]).to_pylist()
        if row["version_id"] in stamps
        and (row["reader"] or FIRST) <= stamps[row["version_id"]][0]
        and (row["rules"] or FIRST) <= stamps[row["version_id"]][1]
    ]
    is_known = pc.is_in(others["version_id"], value_set=pa.array(known, pa.string()))
    return texts.filter(is_plain), others.filter(pc.invert(is_known))


def arriving_readings(texts: pa.Table) -> list[Reading]:
    """The readings that a load brings, in the order of its rows."""
    annexes = pc.match_substring(texts["text"], ANNEX).to_pylist()
    rows = texts.select(_of_arriving).to_pylist()
    return [
        Reading(
            **{name: row[name] for name in _of_arriving[:7]},
            reader=row["reader"] or FIRST,
            rules=row["rules"] or FIRST,
            shown_at=row["finished_at"],
            has_annex=annex,
        )
        for row, annex in zip(rows, annexes, strict=True)
    ]


def _place(
    connection: duckdb.DuckDBPyConnection, reading: Reading, versions: list[_Version], again: Again | None
) -> _Version:
    """The version that an arriving text belongs to: one that is there, or a new one."""
    place = _same(reading, versions)
    if place is None:
        for version in [version for version in versions if version.merged is None][-MOST_READ_AGAIN:]:
            if version.former is not None and version.reading.is_outdated() and not version.was_read_again:
                _bring_up_to_date(connection, version, versions, again)
        place = _same(reading, versions)
    if place is None:
        live = [version for version in versions if version.merged is None]
        versions.append(_Version(reading, is_unread=bool(live) and live[-1].is_unread))
        return versions[-1]
    if reading.is_better_than(place.reading):
        _become(place, reading, versions)
    return place


def _same(reading: Reading, versions: Sequence[_Version]) -> _Version | None:
    """The version whose text this is, the newest first: letter for letter, else by bytes or words."""
    live = [version for version in reversed(versions) if version.merged is None]
    exact = (version for version in live if version.reading.text_sha256 == reading.text_sha256)
    alike = (version for version in live if reading.is_the_text_of(version.reading))
    # A page that shows a document among others may show it cut off; its own file is the better copy.
    whole = (version for version in live if reading.part is not None and version.reading.part is None)
    return next(exact, None) or next(alike, None) or next(whole, None)


def _bring_up_to_date(
    connection: duckdb.DuckDBPyConnection, version: _Version, versions: list[_Version], again: Again | None
) -> None:
    version.was_read_again = True
    if again is None or version.former is None:
        version.is_unread = True
        return
    read = again(*kept_texts(connection, [version.former]))
    version.is_unread = read is None or not read.is_read
    if read is not None:
        _become(version, of_columns(read.columns, version.reading), versions)


def of_columns(columns: dict[str, Any], former: Reading) -> Reading:
    """A text that was read again, as a reading of the same version."""
    return replace(
        former,
        version_id=columns["version_id"],
        text_sha256=columns["text_sha256"],
        words_sha256=columns["words_sha256"],
        media_type=columns["media_type"],
        reader=columns["reader"],
        rules=columns.get("rules") or FIRST,
        part=columns["part"],
        columns=columns,
    )


def _become(version: _Version, reading: Reading, versions: Sequence[_Version]) -> None:
    """Give a version another reading; where a second version has that text already, the two are one."""
    twins = (
        other
        for other in versions
        if other is not version and other.merged is None and other.reading.text_sha256 == reading.text_sha256
    )
    version.merged = next(twins, None)
    version.reading = replace(reading, shown_at=version.reading.shown_at)
    version.is_new_reading = True


def _rows(texts: pa.Table, readings: Sequence[Reading]) -> pa.Table:
    """The rows of these readings: those that arrived from `texts`, those read again from their columns."""
    places = {version: place for place, version in enumerate(texts["version_id"].to_pylist())}
    arrived = [reading for reading in readings if reading.columns is None]
    taken = texts.take(pa.array([places[reading.version_id] for reading in arrived], pa.int64()))
    shown = pa.array([reading.shown_at for reading in arrived], pa.timestamp("us", tz="UTC"))
    taken = taken.set_column(taken.schema.get_field_index("shown_at"), "shown_at", shown)
    read = [reading.columns for reading in readings if reading.columns is not None]
    return pa.concat_tables([taken, pa.Table.from_pylist(read, schema=texts.schema)])


def _with_ids(entries: pa.Table, ids: dict[str, str]) -> pa.Table:
    """The entries, each with the id of the version that its text belongs to."""
    if all(arrived == settled for arrived, settled in ids.items()):
        return entries
    settled = pa.array([ids.get(version, version) for version in entries["version_id"].to_pylist()], pa.string())
    return entries.set_column(entries.schema.get_field_index("version_id"), "version_id", settled)
