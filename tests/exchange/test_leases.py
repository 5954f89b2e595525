"""Who holds what: one of many takes it, the dead are succeeded, and the slow notice."""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from config.sources import load_sources
from scrapers.http.pacing import Pacing
from scrapers.publication import FetchError
from tests.patience import PATIENCE
from warehouse.exchange import hosts
from warehouse.exchange.claims import Claims
from warehouse.exchange.hosts import HostLeases
from warehouse.exchange.leases import FIRST, LAST, Leases
from warehouse.exchange.memories import Known
from warehouse.exchange.presence import MARGIN_SECONDS, Presence, present

if TYPE_CHECKING:
    from pathlib import Path

    from config.sources import Source
    from warehouse.exchange.place import Place


def run(place: Place) -> Presence:
    presence = Presence(place)
    presence.sign()
    return presence


def dead(presence: Presence, folder: Path) -> None:
    """As a run that was killed longer ago than others wait."""
    long_ago = time.time() - PATIENCE - MARGIN_SECONDS - 1
    os.utime(folder / "place" / "runs" / presence.name, (long_ago, long_ago))


def a_source(tmp_path: Path, every: str = "1h") -> Source:
    path = tmp_path / "sources.yaml"
    path.write_text(f"- {{id: made, kind: feed, url: https://example.org/feed, every: {every}}}\n")
    return load_sources(path)[0]


def test_one_of_many_takes_a_lease(place: Place) -> None:
    """Of twenty that try at the same time, one succeeds."""
    runs = [Leases(run(place), "hosts") for _ in range(20)]
    with ThreadPoolExecutor(20) as pool:
        taken = list(pool.map(lambda leases: leases.take("a", FIRST), runs))
    assert sum(each is not None for each in taken) == 1


def test_the_dead_are_succeeded_once(tmp_path: Path, place: Place) -> None:
    """What a killed run held goes to one of those who wait, when its signs of life have ended; not before."""
    first, second, third = run(place), run(place), run(place)
    Leases(first, "hosts").take("a", FIRST)
    leases, others = Leases(second, "hosts"), Leases(third, "hosts")
    assert leases.is_held(leases.newest("a"), second.alive())
    dead(first, tmp_path)
    newest = leases.newest("a")
    assert not leases.is_held(newest, second.alive())
    assert leases.take("a", newest) is not None
    assert others.take("a", newest) is None
    assert Leases(first, "hosts").give_back("a", newest) is None


def test_a_number_that_is_long_past_is_not_taken(place: Place) -> None:
    """Whoever read a lease ages ago does not get it, though the next number has been tidied away since."""
    presence = run(place)
    leases = Leases(presence, "hosts")
    old = leases.take("a", FIRST)
    assert old is not None
    newest = old
    for _ in range(3):
        taken = leases.take("a", newest)
        assert taken is not None
        newest = taken
    assert Leases(run(place), "hosts").take("a", old) is None
    assert leases.newest("a").number == newest.number
    assert len(place.find("hosts")) == 1


