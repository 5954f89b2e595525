"""`mandates changes`: what is otherwise in the ledger, with the reason, between two snapshots and between two days."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from flows.cli import cli
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, nobody
from warehouse.ledger.account import update
from warehouse.ledger.evidence import Evidence, keep
from warehouse.load.decisions import land_decisions
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.review.decision import Decision
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, list[dict[str, str]]]]

REPORT = "Requests the Secretary-General to submit a report on the {} of the northern coast by 1 May 2090"
THINGS = ("lamps", "bells", "boats", "ropes")
ASKED = resolution(*(REPORT.format(thing) for thing in THINGS))
ANSWER = resolution("Notes the lamps", symbol="A/81/55", kind="report", title="Lamps", on=date(2026, 4, 2))


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command with --json; exit code and changes."""
    monkeypatch.setenv("MANDATES_HOME", str(home))

    def _run(*arguments: str) -> tuple[int, list[dict[str, str]]]:
        result = CliRunner().invoke(cli, ["changes", "--json", *arguments], catch_exceptions=False)
        return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]

    return _run


@pytest.fixture
def former(home: Path, tmp_path: Path) -> Path:
    """A snapshot of four requests; since then one was answered, one decided upon, one reworded, and one came."""
    home.mkdir(exist_ok=True)
    land(home, batch(0, ASKED))
    record(home, nobody)
    publish(home)
    kept = tmp_path / "former.duckdb"
    shutil.copyfile(snapshot_path(home), kept)
    with session(home) as connection:
        tasks = dict(connection.execute("SELECT number, task_key FROM tasks").fetchall())
    at = datetime.now(UTC) + timedelta(minutes=1)
    land_decisions(home, [Decision(tasks["2"], "state", "done", "desk", at, "it came by post")])
    changed = resolution(*(REPORT.format(thing) for thing in ("lamps", "bells", "boats", "masts")))
    land(home, batch(1, changed, ANSWER, resolution(REPORT.format("nets"), symbol="A/RES/80/999")))
    record(home, nobody)
    answered = Evidence(tasks["1"], "answered", ANSWER.publication.document_id, "made", happened_on=date(2026, 4, 2))
    with session(home) as connection:
        keep(connection, [answered], datetime.now(UTC))
        update(connection, tasks=[tasks["1"]], now=datetime.now(UTC))
    publish(home)
    return kept


def test_each_change_between_two_snapshots_has_its_reason(run: Run, former: Path, home: Path) -> None:
    """An answer, a decision, a new text with another task, a new document; what is the same is left out."""
    code, found = run(str(former), str(snapshot_path(home)))
    said = {(each["what"], each["before"], each["after"], each["reason"], each["detail"]) for each in found}
    assert code == 0
    assert said == {
        ("state", "open", "answered", "new document", "A/81/55"),
        ("state", "open", "answered", "review", "desk: it came by post"),
        ("gone", "open", None, "new text", "A/RES/80/901"),
        ("new", None, "open", "new text", "A/RES/80/901"),
        ("new", None, "open", "new document", "A/RES/80/999"),
    }
    assert len(found) == 5
    assert run(str(former)) == (code, found)
    assert run(str(snapshot_path(home))) == (1, [])


def test_two_days_of_one_snapshot_are_compared_as_they_were_known(run: Run, former: Path) -> None:
    """What came between them is new; with the calendar alone, states change by themselves."""
    assert former.exists()
    today = datetime.now(UTC).date()
    _, found = run(str(today - timedelta(days=1)), str(today))
    assert {(each["what"], each["reason"]) for each in found} == {("new", "new document")}
    _, found = run("2089-06-01", "2090-04-01")
    assert {(each["before"], each["after"], each["reason"], each["detail"]) for each in found} == {
        ("open", "due_soon", "calendar", "due by 2090-05-01")
    }


def test_what_is_neither_a_day_nor_a_file_is_a_wrong_call(run: Run, former: Path, home: Path) -> None:
    """And a snapshot of a former version says so."""
    result = CliRunner().invoke(cli, ["changes", "yesterday"])
    assert result.exit_code == 2
    assert "neither a day" in result.stderr
    assert run(str(former), "--body", "HRC") == (1, [])
