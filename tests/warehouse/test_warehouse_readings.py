"""Which text is a version of its own: the bytes, the words, the reader and the rules decide."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import mandates
from scrapers.publication import DocumentText
from scrapers.text.readers import READERS
from tests.warehouse.made import analysis_of, batch, entry, nobody, text
from warehouse.load.kept import Reader
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.outbox.reminders import remind

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    import pytest

    from warehouse.load.kept import KeptText
    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

HEAD = "EXAMPLE ASSEMBLY, PAGE 2\n"
headed = text.replace("3. Decides", f"{HEAD}3. Decides")
versions = "SELECT count(*) FROM versions"


def read(words: str, content: str | None = None, **more: Any) -> Entry:
    """An entry whose text was taken from other bytes than its own characters."""
    made = entry(words=words, **more)
    raw = (text if content is None else content).encode()
    assert made.publication.text is not None
    taken = replace(made.publication.text, raw=raw, raw_sha256=hashlib.sha256(raw).hexdigest())
    return replace(made, publication=replace(made.publication, text=taken))


def today(kept: KeptText, content: bytes) -> DocumentText:
    """Today's reader of the bytes that `read` makes: the text is in them, and the running head is left out."""
    words = content.decode().partition("|")[0].replace(HEAD, "")
    return DocumentText(words, content, hashlib.sha256(content).hexdigest(), "text/plain")


reader = Reader(lambda kept: analysis_of(kept.text), today)


def test_the_same_bytes_read_otherwise_are_one_version(recorded: Record, rows: Rows) -> None:
    """The new reading replaces the former one, keeps its first sight, and notifies nobody."""
    recorded(batch(0), batch(1, read(headed)))
    before = rows("SELECT first_seen FROM versions")
    done = recorded(batch(2, read(text)))
    assert (done.new_versions, done.findings) == (0, ())
    assert rows("SELECT text FROM versions") == [(text,)]
    assert rows("SELECT first_seen FROM versions") == before
    assert rows("SELECT version_id FROM sightings") == rows("SELECT version_id FROM versions")
    (found,) = done.rereadings
    assert (found.gained, found.lost, found.changed) == (0, 0, 0)
    assert rows("SELECT count(*) FROM rereadings") == [(1,)]


def test_other_bytes_with_the_same_words_are_one_version(recorded: Record, rows: Rows) -> None:
    """Blanks, hyphens at line ends and capitals are no words."""
    recorded(batch(0), batch(1, entry()))
    done = recorded(batch(2, read(text.replace("travellers", "travel-\nlers"), "other bytes")))
    assert (done.new_versions, done.findings, done.rereadings) == (0, (), ())
    assert rows(versions) == [(1,)]


def test_a_mark_within_a_number_is_a_word(recorded: Record) -> None:
    """1.5 million corrected to 15 million is the publisher's change, though its letters and digits are the same."""
    words = text.replace("on it at", "on 1.5 million travellers at")
    recorded(batch(0), batch(1, entry(words=words)))
    done = recorded(batch(2, entry(words=words.replace("1.5", "15"))))
    assert [finding.kind for finding in done.findings] == ["changed_clause"]


