"""Recording while crawls go on: in groups, each batch once, and delivered before the slowest source has ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest

from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.recorder import Recorder
from flows.recording import record_landed, record_waiting, take_in
from scrapers.crawl import parts
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import Memory
from scrapers.reading import here
from tests.patience import PATIENCE
from tests.sites.publisher import Answer, Publisher, source_of
from tests.watched import listing, resolution, rows
from warehouse.load.landing import landed, landing_folder
from warehouse.load.source_memory import memory_of
from warehouse.model import LockedError
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path
from warehouse.store.verify import check_opens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from config.sources import Source
    from flows.recording import Crawled
    from scrapers.publication import Harvest
    from tests.watched import Desk

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
ANALYSE = Analysing(CHECKOUT / "config" / "sessions.yaml")
# Only what hangs meets it.


def recorder_of(settings: Settings, *, delivers: bool = True) -> Recorder:
    return Recorder(settings, load_subscriptions(settings.config), ANALYSE, delivers=delivers)


def source(publisher: Publisher, name: str, count: int, **policy: Any) -> Source:
    """A listing of so many resolutions."""
    titles = {f"/{name}/{number}": f"{name.title()} resolution {number}" for number in range(count)}
    for target, title in titles.items():
        publisher.says(target, resolution(title))
    blocks = listing(publisher, name, titles, **policy)
    return source_of(**{**blocks, "item": {"css": "li", "expect": {"max": 1000}}})


async def crawled(source: Source, recorder: Recorder, home: Path, reading: Any = here) -> Crawled:
    """One crawl, landed in parts as the monitor does it."""
    landed: list[Crawled] = []

    async def land(part: Harvest) -> None:
        landed.append(await recorder.land(part))

    memory = await asyncio.to_thread(memory_of, home, source.id)
    async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        harvest = await crawl(source, memory, fetcher, reading=reading, analyse=ANALYSE, land=land)
    return (await recorder.land(harvest)).after(landed)


class Gate:
    """Reads in this process; one owner's documents wait until the gate is opened."""

    def __init__(self, owner: str, *, after: int = 0) -> None:
        self.opened, self.reached = asyncio.Event(), asyncio.Event()
        self._owner, self._left = owner, after

    async def __call__(self, function: Callable[..., Any], *arguments: Any, owner: str = "") -> Any:
        """As `here`."""
        if owner == self._owner:
            self._left -= 1
            if self._left < 0:
                self.reached.set()
                await self.opened.wait()
        return await here(function, *arguments, owner=owner)


