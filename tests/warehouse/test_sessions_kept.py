"""The sessions of bodies in the warehouse: what was said of them stays, what holds is one row."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from config.own_sessions import set_session
from config.sessions import SessionDates, load_sessions
from config.shipped import shipped
from config.strict_yaml import ConfigError
from flows.cli import cli
from flows.sessions import known_sessions
from mandates.deadlines.sessions import Calendar
from tests.warehouse.made import batch, entry, nobody, text
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.sessions import CALENDAR, KnownSession, keep_sessions
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from click.testing import Result

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
TODAY = datetime.now(UTC).date()
SHIPPED = Path(__file__).parents[2] / "config" / "sessions.yaml"


@pytest.fixture(autouse=True)
def _made(home: Path, blank: Path) -> None:
    home.mkdir(exist_ok=True)
    shutil.copyfile(blank, live_path(home))


def sitting(number: int, start: date, *, confidence: str = "listed", who: str | None = None) -> KnownSession:
    """A session of a body."""
    return KnownSession("AALCO", number, start, start + timedelta(days=4), confidence, "https://example.org", who)


def test_what_changes_is_added_and_nothing_is_changed(home: Path) -> None:
    """A session whose days move has two rows, of which the later one holds; saying the same again adds nothing."""
    with session(home) as connection:
        assert keep_sessions(connection, CALENDAR, [sitting(63, date(2026, 9, 7)), sitting(64, date(2027, 9, 6))], NOW)
        assert not keep_sessions(
            connection, CALENDAR, [sitting(64, date(2027, 9, 6)), sitting(63, date(2026, 9, 7))], NOW
        )
        later = NOW + timedelta(days=1)
        assert keep_sessions(
            connection, CALENDAR, [sitting(63, date(2026, 9, 7)), sitting(64, date(2027, 9, 13))], later
        )
        rows = connection.execute("SELECT number, start_on FROM sessions ORDER BY number, changed_at").fetchall()
        assert rows == [(63, date(2026, 9, 7)), (64, date(2027, 9, 6)), (64, date(2027, 9, 13))]
        holds = "SELECT start_on, changed_at FROM current_sessions WHERE number = 64"
        assert connection.execute(holds).fetchall() == [(date(2027, 9, 13), later)]


def test_a_session_that_is_listed_no_longer_is_gone_and_can_come_back(home: Path) -> None:
    """What is no longer listed does not hold; its former days stay in the table."""
    with session(home) as connection:
        for place, said in enumerate([[sitting(64, date(2027, 9, 6))], [], [sitting(64, date(2027, 9, 6))]]):
            keep_sessions(connection, CALENDAR, said, NOW + timedelta(days=place))
            assert connection.execute("SELECT count(*) FROM current_sessions").fetchone() == (len(said),)
        assert connection.execute("SELECT count(*) FROM sessions").fetchone() == (3,)


def test_a_person_comes_before_a_source_and_a_source_before_the_calendar(home: Path) -> None:
    """The days that a person entered hold even when a source says otherwise later; the others are shown beside them."""
    with session(home) as connection:
        keep_sessions(connection, CALENDAR, [sitting(64, date(2027, 9, 6), confidence="expected")], NOW)
        keep_sessions(connection, "aalco-calendar", [sitting(64, date(2027, 9, 13))], NOW)
        holds = "SELECT start_on, is_expected, otherwise FROM current_sessions"
        assert connection.execute(holds).fetchall() == [(date(2027, 9, 13), False, None)]
        keep_sessions(connection, CALENDAR, [sitting(64, date(2027, 9, 20), who="A. Clerk")], NOW)
        keep_sessions(connection, "aalco-calendar", [sitting(64, date(2027, 9, 14))], NOW + timedelta(days=9))
        ((start, _, otherwise),) = connection.execute(holds).fetchall()
        assert start == date(2027, 9, 20)
        assert otherwise == "2027-09-14 to 2027-09-18 (https://example.org)"


def test_recording_keeps_the_calendar(home: Path) -> None:
    """The calendar is in the warehouse after a recording, with what is to be expected after the last session listed."""
    land(home, batch(0, entry()))
    record(home, nobody, sessions=lambda: known_sessions(SHIPPED))
    with session(home) as connection:
        listed = connection.execute("SELECT count(*) FROM current_sessions WHERE NOT is_expected").fetchone()
        assert listed == (len(load_sessions(SHIPPED)),)
        ahead = "SELECT min(number), max(confidence) FROM current_sessions WHERE body = 'IPU' AND is_expected"
        assert connection.execute(ahead).fetchone() == (152, "expected")


def test_what_is_expected_is_what_deadlines_infer() -> None:
    """A deadline at a session that no calendar lists has the days at which the calendar expects that session."""
    sessions = Calendar(load_sessions(SHIPPED), "IPU", date(2025, 10, 23))
    expected = {(each.body, each.number): each for each in known_sessions(SHIPPED) if each.is_expected}
    (days,) = sessions.sessions_in("at the 153rd Assembly", "", "en")
    assert (days.first, days.last, days.basis) == (
        expected["IPU", 153].start,
        expected["IPU", 153].end,
        "inferred",
    )


# --- the file of one's own


def aalco(number: int, start: date, by: str | None = "A. Clerk") -> SessionDates:
    """A session as a person enters it."""
    return SessionDates("AALCO", number, start, start + timedelta(days=4), "listed", "https://example.org/64", by)


def test_a_session_is_added_to_ones_own_file(tmp_path: Path) -> None:
    """Comments and other sessions stay as they are; a session that is there is replaced."""
    path = tmp_path / "sessions.yaml"
    path.write_text(
        "# Ours.\nsessions:\n  # Announced by letter.\n"
        "  - {body: IPU, number: 160, start: 2030-04-01, end: 2030-04-05, confidence: listed, source: a letter}\n"
    )
    set_session(path, aalco(64, date(2027, 9, 6)))
    set_session(path, aalco(64, date(2027, 9, 13)))
    assert path.read_text() == (
        "# Ours.\nsessions:\n  # Announced by letter.\n"
        "  - {body: IPU, number: 160, start: 2030-04-01, end: 2030-04-05, confidence: listed, source: a letter}\n"
        "  - {body: AALCO, number: 64, start: 2027-09-13, end: 2027-09-17, confidence: listed, "
        "source: https://example.org/64, by: A. Clerk}\n"
    )
    assert aalco(64, date(2027, 9, 13)) in load_sessions(path)


@pytest.mark.parametrize("before", [None, "", "sessions:\n  # none yet\n", "shipped: false\n", "# nothing\n"])
def test_a_session_is_added_to_an_empty_file(tmp_path: Path, before: str | None) -> None:
    """The first session needs no list to be there, and no file."""
    path = tmp_path / "config" / "sessions.yaml"
    if before is not None:
        path.parent.mkdir()
        path.write_text(before)
    set_session(path, aalco(64, date(2027, 9, 6), by='N. "Quoted" O\'Name: é'))
    assert aalco(64, date(2027, 9, 6), by='N. "Quoted" O\'Name: é') in load_sessions(path)
    assert "shipped" not in (before or "") or "shipped: false" in path.read_text()


def test_a_file_that_does_not_fit_is_left_alone(tmp_path: Path) -> None:
    """A damaged file, the calendar of the program and a folder without write access are refused, with what to do."""
    path = tmp_path / "sessions.yaml"
    path.write_text("sessions: [{body: IPU}]\n")
    with pytest.raises(ConfigError):
        set_session(path, aalco(64, date(2027, 9, 6)))
    assert path.read_text() == "sessions: [{body: IPU}]\n"
    with pytest.raises(ConfigError, match="comes with the program"):
        set_session(Path(shipped("sessions.yaml")), aalco(64, date(2027, 9, 6)))
    taken = tmp_path / "taken"
    taken.write_text("a file where a folder should be")
    with pytest.raises(ConfigError, match=r'by hand: \{body: "AALCO"'):
        set_session(taken / "sessions.yaml", aalco(64, date(2027, 9, 6)))


# --- the command


@pytest.fixture
def installed(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a document that places an item on the agenda of a session in a hundred days, and its snapshot."""
    monkeypatch.setenv("MANDATES_CONFIG", str(tmp_path / "config"))
    words = text.replace("in the provisional agenda", "in the provisional agenda at the next session")
    land(home, batch(0, entry("AALCO/RES/63/S 1", body="AALCO", session=63, words=words)))
    record(home, nobody)
    publish(home)
    return home


