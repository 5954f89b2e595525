"""How pages ask the snapshot: each question bounded, nobody stalled, each publication seen at once."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from typing import TYPE_CHECKING

import duckdb
import pytest
from starlette.requests import Request

from config.settings import Settings
from register.app import create_app
from register.desk import BusyError, Desk, desk
from register.turns import AT_ONCE, LONG_AT_ONCE, is_quick
from tests.patience import until
from tests.register.test_pages import recorded
from warehouse.model import QueryError, SlowQueryError
from warehouse.query.opening import one_look
from warehouse.query.queries import query
from warehouse.store.snapshot import snapshot_path

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

ENDLESS = "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b"


@pytest.fixture
def own(home: Path) -> Desk:
    """The desk of one request over a home with one resolution."""
    recorded(home, 0)
    return _desk()


def _desk() -> Desk:
    app = create_app(Settings())
    return desk(Request({"type": "http", "app": app, "headers": [], "query_string": b"", "path": "/"}))


def documents(home: Path) -> int:
    """How many documents there are, as functions of the warehouse ask."""
    with one_look(home):
        return int(query(home, "SELECT count(*) FROM documents").rows[0][0])


async def test_a_question_ends_with_the_snapshot_with_which_it_began(own: Desk, home: Path) -> None:
    """A publication in between is found sound, and whoever asks then sees it, while the first is still answered."""
    began, go_on = threading.Event(), threading.Event()

    def twice() -> tuple[int, int]:
        first = documents(home)
        began.set()
        go_on.wait()
        return first, documents(home)

    asked = asyncio.create_task(own.ask(twice))
    await asyncio.to_thread(began.wait)
    recorded(home, 1)
    assert await own.ask(documents, home) == 2
    assert documents(home) == 2
    go_on.set()
    assert await asked == (1, 1)


async def test_a_snapshot_whose_indexes_took_much_memory_is_opened_again(
    own: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks at keys would leave no memory for anything else; who reads the former one ends with it."""
    began, go_on = threading.Event(), threading.Event()
    looking = own.office.looking

    def slow() -> int:
        began.set()
        go_on.wait()
        return documents(home)

    asked = asyncio.create_task(own.ask(slow))
    await asyncio.to_thread(began.wait)
    former = looking.opened
    assert former is not None
    await asyncio.to_thread(until, lambda: former.places is not None)
    monkeypatch.setattr("register.looking.INDEX_BYTES", -1)
    assert await own.ask(documents, home) == 1
    monkeypatch.undo()
    await asyncio.to_thread(until, lambda: looking.opened is not former)
    reopened = looking.opened
    assert reopened is not None
    assert await own.ask(documents, home) == 1
    assert reopened.places is former.places
    go_on.set()
    assert await asked == 1
    # Both had the memory that is for one, and the former has left.
    assert reopened.snapshot.attached is former.snapshot.attached
    assert reopened.snapshot.attached.names == {reopened.snapshot.name}
    with pytest.raises(duckdb.CatalogException):
        former.snapshot.cursor()
    assert await own.ask(documents, home) == 1
    assert looking.opened is reopened
    monkeypatch.setattr("register.looking.INDEX_BYTES", -1)
    assert await own.ask(documents, home) == 1
    await asyncio.to_thread(until, lambda: looking.opened is not reopened)
    await asyncio.to_thread(until, lambda: len(reopened.snapshot.attached.names) == 1)
    looking.close()
    with pytest.raises(duckdb.ConnectionException):
        reopened.snapshot.cursor()


