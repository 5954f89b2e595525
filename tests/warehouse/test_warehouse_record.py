"""Recording: each batch once, whatever the order, and nothing told twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from alerts.frame import frame
from alerts.subject import subject
from scrapers.publication import Past, Related
from tests.warehouse.made import batch, entry, nobody, report, text
from tests.warehouse.orders import ORDERS
from warehouse.load.arrow_rows import entry_table
from warehouse.load.entry_schema import entry_schema
from warehouse.load.landing import footer_of, land, landed, landing_folder, write_batch
from warehouse.load.record import record
from warehouse.load.source_memory import memory_of
from warehouse.model import AlertRow, LandingError
from warehouse.store.database import live_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any

    from warehouse.findings.finding import Finding
    from warehouse.model import Batch, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

tables = ("documents", "versions", "analyses", "clauses", "mandates", "citations", "relations", "sightings", "findings")
later = text.replace("next session", "session after the next")


def sizes(rows: Rows) -> dict[str, int]:
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    return dict(zip(tables, rows(f"SELECT {counts}")[0], strict=True))


def test_a_batch_becomes_rows_of_every_kind(recorded: Record, rows: Rows) -> None:
    """A document is recorded with its version, clauses, mandates, citations and sighting."""
    done = recorded(batch(0, entry()))
    assert (done.new_documents, done.new_versions, done.new_mandates, done.sightings) == (1, 1, 2, 1)
    assert sizes(rows) == {
        "documents": 1, "versions": 1, "analyses": 1, "clauses": 3, "mandates": 2, "citations": 1, "relations": 0,
        "sightings": 1, "findings": 3,
    }  # fmt: skip
    assert rows("SELECT symbol, title, published_on::VARCHAR, session FROM documents") == [
        ("A/RES/80/1", "Care of travellers at sea", "2025-12-18", 80)
    ]


def test_every_span_leads_back_to_its_words(recorded: Record, rows: Rows) -> None:
    """Clauses, mandates and citations slice their quote out of the stored text."""
    recorded(batch(0, entry()))
    for table in ("clauses", "mandates", "citations"):
        query = f'SELECT text, "start", "end", quote FROM {table} JOIN versions USING (version_id)'
        found = rows(query)
        assert found
        assert all(words[begin:end] == quote for words, begin, end, quote in found)


def test_the_same_publications_again_add_no_row_and_no_finding(recorded: Record, rows: Rows) -> None:
    """A second crawl that shows the same moves last_seen and nothing else."""
    recorded(batch(0, entry()))
    before = sizes(rows)
    done = recorded(batch(1, entry()))
    assert sizes(rows) == before
    assert (done.new_documents, done.new_versions, done.findings) == (0, 0, ())
    assert rows("SELECT last_seen - first_seen = INTERVAL 1 HOUR FROM sightings") == [(True,)]


@pytest.mark.parametrize("title", ["Care of travellers at sea", "Another title"])
def test_who_names_a_draft_speaks_from_the_other_end(home: Path, recorded: Record, rows: Rows, title: str) -> None:
    """Before and after the draft is seen, whatever the titles show, the draft is the one of the adopted text."""
    named = Related("draft_of", "A/C.3/80/L.1", "its record names the draft")
    adopted = entry(related=[named])
    draft = entry("A/C.3/80/L.1", title=title, stage="draft", body="UNGA-C3", words=text.replace("Welcomes", "Notes"))
    ties = """
        SELECT origin.symbol, relation, target.symbol, named_symbol, score FROM relations
        LEFT JOIN documents AS origin ON origin.document_id = from_document
        LEFT JOIN documents AS target ON target.document_id = to_document"""
    recorded(batch(0, adopted))
    assert rows(ties) == [(None, "draft_of", "A/RES/80/1", "A/C.3/80/L.1", 1.0)]
    history = "SELECT what, detail FROM document_history WHERE symbol = 'A/RES/80/1' AND starts_with(what, 'adopted')"
    assert rows(history) == [("adopted from", "A/C.3/80/L.1 (its record names the draft)")]
    recorded(batch(1, draft))
    whole = [("A/C.3/80/L.1", "draft_of", "A/RES/80/1", "A/C.3/80/L.1", 1.0)]
    assert rows(ties) == whole
    live_path(home).unlink()
    for number, first in enumerate((draft, entry(), adopted)):
        recorded(batch(number, first))
    assert rows(ties) == whole


def test_why_a_source_let_a_publication_through_is_kept(recorded: Record, rows: Rows) -> None:
    """The newest reason stands; a crawl that gave none, as of a document that is unchanged, leaves it."""
    recorded(batch(0, entry(relevance="the title has 'sea'")), batch(1, entry()))
    assert rows("SELECT relevance FROM sightings") == [("the title has 'sea'",)]
    recorded(batch(2, entry(relevance="its subject 'Seas' has 'sea'")))
    recorded(batch(-1, entry(relevance="older")))
    assert rows("SELECT relevance FROM sightings") == [("its subject 'Seas' has 'sea'",)]
    shown = "SELECT detail FROM document_history WHERE what = 'shown by a source'"
    assert rows(shown) == [("made: https://example.org/A/RES/80/1 (its subject 'Seas' has 'sea')",)]


def test_a_batch_that_lands_again_is_loaded_once(home: Path, recorded: Record, rows: Rows) -> None:
    """The batch id decides, not the file: what was recorded is only removed."""
    recorded(batch(0, entry()))
    land(home, batch(0, entry(), entry("A/RES/80/2")))
    assert record(home, nobody).batch_ids == ()
    assert landed(home) == ()
    assert sizes(rows)["documents"] == 1


def test_one_document_twice_in_a_batch_is_one_document(recorded: Record, rows: Rows) -> None:
    """A node that hangs under two terms of a listing is recorded once."""
    done = recorded(batch(0, entry(topics=["a"]), entry(topics=["b"])))
    assert (done.new_documents, done.new_versions) == (1, 1)
    assert len([finding for finding in done.findings if finding.kind == "new_document"]) == 1


@pytest.mark.parametrize("order", ORDERS)
def test_batches_may_come_in_any_order(home: Path, rows: Rows, order: tuple[int, ...]) -> None:
    """The same three crawls leave the same state, whichever is recorded first."""
    batches = [
        batch(0, entry(words=None, published=None), state={"gap": "0"}),
        batch(1, entry(), entry("A/RES/80/2", words=later), state={"gap": "1"}),
        batch(2, entry(words=later), state={"gap": "2"}),
    ]
    for number in order:
        land(home, batches[number])
        record(home, nobody)
    assert sizes(rows)["versions"] == 3
    assert rows("SELECT etag, notes['gap'], hour(last_crawl) FROM sources JOIN validators USING (source_id)") == [
        ('"2"', "2", 11)
    ]
    assert rows("SELECT DISTINCT hour(first_seen), hour(last_seen) FROM sightings ORDER BY 1") == [(9, 11), (10, 10)]


def test_a_changed_text_is_a_new_version_and_a_changed_clause(recorded: Record, rows: Rows) -> None:
    """Only the clause whose words changed is told, with the former words; the others are not."""
    recorded(batch(0, entry()))
    done = recorded(batch(1, entry(words=later)))
    assert (done.new_documents, done.new_versions) == (0, 1)
    (finding,) = done.findings
    assert finding.kind == "changed_clause"
    assert finding.before == "Requests the Secretary-General to report on it at the next session;"
    assert finding.clause.quote == "Requests the Secretary-General to report on it at the session after the next;"
    assert finding.clause.mandate_id is not None
    assert finding.clause.page == 2
    assert rows("SELECT count(*) FROM versions") == [(2,)]


def test_a_new_layout_of_the_same_words_is_told_to_nobody(recorded: Record) -> None:
    """Line breaks, capitals and punctuation do not make a clause another one."""
    recorded(batch(0, entry()))
    done = recorded(
        batch(1, entry(words=text.replace("Requests the", "Requests  the").replace("has been", "HAS BEEN")))
    )
    assert done.new_versions == 0
    assert done.findings == ()


def test_an_older_text_that_comes_late_changes_nothing(recorded: Record) -> None:
    """A batch from before the last recorded text gives no changed clause."""
    recorded(batch(5, entry(words=later)))
    done = recorded(batch(1, entry()))
    assert [finding.kind for finding in done.findings] == ["new_mandate"]


def test_a_clause_that_was_not_there_is_a_new_mandate(recorded: Record) -> None:
    """A mandate added in a later text is told as new."""
    recorded(batch(0, entry()))
    more = text + "4. Requests the Secretariat to convene a meeting of experts on lighthouses.\n"
    (finding,) = recorded(batch(1, entry(words=more))).findings
    assert (finding.kind, finding.clause.number) == ("new_mandate", "4")


def test_a_sources_first_crawl_is_a_baseline(recorded: Record) -> None:
    """What a source shows at first is marked, so that nobody is flooded; what comes later is not."""
    assert all(finding.baseline for finding in recorded(batch(0, entry())).findings)
    second = recorded(batch(1, entry("A/RES/80/2", title="Lighthouses")))
    assert second.findings
    assert not any(finding.baseline for finding in second.findings)


def past(made: Batch, **more: Any) -> Batch:
    """The batch as a part of its source's past."""
    return replace(made, harvest=replace(made.harvest, outcome="part", past=Past(date(2020, 1, 1), **more)))