def calendar(home: Path, *words: str) -> Result:
    """`mandates calendar` in this process."""
    return CliRunner().invoke(cli, ["--home", str(home), "calendar", *words])


def entered(home: Path, start: date, end: date) -> Result:
    """A session entered by hand."""
    days = (start.isoformat(), end.isoformat())
    return calendar(home, "--set", "AALCO", "64", *days, "--by", "A. Clerk", "--source", "https://example.org/64")


def test_a_coming_session_shows_its_agenda(installed: Path) -> None:
    """A session entered by hand is shown with who entered it and with the items that documents place on its agenda."""
    start, end = TODAY + timedelta(days=100), TODAY + timedelta(days=200)
    done = entered(installed, start, end)
    assert (done.exit_code, "`mandates reanalyse --apply`" in done.output) == (0, True)
    (found,) = map(json.loads, calendar(installed, "--body", "AALCO", "--json").output.splitlines())
    assert (found["number"], found["start"], found["who"]) == (64, start.isoformat(), "A. Clerk")
    assert [(item["symbol"], item["number"]) for item in found["items"]] == [("AALCO/RES/63/S 1", "3")]
    shown = calendar(installed, "--body", "AALCO").output
    assert "AALCO, 64th session" in shown
    assert "in 100 days" in shown
    assert "entered by A. Clerk" in shown
    assert "on its agenda: 1" in shown


