"""Evidence that follows from how documents are linked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import Related
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, nobody
from warehouse.ledger.account import update
from warehouse.ledger.recording import shown_by_links
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

REPORT = "Requests the Secretary-General to submit a report on the lamps of the northern coast by 1 May 2027"
FORMER = resolution(
    REPORT,
    "Decides to establish a Working Group on the Bells of the Coast",
    "Requests the Secretary-General to convene a meeting of keepers in 2027",
    symbol="A/RES/79/901",
    on=date(2024, 12, 17),
    session=79,
)
STATES = """
SELECT number, state, since, evidence_symbol, note FROM ledger_on(DATE '2026-01-15') WHERE symbol = 'A/RES/79/901'
ORDER BY number"""


LINK = """
INSERT INTO clause_links BY NAME
SELECT
    ? AS link_id, ? AS relation, ? AS later_document, ? AS later_clause, ? AS earlier_document, ? AS earlier_clause,
    ? AS change, 'as corrected' AS words, now() AS first_seen"""


def ending(*clauses: str) -> Entry:
    """A later resolution with these clauses."""
    return resolution(*clauses, symbol="A/RES/80/950", title="Economies")


@pytest.mark.parametrize("is_late", [False, True])
def test_a_clause_that_names_the_paragraph_withdraws_it(
    home: Path, recorded: Record, rows: Rows, *, is_late: bool
) -> None:
    """Whichever of the two is recorded first; the other tasks go on."""
    later = ending("Decides to discontinue the reports requested in paragraph 1 of its resolution 79/901")
    first, second = (later, FORMER) if is_late else (FORMER, later)
    recorded(batch(0, first))
    land(home, batch(1, second))
    record(home, nobody)
    assert [row[:4] for row in rows(STATES)] == [
        ("1", "withdrawn", date(2025, 12, 18), "A/RES/80/950"),
        ("2", "open", date(2024, 12, 17), None),
        ("3", "open", date(2024, 12, 17), None),
    ]
    assert rows(STATES)[0][4] == "discontinued by A/RES/80/950, paragraph 1"


def test_the_only_report_needs_no_paragraph_and_several_are_unknown(recorded: Record, rows: Rows) -> None:
    """What is not decided goes to review rather than being guessed."""
    both = resolution(
        REPORT,
        REPORT.replace("lamps", "bells"),
        symbol="A/RES/79/902",
        title="Bells",
        on=date(2024, 12, 17),
        session=79,
    )
    recorded(
        batch(
            0,
            FORMER,
            both,
            ending(
                "Decides that the report requested in resolution 79/901 is no longer required",
                "Decides that the report requested in resolution 79/902 is no longer required",
            ),
        )
    )
    assert rows(STATES)[0][1] == "withdrawn"
    assert (
        rows("SELECT state, note FROM ledger_on(DATE '2026-01-15') WHERE symbol = 'A/RES/79/902' ORDER BY number")
        == [("unknown", "perhaps discontinued by A/RES/80/950, paragraph 2")] * 2
    )
    assert rows("SELECT count(*) FROM to_review WHERE what = 'ledger'") == [(2,)]


def test_a_draft_withdraws_nothing(recorded: Record, rows: Rows) -> None:
    """It does when it is adopted."""
    draft = resolution(
        "Decides to discontinue the reports requested in paragraph 1 of its resolution 79/901",
        symbol="A/C.3/80/L.950",
        stage="draft",
    )
    recorded(batch(0, FORMER, draft))
    assert {row[1] for row in rows(STATES)} == {"open"}


def test_what_replaces_a_document_supersedes_its_tasks(recorded: Record, rows: Rows) -> None:
    """All of them, from the day of the new one."""
    later = ending(REPORT)
    related = (Related("replaces", "A/RES/79/901", "reissued"),)
    recorded(batch(0, FORMER, replace(later, publication=replace(later.publication, related=related))))
    assert {row[1:4] for row in rows(STATES)} == {("superseded", date(2025, 12, 18), "A/RES/80/950")}


@pytest.mark.parametrize(
    ("change", "note"),
    [
        ("same", "asked again by A/RES/80/950, paragraph 1"),
        ("changed", "asked again in other words by A/RES/80/950, paragraph 1"),
    ],
)
def test_a_clause_that_asks_again_renews_tasks_of_its_type(
    home: Path, recorded: Record, rows: Rows, change: str, note: str
) -> None:
    """One of another type renews nothing, and neither does a clause that was dropped; a corrigendum corrects."""
    later = ending(REPORT.replace("2027", "2028"))
    recorded(batch(0, FORMER, later))
    keys = dict(rows("SELECT symbol || number, clause_key FROM clauses JOIN documents USING (document_id)"))
    ends = [later.publication.document_id, FORMER.publication.document_id]
    with session(home) as connection:
        connection.execute("DELETE FROM clause_links")
        for number, relation, how in (("1", "renews", change), ("2", "renews", change), ("3", "corrects", "changed")):
            row = [number, relation, ends[0], keys["A/RES/80/9501"], ends[1], keys[f"A/RES/79/901{number}"], how]
            connection.execute(LINK, row)
        now = datetime.now(UTC)
        update(connection, tasks=shown_by_links(connection, ends[:1], now), now=now)
    assert rows(STATES) == [
        ("1", "renewed", date(2025, 12, 18), "A/RES/80/950", note),
        ("2", "open", date(2024, 12, 17), None, None),
        ("3", "corrected", date(2025, 12, 18), "A/RES/80/950", "corrected by A/RES/80/950"),
    ]
