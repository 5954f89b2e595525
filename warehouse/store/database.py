"""Sessions on `live.duckdb`: the only place that opens it.

A session is short: fetching, reading and analysing are done before it. Nobody else can open the file meanwhile, so
the file is open for as long as one session and no longer.
"""

from __future__ import annotations

import contextlib
import fcntl
import re
from typing import TYPE_CHECKING, BinaryIO, TypeVar

import duckdb

from warehouse.model import SchemaError, WarehouseError
from warehouse.store import schema
from warehouse.store.lock import Deadline, turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

T = TypeVar("T")

# Files in this format can be opened by DuckDB 1.5 tools too; the default of 2.0 they cannot read.
storage_version = "v1.5.0"
# The keys' indexes alone take 1.1 GB at a million documents; without a limit DuckDB takes up to 80 % of the machine.
memory_limit = "1600MB"

# A checkpoint writes the last group of rows of each changed table again. With DuckDB's 122,880 rows a group, one more
# document beside 20,000 others of 8 kB costs 800 ms; with 4,096 it costs 190 ms, and scans take the same time.
row_group_size = 4_096
# Keys are hashes, so a hundred new ones touch a hundred places of an index, each a block to be read and written: with
# DuckDB's 256 kB that costs three times what it costs with 64 kB. With 16 kB texts are too many blocks.
block_size = 65_536

