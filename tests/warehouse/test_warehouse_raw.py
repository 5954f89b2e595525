"""The bytes that were fetched: under their hash, compressed, within a budget."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import DocumentText, RawAnswer
from tests.warehouse.made import batch, entry, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import Batch, Entry, WarehouseError
from warehouse.store import raw

if TYPE_CHECKING:
    from pathlib import Path


def _fetched(number: int) -> tuple[Batch, str]:
    """A batch whose document came as 20 kB that no compression makes small, and their hash."""
    content = random.Random(number).randbytes(20_000)  # noqa: S311 - the same bytes each time
    sha256 = hashlib.sha256(content).hexdigest()
    made = entry(f"A/RES/80/{number}", title=f"Matter {number}")
    publication = made.publication
    assert publication.text is not None
    text = DocumentText(publication.text.text, content, sha256, "application/pdf")
    fields = {name: getattr(publication, name) for name in publication.__slots__} | {"text": text}
    return batch(number, Entry(type(publication)(**fields), made.analysis)), sha256


def test_beyond_the_budget_the_oldest_bytes_go(home: Path) -> None:
    """The newest bytes stay, the total is kept, and the texts of those that went stay."""
    hashes = []
    for number in range(5):
        made, sha256 = _fetched(number)
        land(home, made)
        assert record(home, nobody, raw_budget_bytes=70_000).new_versions == 1
        hashes.append(sha256)
    kept = [raw.read(home, sha256) is not None for sha256 in hashes]
    assert kept == [False, False, True, True, True]
    assert int((home / "raw" / "total").read_text()) == sum(path.stat().st_size for path in home.glob("raw/*/*.zst"))


def test_listings_go_before_documents(home: Path) -> None:
    """What is no document goes first, though it came last: a document can be analysed again."""
    made, document = _fetched(0)
    land(home, made)
    record(home, nobody, raw_budget_bytes=70_000)
    for number in range(1, 5):
        content = random.Random(number).randbytes(20_000)  # noqa: S311 - the same bytes each time
        answer = RawAnswer(content, hashlib.sha256(content).hexdigest())
        shown = batch(number)
        land(home, replace(shown, harvest=replace(shown.harvest, answers=(answer,))))
        record(home, nobody, raw_budget_bytes=70_000)
    assert raw.read(home, document) is not None
    assert raw.read(home, answer.raw_sha256) is not None
    assert len(list(home.glob("raw/*/*.zst"))) == 3


def test_the_same_bytes_are_kept_once(home: Path) -> None:
    """Two documents from the same bytes share a file."""
    (first, _), second = _fetched(1), entry("E/RES/2025/1", title="Other")
    assert first.entries[0].publication.text is not None
    fields = {name: getattr(second.publication, name) for name in second.publication.__slots__}
    text = first.entries[0].publication.text
    other = Entry(type(second.publication)(**fields | {"text": text}), second.analysis)
    land(home, batch(1, *first.entries, other))
    record(home, nobody)
    assert len(list(home.glob("raw/*/*.zst"))) == 1


def test_damaged_bytes_are_not_handed_out(home: Path) -> None:
    """Bytes that no longer have the hash in their name are an error that names the file."""
    made, sha256 = _fetched(1)
    land(home, made)
    record(home, nobody)
    other, _ = _fetched(2)
    land(home, other)
    record(home, nobody)
    (stranger,) = (path for path in home.glob("raw/*/*.zst") if path.stem != sha256)
    raw.raw_path(home, sha256).write_bytes(stranger.read_bytes())
    with pytest.raises(WarehouseError, match="is damaged"):
        raw.read(home, sha256)
    raw.raw_path(home, sha256).write_bytes(b"no zstd")
    with pytest.raises(WarehouseError, match="cannot be read"):
        raw.read(home, sha256)


def test_a_hash_never_becomes_a_path_of_its_own(home: Path) -> None:
    """Only a sha256 names a file."""
    with pytest.raises(WarehouseError, match="is not a SHA-256"):
        raw.read(home, "../../etc/passwd")