def test_nobody_is_notified_of_the_past_whoever_records_it(home: Path, recorded: Record, rows: Rows) -> None:
    """A part of the past that an interrupted command left in the landing place gives rows and places, no findings."""
    recorded(batch(0, entry()))
    land(home, past(batch(1, entry("A/RES/70/1", title="Harbours")), place="3", reached=date(2021, 5, 4)))

    def loud(found: Sequence[Finding]) -> Sequence[AlertRow]:
        return [AlertRow(finding, "all", "desk", finding.found_at) for finding in found]

    done = record(home, loud)
    assert (done.new_documents, done.new_mandates, done.findings, done.alerts) == (1, 2, (), 0)
    assert rows("SELECT source_id, place, reached, outcome FROM baselines") == [("made", "3", date(2021, 5, 4), None)]
    assert rows("SELECT count(*) FROM mandates JOIN documents USING (document_id) WHERE title = 'Harbours'") == [(2,)]


def test_what_is_news_elsewhere_stays_news(home: Path, recorded: Record) -> None:
    """A document that comes among one source's past and as another one's news, in one group, is news."""
    recorded(batch(0, source="other"))
    land(home, past(batch(1, entry())))
    land(home, batch(2, entry(), source="other"))
    assert {finding.kind for finding in record(home, nobody).findings} == {"new_document", "new_mandate"}


