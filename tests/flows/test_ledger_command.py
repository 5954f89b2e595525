"""`mandates ledger`: what became of each mandate, of a day, as it was known, and worked out again."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING, get_args

import pytest
from click import ClickException
from click.testing import CliRunner

from flows.cli import cli
from flows.selecting import STATES
from flows.stopping import Stopped
from flows.written import writing
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, nobody
from warehouse.ledger.evidence import Says
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str, str]]

REPORT = "Requests the Secretary-General to submit a report on the lamps of the northern coast by 1 May 2027"
COUNCIL = "Requests the Executive Director to prepare a study on harbours by 30 June 2028"


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two resolutions of two bodies, recorded and published."""
    home = tmp_path_factory.mktemp("ledger")
    land(
        home,
        batch(0, resolution(REPORT), resolution(COUNCIL, symbol="HSP/HA.1/Res.9", body="UN-Habitat", title="Harbours")),
    )
    record(home, nobody)
    publish(home)
    return home


@pytest.fixture
def run(homes: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command; exit code, output and what is said beside it."""
    monkeypatch.setenv("MANDATES_HOME", str(homes))

    def _run(*arguments: str) -> tuple[int, str, str]:
        result = CliRunner().invoke(cli, ["ledger", *arguments], catch_exceptions=False)
        return result.exit_code, result.stdout, result.stderr

    return _run


def keys(output: str) -> list[str]:
    """The symbols of JSON lines."""
    return [json.loads(line)["symbol"] for line in output.splitlines()]


def test_the_list_shows_state_deadline_and_words(run: Run) -> None:
    """The next deadline first, in words that people read."""
    code, output, _ = run("--as-of", "2027-04-01")
    assert code == 0
    first, second = output.splitlines()[2:4]
    assert first.split()[:5] == ["A/RES/80/901", "1", "due", "soon", "2027-05-01"]
    assert "study on harbours" in second


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["A/RES/80/901", "HSP/HA.1/Res.9"]),
        (["--body", "UNGA"], ["A/RES/80/901"]),
        (["--body", "unga"], ["A/RES/80/901"]),
        (["--body", "un"], ["HSP/HA.1/Res.9"]),
        (["--symbol", "hsp/HA.1/Res. 9"], ["HSP/HA.1/Res.9"]),
        (["--addressee", "un:secretary-general"], ["A/RES/80/901"]),
        (["--addressee", "executive director"], ["HSP/HA.1/Res.9"]),
        (["--state", "due_soon", "--as-of", "2027-04-01"], ["A/RES/80/901"]),
        (["--state", "due_soon", "--state", "open", "--as-of", "2027-04-01"], ["A/RES/80/901", "HSP/HA.1/Res.9"]),
        (["--due-within", "30", "--as-of", "2028-06-01"], ["HSP/HA.1/Res.9"]),
        (["--type", "reporting_request", "--limit", "1"], ["A/RES/80/901"]),
    ],
)
def test_filters_narrow_the_list(run: Run, arguments: list[str], expected: list[str]) -> None:
    """Each of them by itself, and states together."""
    code, output, _ = run("--json", *arguments)
    assert (code, keys(output)) == (0, expected)


def test_nothing_that_fits_is_said_and_is_exit_code_1(run: Run) -> None:
    """Also what was not yet known at a time, of which nothing can be shown."""
    for arguments in (["--state", "answered"], ["--known-at", "2020-01-01"]):
        assert run(*arguments) == (1, "", "nothing in the ledger matches\n")


@pytest.mark.parametrize("command", ["ledger", "feed", "matrix", "brief", "calendar", "changes"])
def test_each_command_checks_a_body_in_the_same_way(
    homes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """A body that nobody knows is refused with the nearest one, and so is an empty one; nothing is written."""
    monkeypatch.chdir(tmp_path)
    more = {"feed": ["--atom", "a.xml"], "changes": ["2026-05-01"], "calendar": ["--ics", "a.ics"]}.get(command, [])

    def call(body: str) -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["--home", str(homes), command, *more, "--body", body])
        return done.exit_code, done.output

    for body, words in (("UNGGA", "'UNGGA'; did you mean UNGA"), ("zzzz", "no body is called 'zzzz'"), (" ", "empty")):
        code, output = call(body)
        assert (code, words in output) == (2, True), output
    assert list(tmp_path.iterdir()) == []
    assert "no body is called" not in call("unga")[1]


@pytest.mark.parametrize("command", [["ledger"], ["feed", "--atom", "a.xml"], ["matrix"], ["brief"]])
def test_a_mistyped_type_or_state_is_answered_with_the_nearest(homes: Path, command: list[str]) -> None:
    """What may have been meant is named; where nothing is like it, everything that is known."""
    for option, word, expected in (
        ("--type", "report", "did you mean reporting_request?"),
        ("--state", "dew_soon", "did you mean due_soon?"),
        ("--state", "xxxxx", "known: open, due_soon"),
        ("--type", "", "is unknown"),
    ):
        done = CliRunner().invoke(cli, ["--home", str(homes), *command, option, word])
        assert (done.exit_code, expected in done.output) == (2, True), done.output


@pytest.mark.parametrize(
    "command", [["feed", "--atom"], ["feed", "--ics"], ["calendar", "--ics"], ["matrix", "--out"], ["brief", "--out"]]
)
def test_a_file_goes_into_a_folder_that_exists(homes: Path, tmp_path: Path, command: list[str]) -> None:
    """A mistyped folder is named and not made, and an empty name is refused."""
    target = tmp_path / "missing" / ("a.html" if "--out" in command else "a")
    done = CliRunner().invoke(cli, ["--home", str(homes), *command, str(target)])
    assert (done.exit_code, "there is no folder" in done.output) == (2, True)
    done = CliRunner().invoke(cli, ["--home", str(homes), *command, ""])
    assert (done.exit_code, "is empty; name a file" in done.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """What is said has the name that was asked for, not that of the temporary file beside it."""
    with (
        pytest.raises(ClickException, match=r"m\.xlsx: cannot be written \(Read-only file system\)"),
        writing(tmp_path / "m.xlsx"),
    ):
        raise OSError(errno.EROFS, "Read-only file system", str(tmp_path / ".m.xlsx.1.part"))


def test_a_brief_is_one_json_object(homes: Path) -> None:
    """It has the title, the sections and their entries, as its neighbours print theirs."""
    done = CliRunner().invoke(cli, ["--home", str(homes), "brief", "--body", "UNGA", "--json"])
    page = json.loads(done.output)
    assert (done.exit_code, page["path"]) == (0, None)
    assert "A/RES/80/901" in json.dumps(page["sections"])


def test_a_query_that_is_stopped_promises_no_next_run() -> None:
    """What is said of Ctrl-C holds for every command, those that only read included."""
    assert str(Stopped(2)) == "stopped by SIGINT; nothing that was recorded is lost"


def test_the_states_are_those_of_the_ledger() -> None:
    """What can be asked for is what the calendar gives, and all that evidence can say."""
    assert sorted(STATES) == sorted(["open", "due_soon", "overdue", *get_args(Says)])


def test_one_task_has_its_history(run: Run) -> None:
    """By its key: the words, then each state with its days; as JSON nested in the row."""
    _, output, _ = run("--json", "--body", "UNGA")
    key = json.loads(output)["task_key"]
    code, output, _ = run(key)
    assert code == 0
    assert output.splitlines()[0].startswith("A/RES/80/901, paragraph 1: 1. Requests the Secretary-General")
    assert "calendar.open" in output
    row = json.loads(run(key, "--json")[1])
    assert row["history"][0]["state"] == "open"
    assert run("nothing") == (1, "", "nothing: the ledger has no such task; `mandates ledger --json` shows the keys\n")


def test_a_rebuild_puts_right_what_is_missing(run: Run, homes: Path) -> None:
    """Accounts that were lost are there again, and the snapshot that analysts open has them."""
    with session(homes) as connection:
        connection.execute("DELETE FROM ledger_tasks")
    publish(homes)
    assert run()[0] == 1
    code, output, _ = run("--rebuild")
    assert (code, output.splitlines()[-1]) == (0, "2 accounts changed; the snapshot is published")
    assert run()[0] == 0
