"""A publisher on loopback for the crawls."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

# The test sites lie in a folder of their own; tests are no package.
sys.path.insert(0, str(Path(__file__).parent.parent / "sites"))

from publisher import Publisher


@pytest.fixture
async def publisher() -> AsyncIterator[Publisher]:
    """A site that answers as the test tells it to."""
    async with Publisher() as site:
        yield site