async def test_places_are_worked_out_however_soon_that_begins(
    own: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever works them out ends where another snapshot was opened, and not where this one is just being opened."""
    start = threading.Thread.start

    def at_once(thread: threading.Thread) -> None:
        start(thread)
        thread.join(0.2)

    monkeypatch.setattr(threading.Thread, "start", at_once)
    assert await own.ask(documents, home) == 1
    opened = own.office.looking.opened
    assert opened is not None
    await asyncio.to_thread(until, lambda: opened.places is not None)
    assert opened.places


async def test_looks_at_keys_take_memory_that_is_counted(own: Desk, home: Path) -> None:
    """Else nothing would ever be opened again."""
    document_id = str(query(home, "SELECT document_id FROM documents").rows[0][0])
    looking = own.office.looking

    def asked() -> tuple[bool, bool]:
        assert looking.opened is not None
        before = looking.opened.snapshot.is_full(0)
        query(home, "SELECT title FROM documents WHERE document_id = $id", {"id": document_id})
        return before, looking.opened.snapshot.is_full(0)

    assert await own.ask(asked) == (False, True)


async def test_the_limit_is_that_of_the_whole_question(own: Desk, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interruption that comes between two queries is not lost, and one that is swallowed comes again."""

    def stubborn() -> None:
        time.sleep(0.4)
        with contextlib.suppress(QueryError):
            query(home, ENDLESS)
        query(home, ENDLESS)

    with monkeypatch.context() as patched:
        patched.setattr("register.desk.QUERY_SECONDS", 0.2)
        with pytest.raises(SlowQueryError):
            await own.ask(stubborn)
    assert await asyncio.gather(*(own.ask(documents, home) for _ in range(9))) == [1] * 9


async def test_a_question_that_is_busy_elsewhere_ends_for_its_reader(
    own: Desk, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DuckDB has nothing to interrupt; the page is answered all the same, and the thread counts as busy until then."""
    monkeypatch.setattr("register.desk.QUERY_SECONDS", 0.05)
    monkeypatch.setattr("register.desk.GRACE_SECONDS", 0.05)
    monkeypatch.setattr("register.desk.WAIT_SECONDS", 0.05)
    go_on = threading.Event()
    slow = await asyncio.gather(*(own.ask(go_on.wait) for _ in range(AT_ONCE)), return_exceptions=True)
    assert [type(each) for each in slow] == [SlowQueryError] * AT_ONCE
    with pytest.raises(BusyError):
        await own.ask(documents, home)
    go_on.set()
    monkeypatch.undo()
    assert await own.ask(documents, home) == 1


async def test_quick_pages_are_answered_while_as_many_slow_ones_as_possible_are_at_work(
    client: httpx.AsyncClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One turn is theirs: searches and lists wait for each other, or are refused, and a document is not."""
    recorded(home, 0)
    ((document, task),) = query(home, "SELECT document_id, task_key FROM mandates").rows
    began, go_on = threading.Semaphore(0), threading.Event()

    def held(*_asked: object) -> None:
        began.release()
        go_on.wait()
        raise SlowQueryError("it was held up")

    for name in ("search._answered", "timeline.timeline", "addressees.addressees_page"):
        monkeypatch.setattr(f"register.pages.{name}", held)
    # Nobody is refused before the test lets the slow ones go on.
    monkeypatch.setattr("register.desk.WAIT_SECONDS", 600.0)
    monkeypatch.setattr("register.desk.QUERY_SECONDS", 600.0)
    addresses = ("/search", "/timeline", "/addressees")
    slow = [asyncio.create_task(client.get(f"{each}?page={n}")) for n in range(1, 4) for each in addresses]
    for _ in range(LONG_AT_ONCE):
        await asyncio.to_thread(began.acquire)
    quick = ("/", f"/documents/{document}", f"/mandates/{task}", f"/api/v1/documents/{document}", "/health")
    for address in quick:
        assert is_quick(address)
        assert (await client.get(address)).status_code == 200, address
    with monkeypatch.context() as impatient:
        impatient.setattr("register.desk.WAIT_SECONDS", 0.05)
        assert (await client.get("/bodies")).status_code == 503
    assert not any(each.done() for each in slow)
    go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*slow)} == {503}
    assert (await client.get("/bodies")).status_code == 200


async def test_who_gives_up_waiting_leaves_no_turn_taken(own: Desk, home: Path) -> None:
    """A reader who closes the page while it waits for its turn."""
    go_on = threading.Event()
    busy = [asyncio.create_task(own.ask(go_on.wait)) for _ in range(AT_ONCE)]
    await asyncio.sleep(0)
    waiting = [asyncio.create_task(own.ask(documents, home)) for _ in range(9)]
    await asyncio.sleep(0)
    for each in waiting:
        each.cancel()
    go_on.set()
    await asyncio.gather(*busy)
    assert await asyncio.gather(*(own.ask(documents, home) for _ in range(9))) == [1] * 9


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM documents",
        "SELECT * FROM read_csv('/etc/passwd')",
        "ATTACH '/tmp/other.duckdb'",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "SET memory_limit = '9GB'",
        "COPY documents TO '/tmp/out.csv'",
        "COPY documents TO '{snapshot}'",
        "EXPLAIN ANALYZE COPY documents TO '{snapshot}'",
        "SELECT * FROM read_text('{snapshot}.json')",
    ],
)
async def test_the_shared_snapshot_is_for_reading_and_nothing_else(own: Desk, home: Path, sql: str) -> None:
    """Were there ever SQL of somebody else, it could not write, read files or take more memory."""
    before = snapshot_path(home).read_bytes()
    with pytest.raises(QueryError):
        await own.ask(query, home, sql.replace("{snapshot}", str(snapshot_path(home).absolute())))
    assert snapshot_path(home).read_bytes() == before


@pytest.mark.parametrize(
    "sql",
    [
        "FROM ledger ORDER BY ALL",
        "FROM ledger_on(DATE '2026-05-01') ORDER BY ALL",
        "SELECT first_seen, current_setting('TimeZone'), current_database() FROM documents",
    ],
)
async def test_it_answers_as_a_snapshot_opened_for_one_query_does(own: Desk, home: Path, sql: str) -> None:
    """Views, macros, times and names are the same."""
    assert await own.ask(query, home, sql) == query(home, sql)
