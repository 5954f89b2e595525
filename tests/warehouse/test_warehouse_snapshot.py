"""What is published: whole, in one step, for DuckDB 1.5 tools too; and what may be asked of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import duckdb
import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.warehouse.made import batch, entry
from warehouse.export import export
from warehouse.model import QueryError, WarehouseError
from warehouse.queries import query
from warehouse.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]

in_a_minute = datetime.now(UTC) + timedelta(minutes=1)
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


def test_the_snapshot_opens_in_duckdb_1_5(home: Path, recorded: Record, tmp_path: Path) -> None:
    """Analysts' tools are older than ours: DuckDB 1.5.6, in an environment of its own, reads tables and views."""
    python = _older_duckdb(tmp_path)
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
    answer = subprocess.check_output([python, "-c", script, str(snapshot_path(home)), json.dumps(asked)], text=True)
    version, answers = json.loads(answer)
    assert version.startswith("1.5.")
    assert answers == [[list(row) for row in query(home, sql).rows] for sql in asked]


def _older_duckdb(tmp_path: Path) -> str:
    """A Python with DuckDB 1.5: the one named by MANDATES_DUCKDB15, else one made here where pip can have it."""
    named = os.environ.get("MANDATES_DUCKDB15")
    if named:
        return named
    if not os.environ.get("MANDATES_FAULTS"):
        pytest.skip("needs a Python with DuckDB 1.5.6, named by MANDATES_DUCKDB15; with MANDATES_FAULTS one is made")
    venv.create(tmp_path / "older", with_pip=True)
    python = str(tmp_path / "older" / "bin" / "python")
    install = [python, "-m", "pip", "install", "--quiet", "duckdb==1.5.6"]
    if subprocess.run(install, check=False, capture_output=True).returncode:
        pytest.skip("DuckDB 1.5.6 cannot be installed here")
    return python


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("DELETE FROM documents", "the snapshot is for reading, this query would write"),
        ("CREATE TABLE mine AS FROM documents", "the snapshot is for reading"),
        ("SELECT * FROM read_csv('/etc/passwd')", "reads the snapshot and nothing else"),
        ("COPY documents TO '/tmp/out.csv'", "reads the snapshot and nothing else"),
        ("ATTACH '/tmp/other.duckdb'", "reads the snapshot and nothing else"),
        ("SET enable_external_access = true", "reads the snapshot and nothing else"),
        ("INSTALL httpfs", "reads the snapshot and nothing else"),
        ("SELECT titel FROM documents", r'"titel" not found[\s\S]*LINE 1: SELECT titel FROM'),
        ("SELEC 1", r"syntax error at or near \"SELEC\"[\s\S]*LINE 1"),
        ("FROM home", "home does not exist"),
    ],
)
def test_a_query_reads_and_nothing_else(home: Path, recorded: Record, sql: str, said: str) -> None:
    """Writing, files, settings and variables are refused; a mistake is shown with its place."""
    recorded(batch(0, entry()))
    publish(home)
    before = snapshot_path(home).read_bytes()
    with pytest.raises(QueryError, match=said):
        query(home, sql)
    assert snapshot_path(home).read_bytes() == before


def test_without_a_snapshot_the_query_says_what_to_do(home: Path) -> None:
    """The error names the command that publishes one; a file that is none is named."""
    with pytest.raises(QueryError, match="there is no snapshot yet; `mandates snapshot` publishes one"):
        query(home, "SELECT 1")
    home.mkdir()
    snapshot_path(home).write_text("no database")
    with pytest.raises(QueryError, match=r"snapshot\.duckdb: cannot be opened"):
        query(home, "SELECT 1")


def test_an_export_is_a_new_folder_behind_a_pointer(home: Path, recorded: Record, tmp_path: Path) -> None:
    """Other engines read `current`; a second export swaps it and leaves the first as it was."""
    recorded(batch(0, entry()))
    publish(home)
    first = export(home, tmp_path / "out")
    recorded(batch(1, entry("E/RES/2025/1", title="Other", body="ECOSOC", published=None)))
    publish(home)
    second = export(home, tmp_path / "out", now=in_a_minute)
    read = "SELECT count(*), count(DISTINCT body) FROM read_parquet('{}/mandates/**/*.parquet')"
    with duckdb.connect() as engine:
        assert engine.execute(read.format(first.folder)).fetchall() == [(2, 1)]
        assert engine.execute(read.format(first.pointer)).fetchall() == [(4, 2)]
    assert (second.pointer / "mandates" / "body=ECOSOC" / "year=none").is_dir()
    assert second.rows["mandates"] == 4
    assert json.loads((second.pointer / "export.json").read_text())["rows"] == second.rows


def test_an_export_onto_an_existing_folder_is_refused(home: Path, recorded: Record, tmp_path: Path) -> None:
    """Nothing that was exported is written over."""
    recorded(batch(0, entry()))
    publish(home)
    moment = in_a_minute
    done = export(home, tmp_path, now=moment)
    before = sorted(path.stat().st_mtime_ns for path in done.folder.rglob("*"))
    with pytest.raises(WarehouseError, match="is there already; an export is a new folder"):
        export(home, tmp_path, now=moment)
    assert sorted(path.stat().st_mtime_ns for path in done.folder.rglob("*")) == before
    assert not list(tmp_path.glob(".*"))


@pytest.fixture
def published(home: Path, recorded: Record) -> Path:
    """A home with one document and a snapshot of it."""
    recorded(batch(0, entry()))
    publish(home)
    return home


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, list(arguments))
    return done.exit_code, done.output


def test_the_commands_answer_people_and_programs(published: Path, tmp_path: Path) -> None:
    """snapshot, query, search and export print a table or JSON and end with 0."""
    assert run("snapshot", "--json") == (
        0,
        json.dumps({"path": str(snapshot_path(published)), "bytes": snapshot_path(published).stat().st_size}) + "\n",
    )
    assert run("query", "SELECT symbol, session FROM documents", "--csv") == (0, "symbol,session\nA/RES/80/1,80\n")
    assert run("query", "SELECT 1 AS one", "--json") == (0, '{"one": 1}\n')
    code, table = run("query", "SELECT '[red]x[/red]' AS shown")
    assert code == 0
    assert "[red]x[/red]" in table
    code, hits = run("search", "--json", "--mandates", "provisional", "agenda")
    assert code == 0
    assert json.loads(hits)["passage"].count("[") == 2
    code, hits = run("search", "travellers")
    assert code == 0
    assert "A/RES/80/1" in hits
    assert run("search", "zeppelin") == (1, "no hit\n")
    code, done = run("export", str(tmp_path / "out"))
    assert code == 0
    assert "current -> " in done


@pytest.mark.parametrize("arguments", [["query", "SELEC"], ["search", '""'], ["query", "DROP TABLE documents"]])
def test_a_mistake_is_one_clear_line_and_exit_code_1(published: Path, arguments: list[str]) -> None:
    """What a person typed wrongly is said without a traceback."""
    command = [sys.executable, "-c", "from flows.cli import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("mandates: ")
    assert "Traceback" not in done.stderr
