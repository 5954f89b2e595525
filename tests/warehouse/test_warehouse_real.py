"""Real publications, where ../shared is there: drafts find their adopted texts, a report waits for what it answers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from mandates.analysis import analyse
from tests.sites.publisher import files_read
from tests.warehouse.made import nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import Batch, Entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Recorded

names = ("A_C.3_80_L.52.pdf", "A_RES_80_218.pdf", "A_RES_78_217.pdf")
tied = """
SELECT origin.symbol, relation, target.symbol FROM relations
JOIN documents AS origin ON origin.document_id = from_document
JOIN documents AS target ON target.document_id = to_document ORDER BY ALL"""


def _ingested(home: Path, paths: list[Path], name: str) -> Recorded:
    harvest = files_read("local", paths)
    entries = []
    for publication in harvest.publications:
        assert publication.text is not None
        entries.append(Entry(publication, analyse(publication.text.text)))
    land(home, Batch(name, harvest, tuple(entries)))
    return record(home, nobody, now=lambda: datetime.now(UTC))


def test_real_documents_hang_together(home: Path, shared: Path, rows: Callable[..., list[tuple[Any, ...]]]) -> None:
    """A draft, its resolution and the one it renews are tied; recorded again, nothing is added."""
    paths = [shared / "corpus" / "pdf" / name for name in names]
    assert _ingested(home, paths, "first").new_documents == 3
    assert rows(tied) == [
        ("A/C.3/80/L.52", "draft_of", "A/RES/80/218"),
        ("A/RES/80/218", "renews", "A/RES/78/217"),
    ]
    spans = rows('SELECT text, "start", "end", quote FROM clauses JOIN versions USING (version_id)')
    assert len(spans) > 50
    assert all(words[begin:end] == quote for words, begin, end, quote in spans)
    before = rows("SELECT count(*) FROM clauses")
    again = _ingested(home, paths, "second")
    assert (again.new_documents, again.new_versions, again.findings) == (0, 0, ())
    assert rows("SELECT count(*) FROM clauses") == before


def test_a_report_waits_for_the_resolution_it_answers(
    home: Path, shared: Path, rows: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """A/57/134 says what it answers in its heading; the tie is kept until that resolution is seen."""
    (seed,) = (shared / "seeds").glob("003_*.txt")
    _ingested(home, [seed], "report")
    assert rows("SELECT relation, named_symbol, to_document FROM relations") == [("answers", "A/RES/56/170", None)]
