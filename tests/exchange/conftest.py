"""A shared landing place of the test's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from warehouse.exchange.place import Place, open_place

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A folder that machines share."""
    (tmp_path / "place").mkdir()
    return open_place(str(tmp_path / "place"))
