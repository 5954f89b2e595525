"""Workers and the recorder are killed at every step of a batch's way: it is recorded once, whatever dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE
from tests.warehouse.made import batch, entry, nobody
from warehouse.exchange.batches import bring, send
from warehouse.exchange.memories import known, publish
from warehouse.exchange.place import open_place
from warehouse.load import checks
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.database import session

CHECKOUT = Path(__file__).parent.parent.parent
LONG = os.environ.get("MANDATES_FAULTS") == "long"


def killed(what: str, home: Path, place: Path, step: int) -> bool:
    """Run it until its step; whether it got that far."""
    command = [sys.executable, "-m", "tests.exchange.mortal", what, str(home), str(place), str(step)]
    code = subprocess.run(
        command, cwd=CHECKOUT, env={**os.environ, "PYTHONPATH": str(CHECKOUT)}, check=False, timeout=PATIENCE
    ).returncode
    assert code in {0, -signal.SIGKILL}
    return code != 0


def ended_well(worker: Path, recorder: Path, place: Path) -> None:
    """The next runs of both, and what is recorded then."""
    there = open_place(str(place))
    for number in range(2):
        land(worker, batch(number, entry()))
    checks.note(worker, batch(2, outcome="not_modified"))
    send(worker, there)
    bring(recorder, there)
    record(recorder, nobody)
    publish(recorder, there, wait_seconds=PATIENCE)
    with session(recorder) as connection:
        found = connection.execute("SELECT batch_id FROM batches ORDER BY ALL").fetchall()
        documents = connection.execute("SELECT count(*) FROM documents").fetchall()
    assert found == [("made-0",), ("made-1",), ("made-2",)]
    assert documents == [(1,)]
    assert there.find("batches") == there.find("checks") == there.find("refused") == []
    assert known(there, ["made"])["made"].through == batch(2).harvest.finished_at


@pytest.mark.slow
@pytest.mark.parametrize("what", ["worker", "recorder"])
def test_a_kill_at_any_step_loses_nothing_and_records_nothing_twice(tmp_path: Path, what: str) -> None:
    """Each step of a run is its last once: the next run goes on from there."""
    step, kills = 1, 0
    alive = True
    while alive:
        folder = tmp_path / str(step)
        place = folder / "place"
        place.mkdir(parents=True)
        if what == "recorder":
            there = open_place(str(place))
            for number in range(2):
                land(folder / "worker", batch(number, entry()))
            send(folder / "worker", there)
        alive = killed(what, folder / what, place, step)
        kills += alive
        ended_well(folder / "worker", folder / "recorder", place)
        step += 1 if LONG else 4
    assert kills >= (8 if LONG else 2)
