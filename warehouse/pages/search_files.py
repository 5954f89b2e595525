"""The mandates that a search finds as files for other programs: Parquet, calendars, feeds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.feeds.atom_file import write_feed
from warehouse.feeds.calendar_entries import deadline_entries
from warehouse.feeds.calendar_file import write_calendar
from warehouse.feeds.chosen import chosen, lasting_id
from warehouse.matrix.rows import MatrixRow, select
from warehouse.pages.search import Question, mandate_ids
from warehouse.query.filters import condition
from warehouse.query.opening import one_look, reading
from warehouse.query.queries import query_to_parquet
from warehouse.store.paths import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.feeds.chosen import Task

# Feed readers fetch the whole file each time.
MOST_ENTRIES = 500
# A task that comes back each year has a row for each of the years that are expected.
_ROWS_READ = 40 * MOST_ENTRIES
MOST_PARQUET_ROWS = 100_000

_LEDGER = """
SELECT ledger.* FROM ledger JOIN documents USING (document_id) WHERE {condition}
ORDER BY ledger.published_on DESC NULLS LAST, ledger.document_id, ledger.number, ledger.task_key, ledger.occurrence"""


def write_parquet(home: Path, question: Question, path: Path) -> int:
    """Write the rows of the ledger that fit, with all its columns, to a new file; how many there are.

    Raises:
        QueryError: there is no snapshot, it cannot be read, or the file cannot be written.
    """
    with one_look(home):
        wanted = condition(question.filters, mandate_ids=mandate_ids(home, question))
        sql = _LEDGER.format(condition=wanted.sql)
        return query_to_parquet(home, sql, path, wanted.values or None, limit=MOST_PARQUET_ROWS)


def matrix_rows(home: Path, question: Question) -> tuple[MatrixRow, ...]:
    """The mandates that fit as the rows of a sheet.

    Raises:
        MatrixError: there are more than a sheet can have.
        QueryError: there is no snapshot, or it cannot be read.
    """
    with one_look(home):
        return select(home, question.filters, mandate_ids=mandate_ids(home, question))


def write_deadlines(home: Path, question: Question, path: Path, name: str) -> None:
    """Write the deadlines of the mandates that fit to a new calendar; raises as `matrix_rows`, or FeedFileError."""
    write_calendar(path, name, deadline_entries(_tasks(home, question)), now=_published_at(home))


def write_entries(home: Path, question: Question, path: Path, title: str, address: str) -> None:
    """Write the mandates that fit, the newest `MOST_ENTRIES`, to a new feed, which is found at `address`.

    The same snapshot gives the same bytes. Raises as `write_deadlines`.
    """
    write_feed(
        path,
        title,
        _tasks(home, question, _ROWS_READ),
        now=_published_at(home),
        limit=MOST_ENTRIES,
        address=address,
        feed_id=lasting_id("search", address).urn,
    )


def _tasks(home: Path, question: Question, limit: int | None = None) -> list[Task]:
    with one_look(home), reading(home) as connection:
        return chosen(connection, question.filters, mandate_ids=mandate_ids(home, question), limit=limit)


def _published_at(home: Path) -> datetime:
    return datetime.fromtimestamp(snapshot_path(home).stat().st_mtime, UTC)
