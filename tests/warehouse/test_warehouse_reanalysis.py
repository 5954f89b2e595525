"""Reading again what was kept: shown first, applied whole, and nobody is notified unless it is asked for."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from scrapers.publication import DocumentText
from tests.warehouse.made import analysis_of, batch, entry, text
from warehouse.findings.reanalysis import reanalyse
from warehouse.load.kept import Reader
from warehouse.model import AlertRow
from warehouse.store import raw

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from mandates.model import Analysis
    from warehouse.findings.finding import Finding
    from warehouse.load.kept import KeptText
    from warehouse.model import Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

counts = "SELECT (SELECT count(*) FROM clauses), (SELECT count(*) FROM mandates), (SELECT count(*) FROM versions)"


def of_yesterday(symbol: str = "A/RES/80/1", words: str = text) -> Any:
    made = entry(symbol, title=symbol, words=words)
    lower = words.replace("3. Decides", "3) Decides")
    assert len(lower) == len(words)
    return type(made)(made.publication, analysis_of(lower))


def today(kept: KeptText) -> Analysis:
    return analysis_of(kept.text)


def everybody(findings: Sequence[Finding]) -> list[AlertRow]:
    return [AlertRow(finding, "everything", "desk/mail", finding.found_at) for finding in findings]


def test_the_same_rules_change_nothing(home: Path, recorded: Record) -> None:
    """With the extractor and the rules of the recording there is nothing to show."""
    recorded(batch(0, entry(), entry("A/RES/80/2", title="Other")))
    done = reanalyse(home, Reader(today), apply=True)
    assert (done.texts, done.read_otherwise, done.changes, done.findings) == (2, 0, (), ())


def test_changes_are_shown_and_not_written(home: Path, recorded: Record, rows: Rows) -> None:
    """Without `apply` nothing is written, however much would change."""
    recorded(batch(0, of_yesterday()))
    before = rows(counts)
    done = reanalyse(home, Reader(today))
    assert [(change.unit, change.change, change.number) for change in done.changes] == [
        ("clause", "gained", "3"),
        ("mandate", "gained", "3"),
    ]
    assert rows(counts) == before == [(2, 1, 1)]


def test_changes_are_applied_once(home: Path, recorded: Record, rows: Rows) -> None:
    """After `apply` the tables hold the new reading, and a second run finds nothing to do."""
    recorded(batch(0, of_yesterday()))
    assert reanalyse(home, Reader(today), apply=True).changes
    assert rows(counts) == [(3, 2, 1)]
    assert reanalyse(home, Reader(today), apply=True).changes == ()


def test_what_is_lost_or_relabelled_is_shown(home: Path, recorded: Record) -> None:
    """A clause that is no longer one is lost; a clause with another label is changed, and the detail says how."""
    recorded(batch(0, entry()))
    fewer = reanalyse(home, Reader(lambda kept: analysis_of(kept.text.replace("3. Decides", "3) Decides"))))
    assert [(change.unit, change.change) for change in fewer.changes] == [("clause", "lost"), ("mandate", "lost")]

    def relabelled(kept: KeptText) -> Analysis:
        found = today(kept)
        first = found.clauses[0]
        return type(found)(
            **{name: getattr(found, name) for name in found.__slots__ if name != "clauses"},
            clauses=(
                type(first)(**{n: getattr(first, n) for n in first.__slots__} | {"type": "exhortation"}),
                *found.clauses[1:],
            ),
        )

    (change,) = reanalyse(home, Reader(relabelled)).changes
    assert (change.unit, change.change, change.detail) == ("clause", "changed", "type: statement → exhortation")


def test_with_notify_people_hear_of_what_nobody_was_notified_of(home: Path, recorded: Record, rows: Rows) -> None:
    """A gained mandate becomes an alert where people were notified of the document; on a silent baseline not."""
    recorded(batch(0, of_yesterday("A/RES/79/9")))
    recorded(batch(1, of_yesterday("A/RES/80/1")))
    done = reanalyse(home, Reader(today), apply=True, notify=True, alerts_for=everybody)
    (finding,) = done.findings
    assert (finding.kind, finding.document.symbol, finding.clause.number) == ("new_mandate", "A/RES/80/1", "3")
    assert done.alerts == 1
    assert rows("SELECT count(*) FROM mandates") == [(4,)]
    assert reanalyse(home, Reader(today), apply=True, notify=True, alerts_for=everybody).alerts == 0


def test_a_better_text_takes_the_place_of_the_former_and_is_not_news(home: Path, recorded: Record, rows: Rows) -> None:
    """The bytes that were kept are read again; the same mandates in a cleaner text add no version and no alert."""
    recorded(batch(0))
    recorded(batch(1, entry()))

    def cleaner(kept: KeptText, content: bytes) -> DocumentText:
        words = "\n".join(line.strip() for line in content.decode().splitlines() if line)
        return DocumentText(words, content, hashlib.sha256(content).hexdigest(), "text/plain")

    done = reanalyse(home, Reader(today, cleaner), apply=True, notify=True, alerts_for=everybody)
    assert (done.read_otherwise, done.findings, done.alerts) == (1, (), 0)
    assert rows(counts) == [(3, 2, 1)]
    shown = rows("SELECT versions.text, raw_sha256 IS NOT NULL FROM sightings JOIN versions USING (version_id)")
    assert shown == [("\n".join(line for line in text.splitlines() if line), True)]
    assert reanalyse(home, Reader(today, cleaner), apply=True).changes == ()


def test_a_text_whose_bytes_are_gone_keeps_its_words(home: Path, recorded: Record, rows: Rows) -> None:
    """The budget may have taken the bytes; the recorded text is analysed then."""
    recorded(batch(0, of_yesterday()))
    for path in (home / "raw").glob("*/*.zst"):
        path.unlink()

    def never(kept: KeptText, content: bytes) -> DocumentText:
        raise AssertionError(content)

    assert len(reanalyse(home, Reader(today, never), apply=True).changes) == 2
    assert rows(counts) == [(3, 2, 1)]


def test_nobody_is_notified_unless_it_is_asked_for(home: Path, recorded: Record, rows: Rows) -> None:
    """Without `notify`, a mandate that only today's rules find is recorded and makes no finding, now or later."""
    recorded(batch(0))
    recorded(batch(1, of_yesterday()))
    before = rows("SELECT count(*) FROM findings")
    assert reanalyse(home, Reader(today), apply=True).findings == ()
    assert rows("SELECT count(*) FROM findings") == before
    assert rows("SELECT gained, lost, changed FROM rereadings") == [(1, 0, 0)]
    assert recorded(batch(2, entry())).findings == ()


def test_raw_bytes_come_back_as_they_were(home: Path, recorded: Record) -> None:
    """What was fetched is kept under its hash, compressed."""
    recorded(batch(0, entry()))
    content = text.encode()
    assert raw.read(home, hashlib.sha256(content).hexdigest()) == content
    assert raw.read(home, "0" * 64) is None
