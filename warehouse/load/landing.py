"""The landing place: one immutable Parquet file a batch, put there whole or not at all.

Whoever fetches and whoever records share nothing but this folder. A file is named after its batch, holds its entries
as rows, behind them the bytes of other answers, and everything else of the crawl in its footer; it goes when it has
been recorded. One that cannot be read is set aside with the ending `.damaged`, so that it neither stops the others nor
is lost.
"""

from __future__ import annotations

import json
import logging
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.load import footers, items, places
from warehouse.load.arrow_rows import entry_table
from warehouse.load.entry_schema import ALWAYS_WRITTEN, entry_schema
from warehouse.model import LandingError, NewerBatchError
from warehouse.store.paths import replacing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from pathlib import Path

    from scrapers.publication import Harvest, Past
    from warehouse.model import Batch

log = logging.getLogger(__name__)

# Bump when the columns change; a recorder refuses what it does not know.
file_format = 8
# Batches of a former version may still wait when the program is upgraded; what they lack, `arrivals` fills in.
_READABLE = frozenset((3, 4, 5, 6, 7, 8))
_footer_key = b"mandate-monitor"
_batch_name = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,150}")


@dataclass(frozen=True, slots=True)
class LandedBatch:
    """A batch that waits to be recorded: what its footer says. Times are ISO 8601 in UTC.

    `past` is not None where it is the past of its source: how far that is loaded with it.
    """

    path: Path
    batch_id: str
    source_id: str
    started_at: datetime
    finished_at: datetime
    outcome: str
    items_seen: int
    entries: int
    error: str | None
    dropped: tuple[Mapping[str, Any], ...]
    fetches: tuple[Mapping[str, Any], ...]
    validators: Mapping[str, Mapping[str, Any]]
    notes: Mapping[str, str]
    items: tuple[Mapping[str, Any], ...] = ()
    unreadable: tuple[Mapping[str, Any], ...] = ()
    past: Past | None = None


def landing_folder(home: Path) -> Path:
    """Where batches wait."""
    return home / "landing"


def land(home: Path, batch: Batch) -> Path:
    """Put a batch down for recording; landing the same batch again changes nothing.

    Raises:
        LandingError: the batch's name is not fit for a file, or an entry contradicts its own text.
    """
    if not _batch_name.fullmatch(batch.batch_id):
        raise LandingError(f"batch {batch.batch_id!r}: a batch id is made of letters, digits, '.', '_' and '-'")
    return write_batch(landing_folder(home), footer_of(batch), entry_table(batch.entries, batch.harvest.answers))


