"""A worker polls and lands, another machine records: one document of one source, once, and people hear of it."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import TYPE_CHECKING

import pytest

from config.settings import Settings, SettingsError
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.fetching import Sender, in_turn, run_fetch
from flows.recording import record_landed
from flows.round import run_round
from tests.warehouse.made import batch, entry
from warehouse.exchange.batches import waiting
from warehouse.exchange.place import open_place
from warehouse.load.landing import waiting_batches
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sites.publisher import Publisher

ITEM = "<item><title>Invented decision {n}</title><link>{url}/item/{n}</link><description>{words}</description></item>"
WORDS = "The Assembly requests the Secretariat to report on invented boats by 30 June 2030. " * 5


def feed(publisher: Publisher, *numbers: int) -> str:
    items = "".join(ITEM.format(n=n, url=publisher.url, words=WORDS) for n in numbers)
    return f'<rss version="2.0"><channel><title>Decisions</title>{items}</channel></rss>'


@pytest.fixture
def place(settings_of_a_desk: Settings, tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shared place, and a source with two items; the environment names both."""
    source = {
        "id": "feed",
        "kind": "feed",
        "url": publisher.says("/feed", feed(publisher, 1, 2)),
        "every": "1h",
        "policy": {"private_addresses": True, "pace": "0s"},
    }
    (settings_of_a_desk.config / "sources.yaml").write_text(json.dumps([source]))
    folder = tmp_path / "place"
    folder.mkdir()
    monkeypatch.setenv("MANDATES_LANDING", str(folder))
    return folder


def of(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of another machine."""
    monkeypatch.setenv("MANDATES_HOME", str(home))
    return Settings()


async def test_what_a_worker_fetches_another_machine_records(
    place: Path, tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker needs no warehouse; the source is asked again by another worker only when all is recorded."""
    there = open_place(str(place))
    done = await run_fetch(of(tmp_path / "one", monkeypatch))
    assert [crawled.harvest.outcome for crawled in done.crawled] == ["ok"]
    assert done.sent == len(waiting(there)) == 1
    assert not (tmp_path / "one" / "live.duckdb").exists()
    early = await run_fetch(of(tmp_path / "two", monkeypatch), ["feed"])
    assert "not been recorded" in early.elsewhere["feed"]
    recorder = of(tmp_path / "recorder", monkeypatch)
    assert record_landed(recorder, load_subscriptions(recorder.config)).new_documents == 2
    late = await run_fetch(of(tmp_path / "two", monkeypatch))
    assert late.not_due == ("feed",)
    publisher.says("/feed", feed(publisher, 1, 2, 3))
    await run_fetch(of(tmp_path / "two", monkeypatch), ["feed"])
    again = record_landed(of(tmp_path / "recorder", monkeypatch), load_subscriptions(recorder.config))
    assert again.new_documents == 1
    assert again.alerts
    assert {held.name.split("/")[0] for held in there.find("")} <= {"claims", "hosts", "memory"}


async def test_the_recorder_may_poll_too(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A round where the warehouse is claims its sources like a worker, and records what others have landed."""
    await run_fetch(of(tmp_path / "one", monkeypatch))
    done = await run_round(of(tmp_path / "recorder", monkeypatch))
    assert done.crawled == ()
    assert done.recorded.new_documents == 2
    assert waiting(open_place(str(place))) == []


async def test_a_worker_polls_nobody_while_the_place_is_away(
    place: Path, tmp_path: Path, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody could say who else is asking; and without a place there is nowhere to land."""
    os.rename(place, tmp_path / "elsewhere")  # noqa: PTH104 - of an async test
    with pytest.raises(PlaceError, match="there is no such folder"):
        await run_fetch(of(tmp_path / "one", monkeypatch))
    assert publisher.asked == []
    monkeypatch.delenv("MANDATES_LANDING")
    with pytest.raises(SettingsError, match="MANDATES_LANDING"):
        await run_fetch(of(tmp_path / "one", monkeypatch))


async def test_what_could_not_be_sent_goes_with_the_next_run(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that an earlier run left in the worker's home is sent first of all."""
    settings = of(tmp_path / "one", monkeypatch)
    await run_fetch(settings)
    (name,) = (place / "batches").iterdir()
    name.rename(tmp_path / "one" / "landing" / name.name)
    done = await run_fetch(settings)
    assert done.sent == 1
    assert waiting_batches(tmp_path / "one") == []


async def test_crawls_that_land_at_the_same_time_are_all_counted(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run says that it has sent is what it has sent."""
    settings, there = of(tmp_path / "one", monkeypatch), open_place(str(place))
    together, put = threading.Barrier(3), there.put

    def slow(name: str, content: bytes | Path) -> None:
        put(name, content)
        together.wait(60)

    monkeypatch.setattr(there, "put", slow)
    sender = Sender(settings, there, Analysing(settings.config / "sessions.yaml"))
    await asyncio.gather(*(sender.land(batch(number, entry()).harvest) for number in range(3)))
    assert sender.sent == len(waiting(there)) == 3


async def test_neighbours_in_a_run_are_of_different_hosts(place: Path) -> None:
    """So that a worker's sources do not all wait for one host."""
    from config.sources import load_sources

    path = place / "sources.yaml"
    path.write_text(
        json.dumps([{"id": f"s{n}", "kind": "feed", "url": f"https://{n % 3}.example.org/{n}"} for n in range(9)])
    )
    hosts = [source.url.split("/")[2] for source in in_turn(load_sources(path))]  # type: ignore[union-attr]
    assert hosts[:3] == hosts[3:6] == hosts[6:]
    assert len(set(hosts[:3])) == 3
