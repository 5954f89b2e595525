"""Changes between two days are looked for only in documents whose tasks can differ, and none is overlooked."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, time, timedelta
from itertools import chain
from pathlib import Path

import pytest

from tests.warehouse.asking import resolution
from tests.warehouse.chronicle import TODAY
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query import changed_tasks
from warehouse.query.changes import Look, changes, changes_between
from warehouse.query.opening import reading
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

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


# Behind each other in all orders: deadlines and sessions pass, answers come, and one account is new.
DAYS = tuple(TODAY - timedelta(days=ago) for ago in (900, 330, 80, 19, 0))


def test_no_change_is_overlooked(home: Path, tmp_path: Path) -> None:
    """Between any two days it is what a comparison of all tasks gives, which two files get."""
    snapshot, copy = snapshot_path(home), tmp_path / "copy.duckdb"
    shutil.copyfile(snapshot, copy)
    states = 0
    for place, first in enumerate(DAYS):
        for last in (*DAYS[place + 1 :], None):
            found = changes(Look(snapshot, first), Look(snapshot, last))
            assert found == changes(Look(copy, first), Look(snapshot, last)), (first, last)
            states += sum(each.what == "state" for each in found)
    assert states > len(DAYS)


def test_some_documents_at_a_time_give_the_same(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However few they are, and from any name on."""
    snapshot = snapshot_path(home)
    whole = changes(Look(snapshot, DAYS[0]), Look(snapshot))
    assert len({each.document for each in whole}) > 3
    monkeypatch.setattr(changed_tasks, "DOCUMENTS_AT_ONCE", 1)
    pieces = list(changes_between(snapshot, DAYS[0], None))
    assert len(pieces) > 3
    assert tuple(chain.from_iterable(pieces)) == whole
    middle = whole[len(whole) // 2].document or ""
    rest = tuple(chain.from_iterable(changes_between(snapshot, DAYS[0], None, name=middle)))
    assert rest == tuple(each for each in whole if (each.document or "") >= middle)


def test_what_cannot_differ_is_not_read(home: Path) -> None:
    """A request that stays open, of which nothing new is known, is not compared from one day to the next."""
    day = TODAY - timedelta(days=1)
    with reading(home) as connection:
        changed_tasks.touch(connection, (day, datetime.combine(day, time.max, UTC)), TODAY, None)
        touched = {row[0] for row in connection.execute("SELECT name FROM touched").fetchall()}
    assert "A/RES/79/901" in touched
    assert LASTING not in touched
    assert query(home, "SELECT 1 FROM ledger WHERE symbol = $1", [LASTING]).rows