def test_a_lease_that_was_taken_over_while_it_was_written_is_anothers(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lists the folder while another run tidies it may find nothing, and has not got the lease."""
    leases = Leases(run(place), "hosts")
    with monkeypatch.context() as patched:
        patched.setattr(type(place), "find", lambda _place, _room: [])
        assert leases.take("a", FIRST) is None
    assert place.find("hosts") == []


@pytest.mark.parametrize("key", ["..", ".", "../batches", "a" * 300, "ü" * 100])
def test_a_lease_stays_in_its_own_folder(tmp_path: Path, place: Place, key: str) -> None:
    """A link to `http://../` is a publisher's to write; nothing else of the place is looked at or removed for it."""
    for name in ("batches/made.parquet", "claims/made/000000000007"):
        place.put(name, b"another's")
    leases = Leases(run(place), "hosts")
    taken = leases.take(key, leases.newest(key))
    assert taken is not None
    assert taken.number == 1
    assert leases.newest_of(leases.all_held(), key).number == leases.newest(key).number == 1
    (held,) = place.find("hosts")
    assert len(held.name.split("/")) == 3
    assert all((tmp_path / "place" / name).is_file() for name in ("batches/made.parquet", "claims/made/000000000007"))


def test_what_is_no_lease_is_left_alone(place: Place) -> None:
    """A file that somebody has put beside the leases is not removed with the former ones."""
    place.put("hosts/a/notes.txt", b"1")
    leases = Leases(run(place), "hosts")
    for _ in range(2):
        assert leases.take("a", leases.newest("a")) is not None
    assert {held.name for held in place.find("hosts")} == {"hosts/a/notes.txt", "hosts/a/000000000002"}


def test_a_damaged_lease_is_nobodys_after_a_while(tmp_path: Path, place: Place) -> None:
    """A file that is half written may be a holder's; one that stays so is not."""
    presence = run(place)
    leases = Leases(presence, "hosts")
    place.put("hosts/a/000000000007", b"")
    assert leases.is_held(leases.newest("a"), presence.alive())
    os.utime(tmp_path / "place" / "hosts" / "a" / "000000000007", (1, 1))
    newest = leases.newest("a")
    assert not leases.is_held(newest, presence.alive())
    assert leases.take("a", newest) is not None


def test_machines_with_wrong_clocks_agree(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that is a day ahead makes nobody dead: ages are read from the stamps of the place."""
    first = run(place)
    monkeypatch.setattr(time, "time", lambda: datetime(2050, 1, 1, tzinfo=UTC).timestamp())
    second = run(place)
    assert first.name in second.alive()
    assert second.name in first.alive()


def test_a_run_that_leaves_frees_what_it_held(place: Place) -> None:
    """A run that ends without giving a source back is no reason to wait."""
    with present(place) as presence:
        assert presence.is_sure()
        Leases(presence, "claims").take("a", FIRST)
    other = run(place)
    leases = Leases(other, "claims")
    assert not leases.is_held(leases.newest("a"), other.alive())


def test_a_source_is_asked_by_one_run_at_a_time(tmp_path: Path, place: Place) -> None:
    """A claim keeps others away while it is held, and passes on when its run is dead."""
    source = a_source(tmp_path)
    first, second = run(place), run(place)
    assert Claims(first).take(source, Known()) is None
    assert Claims(second).take(source, Known()) == "another run is polling it"
    dead(first, tmp_path)
    assert Claims(second).take(source, Known()) is None


def test_a_source_is_not_asked_before_its_last_crawl_is_recorded(tmp_path: Path, place: Place) -> None:
    """What landed must be in the memory before the source is asked again; for an hour at most."""
    source = a_source(tmp_path, "1s")
    finished = datetime(2026, 3, 2, 9, tzinfo=UTC)
    claims = Claims(run(place))
    assert claims.take(source, Known()) is None
    claims.give_back(source.id, finished)
    before, after = Known(through=finished - timedelta(seconds=1)), Known(through=finished)
    assert "not been recorded" in (Claims(run(place)).take(source, before) or "")
    folder = tmp_path / "place" / "claims" / source.id
    (path,) = folder.iterdir()
    long_ago = time.time() - 3700
    os.utime(path, (long_ago, long_ago))
    assert Claims(run(place)).take(source, before) is None
    other = Claims(run(place))
    assert other.take(source, after) == "another run is polling it"


@pytest.mark.parametrize("name", ["9" * 15, "9" * 12, f"{LAST + 1:012}", f"{LAST:012}", "٣" * 12, "7", "notes.txt"])
def test_a_number_that_nobody_counted_to_blocks_nobody(
    tmp_path: Path, place: Place, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """A file with an absurd number beside a lease is not its state: the lease passes from run to run as before."""
    place.put(f"hosts/a/{name}", b"")
    os.utime(tmp_path / "place" / "hosts" / "a" / name, (1, 1))
    first, second = Leases(run(place), "hosts"), Leases(run(place), "hosts")
    for leases, others in ((first, second), (second, first)):
        newest = leases.newest("a")
        taken = leases.take("a", newest)
        assert taken is not None
        assert others.take("a", newest) is None
        assert others.newest("a").number == taken.number < 10
        assert leases.give_back("a", taken) is not None
    reports = [each for each in caplog.messages if "not a state of a lease" in each]
    assert len(reports) == (0 if name == f"{LAST:012}" else 2)


async def test_a_request_does_not_wait_for_ever_for_others(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """It fails with the reason when others keep a host for too long, and those behind it fail without such a wait."""
    monkeypatch.setattr(hosts, "BUSY_SECONDS", PATIENCE)
    monkeypatch.setattr(hosts, "LOOK_SECONDS", 0.01)
    other = run(place)
    held = Leases(other, "hosts").take("example.org", FIRST)
    assert held is not None
    async with HostLeases(run(place)) as leases:
        first = asyncio.create_task(leases.hold("example.org", 1.0))
        await asyncio.sleep(0.1)
        assert not first.done()
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        monkeypatch.setattr(hosts, "BUSY_SECONDS", 0.2)
        with pytest.raises(FetchError, match="other runs have been polling this host"):
            await asyncio.wait_for(leases.hold("example.org", 1.0), PATIENCE)
        monkeypatch.setattr(hosts, "BUSY_SECONDS", 3600.0)
        leases._hosts["example.org"].busy_until += 3600
        with pytest.raises(FetchError, match="other runs have been polling this host"):
            await asyncio.wait_for(leases.hold("example.org", 1.0), PATIENCE)
        Leases(other, "hosts").give_back("example.org", held)
        await asyncio.wait_for(leases.hold("example.org", 1.0), PATIENCE)
        assert leases.has("example.org")


async def test_a_host_is_kept_for_a_request_that_waits_for_a_place(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While all places are busy, neither idleness nor the longest time gives the host to others before it was asked."""
    monkeypatch.setattr(hosts, "IDLE_SECONDS", 0.1)
    monkeypatch.setattr(hosts, "LONGEST_SECONDS", 0.2)
    other = Leases(run(place), "hosts")
    async with HostLeases(run(place)) as leases:
        pacing = Pacing(asyncio.sleep, 1, leases)

        async def ask() -> None:
            async with pacing.turn("b", pace=0.0, per_host=1) as sent:
                sent()

        async with pacing.turn("a", pace=0.0, per_host=1) as sent:
            sent()
            waiting = asyncio.create_task(ask())
            await asyncio.sleep(1.0)
            assert leases.has("b")
            assert other.newest("b").number == 1
        await asyncio.wait_for(waiting, PATIENCE)
        # The next request finds that others are due.
        await asyncio.wait_for(leases.hold("b", 0.0), PATIENCE)
        assert other.newest("b").number > 2


async def test_a_request_does_not_wait_for_ever_for_a_place_that_is_away(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails as for a host that is away, also when this run has given no sign of life for so long that it is dead."""
    monkeypatch.setattr(hosts, "AWAY_SECONDS", 0.2)
    monkeypatch.setattr(hosts, "LOOK_SECONDS", 0.05)
    presence = run(place)
    presence._began -= PATIENCE + 1
    async with HostLeases(presence) as leases:
        with pytest.raises(FetchError, match="signs of life"):
            await asyncio.wait_for(leases.hold("example.org", 1.0), PATIENCE)
