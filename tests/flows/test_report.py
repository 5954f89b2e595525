"""What a run says of itself."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from flows.report import headline, publication_table
from scrapers.publication import Harvest
from warehouse.model import Finding

now = datetime(2026, 11, 21, 12, tzinfo=UTC)


def finding(**fields: object) -> Finding:
    """A new mandate; what is not given is plausible."""
    usual: dict[str, object] = {
        "finding_id": "f1",
        "kind": "new_mandate",
        "found_at": now,
        "baseline": False,
        "document_id": "d1",
        "symbol": "AALCO/RES/64/S 5",
        "title": "Examples",
        "body": "AALCO",
        "document_kind": "resolution",
        "stage": "adopted",
        "language": "en",
        "url": "https://example.org/5",
        "published_on": None,
        "published_precision": None,
        "topics": (),
        "sources": ("aalco",),
        "clause_number": "3",
        "quote": "3. Requests the Secretariat to report.",
        "addressee": "the Secretariat",
    }
    return Finding(**(usual | fields))  # type: ignore[arg-type]


def harvest(source_id: str, outcome: str) -> Harvest:
    """An answer of a source."""
    return Harvest(source_id, now, now, outcome)  # type: ignore[arg-type]


def test_the_headline_counts_and_names_failures() -> None:
    """One sentence says what was found and which sources failed."""
    said = headline([finding(), finding(finding_id="f2")], [harvest("aalco", "ok"), harvest("ipu", "failed")])
    assert said == "2 sources asked: 2 new mandates; failed: ipu"
    assert headline([], [harvest("aalco", "not_modified")]) == "1 source asked: nothing new"
    assert headline([], [harvest("aalco", "failed")]) == "1 source asked, none answered: aalco"


def test_the_headline_tells_drafts_from_mandates() -> None:
    """What a draft asks for is counted by itself."""
    told = [finding(), finding(finding_id="f2", stage="draft")]
    assert headline(told, [harvest("ipu", "ok")]) == "1 source asked: 1 new mandate, 1 mandate proposed in a draft"


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
