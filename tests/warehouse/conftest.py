"""Fixtures of the warehouse's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.warehouse.made import nobody
from warehouse.database import session
from warehouse.landing import land
from warehouse.record import record

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Batch, Recorded


@pytest.fixture
def recorded(home: Path) -> Callable[..., Recorded]:
    """Land these batches and record them, with no subscriptions."""

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
