"""What is published: whole, in one step, for DuckDB 1.5 tools too."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.warehouse.made import batch, entry
from warehouse.model import WarehouseError
from warehouse.query.queries import query
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]

count = "SELECT count(*) FROM documents"


def test_a_snapshot_is_the_whole_state(home: Path, recorded: Record) -> None:
    """What was recorded is in the file alone: nothing waits in a log beside it."""
    recorded(batch(0, entry()))
    path = publish(home)
    assert path == snapshot_path(home)
    assert {file.name for file in home.glob("*.duckdb*")} == {"live.duckdb", "snapshot.duckdb"}
    assert query(home, count).rows == [(1,)]


def test_readers_of_the_former_snapshot_go_on(home: Path, recorded: Record) -> None:
    """A new snapshot does not disturb whoever has the old one open."""
    recorded(batch(0, entry()))
    publish(home)
    with duckdb.connect(snapshot_path(home), read_only=True) as reader:
        recorded(batch(1, entry("A/RES/80/2", title="Other")))
        publish(home)
        assert reader.execute(count).fetchall() == [(1,)]
    assert query(home, count).rows == [(2,)]


def test_a_snapshot_is_no_older_log_replayed(home: Path, recorded: Record) -> None:
    """A log that a tool left beside the former snapshot is not taken for one of the new."""
    recorded(batch(0, entry()))
    publish(home)
    snapshot_path(home).with_name("snapshot.duckdb.wal").write_bytes(b"from another file")
    publish(home)
    assert query(home, count).rows == [(1,)]


def test_a_snapshot_that_cannot_be_written_leaves_the_former(home: Path, recorded: Record) -> None:
    """A folder in the way of the new file is named; the snapshot stays as it was."""
    recorded(batch(0, entry()))
    publish(home)
    (home / ".snapshot.duckdb.part").mkdir()
    with pytest.raises(WarehouseError, match=r"snapshot\.duckdb: cannot be written .* the former snapshot stays"):
        publish(home)
    assert query(home, count).rows == [(1,)]


def test_what_a_killed_publisher_left_is_not_written_into(home: Path, recorded: Record) -> None:
    """A copy that was finished and not yet renamed is read-only; the next one takes its place."""
    recorded(batch(0, entry()))
    left, other = home / ".snapshot.duckdb.part", home / "same-file"
    left.write_bytes(b"a finished copy")
    left.chmod(0o444)
    # Whoever may write to all files would not be refused, so a second name shows whether the file was written to.
    other.hardlink_to(left)
    publish(home)
    assert other.read_bytes() == b"a finished copy"
    assert query(home, count).rows == [(1,)]


@pytest.mark.slow
def test_the_snapshot_opens_in_duckdb_1_5(home: Path, recorded: Record, analysts_python: str) -> None:
    """Analysts' tools are older than ours: DuckDB 1.5.6, in an environment of its own, reads tables and views."""
    recorded(batch(0, entry()))
    publish(home)
    script = """
import duckdb, json, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    answers = [connection.execute(sql).fetchall() for sql in json.loads(sys.argv[2])]
print(json.dumps([duckdb.__version__, answers], default=str))
"""
    views = [row[0] for row in query(home, "SELECT view_name FROM duckdb_views() WHERE NOT internal").rows]
    tables = [row[0] for row in query(home, "SELECT table_name FROM duckdb_tables() WHERE NOT internal").rows]
    asked = [f"SELECT count(*) FROM {name}" for name in (*views, *tables, "mandates_with('report')", "due_within(9)")]
    asked += ["SELECT title, symbol, session FROM documents", "SELECT text FROM versions", "SELECT quote FROM clauses"]
    answer = subprocess.check_output(
        [analysts_python, "-c", script, str(snapshot_path(home)), json.dumps(asked)], text=True
    )
    version, answers = json.loads(answer)
    assert version.startswith("1.5.")
    assert answers == [[list(row) for row in query(home, sql).rows] for sql in asked]
