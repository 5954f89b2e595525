"""The export in the home is brought up to date by each run, once there is one."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flows.exporting import refresh_export
from tests.register.test_pages import recorded
from warehouse.export.making import export
from warehouse.export.manifest import NAME
from warehouse.export.offered import FOLDER, offered

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def documents(home: Path) -> int:
    """How many documents the export in the home has."""
    found = offered(home)
    assert found is not None
    return sum(file.rows for file in found.files if file.table == "documents")


def test_a_run_keeps_an_export_current_and_makes_none(home: Path) -> None:
    """Only an operator decides that there is one; what has not changed is not written again."""
    recorded(home, 0)
    refresh_export(home)
    assert not (home / FOLDER).exists()
    export(home, str(home / FOLDER))
    assert documents(home) == 1
    recorded(home, 1)
    refresh_export(home)
    assert documents(home) == 2
    before = {path: path.stat().st_mtime_ns for path in (home / FOLDER).rglob("*.parquet")}
    refresh_export(home)
    assert {path: path.stat().st_mtime_ns for path in (home / FOLDER).rglob("*.parquet")} == before


def test_an_export_that_fails_is_no_failure_of_the_run(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    """It is logged with what to do, and nothing of the export is replaced."""
    recorded(home, 0)
    export(home, str(home / FOLDER))
    damaged = home / FOLDER / NAME
    damaged.write_text("{", encoding="utf-8")
    recorded(home, 1)
    with caplog.at_level(logging.WARNING):
        refresh_export(home)
    assert damaged.read_text(encoding="utf-8") == "{"
    assert "--accept-loss" in caplog.text