def test_an_agenda_follows_a_session_that_moves(installed: Path) -> None:
    """An item stays with its session when the days are corrected after its document was read, not with another one."""
    assert entered(installed, TODAY + timedelta(days=130), TODAY + timedelta(days=134)).exit_code == 0
    (found,) = map(json.loads, calendar(installed, "--body", "AALCO", "--json").output.splitlines())
    assert len(found["items"]) == 1
    assert entered(installed, TODAY + timedelta(days=180), TODAY + timedelta(days=184)).exit_code == 0
    (found,) = map(json.loads, calendar(installed, "--body", "AALCO", "--json").output.splitlines())
    assert found["items"] == []


def test_an_edited_file_shows_at_once(installed: Path, tmp_path: Path) -> None:
    """The command brings what was written into sessions.yaml by hand into the snapshot, and what was deleted there."""
    folder = tmp_path / "config"
    folder.mkdir()
    start = TODAY + timedelta(days=30)
    (folder / "sessions.yaml").write_text(
        f"shipped: false\nsessions:\n- {{body: XYZ, number: 3, start: {start}, end: {start}, "
        "confidence: listed, source: x}\n"
    )
    assert "XYZ, 3rd session" in calendar(installed).output
    assert "3.ics: 1 session; new: 1" in calendar(installed, "--ics", str(tmp_path / "3.ics")).output
    (folder / "sessions.yaml").write_text("shipped: false\n")
    assert "no sessions known" in calendar(installed).output


def test_a_session_that_was_not_announced_is_not_said_to_run(installed: Path, tmp_path: Path) -> None:
    """Days that follow from a rule may be wrong, so no days are counted down."""
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "sessions.yaml").write_text(
        f"shipped: false\nsessions:\n- {{body: XYZ, number: 3, start: {TODAY}, end: {TODAY + timedelta(days=3)}, "
        "confidence: computed, source: x}\n"
    )
    shown = calendar(installed).output
    assert "running, if its days are as expected" in shown
    assert "left" not in shown


def test_a_body_that_nobody_knows_is_entered_with_a_warning(installed: Path) -> None:
    """It may be new or mistyped; a known one is entered as it is spelled, and who entered it is one line."""
    start = (TODAY + timedelta(days=30)).isoformat()
    both = ["--by", "A. Clerk", "--source", "x"]
    done = calendar(installed, "--set", "AALKO", "65", start, start, *both)
    assert (done.exit_code, "'AALKO'; did you mean AALCO" in done.stderr) == (0, True)
    done = calendar(installed, "--set", "aalco", "65", start, start, *both)
    assert (done.stderr, done.output.startswith("AALCO 65: ")) == ("", True)
    two = calendar(installed, "--set", "AALCO", "65", start, start, "--by", "A.\nClerk", "--source", "x")
    assert (two.exit_code, "one line each" in two.output) == (2, True)
    word = calendar(installed, "--set", "AALCO", "x", start, start, *both)
    assert "'x' is not a valid number of a session" in word.output


def test_a_session_needs_who_and_where_from(installed: Path) -> None:
    """Days are entered with a name and a source, and in their order."""
    days = [TODAY.isoformat(), (TODAY - timedelta(days=1)).isoformat()]
    assert "--by NAME and --source URL" in calendar(installed, "--set", "AALCO", "64", *days).output
    both = ["--by", "A. Clerk", "--source", "x"]
    assert "ends before it starts" in calendar(installed, "--set", "AALCO", "64", *days, *both).output
    assert "belong to --set" in calendar(installed, *both).output
