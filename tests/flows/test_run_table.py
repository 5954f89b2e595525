"""The table of a run in the Prefect UI, and what is said above it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st
from made_rounds import finding, harvest, item, now

from alerts.model import DispatchReport, DispatchRow
from flows.recording import Crawled
from flows.round import Round
from flows.run_table import MOST_DOCUMENTS, MOST_ROWS, found_lines, run_description, source_rows
from scrapers.publication import FetchRecord, Harvest
from warehouse.load.record import nothing


def _words(line: str) -> str:
    """The name of a publication in its line, without its address."""
    name = line.removeprefix("- ").rpartition(": ")[0]
    linked = re.fullmatch(r"\[(.*)\]\(https?:[^()<> ]+\)", name)
    return linked[1] if linked is not None else name


def _round(*harvests: Harvest, **more: object) -> Round:
    return Round(tuple(Crawled(each, "batch", 0, 0) for each in harvests), (), **{"recorded": nothing, **more})  # type: ignore[arg-type]


def test_a_run_has_a_row_for_each_source() -> None:
    """A failing source comes first with its reason and what was requested; counts are those of each source."""
    asked = FetchRecord("https://example.org/list?token=abc(1)", now, 1.0, 410, 0, "failed", "status 410")
    gone = replace(
        harvest("gone", "failed"), error="https://example.org/list?token=…: status 410 <b>", fetches=(asked,)
    )
    found = finding(document_id="d1", sources=("aalco",), finding_id="f1")
    changed = finding(document_id="d2", sources=("aalco",), finding_id="f2", kind="changed_clause")
    unread = replace(item("RES/64/S 21", "failed", "status 404"), url="https://example.org/21")
    good = replace(harvest("aalco", "ok"), items=(item("a", "taken"), unread), items_failed=2, items_waiting=3)
    sent = DispatchReport((DispatchRow("x", "all", "desk", "News", "sent", None, ("f1", "f2")),))
    crawled = [Crawled(each, "batch", 0, 0) for each in (harvest("quiet", "not_modified"), good, gone)]
    addresses = {"aalco": "https://example.org/aalco", "gone": "javascript:alert(1)"}
    rows = source_rows(crawled, addresses, (found, changed), sent.rows)
    assert [row["source"] for row in rows] == ["gone", "[aalco](https://example.org/aalco)", "quiet"]
    assert rows[0]["failed"] == "[status 410 &lt;b&gt;](https://example.org/list?token=%E2%80%A6)"
    assert rows[1] == {
        "source": "[aalco](https://example.org/aalco)",
        "fetched": 0,
        "new": 1,
        "changed": 1,
        "waiting": 3,
        "mandates": 1,
        "alerts": "1 sent",
        "failed": "2 items: [RES/64/S 21: status 404](https://example.org/21)",
    }
    assert rows[2]["failed"] == ""


def test_tables_and_lists_are_bounded() -> None:
    """What does not fit is counted in the last row or line."""
    rows = source_rows([Crawled(harvest(f"s{number}", "ok"), "batch", 0, 0) for number in range(MOST_ROWS + 3)], {})
    assert len(rows) == MOST_ROWS + 1
    assert rows[-1] == {"source": "… and 3 more"}
    lines = list(found_lines([finding(document_id=f"d{number}") for number in range(MOST_DOCUMENTS + 2)]))
    assert len(lines) == MOST_DOCUMENTS + 1
    assert "and 2 more" in lines[-1]


def test_what_was_not_sent_is_said_above_the_table() -> None:
    """The description names each delivery that failed, with its reason, and what was left."""
    rows = (
        DispatchRow("x", "all", "desk", "News *now*", "dead", "refused"),
        DispatchRow("y", "all", "desk", "More", "sent"),
    )
    said = run_description(_round(harvest("aalco", "ok"), delivered=DispatchReport(rows, left="no time")))
    assert "1 dead, 1 sent; not all of them: no time" in said
    assert r"- dead: News \*now\* to desk: refused" in said
    assert "More" not in said


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
    rows = [_words(line).removesuffix(" Examples") for line in found_lines(told)]
    assert rows == ["soon", "later", "over", "newer post", "post", "draft"]


def test_a_publication_is_one_line_with_its_first_deadline() -> None:
    """What is new is counted, and the first day ahead is named; one that could not be read has the reason."""
    dues = [date(2027, 9, 6), date(2027, 2, 1), date(2020, 1, 1)]
    told = [finding(finding_id=f"f{number}", due_end=day) for number, day in enumerate(dues)]
    (line,) = found_lines(told)
    assert line.endswith(": 3 new mandates, first due 1 Feb 2027")
    unread = finding(kind="item_unreadable", note="status <404>", quote=None)
    (line,) = found_lines([unread])
    assert line.endswith(": 1 publication that could not be read, status &lt;404&gt;")


@given(st.text(max_size=80))
def test_no_title_becomes_markup(title: str) -> None:
    """No tag, link, image or code of a publisher's reaches the UI."""
    words = _words(next(iter(found_lines([finding(title=title, symbol=None, url="ftp://example.org")]))))
    assert "<" not in words
    assert ">" not in words
    for place, letter in enumerate(words):
        if letter in "`*_[]#|~!":
            assert words[place - 1] == "\\"


def test_a_list_shows_titles_as_people_see_them() -> None:
    """A title comes without its own symbol and without the format of its file."""
    (line,) = found_lines([finding(title="AALCO/RES/64/S 5: Examples (PDF)")])
    assert _words(line) == "AALCO/RES/64/S 5 Examples"