def test_places_come_in_any_order(home: Path, recorded: Record, rows: Rows) -> None:
    """A step that is recorded late does not take back what a later one said."""
    recorded(batch(0, entry()))
    for number in (3, 1, 2):
        land(home, past(batch(number), place=str(number)))
        record(home, nobody)
    assert rows("SELECT place FROM baselines") == [("3",)]


def test_a_document_of_the_first_look_that_is_read_later_is_a_baseline(recorded: Record) -> None:
    """It was left for a later crawl, or failed, and is no news when that reads it."""
    recorded(batch(0, entry()))
    late = entry("A/RES/80/2", title="Lighthouses")
    late = replace(late, publication=replace(late.publication, baseline=True))
    found = recorded(batch(1, late, entry("A/RES/80/3", title="Beacons"))).findings
    assert {(finding.document.title, finding.baseline) for finding in found} == {
        ("Lighthouses", True),
        ("Beacons", False),
    }


def test_a_failed_first_crawl_is_no_baseline_yet(recorded: Record) -> None:
    """The first success is the baseline, however many failures came before."""
    recorded(batch(0, outcome="failed", error="no answer"))
    assert all(finding.baseline for finding in recorded(batch(1, entry())).findings)


def test_what_one_source_leaves_open_another_fills(recorded: Record, rows: Rows) -> None:
    """A date, an author's silence, topics: a document gains by each source, and loses nothing."""
    recorded(batch(0, entry(published=None, topics=["sea"], body=None)))
    recorded(batch(1, entry(topics=["travel"], stage=None), source="other"))
    assert rows("SELECT published_on::VARCHAR, published_origin, body, stage, topics FROM documents") == [
        ("2025-12-18", "document", "UNGA", "adopted", ["sea", "travel"])
    ]
    assert rows("SELECT count(*) FROM sightings") == [(2,)]