def write_batch(folder: Path, footer: Mapping[str, Any], table: pa.Table) -> Path:
    """Write rows of `rows.entry_schema` as a batch file, whole or not at all.

    Raises:
        LandingError: the folder cannot be written.
    """
    table = _filled(table)
    path = folder / f"{footer['batch_id']}.parquet"
    written = {_footer_key: json.dumps(footer).encode()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # A name that a power cut takes away costs another crawl, and nothing else.
        with replacing(path, lasts=False) as aside:
            # Nobody looks up single values in such a file: dictionaries and statistics would only take time.
            pq.write_table(
                table.replace_schema_metadata(written),
                aside,
                compression="zstd",
                use_dictionary=False,
                write_statistics=False,
            )
    except OSError as error:
        raise LandingError(f"{path}: cannot be written ({error.strerror or error}); nothing of it was kept") from error
    return path


def _filled(table: pa.Table) -> pa.Table:
    """The columns that hold something: of 101, those of a feed's entries without texts are some 20.

    Each column costs whoever writes and reads a file of 20 rows .1 ms.
    """
    names = table.column_names
    return table.select([name for name in names if name in ALWAYS_WRITTEN or table[name].null_count < len(table)])


def waiting_batches(home: Path) -> list[Path]:
    """The files of the batches that wait, whether or not they can be read."""
    return sorted(landing_folder(home).glob("*.parquet"))


def landed(home: Path) -> tuple[LandedBatch, ...]:
    """The batches that wait, oldest first; one that cannot be read is set aside and logged.

    One of a newer program goes on waiting.
    """
    found = []
    for path in waiting_batches(home):
        try:
            found.append(read_footer(path))
        except FileNotFoundError:
            continue  # another recorder has just finished with it
        except NewerBatchError as error:
            log.warning("%s", error)  # not damaged: it waits for the upgrade
        except LandingError as error:
            log.exception("set aside as %s", set_aside(path), exc_info=error)
    return in_order(found)


def in_order(batches: Iterable[LandedBatch]) -> tuple[LandedBatch, ...]:
    """Oldest crawl first."""
    return tuple(sorted(batches, key=lambda batch: (batch.finished_at, batch.batch_id)))


def set_aside(path: Path) -> Path:
    """Keep a batch file that cannot be recorded, out of the way."""
    return path.rename(path.with_name(path.name + ".damaged"))


def read_footer(path: Path) -> LandedBatch:
    """What a batch file says of itself.

    Raises:
        LandingError: it is no batch file.
        NewerBatchError: it was landed by a newer program.
    """
    try:
        with pq.ParquetFile(path) as file:
            metadata, schema = file.metadata, file.schema_arrow
    except FileNotFoundError:
        raise
    except (pa.ArrowException, OSError) as error:
        raise LandingError(f"{path}: is not a readable Parquet file: {error}") from error
    written = (schema.metadata or {}).get(_footer_key)
    if written is None:
        raise LandingError(f"{path}: is a Parquet file, but not a Mandate Monitor batch")
    try:
        footer = json.loads(written)
    except (ValueError, RecursionError) as error:
        raise LandingError(f"{path}: its footer is damaged: {error}") from error
    written_as = footer.get("format") if isinstance(footer, dict) else None
    if isinstance(written_as, int) and written_as > file_format:
        raise NewerBatchError(
            f"{path}: was landed by a newer Mandate Monitor (format {written_as}, this one reads {file_format}) "
            "and waits; upgrade this program, too"
        )
    if written_as not in _READABLE or not set(schema.names) <= set(entry_schema.names):
        raise LandingError(f"{path}: has batch format {written_as}, but this program reads {file_format}")
    return batch_of(path, footer, metadata.num_rows)


def batch_of(path: Path, footer: Mapping[str, Any], rows: int) -> LandedBatch:
    """What a footer says of its batch.

    Raises:
        LandingError: it lacks something, or says something that cannot be.
    """
    try:
        return LandedBatch(path=path, entries=footer.get("entries", rows), **footers.checked(footer))
    except (ValueError, AttributeError) as error:
        raise LandingError(f"{path}: its footer is damaged: {error}") from error


def footer_of(batch: Batch) -> dict[str, Any]:
    """All of a batch but its rows, as plain values."""
    harvest: Harvest = batch.harvest
    return {
        "format": file_format,
        "batch_id": batch.batch_id,
        "source_id": harvest.source_id,
        "started_at": harvest.started_at.isoformat(),
        "finished_at": harvest.finished_at.isoformat(),
        "outcome": harvest.outcome,
        "items_seen": harvest.items_seen,
        "entries": len(batch.entries),
        "error": harvest.error,
        "dropped": [asdict(row) for row in harvest.dropped],
        "fetches": [
            {
                "url": fetch.url,
                "started_at": fetch.started_at.isoformat(),
                "seconds": fetch.seconds,
                "status": fetch.status,
                "bytes": fetch.bytes,
                "outcome": fetch.outcome,
                "error": fetch.error,
                "raw_sha256": fetch.raw_sha256,
            }
            for fetch in harvest.fetches
        ],
        "validators": {
            url: {
                "etag": validators.etag,
                "last_modified": validators.last_modified,
                "fetched_at": validators.fetched_at.isoformat(),
                "content_sha256": validators.content_sha256,
            }
            for url, validators in harvest.validators.items()
        },
        "notes": dict(harvest.state),
        "items": items.states_in(harvest),
        "unreadable": items.unreadable_in(harvest),
        "past": places.stated(harvest.past),
    }
