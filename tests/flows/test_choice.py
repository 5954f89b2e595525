"""Which sources a run is about."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.sources import load_sources
from flows.choice import UnknownSourceError, choose

shipped = load_sources(Path(__file__).parent.parent.parent / "config" / "sources.yaml")


def test_all_that_are_on() -> None:
    """Without names, every source that is on, and none that is off."""
    chosen = choose(shipped, None)
    assert chosen
    assert all(source.enabled for source in chosen)
    assert len(chosen) < len(shipped)


def test_by_name_each_once_also_when_off() -> None:
    """Named sources come in the order named, each once; one that is off can be tried by name."""
    off = next(source for source in shipped if not source.enabled)
    assert [source.id for source in choose(shipped, [off.id, shipped[0].id, off.id])] == [off.id, shipped[0].id]


def test_an_unknown_name_suggests_the_nearest() -> None:
    """A misspelt id is answered with the one that was meant."""
    meant = shipped[0].id
    with pytest.raises(UnknownSourceError, match=meant) as caught:
        choose(shipped, [meant[:-1]])
    assert caught.value.source_id == meant[:-1]
