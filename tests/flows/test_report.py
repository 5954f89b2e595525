"""What a run says of itself."""

from __future__ import annotations

from dataclasses import replace

from made_rounds import finding, harvest, item

from alerts.model import DispatchReport
from flows.aftermath import Aftermath
from flows.recording import Crawled
from flows.report import headline, source_line
from flows.report_json import as_record
from flows.round import Round
from scrapers.publication import DroppedRow
from warehouse.load.record import nothing


def test_the_headline_counts_and_names_failures() -> None:
    """One sentence says what was found and which sources failed."""
    said = headline([finding(), finding(finding_id="f2")], [harvest("aalco", "ok"), harvest("ipu", "failed")])
    assert said == "2 sources polled: 2 new mandates; failed: ipu"
    assert headline([], [harvest("aalco", "not_modified")]) == "1 source polled: nothing new"
    assert headline([], [harvest("aalco", "failed")]) == "1 source polled, no usable answer: aalco"


def test_failures_are_counted_apart_from_what_a_filter_refused() -> None:
    """A source's line counts each state by itself and says what failed, and why; the headline does so for all."""
    dropped = [DroppedRow(None, f"Bees {number}", "concerns none of boats", "filtered") for number in range(5)]
    failed = DroppedRow(None, "RES/64/S 21", "could not be read: status 404", "failed")
    states = [item(f"Boats {number}", "taken") for number in range(3)]
    told = replace(
        harvest("aalco", "ok"),
        items_seen=12,
        dropped=(*dropped, failed),
        items=(*states, item("RES/64/S 21", "failed", "status 404")),
        items_waiting=1,
        items_failed=1,
    )
    counts = "5 filtered out, 1 waiting, 1 failed: RES/64/S 21: status 404"
    assert source_line(told) == f"12 seen, 3 new, {counts}"
    assert headline([], [told, harvest("ipu", "ok")]) == f"2 sources polled: nothing new; {counts}"
    done = Round((Crawled(told, "batch", 0, 0),), (), nothing)
    assert done.unread
    (said,) = as_record(done, DispatchReport(), Aftermath())["sources"]
    assert {name: said[name] for name in said if name.startswith("items_")} == {
        "items_seen": 12,
        "items_new": 3,
        "items_filtered": 5,
        "items_waiting": 1,
        "items_failed": 1,
    }
    assert [row["kind"] for row in said["dropped"]] == ["filtered"] * 5 + ["failed"]


def test_what_is_still_failed_is_said_although_it_was_not_tried() -> None:
    """Between two tries a run tells of failed items by their number, and counts no failure of its own."""
    told = replace(harvest("aalco", "not_modified"), items_failed=2)
    assert headline([], [told]) == "1 source polled: nothing new; 2 failed"
    assert not Round((Crawled(told, "batch", 0, 0),), (), nothing).unread


def test_the_headline_tells_drafts_from_mandates() -> None:
    """What a draft asks for is counted by itself."""
    told = [finding(), finding(finding_id="f2", stage="draft")]
    assert headline(told, [harvest("ipu", "ok")]) == "1 source polled: 1 new mandate, 1 mandate proposed in a draft"
