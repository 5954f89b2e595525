"""Changes between two days are looked for only in documents whose tasks can differ, and none is overlooked."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.asking import resolution
from tests.warehouse.chronicle import TODAY
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import QueryError
from warehouse.query import changed_documents
from warehouse.query.changed_documents import Moment, Touched, pieces, touched
from warehouse.query.changes import LedgerChange, Look, changes, changes_between
from warehouse.query.lending import lent, shared
from warehouse.query.opening import reading
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    import duckdb

pytestmark = pytest.mark.slow
LASTING = "A/RES/80/950"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, chronicle: Path) -> Path:
    """The chronicle as if all of it had been known when it happened, but for one task, which is known since today."""
    home = Path(shutil.copytree(chronicle, tmp_path_factory.mktemp("long_known"), dirs_exist_ok=True))
    lasting = resolution("Requests the Secretary-General to keep the lamps of the northern coast lit", symbol=LASTING)
    land(home, batch(9, lasting))
    record(home, nobody)
    with session(home) as live:
        live.execute(
            "UPDATE ledger_tasks SET known_at = known_at - INTERVAL 4 YEAR "
            "WHERE task_key <> (SELECT min(task_key) FROM ledger_tasks JOIN documents USING (document_id) "
            "WHERE symbol = 'A/RES/79/901')"
        )
        live.execute("UPDATE task_evidence SET known_at = known_at - INTERVAL 4 YEAR")
    publish(home)
    return home


RECORDED = (
    ("batches", "recorded_at"), ("ledger_tasks", "known_at"), ("task_evidence", "known_at"),
    ("documents", "first_seen"), ("versions", "first_seen"),
)  # fmt: skip
# Behind each other in all orders: deadlines and sessions pass, answers come, and one account is new.
DAYS = tuple(TODAY - timedelta(days=ago) for ago in (900, 330, 80, 19, 0))


@pytest.fixture
def altered(home: Path, tmp_path: Path) -> Callable[..., Path]:
    """A copy of the home in whose warehouse these statements were run."""

    def made(*statements: str) -> Path:
        copy = Path(shutil.copytree(home, tmp_path / "altered"))
        with session(copy) as live:
            for statement in statements:
                live.execute(statement)
        publish(copy)
        return copy

    return made


def _compared_whole(home: Path, folder: Path, days: Sequence[date] = DAYS) -> list[LedgerChange]:
    """All changes between any two of these days; a comparison of all tasks has them too, as two files get it."""
    snapshot, copy = snapshot_path(home), folder / "copy.duckdb"
    shutil.copyfile(snapshot, copy)
    every: list[LedgerChange] = []
    for place, first in enumerate(days):
        for last in (*days[place + 1 :], None):
            found = changes(Look(snapshot, first), Look(snapshot, last))
            assert found == changes(Look(copy, first), Look(snapshot, last)), (first, last)
            every += found
    return every


def test_no_change_is_overlooked(home: Path, tmp_path: Path) -> None:
    """States change between each two days that follow each other, and more."""
    found = _compared_whole(home, tmp_path)
    assert sum(each.what == "state" for each in found) > len(DAYS)


def test_what_is_no_longer_watched_changes(altered: Callable[..., Path], tmp_path: Path) -> None:
    """Overdue is unknown once nobody would see an answer, though nothing began or became known."""
    home = altered(f"UPDATE source_watch SET watched_until = TIMESTAMPTZ '{TODAY - timedelta(days=10)}'")
    found = _compared_whole(home, tmp_path, DAYS[1::2])
    assert ("overdue", "unknown", "calendar") in {(each.before, each.after, each.reason) for each in found}


def test_a_task_that_was_in_another_document_has_its_words(
    altered: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is compared in the document where it is now, and shown with its words on days on which it was in the other."""
    monkeypatch.setattr(changed_documents, "FEWEST_AT_ONCE", 1)
    moved = TODAY - timedelta(days=40)
    home = altered(
        "INSERT INTO key_aliases SELECT 'old ' || task_key, task_key, 1, known_at FROM ledger_tasks",
        f"""
        INSERT INTO ledger_past
        SELECT sha256(task_key), 'old ' || task_key, (SELECT min(document_id) FROM documents), occurrences, states,
            known_at - INTERVAL 1 YEAR, TIMESTAMPTZ '{moved}'
        FROM ledger_tasks""",
        f"UPDATE ledger_tasks SET known_at = TIMESTAMPTZ '{moved}'",
    )
    found = _compared_whole(home, tmp_path, DAYS[::2])
    assert all(each.quote for each in found)
    assert len({each.document for each in found if each.what == "state"}) > 1


