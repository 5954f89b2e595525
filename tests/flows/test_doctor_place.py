"""What the doctor says of the landing place that machines share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from config.settings import Settings
from flows.doctor.place import shared_landing

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_doctor_looks_at_the_shared_place(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Away, usable, late and refused are told apart; a machine by itself hears nothing of it."""
    assert list(shared_landing(Settings())) == []
    place = tmp_path / "place"
    monkeypatch.setenv("MANDATES_LANDING", str(place))
    (away,) = shared_landing(Settings())
    assert "there is no such folder" in away.words
    place.mkdir()
    (fine,) = shared_landing(Settings())
    assert "batches waiting: 0" in fine.words
    for folder, name in (("batches", "a.parquet"), ("refused", "b.parquet")):
        (place / folder).mkdir()
        (place / folder / name).write_bytes(b"")
        os.utime(place / folder / name, (1, 1))
    late, aside = shared_landing(Settings())
    assert "1 batch waits in" in late.words
    assert "refused/" in aside.words
    assert sorted(each.name for each in place.iterdir()) == ["batches", "refused", "runs", "trial"]
