"""Who may open the live file, and what is said to the others."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import textwrap
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.patience import PATIENCE
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land, landed
from warehouse.load.record import record
from warehouse.model import LockedError, SchemaError, WarehouseError
from warehouse.store import schema
from warehouse.store.database import block_size, live_path, session, storage_version, transaction
from warehouse.store.schema import Migration, migrations
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@contextlib.contextmanager
def _holding(script: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds something until its input ends; it has said that it holds it."""
    command = [sys.executable, "-c", textwrap.dedent(script), *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process


@pytest.fixture
def analyst(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A tool that opened the live file itself, knowing nothing of the sidecar."""
    with session(home):
        pass
    script = """
        import duckdb, sys
        held = duckdb.connect(sys.argv[1], read_only=True)
        print("held", flush=True)
        sys.stdin.read()
    """
    with _holding(script, str(live_path(home))) as process:
        yield process


def test_a_reader_that_holds_the_live_file_is_named(home: Path, analyst: subprocess.Popen[str]) -> None:
    """The error names the process that holds the file, after a bounded wait, and what was landed goes on waiting."""
    land(home, batch(0, entry()))
    with pytest.raises(LockedError, match=rf"live\.duckdb is held by process {analyst.pid} .* within 0\.1 s") as caught:
        record(home, nobody, wait_seconds=0.1)
    assert caught.value.pid == analyst.pid
    assert caught.value.path == live_path(home)
    assert len(landed(home)) == 1


def test_a_writer_waits_until_the_file_is_free(home: Path, analyst: subprocess.Popen[str]) -> None:
    """A tool that lets go in time costs a wait and nothing else."""
    land(home, batch(0, entry()))
    assert analyst.stdin is not None
    analyst.stdin.close()
    assert record(home, nobody, wait_seconds=PATIENCE).new_documents == 1


def test_another_writer_is_named_too(home: Path) -> None:
    """The sidecar says which process has its turn."""
    script = """
        import sys
        from pathlib import Path
        from warehouse.store.database import session
        with session(Path(sys.argv[1])):
            print("held", flush=True)
            sys.stdin.read()
    """
    with _holding(script, str(home)) as process:
        said = rf"live\.lock is held by process {process.pid} "
        with pytest.raises(LockedError, match=said), session(home, wait_seconds=0.1):
            pass
    with session(home, wait_seconds=PATIENCE):
        pass


def test_a_long_wait_is_said(
    home: Path, analyst: subprocess.Popen[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waits for longer than a moment logs for whom."""
    monkeypatch.setattr("warehouse.store.lock.notice_seconds", 0.1)
    with pytest.raises(LockedError), session(home, wait_seconds=0.2):
        pass
    assert f"waiting for {live_path(home)}, held by process {analyst.pid}" in caplog.text


def test_a_deleted_sidecar_lets_nobody_in_twice(home: Path) -> None:
    """Whoever has its turn keeps the file itself, so a new sidecar does not make two writers."""
    with session(home) as connection:
        (home / "live.lock").unlink()
        script = """
            import sys
            from pathlib import Path
            from warehouse.store.database import session
            from warehouse.model import LockedError
            try:
                with session(Path(sys.argv[1]), wait_seconds=0.2):
                    print("in")
            except LockedError as error:
                print("out", error.pid)
        """
        said = subprocess.check_output([sys.executable, "-c", textwrap.dedent(script), str(home)], text=True)
        assert said == f"out {os.getpid()}\n"
        connection.execute("SELECT 1").fetchall()
    with session(home):
        pass


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A home that cannot be made is an error in words."""
    (tmp_path / "home").write_text("a file where the folder should be")
    with pytest.raises(WarehouseError, match=r"live\.lock: cannot be written"), session(tmp_path / "home"):
        pass


def test_a_file_that_is_no_database_is_refused_and_left_alone(home: Path) -> None:
    """A text file in the place of the warehouse is not written over."""
    home.mkdir()
    live_path(home).write_text("these are notes" * 1000)
    with pytest.raises(SchemaError, match=r"is not a DuckDB file; .*move it away"), session(home):
        pass
    assert live_path(home).read_text().startswith("these are notes")


def test_a_damaged_file_is_named_with_the_way_out(home: Path) -> None:
    """A page that is not as it was written is said; a copy of the snapshot takes the file's place, and work goes on."""
    texts = [f"{number} seagulls\n" * 2000 for number in range(50)]
    land(home, batch(0, *(entry(f"A/RES/80/{n}", title=f"M {n}", words=words) for n, words in enumerate(texts))))
    record(home, nobody)
    publish(home)
    with session(home) as connection:
        query = "SELECT max(block_id) FROM pragma_storage_info('versions') WHERE column_name = 'text'"
        page = connection.execute(query).fetchall()[0][0]
    with live_path(home).open("r+b") as file:
        file.seek(3 * 4_096 + page * block_size + 100)
        file.write(b"seagulls")
    land(home, batch(1, entry("A/RES/81/1", title="Other")))
    with (
        pytest.raises(WarehouseError, match=r"live\.duckdb: is damaged .* `mandates snapshot --restore`"),
        session(home) as c,
    ):
        c.execute("SELECT sum(len(text)) FROM versions").fetchall()
    live_path(home).unlink()
    shutil.copyfile(snapshot_path(home), live_path(home))
    assert record(home, nobody).new_documents == 1


def test_a_database_of_something_else_is_refused(home: Path) -> None:
    """A DuckDB file without our migrations is no warehouse."""
    home.mkdir()
    with duckdb.connect(live_path(home), config={"storage_compatibility_version": storage_version}) as connection:
        connection.execute("CREATE TABLE birds (name VARCHAR)")
    with pytest.raises(SchemaError, match="not a Mandate Monitor warehouse"), session(home):
        pass


def test_a_newer_file_is_refused(home: Path) -> None:
    """A file that a newer program has upgraded is not touched by an older one."""
    with session(home) as connection:
        connection.execute("INSERT INTO migrations VALUES (9999, '9999_later.sql', 'x', now())")
    with (
        pytest.raises(SchemaError, match=r"has schema 9999, this program knows \d+; use the newer program"),
        session(home),
    ):
        pass


def test_an_applied_migration_must_not_change(home: Path) -> None:
    """A numbered file is history: another content under the same number is refused."""
    with session(home) as connection:
        connection.execute("UPDATE migrations SET sha256 = 'other' WHERE version = 1")
    with pytest.raises(SchemaError, match=r"0001_documents\.sql was applied with different content"), session(home):
        pass


def _opened(path: Path, *wanted: Migration) -> duckdb.DuckDBPyConnection:
    return schema.current(path, duckdb.connect, wanted)


def test_an_older_file_is_upgraded_in_place_with_a_backup(tmp_path: Path) -> None:
    """The missing migrations are applied in order; the former file is kept beside it."""
    first = Migration(1, "0001_first.sql", "CREATE TABLE birds (name VARCHAR); INSERT INTO birds VALUES ('tern')")
    second = Migration(2, "0002_second.sql", "ALTER TABLE birds ADD COLUMN song VARCHAR")
    path = tmp_path / "live.duckdb"
    _opened(path, first).close()
    with _opened(path, first, second) as connection:
        assert connection.execute("SELECT name, song FROM birds").fetchall() == [("tern", None)]
        assert connection.execute("SELECT version, sha256 FROM migrations ORDER BY 1").fetchall() == [
            (1, first.sha256),
            (2, second.sha256),
        ]
    with duckdb.connect(tmp_path / "live.before-0002.duckdb") as backup:
        assert backup.execute("SELECT * FROM birds").fetchall() == [("tern",)]
    assert not list(tmp_path.glob("*.wal"))


def test_a_migration_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """One transaction a file: half a migration is none."""
    first = Migration(1, "0001_first.sql", "CREATE TABLE birds (name VARCHAR)")
    broken = Migration(2, "0002_broken.sql", "CREATE TABLE nests (name VARCHAR); SELECT no_such_thing FROM birds")
    path = tmp_path / "live.duckdb"
    _opened(path, first).close()
    with pytest.raises(duckdb.BinderException):
        _opened(path, first, broken)
    with _opened(path, first) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() == [
            ("birds",),
            ("migrations",),
        ]


def test_the_first_migration_that_fails_leaves_no_file(tmp_path: Path) -> None:
    """A warehouse exists with all its tables or not at all."""
    with pytest.raises(duckdb.ParserException):
        _opened(tmp_path / "live.duckdb", Migration(1, "0001_broken.sql", "CREATE TABBLE birds"))
    assert not (tmp_path / "live.duckdb").exists()


KILLED = """
import duckdb, shutil, sys
from pathlib import Path
from warehouse.store.schema import migrations
folder = Path(sys.argv[1])
connection = duckdb.connect(folder / "live.duckdb")
for migration in migrations():
    connection.execute("CHECKPOINT")
    connection.execute("BEGIN TRANSACTION")
    connection.execute(migration.sql)
    connection.execute("COMMIT")
    for end in ("", ".wal"):
        shutil.copyfile(folder / f"live.duckdb{end}", folder / f"{migration.version}.duckdb{end}")
"""


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files that a kill after the commit of each migration would leave, under the number of that migration."""
    folder = tmp_path_factory.mktemp("killed")
    subprocess.run([sys.executable, "-c", KILLED, folder], check=True)
    return folder


@pytest.mark.parametrize("count", range(1, len(migrations()) + 1))
def test_an_upgrade_that_is_killed_after_its_commit_is_replayed(killed: Path, tmp_path: Path, count: int) -> None:
    """What a migration leaves in the log needs no function that DuckDB has to load before it replays the log."""
    path = tmp_path / "live.duckdb"
    for end in ("", ".wal"):
        shutil.copyfile(killed / f"{count}.duckdb{end}", f"{path}{end}")
    settings = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(str(path), config=settings) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchall() == [(0,)]


def test_migrations_are_numbered_without_a_gap() -> None:
    """Each number once, from 1 on."""
    assert [migration.version for migration in migrations()] == list(range(1, len(migrations()) + 1))


def test_every_table_has_one_key_and_no_other_index(home: Path) -> None:
    """Indexes other than primary keys do not survive a kill under DuckDB 1.5 tools, and foreign keys block updates."""
    with session(home) as connection:
        constraints = connection.execute(
            "SELECT table_name, list(constraint_type) FROM duckdb_constraints() "
            "WHERE constraint_type <> 'NOT NULL' GROUP BY 1"
        ).fetchall()
        tables = connection.execute("SELECT count(*) FROM duckdb_tables() WHERE NOT internal").fetchall()
        assert connection.execute("SELECT count(*) FROM duckdb_indexes()").fetchall() == [(0,)]
    assert {tuple(kinds) for _, kinds in constraints} == {("PRIMARY KEY",)}
    assert len(constraints) == tables[0][0]


def test_a_transaction_is_all_or_nothing(home: Path) -> None:
    """What raises inside is undone; the connection can be used further."""
    insert = "INSERT INTO migrations VALUES (500, 'x', 'x', now())"
    with session(home) as connection:
        with pytest.raises(ZeroDivisionError), transaction(connection):
            assert connection.execute(insert).rowcount / 0
        assert connection.execute("SELECT count(*) FROM migrations WHERE version = 500").fetchall() == [(0,)]


def test_two_homes_never_touch_each_other(tmp_path: Path) -> None:
    """Each home has its own file and its own turns."""
    with session(tmp_path / "one"), session(tmp_path / "two", wait_seconds=0):
        pass
    shutil.rmtree(tmp_path / "one")
    with session(tmp_path / "two"):
        pass
