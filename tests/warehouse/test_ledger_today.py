"""The ledger of today in memory: worked out once, also where those who asked for it do not wait for it."""

from __future__ import annotations

import tempfile
import threading
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.warehouse.decided import decided
from warehouse.model import LargeQueryError, QueryError, SlowQueryError
from warehouse.query import ledger_order, ledger_pieces
from warehouse.query import ledger_today as kept
from warehouse.query.filters import NEXT_EXPECTED
from warehouse.query.ledger_today import ledger_today
from warehouse.query.lending import apart, lent, shared
from warehouse.query.opening import opened
from warehouse.query.queries import query
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.monkeypatch import MonkeyPatch

MEMORY_BYTES = 250_000_000
COLUMNS = (
    "mandate_id, occurrence, body, session, symbol, kind, stage, language, published_on, topics, type, addressee, "
    "addressee_id, addressee_resolved, state, since, due, due_start, due_end, due_basis, due_sense, responsible"
)
COUNT = "SELECT count(*) FROM today.ledger"
ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"


@pytest.mark.usefixtures("lived_home")
def test_it_is_worked_out_though_nobody_waits_for_it(home: Path, monkeypatch: MonkeyPatch) -> None:
    """Whoever asks first is sent away; the work goes on, and a later one is answered."""
    monkeypatch.setattr(kept.LEDGER, "first_seconds", 0.0)
    with shared(snapshot_path(home), memory_bytes=MEMORY_BYTES) as snapshot:
        with pytest.raises(SlowQueryError), lent(home, snapshot):
            ledger_today(home, COUNT, {})
        for coming in list(kept.LEDGER.coming.values()):
            coming.result()
        with lent(home, snapshot):
            ((rows,),) = ledger_today(home, COUNT, {})
            assert rows == query(home, "SELECT count(*) FROM ledger").rows[0][0]


@pytest.mark.usefixtures("lived_home")
def test_a_snapshot_is_let_go_though_something_reads_it(home: Path) -> None:
    """Endless work on it is stopped, and the file is closed after that."""
    stopped: list[BaseException] = []

    with shared(snapshot_path(home), memory_bytes=MEMORY_BYTES) as snapshot:
        with lent(home, snapshot):
            look = apart(home)

        def work() -> None:
            with look() as cursor:
                try:
                    cursor.execute(ENDLESS).fetchall()
                except duckdb.InterruptException as error:
                    stopped.append(error)

        thread = threading.Thread(target=work)
        thread.start()
    thread.join()
    assert stopped
    assert not snapshot.apart


def test_without_a_snapshot_there_is_no_ledger_of_today(home: Path) -> None:
    """It is said that there is none."""
    with pytest.raises(QueryError, match="no snapshot"):
        ledger_today(home, COUNT, {})


@pytest.mark.usefixtures("lived_home")
def test_it_leaves_no_file(home: Path, tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    """The file that it is in has no name any more, and is read all the same."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with pytest.raises(QueryError, match="no folder for temporary files"):
        ledger_today(home, COUNT, {})
    (tmp_path / "temporary").mkdir()
    ((rows,),) = ledger_today(home, COUNT, {})
    assert rows
    assert not list((tmp_path / "temporary").iterdir())


@pytest.mark.usefixtures("lived_home")
def test_it_says_where_memory_does_not_suffice(home: Path) -> None:
    """Whoever asks can be told so, rather than that the snapshot is damaged."""
    with shared(snapshot_path(home), memory_bytes=1_000_000) as snapshot, lent(home, snapshot):
        with pytest.raises(LargeQueryError, match="Out of Memory"):
            query(home, "SELECT list(a.range) FROM range(10000000) AS a")
        with pytest.raises(LargeQueryError, match="Out of Memory"):
            ledger_today(home, COUNT, {})


@pytest.mark.usefixtures("lived_home")
def test_it_answers_two_questions_at_a_time(home: Path, monkeypatch: MonkeyPatch) -> None:
    """One that is slow holds up nobody; more would take each other's memory, and whoever waits too long hears of it."""
    with kept._turns:
        assert ledger_today(home, COUNT, {})
        monkeypatch.setattr(kept, "QUERY_SECONDS", 0.1)
        with kept._turns, pytest.raises(SlowQueryError, match="ask again in a moment"):
            ledger_today(home, COUNT, {})
    monkeypatch.undo()
    assert ledger_today(home, COUNT, {})


@pytest.mark.usefixtures("lived_home")
def test_it_is_the_ledger_of_today(home: Path, monkeypatch: MonkeyPatch) -> None:
    """The rows of the view, worked out a few tasks at a time, with what people decided."""
    monkeypatch.setattr(ledger_pieces, "PIECE_BYTES", 4_000)
    monkeypatch.setattr(ledger_pieces, "_ROWS", 2)
    sql = "SELECT task_key FROM ledger ORDER BY symbol, number"
    first, second, *_, last = [row[0] for row in query(home, sql).rows]
    clauses = "SELECT clause_key FROM clauses JOIN documents USING (document_id)"
    ((silent,),) = query(home, f"{clauses} WHERE symbol = 'A/RES/79/901' AND number = '1'").rows
    said = [
        (first, "addressee", "the Secretariat"),
        (first, "responsible", "Unit for lamps"),
        (second, "addressee_id", "un:secretariat"),
        (second, "type", "convening"),
        (last, "is_mandate", "no"),
        (silent, "is_mandate", "yes"),
    ]
    decided(home, said)
    with opened(snapshot_path(home)) as snapshot:
        pieces = list(ledger_pieces._pieces(snapshot))
        ((last_row,),) = snapshot.execute("SELECT max(rowid) FROM ledger_tasks").fetchall()
    assert len(pieces) > 1
    rowids = [row for first, end in pieces for row in range(first, end + 1)]
    assert rowids == list(range(len(rowids)))
    assert rowids[-1] >= last_row
    rows = ledger_today(home, f"SELECT {COLUMNS} FROM today.ledger", {})
    view = query(
        home,
        f"SELECT {COLUMNS} FROM (SELECT ledger.*, documents.language, documents.topics FROM ledger "
        f"JOIN documents USING (document_id) QUALIFY {NEXT_EXPECTED})",
    ).rows
    assert sorted(map(repr, rows)) == sorted(map(repr, view))
    assert {"Unit for lamps", None} == {row[-1] for row in rows}
    assert silent in [key for (key,) in query(home, "SELECT task_key FROM ledger").rows]


@pytest.mark.usefixtures("lived_home")
def test_the_newest_come_first(home: Path, monkeypatch: MonkeyPatch) -> None:
    """However few days are put in order at a time, and none is left out; those without a day come last."""
    monkeypatch.setattr(ledger_order, "SORTED_ROWS", 2)
    days = [row[0] for row in ledger_today(home, "SELECT published_on FROM today.ledger ORDER BY rowid", {})]
    assert len(set(days)) == 3
    assert len(days) == query(home, "SELECT count(*) FROM ledger").rows[0][0]
    assert days == sorted(days, key=lambda day: (day is None, day and -day.toordinal()))