def test_a_newer_readers_layout_of_other_bytes_takes_the_place(
    recorded: Record, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same words by a newer reader replace the reading; by the same reader the text stays as it was."""
    recorded(batch(0), batch(1, entry()))
    wide = text.replace("\n", "\n\n")
    recorded(batch(2, entry(words=wide)))
    assert rows("SELECT text, reader FROM versions") == [(text, READERS["text/plain"])]
    monkeypatch.setitem(READERS, "text/plain", 7)
    done = recorded(batch(3, entry(words=wide)))
    assert (done.new_versions, done.findings, len(done.rereadings)) == (0, (), 1)
    assert rows("SELECT text, reader FROM versions") == [(wide, 7)]


def test_newer_rules_over_the_same_text_renew_the_analysis(
    recorded: Record, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mandate that only the newer rules find is recorded and counted, and nobody is notified."""
    made = entry()
    fewer = replace(made, analysis=analysis_of(text.replace("3. Decides", "3) Decides")))
    recorded(batch(0), batch(1, fewer))
    monkeypatch.setattr(mandates, "RULES_VERSION", mandates.RULES_VERSION + 1)
    done = recorded(batch(2, made))
    assert [(each.gained, each.lost) for each in done.rereadings] == [(1, 0)]
    assert done.findings == ()
    assert rows("SELECT count(*) FROM mandates") == [(2,)]
    assert rows("SELECT rules FROM analyses") == [(mandates.RULES_VERSION,)]


def test_an_annex_that_changed_is_news_though_the_page_did_not(recorded: Record) -> None:
    """The bytes that are kept are the page's; they do not vouch for what its annexes say."""
    annex = "\n\n[attachment 1: annex.pdf]\n\n4. Requests the Secretariat to convene a meeting{} on buoys.\n"
    recorded(batch(0), batch(1, read(text + annex.format(""))))
    done = recorded(batch(2, read(text + annex.format(" in Geneva"))))
    assert (done.new_versions, [finding.kind for finding in done.findings]) == (1, ["changed_clause"])


def test_a_reading_without_words_never_takes_the_place(
    recorded: Record, rows: Rows, caplog: pytest.LogCaptureFixture
) -> None:
    """A reader that finds nothing in bytes that had words is the worse one, and the log says so."""
    recorded(batch(0), batch(1, entry()))
    done = recorded(batch(2, replace(read(" "), analysis=None)))
    assert (done.new_versions, done.rereadings) == (0, ())
    assert rows("SELECT text FROM versions") == [(text,)]
    assert "finds no words in the same bytes" in caplog.text


def test_two_versions_that_read_the_same_today_become_one(
    home: Path, recorded: Record, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where two texts differed in a running head only, the document has one version from now on."""
    other = text.replace("lighthouse", "light") + "|token"
    recorded(batch(0), batch(1, read(headed)), batch(2, read(text.replace("Care", "Great care"), other)))
    assert rows(versions) == [(2,)]
    monkeypatch.setitem(READERS, "text/plain", 7)
    land(home, batch(3, read(text, text + "|newest")))
    done = record(home, nobody, reader=reader)
    assert (done.new_versions, done.findings) == (0, ())
    assert rows("SELECT text FROM versions") == [(text,)]
    assert rows("SELECT version_id FROM sightings") == rows("SELECT version_id FROM versions")


def test_a_symbol_that_only_todays_reader_finds_makes_no_document(recorded: Record, rows: Rows) -> None:
    """The same bytes at the same address are the document that is known; later crawls know it without its text."""
    recorded(batch(0), batch(1, read(headed, symbol=None, url="https://example.org/a")))
    done = recorded(batch(2, read(text, url="https://example.org/a")))
    assert (done.new_documents, done.findings) == (0, ())
    assert rows("SELECT symbol FROM documents") == [("A/RES/80/1",)]
    unchanged = entry(words=None, url="https://example.org/a")
    assert recorded(batch(3, unchanged)).new_documents == 0
    assert rows("SELECT count(*) FROM sightings") == [(1,)]


def test_one_file_for_two_symbols_stays_two_documents(recorded: Record) -> None:
    """Another symbol at the same address is another document, whatever the bytes."""
    recorded(batch(0), batch(1, entry("A/RES/80/1", url="https://example.org/a")))
    assert recorded(batch(2, entry("A/RES/80/2", url="https://example.org/a"))).new_documents == 1


def test_a_new_layout_brings_no_reminder_again(home: Path, recorded: Record) -> None:
    """A mandate that people were reminded of is not due again because its lines break elsewhere."""
    recorded(batch(0), batch(1, read(headed)))
    now = datetime.now(UTC) + timedelta(days=190)
    assert [finding.kind for finding in remind(home, nobody, now)] == ["mandate_due"]
    recorded(batch(2, read(text.replace("Secretary-General to", "Secretary-  General to"))))
    assert remind(home, nobody, now) == ()