@contextlib.contextmanager
def heard(name: str, words: str) -> Iterator[asyncio.Event]:
    """An event that is set when a logger says these words, in whichever thread."""
    event, loop, logger = asyncio.Event(), asyncio.get_running_loop(), logging.getLogger(name)

    class Listening(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if words in record.getMessage():
                loop.call_soon_threadsafe(event.set)

    handler, level = Listening(), logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield event
    finally:
        logger.setLevel(level)
        logger.removeHandler(handler)


async def test_a_crawl_of_250_documents_is_recorded_once_and_tells_nobody(
    settings: Settings, publisher: Publisher, at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All parts of a first crawl are its baseline: each document is recorded once, and nobody is notified."""
    path = settings.config / "subscriptions.yaml"
    path.write_text(path.read_text().replace('"first_crawl": "tell"', '"first_crawl": "silent"'))
    large = source(publisher, "large", 250)
    recorder = recorder_of(settings)
    async with recorder:
        found = await crawled(large, recorder, settings.home)
    assert len(found.harvest.publications) == 250
    assert (recorder.recorded.new_documents, recorder.recorded.new_mandates) == (250, 250)
    assert recorder.recorded.deliveries == 0
    assert at.arrived == []
    assert rows(settings.home, "SELECT DISTINCT state FROM deliveries") == [("suppressed",)]
    assert {finding.baseline for finding in recorder.recorded.findings} == {True}
    counts = Counter(dict(rows(settings.home, "SELECT outcome, count(*)::INT FROM batches GROUP BY ALL")))
    assert counts == {"part": 2, "ok": 1}
    assert rows(settings.home, "SELECT count(*), count(DISTINCT title) FROM documents") == [(250, 250)]
    assert rows(settings.home, "SELECT state, count(*) FROM items GROUP BY ALL") == [("taken", 250)]
    # What comes later is news.
    source(publisher, "large", 251)
    recorder = recorder_of(settings)
    async with recorder:
        await crawled(large, recorder, settings.home)
    assert recorder.recorded.new_documents == 1
    assert ["Large resolution 250" in message for _, message in at.arrived] == [True]


async def test_a_crawl_that_fails_after_two_parts_keeps_them(
    settings: Settings, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What landed is recorded, the source has failed, and the next crawl, still its first, takes the rest."""
    monkeypatch.setattr(parts, "PART_DOCUMENTS", 3)
    blocks = {"kind": "listing", "id": "paged", "item": {"css": "li"}, "detail": {}, "policy": {"max_new": 500}}
    fields = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
    for number in range(9):
        publisher.says(f"/d/{number}", resolution(f"Paged resolution {number}"))
    page = "".join(f'<li><a href="/d/{number}">Paged resolution {number}</a></li>' for number in range(7))
    last = "".join(f'<li><a href="/d/{number}">Paged resolution {number}</a></li>' for number in (7, 8))
    publisher.says("/list", f"<html><body><ul>{page}</ul></body></html>")
    publisher.says("/list?page=1", Answer("out of order", 503), f"<html><body><ul>{last}</ul></body></html>")
    publisher.says("/list?page=2", "<html><body><ul></ul><p>That is all there is.</p></body></html>")
    paged = source_of(
        **blocks, url=publisher.url + "/list", fields=fields, paging={"param": "page", "start": 0}
    )  # fmt: skip
    recorder = recorder_of(settings, delivers=False)
    async with recorder:
        first = await crawled(paged, recorder, settings.home)
    assert first.harvest.outcome == "failed"
    outcomes = rows(settings.home, "SELECT outcome, entries FROM batches ORDER BY finished_at")
    assert outcomes == [("part", 3), ("part", 3), ("failed", 1)]
    assert rows(settings.home, "SELECT count(*) FROM documents") == [(7,)]
    assert rows(settings.home, "SELECT state, first_success FROM sources") == [("failing", None)]
    publisher.asked.clear()
    recorder = recorder_of(settings, delivers=False)
    async with recorder:
        second = await crawled(paged, recorder, settings.home)
    assert second.harvest.outcome == "ok"
    assert rows(settings.home, "SELECT count(*) FROM documents") == [(9,)]
    assert [target for target in publisher.targets() if target.startswith("/d/")] == ["/d/7", "/d/8"]
    assert {finding.baseline for finding in recorder.recorded.findings} == {True}


async def test_a_quick_source_is_recorded_and_told_while_a_slow_one_is_read(
    settings: Settings, publisher: Publisher, at: Desk
) -> None:
    """The slow source's document is held back until the quick one's alert has arrived; nothing else lets it go."""
    loop = asyncio.get_running_loop()
    gate = Gate("slow")
    arrived = asyncio.Event()
    at.on_arrival = lambda _: loop.call_soon_threadsafe(arrived.set)
    recorder = recorder_of(settings)
    async with asyncio.timeout(PATIENCE), recorder:
        slow = asyncio.create_task(crawled(source(publisher, "slow", 1), recorder, settings.home, gate))
        await gate.reached.wait()
        await crawled(source(publisher, "quick", 1), recorder, settings.home, gate)
        await arrived.wait()
        assert not slow.done()
        assert at.got("Quick resolution 0")
        assert not at.got("Slow resolution")
        # Between two groups the file is anybody's: another process opens it with a lock of its own.
        seen = await asyncio.to_thread(_titles_in_another_process, settings.home)
        assert seen == ["Quick resolution 0"]
        gate.opened.set()
        await slow
    assert at.got("Slow resolution 0")
    assert recorder.recorded.new_documents == 2
    assert recorder.delivered.rows
    assert [title for (title,) in rows(settings.home, "SELECT title FROM documents ORDER BY title")] == [
        "Quick resolution 0",
        "Slow resolution 0",
    ]


def _titles_in_another_process(home: Path) -> list[str]:
    code = """
import sys
from pathlib import Path
from warehouse.store.database import session
with session(Path(sys.argv[1])) as connection:
    for (title,) in connection.execute("SELECT title FROM documents ORDER BY title").fetchall():
        print(title)
"""
    ended = subprocess.run(
        [sys.executable, "-c", code, str(home)], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    return ended.stdout.splitlines()


async def test_a_clock_that_is_set_back_during_a_run_delays_no_message(
    settings: Settings, publisher: Publisher, at: Desk
) -> None:
    """The run began two hours later by the former clock; what it records now goes out with it all the same."""
    recorder = recorder_of(settings)
    recorder._began += timedelta(hours=2)
    async with recorder:
        await crawled(source(publisher, "papers", 1), recorder, settings.home)
    assert at.got("Papers resolution 0")
    assert rows(settings.home, "SELECT state, count(*) FROM deliveries GROUP BY ALL") == [("sent", 1)]


async def test_parts_of_one_source_are_recorded_while_it_goes_on(
    settings: Settings, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A source that shows much does not keep it to itself until its end."""
    monkeypatch.setattr(parts, "PART_DOCUMENTS", 2)
    # Three calls a document: its page, its sketch, its description.
    gate = Gate("much", after=13)
    recorder = recorder_of(settings, delivers=False)
    with heard("warehouse.load.record", "recorded much") as recorded:
        async with asyncio.timeout(PATIENCE), recorder:
            much = asyncio.create_task(crawled(source(publisher, "much", 8), recorder, settings.home, gate))
            await gate.reached.wait()
            await recorded.wait()
            seen = await asyncio.to_thread(_titles_in_another_process, settings.home)
            assert 2 <= len(seen) < 8
            assert not much.done()
            gate.opened.set()
            await much
    assert recorder.recorded.new_documents == 8


async def test_a_warehouse_that_is_locked_for_a_while_gets_its_group_later(
    settings: Settings, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group that cannot be recorded is logged and waits for the next one; the run goes on and loses nothing."""
    monkeypatch.setenv("MANDATES_LOCK_WAIT_SECONDS", "0")
    with session(settings.home):
        pass
    recorder = recorder_of(Settings(), delivers=False)
    with heard("flows.recorder", "landed documents wait for the next group") as failed:
        async with asyncio.timeout(PATIENCE), recorder:
            with session(settings.home):
                await _land_one(recorder, publisher)
                await failed.wait()
                assert len(landed(settings.home)) == 1
                assert recorder.recorded.new_documents == 0
    assert recorder.recorded.new_documents == 1
    assert landed(settings.home) == ()


async def _land_one(recorder: Recorder, publisher: Publisher, name: str = "one") -> None:
    """Land a source's document, without a look at the warehouse."""
    async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        await recorder.land(await crawl(source(publisher, name, 1), Memory(), fetcher, analyse=ANALYSE))


async def test_a_warehouse_that_stays_locked_fails_the_run_and_keeps_what_landed(
    settings: Settings, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last group's failure is the run's; the batch is recorded by whoever comes next."""
    monkeypatch.setenv("MANDATES_LOCK_WAIT_SECONDS", "0")
    with session(settings.home), pytest.raises(LockedError):
        async with asyncio.timeout(PATIENCE), recorder_of(Settings(), delivers=False) as recorder:
            await _land_one(recorder, publisher)
    assert len(landed(settings.home)) == 1
    assert record_landed(settings, load_subscriptions(settings.config)).new_documents == 1


async def test_a_damaged_batch_sets_aside_itself_only(settings: Settings, publisher: Publisher) -> None:
    """Of a group in which one file's rows cannot be read, the others are recorded, and that one is kept."""
    recorder = recorder_of(settings, delivers=False)
    async with asyncio.timeout(PATIENCE), Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        for name in ("a", "b", "c"):
            harvest = await crawl(source(publisher, name, 1), Memory(), fetcher, analyse=ANALYSE)
            take_in(settings.home, harvest, ANALYSE)
    damaged = next(batch for batch in landed(settings.home) if batch.source_id == "b").path
    _spoil(damaged)
    assert len(landed(settings.home)) == 3
    async with recorder:
        pass
    assert recorder.recorded.new_documents == 2
    assert [path.name for path in landing_folder(settings.home).iterdir()] == [damaged.name + ".damaged"]
    assert rows(settings.home, "SELECT DISTINCT source_id FROM batches ORDER BY 1") == [("a",), ("c",)]


def _spoil(path: Path) -> None:
    """Overwrite the pages of a Parquet file with zeros; its footer stays whole."""
    with pq.ParquetFile(path) as file:
        rows = file.metadata.row_group(0)
        spans = [
            (column.dictionary_page_offset or column.data_page_offset, column.total_compressed_size)
            for column in (rows.column(number) for number in range(rows.num_columns))
        ]
    content = bytearray(path.read_bytes())
    for start, size in spans:
        content[start : start + size] = bytes(size)
    path.write_bytes(content)


async def test_an_exception_in_a_crawl_leaves_what_was_landed(settings: Settings, publisher: Publisher) -> None:
    """A fault in the middle of a run does not undo what landed before it; the next recording takes it, once."""
    recorder = recorder_of(settings, delivers=False)

    async def run() -> None:
        async with recorder:
            await _land_one(recorder, publisher)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await run()
    record_waiting(settings, load_subscriptions(settings.config))
    with session(settings.home) as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchall() == [(1,)]
        assert connection.execute("SELECT count(*) FROM batches").fetchall() == [(1,)]
    assert landed(settings.home) == ()


async def test_a_run_that_is_stopped_leaves_what_was_landed(settings: Settings, publisher: Publisher) -> None:
    """Cancelled while a source is read, the run ends at once, and what came before is there for the next one."""
    gate = Gate("slow")
    landed_one = asyncio.Event()

    async def run() -> None:
        recorder = recorder_of(settings, delivers=False)
        async with recorder:
            await _land_one(recorder, publisher)
            landed_one.set()
            await crawled(source(publisher, "slow", 1), recorder, settings.home, gate)

    task = asyncio.create_task(run())
    async with asyncio.timeout(PATIENCE):
        await landed_one.wait()
        await gate.reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    record_landed(settings, load_subscriptions(settings.config))
    assert rows(settings.home, "SELECT title FROM documents") == [("One resolution 0",)]


async def test_a_run_that_finds_nothing_opens_nothing(settings: Settings) -> None:
    """Without a batch there is no session, no other snapshot and no delivery."""
    with session(settings.home):
        pass
    before = publish(settings.home).stat()
    recorder = recorder_of(settings)
    with session(settings.home):
        async with recorder:
            pass
    assert recorder.recorded.batch_ids == ()
    assert snapshot_path(settings.home).stat() == before


async def test_a_run_that_finds_nothing_publishes_a_snapshot_that_was_deleted(settings: Settings) -> None:
    """Else whoever reads it would wait until some publisher brings something new."""
    with session(settings.home):
        pass
    publish(settings.home).unlink()
    async with recorder_of(settings):
        pass
    assert snapshot_path(settings.home).exists()


@pytest.mark.parametrize("harm", [lambda whole: b"x" * len(whole), lambda whole: whole[:-65_536], lambda _: b""])
async def test_a_run_that_finds_nothing_publishes_a_damaged_snapshot_again(
    settings: Settings, caplog: pytest.LogCaptureFixture, harm: Callable[[bytes], bytes]
) -> None:
    """Whoever opens it sees an error, for as long as nobody looks."""
    with session(settings.home):
        pass
    snapshot = publish(settings.home)
    sound = snapshot.stat()
    snapshot.chmod(0o644)
    snapshot.write_bytes(harm(snapshot.read_bytes()))
    os.utime(snapshot, ns=(sound.st_atime_ns, sound.st_mtime_ns))
    async with recorder_of(settings):
        pass
    assert "is damaged; it is published again" in caplog.text
    check_opens(snapshot)
    again = snapshot.stat()
    async with recorder_of(settings):
        pass
    assert snapshot.stat() == again


async def test_two_posts_of_one_title_come_over_two_parts(
    settings: Settings, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries of a feed that share a title are two documents, whichever part each of them lands in."""
    monkeypatch.setattr(parts, "PART_DOCUMENTS", 1)
    entries = "".join(
        f"<item><title>Weekly note</title><link>{publisher.url}/note/{number}</link></item>" for number in range(3)
    )
    for number in range(3):
        body = resolution("Weekly note").replace("by 30 June 2027", f"on boat{number} by 30 June 2027")
        publisher.says(f"/note/{number}", body)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Notes</title>{entries}</channel></rss>'
    notes = source_of(
        id="notes", kind="feed", url=publisher.says("/feed", Answer(feed, type="application/rss+xml")), detail={}
    )
    recorder = recorder_of(settings, delivers=False)
    async with recorder:
        found = await crawled(notes, recorder, settings.home)
    assert len(found.harvest.publications) == 3
    assert rows(settings.home, "SELECT title, count(*) FROM documents GROUP BY ALL") == [("Weekly note", 3)]
    assert len(rows(settings.home, "SELECT * FROM batches WHERE outcome = 'part'")) == 3
