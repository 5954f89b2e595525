"""The ledger in step with what is recorded, read again, decided and watched."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, nobody
from warehouse.ledger import recording
from warehouse.ledger.account import rebuild, update
from warehouse.ledger.evidence import Evidence, keep
from warehouse.ledger.recording import keep_up_rereadings
from warehouse.load.backfill import backfill
from warehouse.load.decisions import land_decisions
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.sessions import KnownSession, keep_sessions
from warehouse.review.decision import Decision
from warehouse.store.database import session
from warehouse.store.schema import LEDGER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    import duckdb

    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

NOW = datetime(2026, 3, 10, tzinfo=UTC)
REPORT = "Requests the Secretary-General to submit a report on the lamps of the northern coast by 1 May 2026"
ASKED = resolution(
    REPORT,
    "Also requests the Secretary-General to report annually to the General Assembly on the keepers",
    "Requests the Secretariat to provide the necessary support to the keepers by the end of 2026",
    "Stresses the importance of lighthouses",
)
ANSWER = resolution("Notes the lamps", symbol="A/81/55", kind="report", title="Lamps of the coast", on=date(2026, 4, 2))
ON = "SELECT number, occurrence, state FROM ledger_on(DATE '{}') ORDER BY ALL"
ACCOUNTS = "SELECT task_key, document_id, occurrences, states FROM ledger_tasks ORDER BY task_key"


def document_of(entry: Entry) -> str:
    """Its id."""
    return entry.publication.document_id


def answered(connection: duckdb.DuckDBPyConnection, number: str = "1", **more: Any) -> Evidence:
    """Keep evidence that `ANSWER` answers a paragraph of `ASKED`."""
    ((task,),) = connection.execute(
        "SELECT task_key FROM tasks WHERE number = ? AND document_id = ?", [number, document_of(ASKED)]
    ).fetchall()
    found = Evidence(
        task, "answered", document_of(ANSWER), "made.answer", happened_on=date(2026, 4, 2), words="the lamps"
    )
    keep(connection, [replace(found, **more)], NOW)
    return replace(found, **more)


def test_what_is_recorded_has_its_states_at_once(recorded: Record, rows: Rows) -> None:
    """Each deadline with its days, a series year by year, and one time where there is no deadline; no statement."""
    recorded(batch(0, ASKED))
    assert rows(ON.format("2026-02-01")) == [("1", 1, "open"), ("2", 1, "open"), ("3", 1, "open")]
    assert rows(ON.format("2026-04-01"))[0] == ("1", 1, "due_soon")
    assert rows(ON.format("2027-02-01"))[1:3] == [("2", 1, "unknown"), ("2", 2, "open")]
    assert rows(
        "SELECT symbol, type, addressee_id, due, days_left, is_expected, responsible "
        "FROM ledger_on(DATE '2026-04-01') WHERE number = '1'"
    ) == [("A/RES/80/901", "reporting_request", "un:secretary-general", "by 1 May 2026", 30, False, None)]


def test_drafts_ask_nothing(recorded: Record, rows: Rows) -> None:
    """They have no occurrences and no states, until the same text is adopted."""
    draft = resolution(REPORT, symbol="A/C.3/80/L.901", stage="draft")
    recorded(batch(0, draft))
    assert rows("SELECT count(*) FROM ledger_tasks") == [(0,)]


def test_what_was_known_under_a_former_name_is_known_of_the_task_of_today(
    recorded: Record, rows: Rows, home: Path
) -> None:
    """A re-reading gives a task another name: asked as it was known before, the ledger has it as it was."""
    recorded(batch(0, ASKED))
    with session(home) as connection:
        ((key, known),) = connection.execute(
            "SELECT task_key, known_at FROM ledger_tasks JOIN tasks USING (task_key) WHERE number = '1'"
        ).fetchall()
        before = [known - timedelta(days=days) for days in (3, 2, 1)]
        for name in ("former", "merged"):
            connection.execute(
                "INSERT INTO ledger_past SELECT $name, $name, document_id, occurrences, states, $since, $until "
                "FROM ledger_tasks WHERE task_key = $key",
                {"name": name, "key": key, "since": before[0], "until": before[2]},
            )
            connection.execute("INSERT INTO key_aliases VALUES (?, ?, 1, ?)", [name, key, before[2]])
    asked = f"SELECT task_key, state FROM ledger_known(DATE '2026-02-01', TIMESTAMPTZ '{before[1]}')"
    assert rows(asked) == [(key, "open")]


def test_evidence_that_is_retracted_leaves_no_trace_in_the_states(recorded: Record, rows: Rows, home: Path) -> None:
    """Answered with the document and its words; open again when a better reading no longer finds it."""
    recorded(batch(0, ASKED, ANSWER))
    before = rows(ACCOUNTS)
    with session(home) as connection:
        found = answered(connection)
        assert [change.task_key for change in update(connection, tasks=[found.task_key], now=NOW)] == [found.task_key]
    assert rows(
        "SELECT state, answered_by_symbol, answered_on, evidence_words, answered_by_url, rule "
        "FROM ledger_on(DATE '2026-06-01') WHERE number = '1'"
    ) == [("answered", "A/81/55", date(2026, 4, 2), "the lamps", "https://example.org/A/81/55", "made.answer")]
    assert rows(
        "SELECT state, since, until, evidence_symbol FROM ledger_history WHERE number = '1' ORDER BY since"
    ) == [
        ("open", date(2025, 12, 18), date(2026, 3, 2), None),
        ("due_soon", date(2026, 3, 2), date(2026, 4, 2), None),
        ("answered", date(2026, 4, 2), None, "A/81/55"),
    ]
    with session(home) as connection:
        connection.execute("UPDATE task_evidence SET retracted_at = ?", [NOW])
        update(connection, tasks=[found.task_key], now=NOW + timedelta(hours=1))
    assert rows(ACCOUNTS) == before


def test_the_ledger_can_be_asked_as_it_was_known(recorded: Record, rows: Rows, home: Path) -> None:
    """Before the answer was recorded here it was not known, whatever day it bears."""
    recorded(batch(0, ASKED, ANSWER))
    later = datetime.now(UTC) + timedelta(days=2)
    with session(home) as connection:
        found = answered(connection)
        update(connection, tasks=[found.task_key], now=later)
    known = "SELECT state FROM ledger_known(DATE '2026-06-01', ?) WHERE number = '1'"
    assert rows(known, [later - timedelta(minutes=1)]) == [("unknown",)]
    assert rows(known, [later]) == [("answered",)]
    assert rows(known, [NOW]) == []


def test_overdue_is_said_only_of_what_was_watched(recorded: Record, rows: Rows, home: Path) -> None:
    """A source that has shown reports of the body, asked without a hole from the last day on."""
    recorded(batch(0, ASKED, ANSWER))
    state = "SELECT state, rule, note, watched_by FROM ledger_on(DATE '2026-05-20') WHERE number = '1'"
    unwatched = [("unknown", "not_watched", "due date passed, answer not watched", None)]
    assert rows(state) == unwatched
    with session(home) as connection:
        connection.execute("UPDATE source_watch SET watched_until = TIMESTAMPTZ '2026-05-16 00:00Z'")
    assert rows(state) == unwatched
    with session(home) as connection:
        connection.execute("UPDATE source_watch SET watched_until = TIMESTAMPTZ '2026-05-20 00:00Z'")
    assert rows(state) == [("overdue", "calendar.overdue", "was due by 2026-05-01", "made")]
    assert rows(state.replace("'1'", "'3'").replace("05-20", "12-20"))[0][0] == "due_soon"
    with session(home) as connection:
        connection.execute("UPDATE source_kinds SET kind = 'news'")
    assert rows(state) == unwatched


def test_crawls_make_a_watch_until_one_is_missing(recorded: Record, rows: Rows, home: Path) -> None:
    """Those that found nothing changed count; a failure does not; a hole begins another; a late batch closes it."""
    watch = "SELECT since, until, crawls FROM source_watch ORDER BY since"
    watched = "SELECT watched_until - until FROM source_watch"
    first = datetime(2026, 3, 2, 9, 1, tzinfo=UTC)
    recorded(batch(0, ASKED))
    assert rows(watched) == [(timedelta(days=1),)]
    recorded(batch(1, outcome="not_modified"), batch(2, outcome="failed", error="no answer"))
    assert rows(watch) == [(first, first + timedelta(hours=1), 2)]
    recorded_later = [batch(60, outcome="not_modified"), batch(61, outcome="not_modified")]
    for each in recorded_later:
        land(home, each)
    record(home, nobody)
    assert rows(watch) == [
        (first, first + timedelta(hours=1), 2),
        (first + timedelta(hours=60), first + timedelta(hours=61), 2),
    ]
    for number in (20, 40):
        land(home, batch(number, outcome="not_modified"))
    record(home, nobody)
    assert rows(watch) == [(first, first + timedelta(hours=61), 6)]
    assert rows(watched) == [(timedelta(hours=61) * 3 / 5,)]


def test_what_a_person_decided_outranks_the_evidence_and_outlives_a_new_analysis(
    recorded: Record, rows: Rows, home: Path
) -> None:
    """Dropped stays dropped when the text is worked out again and when evidence comes."""
    recorded(batch(0, ASKED, ANSWER))
    ((task,),) = rows("SELECT task_key FROM tasks WHERE number = '1'")
    at = datetime(2026, 3, 12, tzinfo=UTC)
    land_decisions(home, [Decision(task, "state", "dropped", "desk", at, "moot")])
    record(home, nobody)
    dropped = ("withdrawn", "decided.dropped", "desk: moot")
    state = "SELECT state, rule, note FROM ledger_on(DATE '2026-06-01') WHERE number = '1'"
    assert rows(state) == [dropped]
    with session(home) as connection:
        answered(connection)
        keep_up_rereadings(connection, [document_of(ASKED)], NOW)
        rebuild(connection, NOW)
    assert rows(state) == [dropped]
    land_decisions(home, [Decision(task, "state", None, "desk", at + timedelta(days=1), "not moot")])
    record(home, nobody)
    assert rows(state)[0][0] == "answered"


def test_decided_deadlines_and_mandates_are_those_of_the_ledger(recorded: Record, rows: Rows, home: Path) -> None:
    """A deadline that a person set takes the place of the one read; a clause called a mandate is one."""
    recorded(batch(0, ASKED))
    ((first,),) = rows("SELECT task_key FROM tasks WHERE number = '1'")
    ((third,),) = rows("SELECT task_key FROM tasks WHERE number = '3'")
    ((stressed,),) = rows("SELECT clause_key FROM clauses WHERE number = '4'")
    at = datetime(2026, 3, 12, tzinfo=UTC)
    land_decisions(
        home,
        [
            Decision(first, "due_end", "2026-09-01", "desk", at, ""),
            Decision(third, "is_mandate", "no", "desk", at, ""),
            Decision(stressed, "is_mandate", "yes", "desk", at, ""),
        ],
    )
    record(home, nobody)
    assert rows("SELECT number, due_end, due_basis, state FROM ledger_on(DATE '2026-04-01') ORDER BY 1") == [
        ("1", date(2026, 9, 1), "decided", "open"),
        ("2", date(2026, 12, 31), "cadence", "open"),
        ("4", None, "none", "open"),
    ]
    assert rows("SELECT count(*) FROM ledger_past") == [(2,)]


def test_a_text_that_changes_takes_its_accounts_along(recorded: Record, rows: Rows, home: Path) -> None:
    """The publisher's new text has other tasks; those of the former one are past."""
    recorded(batch(0, ASKED))
    land(home, batch(1, resolution(REPORT.replace("1 May", "1 June"))))
    record(home, nobody)
    assert rows(ON.format("2026-02-01")) == [("1", 1, "open")]
    assert rows("SELECT due_end FROM task_occurrences") == [(date(2026, 6, 1),)]
    assert rows("SELECT count(*) FROM ledger_past") == [(3,)]


