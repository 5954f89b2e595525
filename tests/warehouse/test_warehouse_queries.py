"""What may be asked of the snapshot, and how the commands answer."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.warehouse.made import batch, entry
from warehouse.model import QueryError
from warehouse.query.opening import one_look
from warehouse.query.queries import query
from warehouse.store.database import live_path
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]


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


def test_one_look_sees_one_snapshot(home: Path, recorded: Record) -> None:
    """Queries of a block agree with one another, although another snapshot is published in between."""
    count = "SELECT count(*) FROM documents"
    with one_look(home):
        assert not snapshot_path(home).exists()
    recorded(batch(0, entry()))
    publish(home)
    with one_look(home):
        assert query(home, count).rows == [(1,)]
        recorded(batch(1, entry("A/RES/80/2")))
        publish(home)
        with one_look(home):
            assert query(home, count).rows == [(1,)]
        with pytest.raises(QueryError, match="for reading"):
            query(home, "DELETE FROM documents")
        assert query(home, count).rows == [(1,)]
    assert query(home, count).rows == [(2,)]


def test_without_a_snapshot_the_query_says_what_to_do(home: Path) -> None:
    """The error names the home and how to set one up, or what publishes a snapshot; a file that is none is named."""
    with pytest.raises(QueryError, match=f"{home} has no warehouse; to set one up, use `mandates init` and"):
        query(home, "SELECT 1")
    home.mkdir()
    live_path(home).touch()
    with pytest.raises(QueryError, match="there is no snapshot yet; `mandates snapshot` publishes one"):
        query(home, "SELECT 1")
    snapshot_path(home).write_text("no database")
    with pytest.raises(QueryError, match=r"snapshot\.duckdb: cannot be opened"):
        query(home, "SELECT 1")


@pytest.mark.parametrize(
    ("sql", "said"), [("SELECT 1; SELECT 2", "there are 2 statements; run them one at a time"), ("-- 1", "is empty")]
)
def test_one_statement_is_asked_at_a_time(home: Path, recorded: Record, sql: str, said: str) -> None:
    """Of several answers only one could be shown, so several are refused."""
    recorded(batch(0, entry()))
    publish(home)
    with pytest.raises(QueryError, match=said):
        query(home, sql)


def test_an_answer_is_cut_at_its_limit_and_a_long_query_ended(home: Path, recorded: Record) -> None:
    """No more rows are fetched than asked for; what takes too long is given up, in words."""
    recorded(batch(0, entry()))
    publish(home)
    endless = "SELECT * FROM range(1_000_000_000_000)"
    assert (len(query(home, endless, limit=3).rows), query(home, endless, limit=3).more) == (3, True)
    assert not query(home, "SELECT * FROM range(3)", limit=3).more
    with pytest.raises(QueryError, match=r"stopped after 0\.05 s"):
        query(home, "SELECT count(*) FROM range(1_000_000_000) a, range(1_000_000) b", timeout_seconds=0.05)


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
    code, done = run("snapshot", "--json")
    size, reason = snapshot_path(published).stat().st_size, "there is no earlier snapshot to patch yet"
    assert code == 0
    assert json.loads(done) == {
        "path": str(snapshot_path(published)), "bytes": size, "written": size, "copied_because": reason
    }  # fmt: skip
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
    assert run("search", "zeppelin") == (1, "no hits\n")
    code, done = run("export", str(tmp_path / "out"))
    assert code == 0
    assert "partitions written" in done


def test_a_cut_answer_is_said_beside_it(published: Path) -> None:
    """The rows go to standard output and the note to standard error; 0 asks for all."""
    cut = CliRunner().invoke(cli, ["query", "--csv", "--limit", "2", "FROM range(3)"])
    assert (cut.stdout, cut.stderr) == ("range\n0\n1\n", "cut after 2 rows: --limit N shows more, --limit 0 all\n")
    whole = CliRunner().invoke(cli, ["query", "--csv", "--limit", "0", "FROM range(2000)"])
    assert (len(whole.stdout.splitlines()), whole.stderr) == (2001, "")


def test_two_forms_at_once_are_a_wrong_call(published: Path) -> None:
    """--json beside --csv is refused, as nobody knows which was meant."""
    code, said = run("query", "SELECT 1", "--json", "--csv")
    assert code == 2
    assert "use one of --json, --csv and --parquet" in said


def test_json_holds_every_value_and_every_column(published: Path) -> None:
    """Two columns of one name stay two; what JSON has no form for becomes words, and NaN null."""
    code, line = run("query", "--json", "SELECT 1 AS a, 2 AS a, MAP {DATE '2026-01-02': 'nan'::DOUBLE} AS m, 1.5 AS d")
    assert code == 0
    assert json.loads(line) == {"a": 1, "a_1": 2, "m": {"2026-01-02": None}, "d": "1.5"}


def test_lists_counts_and_times_read_like_words(published: Path) -> None:
    """The table is for people: no brackets, no microseconds, nothing for what is not known."""
    sql = "SELECT ['a', 'b'] AS l, {x: 1, y: NULL} AS s, TIMESTAMPTZ '2026-01-02 03:04:05.678+00' AS t"
    code, table = run("query", sql)
    assert code == 0
    assert "a; b  x: 1; y:  2026-01-02 03:04:05 UTC" in table


def test_no_cell_and_no_column_commands_the_terminal(published: Path) -> None:
    """Escape sequences and markup are shown as the characters they are made of."""
    code, table = run("query", "SELECT chr(27) || '[2Jgone' AS \"[bold]head\"")
    assert code == 0
    assert "\x1b" not in table
    assert "[2Jgone" in table
    assert "[bold]head" in table


@pytest.mark.parametrize("arguments", [["query", "SELEC"], ["search", '""'], ["query", "DROP TABLE documents"]])
def test_a_mistake_is_one_clear_line_and_exit_code_1(published: Path, arguments: list[str]) -> None:
    """What a person typed wrongly is said without a traceback."""
    command = [sys.executable, "-c", "from flows.cli import main; main()", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("mandates: ")
    assert "Traceback" not in done.stderr
