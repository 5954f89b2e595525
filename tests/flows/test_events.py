"""The events of the flows, without a server: which there are, about what, and what is never in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.model import DispatchReport, DispatchRow
from config.sources import SourceFile
from flows import events
from flows.events import MOST_EVENTS, announce, wake_recorder
from scrapers.crawl.health import Health, History
from scrapers.crawl.operators_news import begins_or_ends, source_news
from tests.alerts.made_findings import document, finding
from warehouse.findings.finding import Finding

if TYPE_CHECKING:
    from config.sources import Source

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


def said(note: str) -> Finding:
    """What operators hear of a source."""
    return Finding.for_operators(
        "source_state", finding_id="f", about="source:coast", title="coast", note=note, now=NOW, sources=("coast",)
    )


def a_source() -> Source:
    """Some source."""
    said = [{"id": "coast", "kind": "feed", "url": "https://example.org/feed", "every": "1h"}]
    return SourceFile.model_validate(said).root[0]


@pytest.mark.parametrize(
    ("state", "message", "name"),
    [
        ("failing", "alarm", "source.failing"),
        ("blocked", "alarm", "source.failing"),
        ("late", "alarm", "source.failing"),
        ("failing", "reminder", None),
        ("failing", "all_clear", "source.recovered"),
    ],
)
@pytest.mark.parametrize("since", [None, NOW - timedelta(days=2)])
def test_a_source_that_fails_and_recovers_is_an_event_each(
    state: str, message: str, name: str | None, since: datetime | None
) -> None:
    """What operators are notified of begins and ends with an event; a reminder is none."""
    source = a_source()
    health = Health("coast", state, "no answer", since)  # type: ignore[arg-type]
    note = source_news(source, health, History(error="status 500"), message, now=NOW, since=since, was="failing")  # type: ignore[arg-type]
    found = list(events.events([said(note)], DispatchReport()))
    assert [each.name for each in found] == ([name] if name else [])
    assert all(each.resource == "mandates.source.coast" for each in found)
    assert begins_or_ends("coa", note) is None


def test_unread_items_of_a_source_are_no_event() -> None:
    """A source that answers is not failing while single items of it cannot be read."""
    assert list(events.events([said("coast: 2 items could not be read\nA: status 404")], DispatchReport())) == []


def test_publications_and_deaths_are_events_with_bounded_payloads() -> None:
    """One event a source and a dead delivery; sent ones are none; titles are cut, and the documents named are few."""
    found = [replace(document(number), kind="new_document") for number in range(40)]
    rows = (
        DispatchRow("d1", "all", "desk", "Subject", "dead", "status 410"),
        DispatchRow("d2", "all", "desk", "Subject", "sent"),
    )
    made = list(events.events(found, DispatchReport(rows)))
    assert made[0].name == "delivery.dead"
    assert made[0].resource == "mandates.delivery.d1"
    recorded = [each for each in made if each.name == "publications.recorded"]
    assert {each.resource for each in recorded} == {
        f"mandates.source.{source}" for each in found for source in each.document.sources
    }
    for each in recorded:
        assert isinstance(each.payload["named"], list)
        assert len(each.payload["named"]) <= events.MOST_NAMED


def test_a_deadline_that_comes_near_is_an_event() -> None:
    """The event names the mandate and the days that are left."""
    near = finding()
    (event,) = events.events((), DispatchReport(due=(near,)))
    assert event.name == "mandate.due"
    assert event.resource.startswith("mandates.mandate.")
    assert event.payload["quote"]


def test_a_deadline_that_has_passed_is_an_event_only_where_an_answer_would_have_been_seen() -> None:
    """Overdue is what a watched source does not show; a date that passed while nobody watched starts nothing."""
    late = replace(finding(), kind="mandate_overdue", days_left=-1)
    (event,) = events.events((), DispatchReport(due=(late, replace(late, is_watched=False))))
    assert event.name == "mandate.overdue"
    assert event.payload["days_left"] == -1


def test_a_flood_is_cut_and_a_failure_is_none_of_the_runs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """More events than a run may emit are counted in the log, and one that cannot be emitted is a warning."""
    emitted: list[str] = []

    def emit(event: str, **_: object) -> None:
        emitted.append(event)
        if len(emitted) == 1:
            raise OSError("no server")

    monkeypatch.setattr(events, "emit_event", emit)
    rows = tuple(DispatchRow(f"d{number}", "all", "desk", "S", "dead") for number in range(MOST_EVENTS + 5))
    announce((), DispatchReport(rows))
    assert len(emitted) == MOST_EVENTS
    assert "could not be emitted (OSError)" in caplog.text
    assert "5 events were not emitted" in caplog.text


def test_a_worker_that_sent_nothing_wakes_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorder is woken once for the files of a run, and a server that takes no event fails no run."""
    emitted: list[tuple[str, object]] = []

    def emit(event: str, payload: object, **_: object) -> None:
        emitted.append((event, payload))
        raise OSError("no server")

    monkeypatch.setattr(events, "emit_event", emit)
    wake_recorder(0)
    wake_recorder(3)
    assert emitted == [("batches.landed", {"files": 3})]
