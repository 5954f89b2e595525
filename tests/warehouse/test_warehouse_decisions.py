"""Decisions are data: only added to, exactly once, and carried on when a text is read otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.warehouse.made import batch, nobody
from tests.warehouse.test_warehouse_keys import FORMER, reading
from warehouse.load.decisions import decisions_of, land_decisions, record_decisions
from warehouse.load.landing import landing_folder
from warehouse.load.record import record
from warehouse.review.decision import Decision, DecisionError
from warehouse.review.decision_file import read_decisions, write_decisions
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HELD = "SELECT task_key, field, value, decided_on = task_key, score IS NULL FROM current_decisions ORDER BY ALL"
REVIEWS = "SELECT field, reason, quote_now IS NULL FROM reviews ORDER BY ALL"


def decided(
    task: str, field: str = "state", value: str | None = "done", *, hours: int = 0, why: str = "seen"
) -> Decision:
    """A decision by the desk, some hours after noon."""
    return Decision(task, field, value, "desk", NOON + timedelta(hours=hours), why)


@pytest.fixture
def task(recorded: Record, rows: Rows) -> str:
    """The task of the first clause, recorded."""
    recorded(batch(0, reading(FORMER)))
    return str(rows("SELECT task_key FROM tasks WHERE verb = 'Requests'")[0][0])


def test_a_decision_is_recorded_once_with_the_words_it_is_about(home: Path, task: str, rows: Rows) -> None:
    """Landed twice, also within other files, it is one row; it keeps the document and the words decided upon."""
    land_decisions(home, [decided(task)])
    land_decisions(home, [decided(task), decided(task, "note", "ask again")])
    assert record_decisions(home) == 2
    land_decisions(home, [decided(task)])
    assert record_decisions(home) == 0
    assert rows(
        "SELECT field, who, why, quote LIKE '%northern coast%', document_id IS NOT NULL FROM decisions ORDER BY 1"
    ) == [
        ("note", "desk", "seen", True, True),
        ("state", "desk", "seen", True, True),
    ]
    assert rows("SELECT DISTINCT document_id = (SELECT document_id FROM documents) FROM decisions") == [(True,)]
    assert list(landing_folder(home).iterdir()) == []


def test_recording_takes_landed_decisions_along_and_notifies_nobody(home: Path, task: str, rows: Rows) -> None:
    """Whoever only lands them need not record: the next recording does, and makes no finding of it."""
    land_decisions(home, [decided(task)])
    assert record(home, nobody).findings == ()
    assert rows(HELD) == [(task, "state", "done", True, True)]


def test_the_latest_decision_holds(home: Path, task: str, rows: Rows) -> None:
    """By its own time, not by when it arrived; null takes it back; what was decided before stays on record."""
    land_decisions(home, [decided(task, value="done", hours=2)])
    record_decisions(home)
    land_decisions(home, [decided(task, value="open", hours=1)])
    record_decisions(home)
    assert rows(HELD) == [(task, "state", "done", True, True)]
    land_decisions(home, [decided(task, value=None, hours=3)])
    record_decisions(home)
    assert rows(HELD) == [(task, "state", None, True, True)]
    assert rows("SELECT count(*) FROM decisions") == [(3,)]


def test_decisions_outlive_re_readings(home: Path, recorded: Record, task: str, rows: Rows) -> None:
    """A task that reads a little otherwise keeps its decisions; one that reads much otherwise is to be reviewed too."""
    land_decisions(home, [decided(task)])
    recorded(batch(1, reading(FORMER.replace("lamps of the", "lamps and horns of the"))))
    now = rows("SELECT task_key FROM tasks WHERE verb = 'Requests'")[0][0]
    assert now != task
    assert rows(HELD) == [(now, "state", "done", False, False)]
    assert rows(REVIEWS) == []
    recorded(batch(2, reading(FORMER.replace("the lamps of the northern coast", "horns"))))
    assert rows(REVIEWS) == [("state", "another reading gave the task other words", False)]
    last = rows("SELECT task_key FROM tasks WHERE verb = 'Requests'")[0][0]
    land_decisions(home, [decided(last, hours=1)])
    record_decisions(home)
    assert rows(REVIEWS) == []


def test_a_decision_without_its_task_is_to_be_reviewed(home: Path, recorded: Record, task: str, rows: Rows) -> None:
    """When the newest text has the task no more, the decision shows in reviews until it is taken back."""
    land_decisions(home, [decided(task)])
    recorded(batch(1, reading(FORMER.replace("1. Requests the Secretary-General to report on", "1. Welcomes"))))
    assert rows(REVIEWS) == [("state", "the newest text has no such task", True)]
    assert rows("SELECT symbol, quote LIKE '%northern coast%' FROM reviews") == [("A/RES/80/1", True)]
    land_decisions(home, [decided(task, value=None, hours=1)])
    record_decisions(home)
    assert rows(REVIEWS) == []


def test_a_damaged_file_is_set_aside_and_the_others_are_recorded(home: Path, task: str, rows: Rows) -> None:
    """A file that is cut off, or decides what cannot be decided, stays beside the landing place under another name."""
    land_decisions(home, [decided(task)])
    folder = landing_folder(home)
    (folder / "cut.decisions.json").write_text('[{"task_key": "a", ')
    (folder / "odd.decisions.json").write_text(
        '[{"task_key": "a", "field": "colour", "value": "red", "who": "x", "at": "2026-01-01T00:00:00Z", "why": ""}]'
    )
    assert record_decisions(home) == 1
    assert sorted(path.name for path in folder.iterdir()) == [
        "cut.decisions.json.damaged",
        "odd.decisions.json.damaged",
    ]
    assert rows("SELECT count(*) FROM decisions") == [(1,)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "red"),
        ("state", "finished"),
        ("due_end", "2026-02-30"),
        ("due_end", "May"),
        ("type", "wish"),
        ("addressee", ""),
    ],
)
def test_what_cannot_be_decided_is_refused(field: str, value: str) -> None:
    """Unknown fields and values that do not fit theirs are errors that name the task."""
    with pytest.raises(DecisionError, match="decision on task 'k:request:1'") as caught:
        decided("k:request:1", field, value).checked()
    assert caught.value.task_key == "k:request:1"


def test_the_file_is_read_back_as_it_was_written(home: Path, task: str, tmp_path: Path) -> None:
    """Words that YAML would take for something else, lines and other scripts come back; importing adds nothing."""
    odd = ["yes", "2026-05-04", "null", "a: b # c", "two\nlines", "Ελλάδα — “quoted”", "- x", "1_000"]
    land_decisions(home, [decided(task, "note", words, hours=place) for place, words in enumerate(odd)])
    record_decisions(home)
    path = tmp_path / "decisions.yaml"
    with session(home) as connection:
        assert write_decisions(connection, path) == len(odd)
        recorded = decisions_of(connection)
    assert [decision.value for decision in recorded] == odd
    assert read_decisions(path, NOON) == recorded
    land_decisions(home, read_decisions(path, NOON))
    assert record_decisions(home) == 0


def test_an_edited_file_adds_what_is_new_in_it_once(home: Path, task: str, tmp_path: Path, rows: Rows) -> None:
    """An edited entry and one without id are decisions of today; imported again, the same file adds nothing."""
    path = tmp_path / "decisions.yaml"
    runner = CliRunner()
    land_decisions(home, [decided(task)])
    assert runner.invoke(cli, ["decisions", "--export", str(path)]).output == f"1 decision written to {path}\n"
    added = f"- {{task: '{task}', field: due_end, value: 2027-05-01, who: desk, why: a letter says so}}\n"
    path.write_text(path.read_text().replace("value: done", "value: dropped") + added)
    for new in (2, 0):
        done = runner.invoke(cli, ["decisions", "--import", str(path)])
        assert (done.exit_code, done.output) == (0, f"2 decisions read, {new} of them new\n")
    assert rows("SELECT field, value FROM current_decisions ORDER BY ALL") == [
        ("due_end", "2027-05-01"),
        ("state", "dropped"),
    ]
    assert rows("SELECT count(*) FROM decisions") == [(3,)]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("decisions: 3", "must have one key, `decisions:`"),
        ("[", "is not valid YAML"),
        ("decisions: [{task: a, field: state}]", "entry 1: is missing value, who, why"),
        ("decisions: [{task: a, colour: red}]", "entry 1: has keys other than"),
        ("decisions: [{task: a, field: state, value: [1], who: x, why: y}]", "entry 1: value must be text"),
        ("decisions: [{task: a, field: state, value: done, who: x, why: y, at: soon}]", "entry 1: Invalid isoformat"),
        ("decisions: [{task: a, field: state, value: later, who: x, why: y}]", "entry 1: decision on task 'a'"),
    ],
)
def test_a_file_with_a_mistake_is_refused_whole(home: Path, tmp_path: Path, words: str, said: str) -> None:
    """The entry is named in one line, and nothing of the file is recorded."""
    path = tmp_path / "decisions.yaml"
    path.write_text(f"{words}\n")
    with pytest.raises(DecisionError, match=r"decisions\.yaml") as caught:
        read_decisions(path, NOON)
    assert said in str(caught.value)


def test_a_key_that_no_task_has_is_recorded_and_said(home: Path, task: str, tmp_path: Path, rows: Rows) -> None:
    """A decision on a task of another home is kept; the command names it, and reviews shows it."""
    path = tmp_path / "decisions.yaml"
    path.write_text("decisions: [{task: 'other:request:1', field: state, value: done, who: desk, why: seen}]\n")
    done = CliRunner().invoke(cli, ["decisions", "--import", str(path)])
    assert done.exit_code == 0
    assert "no recorded task has the key other:request:1" in done.stderr
    assert rows(REVIEWS) == [("state", "the newest text has no such task", True)]
    assert CliRunner().invoke(cli, ["decisions"]).exit_code == 2
