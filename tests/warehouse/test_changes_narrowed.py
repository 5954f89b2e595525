"""Changes between two days are looked for only in documents whose tasks can differ, and none is overlooked."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.asking import resolution
from tests.warehouse.chronicle import TODAY, lived
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.changes import Look, _touched, changes
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

LASTING = "A/RES/80/950"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chronicle as if all of it had been known when it happened, but for one task, which is known since today."""
    home = lived(tmp_path_factory.mktemp("long_known"))
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


def test_what_cannot_differ_is_not_read(home: Path) -> None:
    """A request that stays open, of which nothing new is known, is not compared from one day to the next."""
    touched = _touched(snapshot_path(home), TODAY - timedelta(days=1), TODAY)
    symbols = query(home, "SELECT symbol FROM documents WHERE document_id IN (SELECT unnest($1))", [touched]).rows
    assert ("A/RES/79/901",) in symbols
    assert (LASTING,) not in symbols
    assert query(home, "SELECT 1 FROM ledger WHERE symbol = $1", [LASTING]).rows
