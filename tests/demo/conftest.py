"""A site of the test's own, with a clock that the test moves."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from demo.site import PublicationSite

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> SimpleNamespace:
    """`clock.time` is what the site takes for now."""
    return SimpleNamespace(time=datetime(2026, 11, 21, 8, 0, tzinfo=UTC))


@pytest.fixture
def site(tmp_path: Path, clock: SimpleNamespace) -> Iterator[PublicationSite]:
    """An open site that has published nothing further."""
    with PublicationSite(tmp_path / "site", now=lambda: clock.time) as opened:
        yield opened
