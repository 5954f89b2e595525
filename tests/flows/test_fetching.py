"""A worker polls and lands, another machine records: one document of one source, once, and people hear of it."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import TYPE_CHECKING

import pytest
from prefect.client.schemas.objects import StateType

from config.settings import Settings, SettingsError
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.engine import our_packages
from flows.fetching import Sender, in_turn, run_fetch
from flows.recording import record_landed
from flows.round import ask, run_round
from flows.sources_log import name_sources
from flows.states import ALL_FAILED, NOT_SENT, PARTLY_FAILED, fetched, round_ended
from tests.patience import PATIENCE
from tests.warehouse.made import batch, entry
from warehouse.exchange.batches import waiting
from warehouse.exchange.claims import Claims
from warehouse.exchange.place import open_place
from warehouse.load.landing import waiting_batches
from warehouse.model import PlaceError

if TYPE_CHECKING:
    from pathlib import Path

    from config.sources import Source
    from flows.recording import Crawled
    from tests.sites.publisher import Publisher
    from warehouse.exchange.memories import Known

pytestmark = pytest.mark.slow

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
    assert "not been recorded" in done.elsewhere["feed"]
    assert done.headline.endswith("; left to other runs: 1")
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


@pytest.fixture
def second(place: Path, settings_of_a_desk: Settings, publisher: Publisher) -> Path:
    """A second source beside the first, and the place of both."""
    path = settings_of_a_desk.config / "sources.yaml"
    (source,) = json.loads(path.read_text())
    other = {**source, "id": "other", "url": publisher.says("/other", feed(publisher, 3))}
    path.write_text(json.dumps([source, other]))
    return place


async def test_a_place_that_goes_away_in_a_run_leaves_sources_unpolled(
    second: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The source that cannot be claimed is named with the reason; that is no error of the program."""
    monkeypatch.setattr("flows.fetching.SOURCES_AT_ONCE", 1)

    async def asking(source: Source) -> Crawled:
        crawled = await ask(source)
        os.rename(second, tmp_path / "gone")  # noqa: PTH104 - of an async test
        return crawled

    done = await run_fetch(of(tmp_path / "one", monkeypatch), asking=asking)
    assert len(done.crawled) == len(done.away) == 1
    assert done.faults == ()
    (missed,) = done.away
    assert f"not polled: {missed} (the landing place" in done.headline
    assert fetched(done).name == NOT_SENT
    assert fetched(done).type == StateType.FAILED


async def test_a_round_names_what_the_place_left_unpolled(
    second: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other source shows is recorded, and the run does not look well."""
    take = Claims.take

    def failing(claims: Claims, source: Source, known: Known) -> str | None:
        if source.id == "other":
            raise PlaceError("the landing place is away")
        return take(claims, source, known)

    monkeypatch.setattr(Claims, "take", failing)
    done = await run_round(of(tmp_path / "recorder", monkeypatch))
    assert done.away == {"other": "the landing place is away"}
    assert (done.faults, done.recorded.new_documents) == ((), 2)
    assert "not polled: other (the landing place is away)" in done.headline
    assert round_ended(done, "").name == NOT_SENT


async def test_a_damaged_memory_is_not_another_runs(
    second: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its source is named as not polled and counts as failed; the other one is polled."""
    (second / "memory").mkdir()
    (second / "memory" / "other.json.zst").write_bytes(b"damaged")
    done = await run_fetch(of(tmp_path / "one", monkeypatch))
    assert (done.damaged, done.elsewhere, len(done.crawled)) == (("other",), {}, 1)
    assert "their memory is damaged: other" in done.headline
    assert fetched(done).name == PARTLY_FAILED
    alone = await run_fetch(of(tmp_path / "one", monkeypatch), ["other"])
    assert fetched(alone).name == ALL_FAILED


@pytest.mark.usefixtures("second")
async def test_every_error_of_ours_is_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Of two sources with an error each, both are found there with their names, though a run raises the first alone."""

    async def asking(source: Source) -> Crawled:
        raise KeyError(f"mistake with {source.id}")

    name_sources(our_packages)
    for run in (run_fetch, run_round):
        caplog.clear()
        done = await run(of(tmp_path / run.__name__, monkeypatch), asking=asking)
        assert len(done.faults) == 2
        for name in ("feed", "other"):
            assert f"{name}: ended with an error: KeyError: 'mistake with {name}'" in caplog.text


async def test_crawls_that_land_at_the_same_time_are_all_counted(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a run says that it has sent is what it has sent."""
    settings, there = of(tmp_path / "one", monkeypatch), open_place(str(place))
    together, put = threading.Barrier(3), there.put

    def slow(name: str, content: bytes | Path) -> None:
        put(name, content)
        together.wait(PATIENCE)

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
