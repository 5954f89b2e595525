"""The schema's history: numbered SQL files, each applied once, in order, in a transaction of its own.

No migration library works with DuckDB 2, and this is all that is needed of one. A new file is made aside and renamed
into place, so a warehouse exists with all its tables or not at all; an older one is copied before it is upgraded.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from warehouse.model import SchemaError
from warehouse.store import former_copy

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Connect = Callable[[Path], duckdb.DuckDBPyConnection]

log = logging.getLogger(__name__)

# What SQL cannot fill: its keys are hashes of words as Python folds them.
KEYS = 6
# Nor this: evidence is judged and states are worked out by the program.
LEDGER = 22

_ledger = """
CREATE TABLE migrations (
    version INTEGER PRIMARY KEY,
    name VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL,
    applied_at TIMESTAMPTZ NOT NULL
);
COMMENT ON TABLE migrations IS 'Which numbered SQL files this file has been through.';
COMMENT ON COLUMN migrations.version IS 'Number of the SQL file.';
COMMENT ON COLUMN migrations.name IS 'Its name.';
COMMENT ON COLUMN migrations.sha256 IS 'sha256 of its text: an applied file never changes.';
COMMENT ON COLUMN migrations.applied_at IS 'When it was applied (UTC).'"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file of SQL."""

    version: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        """Hash of the file's text: an applied file must never change."""
        return hashlib.sha256(self.sql.encode()).hexdigest()


def migrations() -> tuple[Migration, ...]:
    """All that this program knows, in order."""
    found = []
    for file in resources.files("warehouse").joinpath("migrations").iterdir():
        number = re.match(r"(\d{4})_.+\.sql$", file.name)
        if number:
            found.append(Migration(int(number[1]), file.name, file.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda migration: migration.version))


def current(
    path: Path, connect: Connect, wanted: tuple[Migration, ...] | None = None, *, keep_former: bool = True
) -> duckdb.DuckDBPyConnection:
    """A connection to `path`, made or upgraded to this program's version where it is not.

    A file that is upgraded is copied first, unless `keep_former` is false.

    Raises:
        SchemaError: it is no warehouse, it was written by a newer program, or an applied migration has changed since.
        WarehouseError: it could not be copied; it is as it was.
    """
    wanted = migrations() if wanted is None else wanted
    if not path.exists():
        _make(path, connect, wanted)
    connection = connect(path)
    try:
        missing = _missing(path, connection, wanted)
        if missing:
            connection.execute("CHECKPOINT")
            connection.close()
            names = ", ".join(migration.name for migration in missing)
            kept = former_copy.keep(path, missing[0].version) if keep_former else None
            log.info("upgrading %s with %s; the former file is kept as %s", path, names, kept)
            connection = connect(path)
            _apply(connection, missing)
    except BaseException:
        connection.close()
        raise
    return connection


def _make(path: Path, connect: Connect, wanted: tuple[Migration, ...]) -> None:
    aside = path.with_name(path.name + ".new")
    aside.unlink(missing_ok=True)
    aside.with_name(aside.name + ".wal").unlink(missing_ok=True)
    with contextlib.closing(connect(aside)) as connection:
        connection.execute(_ledger)
        _apply(connection, wanted)
    aside.rename(path)


def _apply(connection: duckdb.DuckDBPyConnection, missing: tuple[Migration, ...]) -> None:
    for migration in missing:
        connection.execute("CHECKPOINT")
        if migration.version == LEDGER and connection.execute("SELECT 1 FROM batches LIMIT 1").fetchone():
            from warehouse.ledger import watch  # noqa: PLC0415 - likewise
            from warehouse.ledger.recording import rebuild  # noqa: PLC0415 - likewise, and it imports this package
            from warehouse.links.rebuild import link_all  # noqa: PLC0415 - likewise

            watch.fill(connection)
            link_all(connection, datetime.now(UTC))
            rebuild(connection, datetime.now(UTC))
        connection.execute("BEGIN TRANSACTION")
        connection.execute(migration.sql)
        if migration.version == KEYS:
            from warehouse.load.keys import fill  # noqa: PLC0415 - 100 ms that only an upgrade need pay

            fill(connection)
        row = [migration.version, migration.name, migration.sha256]
        connection.execute("INSERT INTO migrations VALUES (?, ?, ?, now())", row)
        connection.execute("COMMIT")
        connection.execute("CHECKPOINT")


def _missing(path: Path, connection: duckdb.DuckDBPyConnection, wanted: tuple[Migration, ...]) -> tuple[Migration, ...]:
    """The migrations that are still to be applied."""
    try:
        applied = dict(connection.execute("SELECT version, sha256 FROM migrations").fetchall())
    except duckdb.CatalogException as error:
        raise SchemaError(f"{path}: is a DuckDB file, but not a Mandate Monitor warehouse; move it away") from error
    newest = max((migration.version for migration in wanted), default=0)
    if max(applied, default=0) > newest:
        raise SchemaError(
            f"{path}: has schema {max(applied)}, this program knows {newest}; use the newer program, or "
            f"{former_copy.way_back(path, newest)}"
        )
    for migration in wanted:
        if applied.get(migration.version, migration.sha256) != migration.sha256:
            raise SchemaError(f"{path}: {migration.name} was applied with different content; restore that file")
    return tuple(migration for migration in wanted if migration.version not in applied)