def test_history_has_a_ledger_too(home: Path, tmp_path: Path, recorded: Record, rows: Rows) -> None:
    """What is loaded as history is asked for like anything else."""
    recorded()
    land(tmp_path, batch(0, ASKED))
    backfill(home, tmp_path / "landing")
    assert rows("SELECT count(*) FROM ledger_tasks") == [(3,)]


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_arrival_gives_the_same_ledger(home: Path, recorded: Record, rows: Rows, seed: int) -> None:
    """Documents one by one or together, early, late and back-dated, with a rebuild after it that changes nothing."""
    entries = [
        ASKED,
        ANSWER,
        resolution(REPORT.replace("lamps", "bells"), symbol="A/RES/80/902", title="Bells", on=date(2026, 1, 20)),
        resolution(REPORT, symbol="A/RES/81/901", on=date(2026, 12, 18), session=81),
        resolution(REPORT, symbol="A/RES/70/33", on=None, title="Undated"),
    ]
    recorded(batch(0, *entries))
    together = rows(ACCOUNTS)
    assert len(together) == 6
    chance = random.Random(seed)  # noqa: S311 - an order of arrival
    chance.shuffle(entries)
    cut = chance.randrange(1, len(entries))
    (home / "live.duckdb").unlink()
    for number, part in enumerate((entries[:cut], entries[cut:])):
        land(home, batch(number, *part))
        record(home, nobody)
    assert rows(ACCOUNTS) == together
    with session(home) as connection:
        assert rebuild(connection, datetime.now(UTC)) == 0


