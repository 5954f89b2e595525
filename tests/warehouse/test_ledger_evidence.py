"""Evidence is kept once, retracted by those who no longer find it, and found again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from warehouse.ledger.evidence import Evidence, keep, retract
from warehouse.store.database import session

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 1, tzinfo=UTC)
REPORT = Evidence("a:request:1", "answered", "report", "answer.report.paragraph", happened_on=date(2026, 2, 1))


def test_the_same_evidence_is_kept_once(tmp_path: Path) -> None:
    """Finding it again gives nothing new, whatever its words are now."""
    with session(tmp_path) as connection:
        assert keep(connection, [REPORT, REPORT], NOW) == (REPORT,)
        assert keep(connection, [replace(REPORT, words="other")], NOW) == ()
        assert keep(connection, [replace(REPORT, occurrence=2)], NOW) == (replace(REPORT, occurrence=2),)
        assert connection.execute("SELECT count(*), max(known_at) FROM task_evidence").fetchone() == (2, NOW)


def test_evidence_that_is_found_no_longer_is_retracted_and_can_come_back(tmp_path: Path) -> None:
    """Only that of the same document and the same rules is retracted, and the row stays."""
    later = NOW + timedelta(days=1)
    other = replace(REPORT, rule="follows.renewed", says="renewed")
    with session(tmp_path) as connection:
        keep(connection, [REPORT, other, replace(REPORT, document_id="another")], NOW)
        assert retract(connection, ["report"], "answer.", [REPORT.evidence_id], later) == ()
        assert retract(connection, ["report"], "answer.", [], later) == ("a:request:1",)
        held = connection.execute("SELECT rule, document_id, retracted_at FROM task_evidence ORDER BY ALL").fetchall()
        assert held == [
            ("answer.report.paragraph", "another", None),
            ("answer.report.paragraph", "report", later),
            ("follows.renewed", "report", None),
        ]
        assert keep(connection, [REPORT], later) == (REPORT,)
        assert connection.execute("SELECT count(retracted_at) FROM task_evidence").fetchone() == (0,)


def test_another_day_is_other_evidence(tmp_path: Path) -> None:
    """A day that is known only later counts: the evidence without it gives way."""
    undated = replace(REPORT, happened_on=None)
    with session(tmp_path) as connection:
        keep(connection, [undated], NOW)
        assert keep(connection, [REPORT], NOW) == (REPORT,)
        assert retract(connection, ["report"], "answer.", [REPORT.evidence_id], NOW) == (REPORT.task_key,)