def test_today_is_compared_however_long_nothing_was_recorded(altered: Callable[..., Path]) -> None:
    """The calendar goes on; and a day that is still to come has changed nothing."""
    home = altered(*(f"UPDATE {table} SET {column} = {column} - INTERVAL 2 YEAR" for table, column in RECORDED))
    snapshot, day = snapshot_path(home), TODAY - timedelta(days=330)
    found = changes(Look(snapshot, day), Look(snapshot))
    assert "state" in {each.what for each in found}
    assert found == changes(Look(snapshot, day), Look(snapshot, TODAY))
    assert not changes(Look(snapshot, TODAY + timedelta(days=900)), Look(snapshot))
    with pytest.raises(QueryError, match="is before"):
        changes(Look(snapshot, TODAY), Look(snapshot, day))


def test_some_documents_at_a_time_give_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few they are, and from any name on."""
    snapshot = snapshot_path(home)
    whole = changes(Look(snapshot, DAYS[0]), Look(snapshot))
    assert len({each.document for each in whole}) > 3
    monkeypatch.setattr(changed_documents, "FEWEST_AT_ONCE", 1)
    monkeypatch.setattr(changed_documents, "MOST_AT_ONCE", 1)
    found = list(changes_between(snapshot, DAYS[0], None))
    assert len(found) > 3
    assert tuple(chain.from_iterable(found)) == whole
    middle = whole[len(whole) // 2].document or ""
    rest = tuple(chain.from_iterable(changes_between(snapshot, DAYS[0], None, name=middle)))
    assert rest == tuple(each for each in whole if (each.document or "") >= middle)


def test_documents_of_one_name_come_together(altered: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of the API ends with a name, and the next one begins behind it."""
    monkeypatch.setattr(changed_documents, "FEWEST_AT_ONCE", 1)
    home = altered("UPDATE documents SET symbol = 'Same' WHERE symbol <> 'A/RES/79/901'")
    with reading(home) as connection:
        found = _touched(home, connection, DAYS[0])
        sizes = [len(piece) for piece in pieces(connection, found.places, "")]
        assert sizes == [1, len(found.places) - 1]
        assert sizes[1] > 1
        assert [len(piece) for piece in pieces(connection, found.places, "Same")] == sizes[1:]
        assert not list(pieces(connection, found.places, "Same again"))


def test_what_is_touched_is_found_once_for_a_publication(altered: Callable[..., Path]) -> None:
    """The next page of a question need not look for it again, as long as the same snapshot is lent."""
    home = altered()
    found = []
    for _ in range(2):
        with shared(snapshot_path(home), memory_bytes=200_000_000) as one:
            for _ in range(2):
                with lent(home, one), reading(home) as connection:
                    found.append(_touched(home, connection, DAYS[1]))
        publish(home)
    assert found[0] is found[1]
    assert found[2] is found[3]
    assert found[1] is not found[2]


def test_what_cannot_differ_is_not_read(home: Path) -> None:
    """A request that stays open, of which nothing new is known, is not compared from one day to the next."""
    day = TODAY - timedelta(days=1)
    with reading(home) as connection:
        found = {*chain.from_iterable(pieces(connection, _touched(home, connection, day).places, ""))}
    symbols = dict(query(home, "SELECT symbol, document_id FROM documents").rows)
    assert symbols["A/RES/79/901"] in found
    assert symbols[LASTING] not in found
    assert query(home, "SELECT 1 FROM ledger WHERE symbol = $1", [LASTING]).rows


def _touched(home: Path, connection: duckdb.DuckDBPyConnection, day: date) -> Touched:
    first, last = (Moment(each, datetime.combine(each, time.max, UTC)) for each in (day, TODAY))
    return touched(snapshot_path(home), connection, first, last, None)
