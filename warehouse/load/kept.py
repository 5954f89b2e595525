"""Texts that were kept, to be read again by today's reader and rules."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mandates.documents.parts import span_in
from scrapers.publication import DocumentText
from scrapers.text.readers import FIRST, reader_of
from warehouse.load.arrow_rows import text_columns
from warehouse.model import WarehouseError
from warehouse.store import raw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    import duckdb

    from mandates.model import Analysis, Kind, Stage

    Analyse = Callable[["KeptText"], Analysis | None]
    Extract = Callable[["KeptText", bytes], DocumentText | None]
    Again = Callable[["KeptText"], "ReadAgain | None"]

log = logging.getLogger(__name__)

# An annex is read from bytes of its own, so the bytes of the page do not vouch for such a text.
ANNEX = "\n\n[attachment 1: "

_kept = """
SELECT
    version_id, document_id, text, page_starts, flags, raw_sha256, media_type, coalesce(reader, $first),
    coalesce(rules, $first), versions.first_seen, symbol, title, published_on, url,
    coalesce(shown.sources, []), shown.sources IS NOT NULL, body, kind, stage, part
FROM versions JOIN documents USING (document_id) LEFT JOIN analyses USING (version_id)
LEFT JOIN (
    SELECT version_id, list_sort(list(source_id)) AS sources FROM sightings
    WHERE version_id IN (SELECT unnest($versions)) GROUP BY version_id
) AS shown USING (version_id)
WHERE version_id IN (SELECT unnest($versions))
ORDER BY versions.first_seen, version_id"""


@dataclass(frozen=True, slots=True)
class KeptText:
    """A text that is recorded, with what a reader or an analysis may want to know of its document."""

    version_id: str
    document_id: str
    text: str
    page_starts: tuple[int, ...]
    flags: tuple[str, ...]
    raw_sha256: str | None
    media_type: str | None
    reader: int
    rules: int
    first_seen: datetime
    symbol: str | None
    title: str
    published_on: date | None
    url: str
    sources: tuple[str, ...]
    is_shown: bool
    body: str | None = None
    kind: Kind | None = None
    stage: Stage | None = None
    part: str | None = None


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """A kept text as it is read today: its text and analysis as columns. `is_read` where today's reader took it."""

    columns: dict[str, Any]
    is_read: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """Today's reader and rules over what was kept.

    `extract` takes the text from the bytes, None where it cannot, and must be bounded in time and memory: it may run
    while a batch is recorded. Without it the texts stay as they are. `analyse` finds what is in a text, None likewise.
    """

    analyse: Analyse
    extract: Extract | None = None


def read_again(home: Path, kept: KeptText, reader: Reader) -> ReadAgain | None:
    """A kept text as today's reader and rules give it; as it was recorded where its bytes cannot be read again.

    None where it cannot be analysed: what was found in it before is not given up for that.
    """
    text, version = _from_bytes(home, kept, reader.extract), None
    analysis = reader.analyse(replace(kept, text=text.text)) if text is not None else None
    if text is not None and analysis is not None:
        text, analysis = _own_part(text, analysis, kept, reader)
    if text is None:
        text, version = _as_kept(kept), kept.reader
        analysis = reader.analyse(kept)
    if analysis is None:
        return None
    columns = {
        "document_id": kept.document_id,
        **text_columns(kept.document_id, text, analysis, reader=version),
        "shown_at": kept.first_seen,
        "finished_at": kept.first_seen,
    }
    return ReadAgain(columns, is_read=columns["reader"] >= reader_of(kept.media_type))


def _own_part(
    text: DocumentText, analysis: Analysis, kept: KeptText, reader: Reader
) -> tuple[DocumentText | None, Analysis | None]:
    """The document's own span of its file's text, with its analysis, where the file holds several documents.

    Nothing where a span was kept and today's rules find none: the whole file never takes the place of a part.
    """
    wanted = kept.part if kept.part is not None else kept.symbol
    span = span_in(analysis, wanted, or_before=kept.part is not None) if wanted is not None else None
    if span is None:
        return (text, analysis) if kept.part is None else (None, None)
    part = text.between(*span, wanted)
    return part, reader.analyse(replace(kept, text=part.text))


def kept_texts(connection: duckdb.DuckDBPyConnection, versions: Sequence[str]) -> list[KeptText]:
    """These recorded versions with their texts, oldest first."""
    rows = connection.execute(_kept, {"versions": list(versions), "first": FIRST}).fetchall()
    return [KeptText(*(*row[:3], tuple(row[3]), tuple(row[4]), *row[5:14], tuple(row[14]), *row[15:])) for row in rows]


def _from_bytes(home: Path, kept: KeptText, extract: Extract | None) -> DocumentText | None:
    """The text as today's reader takes it; None where its bytes are not kept, or hold less than was read from them."""
    if extract is None or not kept.raw_sha256 or ANNEX in kept.text:
        return None
    try:
        content = raw.read(home, kept.raw_sha256)
    except WarehouseError as error:
        log.warning("%s: cannot be read again: %s", kept.url, error)
        return None
    text = extract(kept, content) if content is not None else None
    return text if text is not None and text.text.strip() else None


def _as_kept(kept: KeptText) -> DocumentText:
    return DocumentText(
        kept.text, b"", kept.raw_sha256 or "", kept.media_type or "", kept.page_starts, kept.flags, part=kept.part
    )
