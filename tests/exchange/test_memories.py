"""What workers know of their sources is what the warehouse knows."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tests.patience import PATIENCE
from tests.warehouse.made import batch, entry, nobody
from warehouse.exchange.memories import known, publish
from warehouse.exchange.place import open_place
from warehouse.load import checks
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.source_memory import memories_of

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from warehouse.exchange.place import Place


def test_a_memory_is_the_warehouses(tmp_path: Path, place: Place) -> None:
    """Validators, addresses, notes and items reach a worker as they are recorded; once, until they change."""
    home = tmp_path / "home"
    land(home, batch(0, entry()))
    record(home, nobody)
    assert publish(home, place, wait_seconds=PATIENCE) == 1
    assert publish(home, place, wait_seconds=PATIENCE) == 0
    assert known(place, ["made"])["made"].memory == memories_of(home, ["made"])["made"]
    checks.note(home, batch(1, outcome="not_modified"))
    assert publish(home, place, wait_seconds=PATIENCE) == 1
    found = known(place, ["made"])["made"]
    assert found.memory == memories_of(home, ["made"])["made"]
    assert found.through == batch(1).harvest.finished_at


def test_a_source_that_nobody_has_asked_has_an_empty_memory(place: Place) -> None:
    """So its first crawl is one."""
    found = known(place, ["new"])["new"]
    assert found.memory.first_crawl
    assert found.through is None


def test_a_new_place_gets_all_memories(tmp_path: Path, place: Place) -> None:
    """What was published in another place says nothing about this one."""
    home = tmp_path / "home"
    land(home, batch(0, entry()))
    record(home, nobody)
    publish(home, place, wait_seconds=PATIENCE)
    (tmp_path / "other").mkdir()
    assert publish(home, open_place(str(tmp_path / "other")), wait_seconds=PATIENCE) == 1


def test_a_damaged_memory_keeps_its_source_from_being_asked(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    """Asked without it, a source would be fetched from the start; the log says so."""
    place.put("memory/made.json.zst", b"not zstd")
    with caplog.at_level(logging.WARNING):
        assert known(place, ["made", "new"]).keys() == {"new"}
    assert "memory/made.json.zst is damaged" in caplog.text
