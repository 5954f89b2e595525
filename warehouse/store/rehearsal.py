"""What an upgrade of the program would do to a warehouse, tried on a copy of it.

The migrations run for real, so what is said of them was seen, not expected. The live file is only read.
"""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

import mandates
from scrapers.text.readers import FIRST, reader_of
from warehouse.model import WarehouseError
from warehouse.store.database import live_path, memory_limit, session
from warehouse.store.lock import Deadline, turn
from warehouse.store.schema import migrations

_COUNTS = "SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM mandates), (SELECT count(*) FROM deliveries)"
# Rows of former homes have neither reader nor rules, and count as read by the first.
_READINGS = """
SELECT versions.media_type, coalesce(versions.reader, $first), coalesce(analyses.rules, $first), count(*)
FROM versions LEFT JOIN analyses USING (version_id) GROUP BY ALL"""


@dataclass(frozen=True, slots=True)
class Rows:
    """How many documents, mandates and deliveries a warehouse has."""

    documents: int
    mandates: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What the upgrade did to a copy.

    `migrations` by name, rows before and after, all texts, and those that an older reader or older rules read.
    """

    migrations: tuple[str, ...]
    before: Rows
    after: Rows
    texts: int
    outdated: int

    @property
    def alerts(self) -> int:
        """How many deliveries the upgrade would cause."""
        return self.after.deliveries - self.before.deliveries


def rehearse(home: Path, *, wait_seconds: float | None = None) -> Rehearsal | None:
    """Upgrade a copy of the live file, in a temporary folder beside it; None where there is no warehouse yet.

    Raises:
        LockedError, SchemaError, WarehouseError: as `session`.
    """
    live = live_path(home)
    if not live.exists():
        return None
    try:
        with tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=home) as folder:
            copy = live_path(Path(folder))
            with turn(home / "live.lock", Deadline(wait_seconds)):
                for suffix in ("", ".wal"):
                    beside = live.with_name(live.name + suffix)
                    if beside.exists():
                        shutil.copyfile(beside, copy.with_name(copy.name + suffix))
            return _tried(copy)
    except OSError as error:
        raise WarehouseError(f"{live}: cannot be copied for a rehearsal: {error.strerror or error}") from error


def _tried(copy: Path) -> Rehearsal:
    try:
        with contextlib.closing(duckdb.connect(copy, config={"memory_limit": memory_limit})) as connection:
            applied = {row[0] for row in connection.execute("SELECT version FROM migrations").fetchall()}
            before = _counted(connection)
    except duckdb.Error:
        applied, before = set(), Rows(0, 0, 0)  # the session says what is wrong with the file
    with session(copy.parent, keep_former=False) as connection:
        read = connection.execute(_READINGS, {"first": FIRST}).fetchall()
        old = sum(each[3] for each in read if each[1] < reader_of(each[0]) or each[2] < mandates.RULES_VERSION)
        texts = sum(each[3] for each in read)
        missing = tuple(each.name for each in migrations() if each.version not in applied)
        return Rehearsal(missing, before, _counted(connection), texts, old)


def _counted(connection: duckdb.DuckDBPyConnection) -> Rows:
    return Rows(*connection.execute(_COUNTS).fetchall()[0])
