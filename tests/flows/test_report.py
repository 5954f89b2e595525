"""What a run says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from alerts.model import DispatchReport
from flows.aftermath import Aftermath
from flows.recording import Crawled
from flows.report import headline, publication_table, source_line
from flows.report_json import as_record
from flows.round import Round
from scrapers.publication import DroppedRow, Harvest, ItemState
from tests.alerts.made_findings import changed, mandate
from warehouse.load.record import nothing

if TYPE_CHECKING:
    from warehouse.findings.finding import Finding

now = datetime(2026, 11, 21, 12, tzinfo=UTC)


def finding(**fields: Any) -> Finding:
    """A new mandate; what is not given is plausible."""
    usual = {
        "finding_id": "f1",
        "document_id": "d1",
        "symbol": "AALCO/RES/64/S 5",
        "title": "Examples",
        "published_on": None,
        "clause_number": "3",
        "quote": "3. Requests the Secretariat to report.",
        "due": None,
        "due_start": None,
        "due_end": None,
    }
    return changed(mandate, **usual | {"found_at": now} | fields)


def harvest(source_id: str, outcome: str) -> Harvest:
    """An answer of a source."""
    return Harvest(source_id, now, now, outcome)  # type: ignore[arg-type]


def test_the_headline_counts_and_names_failures() -> None:
    """One sentence says what was found and which sources failed."""
    said = headline([finding(), finding(finding_id="f2")], [harvest("aalco", "ok"), harvest("ipu", "failed")])
    assert said == "2 sources polled: 2 new mandates; failed: ipu"
    assert headline([], [harvest("aalco", "not_modified")]) == "1 source polled: nothing new"
    assert headline([], [harvest("aalco", "failed")]) == "1 source polled, no usable answer: aalco"


def item(title: str, state: str, reason: str | None = None) -> ItemState:
    """An item that came into its state with the crawl."""
    return ItemState(title, None, title, state, reason, now, now)  # type: ignore[arg-type]


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


def test_what_is_due_soonest_stands_first() -> None:
    """Deadlines ahead by their day, then what asks for something without a day, then the rest, the newest first."""
    past, soon, later = (date(2026, 1, 1), date(2026, 12, 1), date(2027, 12, 1))
    told = [
        finding(document_id="d1", symbol="post", kind="new_document", quote=None, published_on=past),
        finding(document_id="d2", symbol="newer post", kind="new_document", quote=None, published_on=soon),
        finding(document_id="d3", symbol="draft", stage="draft", due_end=soon),
        finding(document_id="d4", symbol="over", due_end=past),
        finding(document_id="d5", symbol="later", due_end=later),
        finding(document_id="d6", symbol="soon", due_end=soon),
    ]
    rows = [row["publication"].removesuffix(" Examples") for row in publication_table(told)]
    assert rows == ["soon", "later", "over", "newer post", "post", "draft Examples (draft)"]


def test_a_clause_keeps_its_number_in_the_ui() -> None:
    """The UI draws cells as Markdown, where "3." would begin a list that counts from 1."""
    (row,) = publication_table([finding()])
    assert row["what"] == r"3\. Requests the Secretariat to report."


def test_a_deadline_says_its_day_and_whether_it_was_inferred() -> None:
    """By when: the words, the day they resolve to, and that a day was inferred where it was."""
    due = {"due": "its next session", "due_end": date(2027, 9, 6), "due_basis": "inferred"}
    (row,) = publication_table([finding(**due)])
    assert row["by when"] == "its next session (6 Sep 2027, inferred)"


@given(st.text(max_size=80))
def test_no_title_becomes_markup(title: str) -> None:
    """No tag, link, image or code of a publisher's reaches the UI."""
    (row,) = publication_table([finding(title=title, symbol=None)])
    words = row["publication"]
    assert "<" not in words
    assert ">" not in words
    for place, letter in enumerate(words):
        if letter in "`*_[]#|~!":
            assert words[place - 1] == "\\"


def test_a_table_shows_titles_and_deadlines_as_people_see_them() -> None:
    """A title without its own symbol, a deadline on one line, and a day that its words name already only once."""
    title = "AALCO/RES/64/S 5: Examples (PDF)"
    day = {"due": "by 1 February\n2027", "due_start": None, "due_end": date(2027, 2, 1)}
    session = {"due": "its eighty-\nfirst session", "due_start": None, "due_end": date(2027, 2, 1)}
    rows = publication_table([finding(title=title, **day), finding(finding_id="f2", title=title, **session)])
    assert rows[0]["publication"] == "AALCO/RES/64/S 5 Examples"
    assert [row["by when"] for row in rows] == ["1 Feb 2027", "its eighty-first session (1 Feb 2027)"]
