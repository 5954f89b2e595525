"""Decisions of a person, recorded and published."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.load.decisions import record_decisions
from warehouse.review.decision import Decision
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def decided(home: Path, said: Sequence[tuple[str, str, str]]) -> None:
    """Each key, field and value, decided now by one reader."""
    at = datetime.now(UTC)
    record_decisions(home, [Decision(key, field, value, "a reader", at, "it says so") for key, field, value in said])
    publish(home)
