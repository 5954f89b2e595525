"""From a harvest to rows: analysed, landed, recorded, published."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.recording import record_landed, take_in
from tests.sites.publisher import files_read
from warehouse.load.landing import landed
from warehouse.query.queries import query

ANALYSE = Analysing(Path(__file__).parents[2] / "config" / "sessions.yaml")

shipped = Path(__file__).parent.parent.parent / "config"
text = """AALCO/RES/64/S 5
12 September 2026

EXAMPLES OF LABOUR MIGRATION

The Asian-African Legal Consultative Organization at its Sixty-Fourth Annual Session,

Having considered the question of examples;

1. Encourages Member States to give examples;
2. Directs the Secretariat to report on the examples given by 30 June 2027; and
3. Decides to place this item on the provisional agenda of its Sixty-Fifth Annual Session.
"""


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("MANDATES_CONFIG", str(shipped))
    return Settings()


def test_a_harvest_lands_and_is_recorded_once(settings: Settings, tmp_path: Path) -> None:
    """What was taken in waits as a landed batch; recording it leaves rows, alerts and a snapshot, and no batch."""
    path = tmp_path / "resolution.txt"
    path.write_text(text)
    crawled = take_in(settings.home, files_read("local", [path]), ANALYSE)
    assert (crawled.clauses, crawled.mandates) == (3, 2)
    assert all(publication.text is None for publication in crawled.harvest.publications)
    assert len(landed(settings.home)) == 1
    recorded = record_landed(settings, load_subscriptions(settings.config))
    assert (recorded.new_documents, recorded.new_mandates) == (1, 2)
    assert recorded.deliveries
    assert not landed(settings.home)
    days = query(settings.home, "SELECT due_end::VARCHAR, due_basis FROM mandates ORDER BY due_end").rows
    assert days == [("2027-06-30", "stated date"), ("2027-09-13", "inferred")]
    sessions = query(settings.home, "SELECT end_on::VARCHAR FROM current_sessions WHERE (body, number) = ('AALCO', 65)")
    assert sessions.rows == [("2027-09-13",)]
    again = record_landed(settings, load_subscriptions(settings.config))
    assert (again.new_documents, again.deliveries) == (0, 0)


def test_quotes_are_slices_of_the_stored_text(settings: Settings, tmp_path: Path) -> None:
    """Each clause in the warehouse is exactly the characters of the version it came from."""
    path = tmp_path / "resolution.txt"
    path.write_text(text)
    take_in(settings.home, files_read("local", [path]), ANALYSE)
    record_landed(settings, load_subscriptions(settings.config))
    rows = query(
        settings.home, 'SELECT v.text, c.start, c."end", c.quote FROM clauses c JOIN versions v USING (version_id)'
    ).rows
    assert len(rows) == 3
    for stored, start, end, quote in rows:
        assert stored[start:end] == quote


def test_a_changed_text_is_a_new_version(settings: Settings, tmp_path: Path) -> None:
    """The same symbol with other words is the same document, in a second version, and only the change is told."""
    path = tmp_path / "resolution.txt"
    for words in (text, text.replace("30 June 2027", "31 March 2027")):
        path.write_text(words)
        take_in(settings.home, files_read("local", [path]), ANALYSE)
        recorded = record_landed(settings, load_subscriptions(settings.config))
    assert query(settings.home, "SELECT count(*) FROM documents").rows == [(1,)]
    assert query(settings.home, "SELECT count(*) FROM versions").rows == [(2,)]
    assert {finding.kind for finding in recorded.findings} == {"changed_clause"}
