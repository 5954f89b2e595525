"""A run delivers what it recorded: in bounded time, at nobody's expense, and with nothing lost when it is killed."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import threading
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from config.subscriptions import load_subscriptions
from flows import delivering
from flows import recorder as recording
from flows.analysing import Analysing
from flows.delivering import deliver_now
from flows.recorder import Recorder
from flows.report import delivery_line
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import Memory
from tests.patience import PATIENCE
from tests.sites.publisher import Publisher, source_of
from tests.watched import called, configured, desk, listing, published, resolution, rows, running
from warehouse.outbox.admin import deliveries

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.settings import Settings
    from tests.watched import Desk

pytestmark = pytest.mark.slow

CHECKOUT = Path(__file__).parents[2]
ANALYSE = Analysing(CHECKOUT / "config" / "sessions.yaml")


def titles(publisher: Publisher, name: str, count: int) -> dict[str, str]:
    """So many resolutions on the publisher's site."""
    links = {f"/{name}/{number}": f"{name.title()} resolution {number}" for number in range(count)}
    for target, title in links.items():
        publisher.says(target, resolution(title))
    return links


async def land(recorder: Recorder, publisher: Publisher, name: str, count: int) -> None:
    """Crawl a listing and land it."""
    source = source_of(**listing(publisher, name, titles(publisher, name, count)))
    async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        await recorder.land(await crawl(source, Memory(), fetcher, analyse=ANALYSE))


def states(home: Path) -> Counter[str]:
    """How many deliveries are in which state."""
    return Counter(row.state for row in deliveries(home, states=("pending", "sent", "failed", "uncertain", "dead")))


async def test_deliveries_end_some_time_after_the_last_recording(
    settings: Settings, publisher: Publisher, at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any time left, a run records all and sends nothing, says so, and the next dispatch delivers it."""
    monkeypatch.setattr(delivering, "GRACE_SECONDS", 0.0)
    # The only recording is the one at the end.
    monkeypatch.setattr(recording, "GROUP_SECONDS", 600.0)
    recorder = Recorder(settings, load_subscriptions(settings.config), ANALYSE)
    async with recorder:
        await land(recorder, publisher, "late", 3)
    assert recorder.recorded.new_documents == 3
    assert recorder.delivered.rows == ()
    assert recorder.delivered.left is not None
    assert "not finished" in delivery_line(recorder.delivered)
    assert states(settings.home) == {"pending": 3}
    report = await asyncio.to_thread(deliver_now, settings)
    assert (report.sent, report.left) == (3, None)
    assert len(at.arrived) == 3


async def test_the_time_counts_from_the_last_recording(
    settings: Settings, publisher: Publisher, at: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is delivered while other crawls go on holds nobody up, so that no time is counted against it."""
    monkeypatch.setattr(delivering, "GRACE_SECONDS", 0.0)
    loop = asyncio.get_running_loop()
    arrived = asyncio.Event()
    at.on_arrival = lambda _: loop.call_soon_threadsafe(arrived.set)
    recorder = Recorder(settings, load_subscriptions(settings.config), ANALYSE)
    async with recorder:
        await land(recorder, publisher, "early", 1)
        await arrived.wait()
    assert recorder.delivered.sent == 1
    assert states(settings.home) == {"sent": 1}


def _spoilt_subscriptions(settings: Settings) -> Callable[[], object]:
    path = settings.config / "subscriptions.yaml"
    whole = path.read_text(encoding="utf-8")
    path.write_text("targets: [", encoding="utf-8")
    return lambda: path.write_text(whole, encoding="utf-8")


def _no_place_for_journals(settings: Settings) -> Callable[[], object]:
    settings.home.mkdir(parents=True, exist_ok=True)
    in_the_way = settings.home / "outbox"
    in_the_way.write_text("a file", encoding="utf-8")
    return in_the_way.unlink


@pytest.mark.parametrize("spoil", [_spoilt_subscriptions, _no_place_for_journals])
async def test_a_failed_delivery_does_not_fail_the_recording(
    settings: Settings, publisher: Publisher, at: Desk, spoil: Callable[[Settings], Callable[[], object]]
) -> None:
    """Where nothing can be delivered, everything is recorded and published, and the report says what was in the way."""
    recorder = Recorder(settings, load_subscriptions(settings.config), ANALYSE)
    repair = spoil(settings)
    async with recorder:
        await land(recorder, publisher, "kept", 2)
    assert recorder.recorded.new_documents == 2
    assert rows(settings.home, "SELECT count(*) FROM documents") == [(2,)]
    assert recorder.delivered.left
    assert recorder.delivered.left in delivery_line(recorder.delivered)
    repair()
    report = await asyncio.to_thread(deliver_now, settings)
    assert (report.sent, report.left) == (2, None)
    assert len(at.arrived) == 2


def test_a_killed_run_leaves_its_messages_to_the_next_dispatch(home: Path, tmp_path: Path) -> None:
    """Killed between recording and delivering, a run loses nothing: the next dispatch sends each message once.

    The one whose sending was interrupted may have arrived; it is sent again, and counted as a doubt.
    """
    with desk() as at, published() as site:
        config = configured(tmp_path / "config", [listing(site, "many", titles(site, "many", 4))])
        first, killed = threading.Event(), threading.Event()

        def hold(_: str) -> None:
            # The first message has been read and not answered: everything is recorded, nothing is delivered.
            first.set()
            killed.wait()

        at.on_arrival = hold
        with running(home, config, "run", env=at.env) as command:
            assert first.wait(PATIENCE), command.err.read_text()
            os.kill(command.main.pid, signal.SIGKILL)
            command.main.wait()
        at.on_arrival = None
        killed.set()
        interrupted = at.arrived[0][1]
        done = called(home, config, "deliver", "--json", env=at.env)
    assert done.code == 0, done.said
    came = Counter(json.loads(message)["title"] for _, message in at.arrived)
    assert len(came) == 4
    title = json.loads(interrupted)["title"]
    assert all(count == 1 for name, count in came.items() if name != title)
    assert sum(came.values()) == 5
    found = deliveries(home, states=("sent",))
    assert sorted(row.doubts for row in found) == [0, 0, 0, 1]
