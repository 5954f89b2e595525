"""What the first page of the register says, beside what the view `ledger` says of the same tasks."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.chronicle import TODAY, resolution
from tests.warehouse.made import batch, nobody
from warehouse.load.decisions import land_decisions, record_decisions
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages import overdue
from warehouse.pages.home import DUE_DAYS, home_page
from warehouse.query.queries import query
from warehouse.review.decision import Decision
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.pages.home import DueTask

_ROWS = "SELECT task_key, document_id, symbol, title, number, quote, addressee, due_end, days_left, state, is_expected "
_COMING = f"""
FROM ledger
WHERE days_left BETWEEN 0 AND {DUE_DAYS} AND state IN ('open', 'due_soon', 'corrected', 'partly_answered')"""
_ASKED = "Requests the Secretary-General to submit to the General Assembly"
_LATE = "FROM ledger WHERE state = 'overdue'"


def _as_tuples(tasks: tuple[DueTask, ...]) -> set[tuple[object, ...]]:
    """In the order of `_ROWS`."""
    return {tuple(getattr(task, name.strip()) for name in _ROWS.removeprefix("SELECT ").split(",")) for task in tasks}


@pytest.fixture
def soon(home: Path, chronicle: Path) -> Path:
    """The chronicle with four reports due next month, of which people have decided something, and two long overdue."""
    shutil.copytree(chronicle, home)
    next_month, long_ago = (TODAY + timedelta(days=days) for days in (30, -20))
    asked = [f"{_ASKED}, by {day.day} {day:%B %Y}, a report on bells" for day in (next_month, long_ago)]
    numbers = range(902, 906)
    land(home, batch(9, *(resolution(80, *asked, symbol=f"A/RES/80/{number}") for number in numbers)))
    record(home, nobody)
    publish(home)
    keys = dict(query(home, f"SELECT symbol || days_left, task_key {_COMING} OR state = 'overdue'").rows)
    now = datetime.now(UTC)
    land_decisions(
        home,
        [
            Decision(keys["A/RES/80/90230"], "is_mandate", "no", "desk", now, ""),
            Decision(keys["A/RES/80/90330"], "addressee", "the Keeper", "desk", now, ""),
            Decision(keys["A/RES/80/90430"], "is_mandate", "no", "desk", now, ""),
            Decision(keys["A/RES/80/90430"], "is_mandate", None, "desk", now + timedelta(seconds=1), ""),
            # No publication shows whether a task was carried out, so this one is not overdue.
            Decision(keys["A/RES/80/905-20"], "type", "task_assignment", "desk", now, ""),
        ],
    )
    record_decisions(home)
    publish(home)
    return home


@pytest.mark.parametrize("rows", [overdue.PIECE_ROWS, 2])
def test_the_first_page_agrees_with_the_ledger(soon: Path, rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due and what is overdue are the same rows in the same words as decided, and so are the counts."""
    monkeypatch.setattr(overdue, "PIECE_ROWS", rows)
    shown = home_page(soon, None, None)
    coming, late = (query(soon, _ROWS + which).rows for which in (_COMING, _LATE))
    assert {row[2] for row in coming} == {"A/RES/80/903", "A/RES/80/904", "A/RES/80/905"}
    assert "the Keeper" in {row[6] for row in coming}
    assert "A/RES/80/904" in {row[2] for row in late}
    assert "A/RES/80/905" not in {row[2] for row in late}
    assert _as_tuples(shown.due) == set(coming)
    assert _as_tuples(shown.overdue) == set(late)
    assert (shown.due_count, shown.overdue_count) == (len(coming), len(late))
    assert [each.due_end for each in shown.due] == sorted(row[7] for row in coming)


def test_new_documents_have_the_mandates_of_their_newest_text(soon: Path) -> None:
    """As many as the view of current mandates has of each, without those that are no mandates."""
    counted = dict(query(soon, "SELECT document_id, count(*) FROM current_mandates GROUP BY 1").rows)
    new = home_page(soon, None, None).new
    assert new
    assert {each.document_id: each.mandates for each in new} == {
        each.document_id: counted.get(each.document_id, 0) for each in new
    }


def test_what_became_known_on_one_day_is_in_the_order_of_its_own_dates(home: Path) -> None:
    """Whichever source was asked last; of another day, what became known last comes first."""
    for hour, (source, session_) in enumerate((("one", 81), ("two", 79), ("three", 80)), 1):
        land(home, batch(hour, resolution(session_, _ASKED), source=source))
    land(home, batch(100, resolution(78, _ASKED), source="four"))
    record(home, nobody)
    publish(home)
    shown = [each.symbol for each in home_page(home, None, None).new]
    assert shown == ["A/RES/78/901", "A/RES/81/901", "A/RES/80/901", "A/RES/79/901"]


def test_a_new_snapshot_is_not_answered_with_the_lists_of_the_one_before(soon: Path) -> None:
    """What is kept for the next reader is that of one snapshot."""
    before = home_page(soon, None, None).due_count
    day = TODAY + timedelta(days=20)
    land(
        soon, batch(10, resolution(80, f"{_ASKED}, by {day.day} {day:%B %Y}, a report on buoys", symbol="A/RES/80/990"))
    )
    record(soon, nobody)
    publish(soon)
    assert home_page(soon, None, None).due_count == before + 1