_settings: dict[str, str | bool | int | float | list[str]] = {
    "memory_limit": memory_limit,
    # Where a join hands its values to the scan of a table, and rows of that came with the same transaction, DuckDB
    # 2.0 mixes up what it reads of them (docs/decisions/joins-without-filters.md).
    "disabled_optimizers": "join_filter_pushdown",
    # A misspelt table is a mistake and never a variable of ours that happens to have its name.
    "python_enable_replacements": False,
    # A warehouse never reaches out: extensions come with the wheel or not at all.
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_attach = f"ATTACH '{{path}}' AS live (STORAGE_VERSION '{storage_version}', ROW_GROUP_SIZE {row_group_size}{{blocks}})"
_holder = re.compile(r"\(PID (\d+)\)")


def live_path(home: Path) -> Path:
    """The file that flows write; analysts never open it."""
    return home / "live.duckdb"


@contextlib.contextmanager
def session(
    home: Path, *, wait_seconds: float | None = None, keep_former: bool = True
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The live file, open for writing, made or upgraded where needed; then the former file is kept beside it.

    Raises:
        LockedError: another process holds it and did not let go within `wait_seconds`.
        SchemaError: the file is no warehouse, or one of a newer version.
        WarehouseError: the folder cannot be written, the disk is full, or the file is damaged.
    """
    deadline = Deadline(wait_seconds)
    with turn(home / "live.lock", deadline):
        path = live_path(home)
        with _explained(path):
            connection = _current(path, deadline, keep_former=keep_former)
            try:
                yield connection
            finally:
                with contextlib.suppress(duckdb.Error):
                    connection.close()


@contextlib.contextmanager
def at_rest(
    home: Path, look: Callable[[duckdb.DuckDBPyConnection], T], *, wait_seconds: float | None = None
) -> Iterator[tuple[BinaryIO, T]]:
    """The bytes of the live file, whole by themselves and kept from everybody while they are read; and what `look` saw.

    Raises:
        LockedError, SchemaError, WarehouseError: as `session`; also when a write-ahead log stays beside the file.
    """
    deadline = Deadline(wait_seconds)
    with turn(home / "live.lock", deadline):
        path = live_path(home)
        seen = _settle(path, deadline, look)
        with path.open("rb") as file:
            # The lock that DuckDB itself takes (fcntl), so that tools which know nothing of the sidecar stay out too.
            # It goes when any descriptor of ours on this file is closed, hence only now, and hence one descriptor.
            while True:
                try:
                    fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
                    break
                except OSError:
                    deadline.wait(path, None)
            if path.with_name(path.name + ".wal").exists():
                raise WarehouseError(f"{path}: its write-ahead log still has changes, which a copy would lack")
            yield file, seen


def _settle(path: Path, deadline: Deadline, look: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    """Bring all that was written into the file itself; what `look` sees in it then.

    A process that is killed in the middle of a commit leaves half a transaction in the log. It counts for nothing, so
    DuckDB passes over it, and removes the log only at the first checkpoint after another change.
    """
    with (
        _explained(path),
        contextlib.closing(_current(path, deadline)) as connection,
    ):
        connection.execute("CHECKPOINT")
        if path.with_name(path.name + ".wal").exists():
            connection.execute("CREATE TABLE settled (done BOOLEAN)")
            connection.execute("DROP TABLE settled")
            connection.execute("CHECKPOINT")
        return look(connection)


@contextlib.contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing."""
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        # A connection that a full disk has invalidated cannot roll back; nothing of the transaction was kept then
        # either.
        with contextlib.suppress(duckdb.Error):
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _current(path: Path, deadline: Deadline, *, keep_former: bool = True) -> duckdb.DuckDBPyConnection:
    """The file in this program's version. One that has gone missing is not replaced by an empty one."""
    if not path.exists() and path.with_name("snapshot.duckdb").exists():
        raise WarehouseError(
            f"{path}: is missing, but the snapshot that was published from it is there; `mandates snapshot --restore` "
            "puts the published state in its place (to begin with an empty warehouse, use another --home)"
        )
    return schema.current(path, lambda file: _connect(file, deadline), keep_former=keep_former)


def _connect(path: Path, deadline: Deadline) -> duckdb.DuckDBPyConnection:
    """A connection with our settings; waits while a tool that knows nothing of the sidecar holds the file."""
    connection = duckdb.connect(config=_settings | {"temp_directory": f"{path}.tmp"})
    try:
        _attached(connection, path, deadline)
    except BaseException:
        connection.close()
        raise
    connection.execute("USE live")
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def _attached(connection: duckdb.DuckDBPyConnection, path: Path, deadline: Deadline) -> None:
    while True:
        try:
            # A file keeps the blocks that it was made with.
            blocks = "" if path.exists() else f", BLOCK_SIZE {block_size}"
            connection.execute(_attach.format(path=str(path).replace("'", "''"), blocks=blocks))
        except duckdb.Error as error:
            if not is_held(error):
                raise _refusal(path, error) from error
            deadline.wait(path, holder_of(error))
        else:
            return


def is_held(error: duckdb.Error) -> bool:
    """Whether a file could not be opened only because another process has it open."""
    return "Could not set lock" in str(error)


def holder_of(error: duckdb.Error) -> int | None:
    """The process that has the file open, where DuckDB says it."""
    pid = _holder.search(str(error))
    return int(pid[1]) if pid else None


def _refusal(path: Path, error: duckdb.Error) -> WarehouseError:
    """Why a file cannot be opened, and what to do."""
    if "not a valid DuckDB database" in str(error):
        return SchemaError(f"{path}: is not a DuckDB file; {_way_back(path)}")
    if _is_damage(error):
        return _damaged(path, error)
    if isinstance(error, duckdb.IOException):
        return WarehouseError(f"{path}: cannot be opened: {error}")
    return SchemaError(f"{path}: DuckDB {duckdb.__version__} cannot open it: {error}")


@contextlib.contextmanager
def _explained(path: Path) -> Iterator[None]:
    """DuckDB's errors that speak of the file or the disk, in words for operators; those of our SQL stay as they are."""
    try:
        yield
    except duckdb.Error as error:
        if _is_damage(error):
            raise _damaged(path, error) from error
        if "Checkpoint failed" in str(error):
            # What was committed is in the log beside the file, and the next session takes it from there.
            problem = (
                f"cannot be written ({_cause(error)}); what was committed is kept: free some space, then try again"
            )
            raise WarehouseError(f"{path}: {problem}") from error
        if isinstance(error, duckdb.FatalException):
            raise WarehouseError(f"{path}: DuckDB failed, nothing from this session was kept: {error}") from error
        if isinstance(error, duckdb.IOException | duckdb.OutOfMemoryException | duckdb.TransactionException):
            raise WarehouseError(
                f"{path}: cannot be written, nothing from this transaction was kept: {error}"
            ) from error
        raise


def _cause(error: duckdb.Error) -> str:
    return " ".join(str(error).rpartition("Original error: ")[2].split())


def _is_damage(error: duckdb.Error) -> bool:
    """Whether pages of the file are not as they were written; DuckDB has no class of its own for it."""
    return "Corrupt database file" in str(error) or isinstance(error, duckdb.SerializationException)


def _damaged(path: Path, error: duckdb.Error) -> WarehouseError:
    return WarehouseError(f"{path}: is damaged ({error}); {_way_back(path)}; landing/ and raw/ are not affected")


def _way_back(path: Path) -> str:
    if path.with_name("snapshot.duckdb").exists():
        return "`mandates snapshot --restore` sets it aside and puts the last published state in its place"
    return "there is no snapshot to go back to: move it away, with its .wal, and a new warehouse will be created"