def test_a_report_and_a_corrigendum_name_the_document_they_are_about(recorded: Record) -> None:
    """The finding bears the new document; the subject of its alert names the one with the mandate."""
    recorded(batch(0, entry()))
    answering = report("A/81/5", "A/RES/80/1")
    correction = entry("A/RES/80/1/Corr.1", words="In paragraph 2, read the year as 2027.")
    correction = replace(
        correction,
        publication=replace(correction.publication, related=(Related("corrects", "A/RES/80/1", "its symbol"),)),
    )
    told = {
        finding.kind: (
            finding.document.symbol,
            finding.clause.number,
            finding.other_document,
            subject(frame("en"), [finding]),
        )
        for finding in recorded(batch(1, answering, correction)).findings
    }
    assert told["mandate_answered"] == (
        "A/81/5", "2", "A/RES/80/1", "UNGA: 1 mandate of A/RES/80/1 answered by “Care of travellers at sea” (A/81/5)",
    )  # fmt: skip
    assert told["corrigendum"] == (
        "A/RES/80/1/Corr.1", "2", "A/RES/80/1", "UNGA: corrigendum to “Care of travellers at sea” (A/RES/80/1)",
    )  # fmt: skip


def test_findings_of_related_documents_are_one_story(recorded: Record) -> None:
    """A resolution and the report that it asked for, found together, share a story; what has no relation has none."""
    answering = report("A/81/5", "A/RES/80/1")
    found = recorded(batch(0, entry(), answering, entry("A/RES/80/2", title="Lighthouses"))).findings
    stories = {finding.document.symbol: finding.story for finding in found}
    assert stories["A/RES/80/1"] == stories["A/81/5"] is not None
    assert stories["A/RES/80/2"] is None


def test_alerts_are_written_with_their_findings(home: Path, rows: Rows) -> None:
    """The rows that the matcher returns are in the outbox when the batch is recorded."""
    land(home, batch(0, entry()))

    def alerts_for(found: Sequence[Finding]) -> list[AlertRow]:
        return [AlertRow(finding, "everything", "desk/mail", finding.found_at) for finding in found]

    done = record(home, alerts_for)
    assert done.alerts == 3
    assert rows("SELECT count(*) FROM alerts") == [(3,)]
    assert rows("SELECT count(*) FROM deliveries WHERE state = 'pending'") == [(done.deliveries,)]


def test_when_the_matcher_fails_nothing_of_the_batch_is_kept(home: Path, rows: Rows) -> None:
    """Document, validators and alerts are one transaction: the batch waits and is recorded whole the next time."""
    land(home, batch(0, entry()))

    def broken(found: Sequence[Finding]) -> list[AlertRow]:
        raise RuntimeError("no subscriptions")

    with pytest.raises(RuntimeError, match="no subscriptions"):
        record(home, broken)
    assert sizes(rows)["documents"] == 0
    assert rows("SELECT count(*) FROM validators") == [(0,)]
    assert len(landed(home)) == 1
    assert record(home, nobody).new_documents == 1


