"""Fixtures of the warehouse's tests."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.made import nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.database import live_path, session

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from warehouse.model import Batch, Recorded


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty warehouse, to be copied: making one takes longer than most of what is tested with it."""
    home = tmp_path_factory.mktemp("blank")
    with session(home):
        return live_path(home)


@pytest.fixture
def recorded(home: Path, blank: Path) -> Callable[..., Recorded]:
    """Land these batches and record them, with no subscriptions."""
    home.mkdir(exist_ok=True)
    shutil.copyfile(blank, live_path(home))

    def _recorded(*batches: Batch) -> Recorded:
        for batch in batches:
            land(home, batch)
        return record(home, nobody)

    return _recorded


@pytest.fixture
def rows(home: Path) -> Callable[..., list[tuple[Any, ...]]]:
    """What the live file answers to a query."""

    def _rows(sql: str, parameters: list[Any] | None = None) -> list[tuple[Any, ...]]:
        with session(home) as connection:
            return connection.execute(sql, parameters).fetchall()

    return _rows


@pytest.fixture
def analysts_python() -> str:
    """A Python with what analysts have: DuckDB 1.5 and marimo, which are no dependencies of the project."""
    python = Path(sys.prefix) / "compat" / "bin" / "python"
    if not python.with_name("marimo").exists():
        pytest.skip(f"{python} with DuckDB 1.5 and marimo is not there; `make compat` makes it")
    return str(python)
