"""A shared landing place of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.patience import PATIENCE
from warehouse.exchange import leases, presence
from warehouse.exchange.place import Place, open_place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that a busy machine holds up for a while is not dead."""
    for module in (presence, leases):
        monkeypatch.setattr(module, "ALIVE_SECONDS", PATIENCE)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder that machines share."""
    (tmp_path / "place").mkdir()
    return open_place(str(tmp_path / "place"))