def test_a_damaged_batch_is_set_aside_and_stops_nobody(home: Path, recorded: Record) -> None:
    """A cut-off file, one of another program and one with broken pages are kept with another name."""
    folder = landing_folder(home)
    whole = land(home, batch(0, entry()))
    content = bytearray(whole.read_bytes())
    whole.unlink()
    (folder / "cut.parquet").write_bytes(content[: len(content) // 2])
    content[40:4000] = b"\0" * 3960
    (folder / "broken.parquet").write_bytes(content)
    assert recorded(batch(1, entry())).new_documents == 1
    assert {path.name for path in folder.iterdir()} == {"cut.parquet.damaged", "broken.parquet.damaged"}


def test_a_batch_whose_rows_lack_a_value_stops_nobody(home: Path, recorded: Record, rows: Rows) -> None:
    """Whatever column another machine left out, nothing fails but that batch, and the next one is recorded."""
    folder = landing_folder(home)
    table = entry_table(batch(0, entry()).entries, ())
    left_out = [name for name in table.column_names if table[name].null_count < len(table)]
    for number, name in enumerate(left_out):
        place = table.column_names.index(name)
        lacking = table.set_column(place, table.schema.field(name), pa.nulls(len(table), table.schema.field(name).type))
        write_batch(folder, footer_of(batch(number, entry(), source=f"without-{name.replace('_', '-')}")), lacking)
    clauses = table["clauses"].to_pylist()
    clauses[0][0]["verb"] = None
    nested = table.set_column(
        table.column_names.index("clauses"),
        entry_schema.field("clauses"),
        pa.array(clauses, entry_schema.field("clauses").type),
    )
    write_batch(folder, footer_of(batch(0, entry(), source="without-a-verb")), nested)
    assert recorded(batch(99, entry("A/RES/80/99"))).new_documents >= 1
    aside = {path.name.removeprefix("without-").rpartition("-")[0] for path in folder.glob("*.damaged")}
    assert {"title", "identity", "text", "preamble", "a-verb"} <= aside
    assert not list(folder.glob("*.parquet"))
    assert rows("SELECT count(*) FROM documents WHERE symbol = 'A/RES/80/99'") == [(1,)]


def test_memory_is_what_the_last_crawl_left(home: Path, recorded: Record) -> None:
    """Validators, known addresses and notes come back; a source that was never asked has none."""
    assert memory_of(home, "made").first_crawl
    recorded(batch(0, entry(), state={"next": "5"}))
    memory = memory_of(home, "made")
    assert not memory.first_crawl
    assert memory.state == {"next": "5"}
    assert memory.known_urls == {"https://example.org/A/RES/80/1"}
    assert memory.validators["https://example.org/made"].etag == '"0"'
    assert memory_of(home, "another").first_crawl


def test_what_a_crawl_tells_of_its_source_is_a_finding(recorded: Record, rows: Rows) -> None:
    """What operators should hear becomes a finding, once; failures are counted and the state is kept either way."""
    recorded(batch(0, entry()))
    notes = ({}, {"tell": "made is failing: HTTP 503", "state": "failing"}, {"tell": ""}, {})
    told = [
        recorded(batch(number, outcome="failed", error="HTTP 503", state=state)).findings
        for number, state in enumerate(notes, 1)
    ]
    assert [[finding.note for finding in findings] for findings in told] == [[], ["made is failing: HTTP 503"], [], []]
    assert {finding.kind for findings in told for finding in findings} == {"source_state"}
    assert rows("SELECT state, failures, error FROM sources") == [("failing", 4, "HTTP 503")]
    (clear,) = recorded(batch(5, entry(), state={"tell": "made has recovered", "state": "late"})).findings
    assert clear.note == "made has recovered"
    assert rows("SELECT state, failures FROM sources") == [("late", 0)]


def test_an_offset_that_misses_its_quote_never_lands(home: Path) -> None:
    """A batch whose analysis belongs to another text is refused, with the publication's address."""
    good, other = entry(), entry(words="Another text.")
    wrong = type(good)(other.publication, good.analysis)
    with pytest.raises(LandingError, match=r"https://example\.org/A/RES/80/1: .* point to"):
        land(home, batch(0, wrong))
    assert not list(landing_folder(home).glob("*"))


def test_a_batch_name_cannot_leave_the_folder(home: Path) -> None:
    """A batch id becomes a file name, so it is made of harmless letters."""
    bad = batch(0, entry(), source="../../etc/passwd")
    with pytest.raises(LandingError, match="a batch id is made of"):
        land(home, bad)