def test_a_rebuild_works_in_steps_and_removes_what_no_text_has(
    recorded: Record, rows: Rows, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every document falls into one step, and an account without a task is past."""
    recorded(batch(0, *(resolution(REPORT, symbol=f"A/RES/80/{number}") for number in range(1, 40))))
    before = rows(ACCOUNTS)
    assert len(before) == 39
    monkeypatch.setattr("warehouse.ledger.account.REBUILT_TOGETHER", 3)
    steps: list[tuple[int, int]] = []
    gone = hashlib.sha256(b"gone").hexdigest()
    with session(home) as connection:
        connection.execute("DELETE FROM ledger_tasks WHERE hash(task_key) % 2 = 0")
        connection.execute("INSERT INTO ledger_tasks VALUES ('gone', ?, [], [], now())", [gone])
        assert rebuild(connection, datetime.now(UTC), lambda *step: steps.append(step)) > 1
    assert rows(ACCOUNTS) == before
    assert rows("SELECT task_key FROM ledger_past") == [("gone",)]
    assert steps[-1] == (16, 16)


def test_a_former_home_gets_its_ledger_when_it_is_upgraded(recorded: Record, rows: Rows, home: Path) -> None:
    """With what was watched so far; nobody is notified, and an upgrade that was ended is finished by the next."""
    recorded(batch(0, ASKED), batch(1, outcome="not_modified"), batch(60, outcome="not_modified"))
    before, watched = rows(ACCOUNTS), rows("FROM source_watch ORDER BY since")
    assert len(watched) == 2
    with session(home) as connection:
        connection.execute("DELETE FROM ledger_tasks WHERE task_key > '8'")
        connection.execute("DELETE FROM source_watch")
        connection.execute("DELETE FROM migrations WHERE version = ?", [LEDGER])
    assert (rows(ACCOUNTS), rows("FROM source_watch ORDER BY since")) == (before, watched)
    assert rows("SELECT count(*) FROM migrations WHERE version = ?", [LEDGER]) == [(1,)]


def test_a_session_that_is_entered_has_its_place_in_the_series(recorded: Record, rows: Rows, home: Path) -> None:
    """What is asked for at each session follows the calendar."""
    recorded(
        batch(0, resolution("Requests the Secretary-General to report to the Human Rights Council at each session"))
    )
    assert rows("SELECT count(*) FROM task_occurrences") == [(1,)]
    days = [
        KnownSession(
            "HRC", 61 + place, date(2026, 2 + 4 * place, 23), date(2026, 3 + 4 * place, 30), "listed", "by hand"
        )
        for place in range(2)
    ]
    with session(home) as connection:
        keep_sessions(connection, "calendar", days, NOW)
    assert rows("SELECT due_start, is_expected FROM task_occurrences ORDER BY 1") == [
        (date(2026, 2, 23), True),
        (date(2026, 6, 23), True),
    ]
    with session(home) as connection:
        keep_sessions(connection, "calendar", days[:1], NOW + timedelta(days=1))
    assert rows("SELECT due_start, is_expected FROM task_occurrences") == [(date(2026, 2, 23), True)]


def test_a_moved_session_concerns_only_the_body_that_meets(
    recorded: Record, rows: Rows, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only documents that ask for something at each session of that body, by name or as its own, are worked out."""
    own = resolution("Requests the Secretary-General to report to it at each session", symbol="A/RES/80/8")
    words = "Requests the Secretary-General to report to the Human Rights Council at each session"
    named = resolution(words, symbol="A/RES/80/7")
    recorded(batch(0, own, named))
    looked: list[Any] = []
    update = recording.update

    def noting(connection: Any, **more: Any) -> Any:
        looked.append(more["documents"])
        return update(connection, **more)

    monkeypatch.setattr(recording, "update", noting)
    ids = dict(rows("SELECT symbol, document_id FROM documents"))
    for number, (body, wanted) in enumerate({"HRC": "A/RES/80/7", "UNGA": "A/RES/80/8", "AALCO": None}.items()):
        days = [KnownSession(body, 90, date(2027, 2, 1), date(2027, 2, 9), "listed", "by hand")]
        with session(home) as connection:
            keep_sessions(connection, f"calendar-{number}", days, NOW)
        assert looked == ([[ids[wanted]]] if wanted else [])
        looked.clear()
