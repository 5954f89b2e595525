"""How long it takes from publication to notification: what counts, in which numbers, and how it is said."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.match import alerts_for
from config.subscriptions import load_subscriptions
from flows.delivering import deliver_now
from flows.health import delay_words, healths
from scrapers.crawl.delays import Delays, Measured, Spread, in_days, in_minutes, usually_late
from scrapers.crawl.health import History, health_of
from scrapers.publication import ItemState, PublishedOn
from tests.sites.publisher import source_of
from tests.warehouse.made import batch, entry, nobody, with_items
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.settings import Settings
    from mandates.model import Precision
    from warehouse.model import Batch, Entry

NOW = datetime.now(UTC).replace(microsecond=0)
LONG_AGO = NOW - timedelta(days=400)


def shown(name: str, listed: datetime, after_days: int | None, precision: Precision = "day") -> Entry:
    """A document that its publisher dates so many days before it was listed; None for no date."""
    day = listed.date() - timedelta(days=after_days or 0)
    published = None if after_days is None else PublishedOn(day, precision, "listing")
    return entry(f"T/RES/{name}", title=f"Harbour lights {name}", words=f"Text of {name}.", published=published)


def crawl(listed: datetime, *entries: Entry, source: str = "made", was: bool = False) -> Batch:
    """A crawl that began then, took a minute, and listed these documents for the first time."""
    states = [
        ItemState(
            each.publication.url,
            each.publication.url,
            each.publication.title,
            "taken",
            None,
            listed,
            listed,
            identity=each.publication.identity,
            baseline=was,
        )
        for each in entries
    ]
    made = with_items(batch(0, *entries, source=source, state={"asked": listed.isoformat()}), *states)
    harvest = replace(made.harvest, started_at=listed, finished_at=listed + timedelta(minutes=1))
    return replace(made, harvest=harvest, batch_id=f"{source}-{listed:%Y%m%dT%H%M%S}")


def recorded(home: Path, *batches: Batch) -> None:
    """Record each batch two minutes after its crawl ended."""
    for each in batches:
        land(home, each)
        record(home, nobody, now=lambda each=each: each.harvest.finished_at + timedelta(minutes=2))


def delays(home: Path, period: str = "90 days", source: str = "made") -> dict[str, Any]:
    """The row of `source_delays` in the live file, without its key; empty where there is none."""
    with session(home) as connection:
        answer = connection.execute("FROM source_delays WHERE source_id = ? AND period = ?", [source, period])
        names = [column[0] for column in answer.description or ()]
        return dict(zip(names[2:], (answer.fetchone() or (None, None))[2:], strict=False))


def test_the_times_from_publication_to_recording(home: Path) -> None:
    """Days count from the day of publication, minutes from the begin of the crawl; what has no day is only counted."""
    first = NOW - timedelta(days=60)
    second = NOW - timedelta(days=9)
    recorded(
        home,
        crawl(first, shown("0", first, 300)),
        crawl(
            second,
            shown("1", second, 0),
            shown("2", second, 4),
            shown("3", second, 6),
            shown("4", second, 40, "month"),
            shown("5", second, None),
        ),
    )
    found = delays(home)
    assert (found["documents"], found["documents_dated"]) == (5, 3)
    assert (found["listed_days_p50"], found["listed_days_p95"]) == (4, 6)
    assert (found["recorded_minutes_p50"], found["recorded_minutes_p95"]) == (3, 3)
    assert (found["notified_minutes_p50"], found["notified_minutes_p95"]) == (None, None)


def test_a_first_look_says_nothing_of_delays(home: Path) -> None:
    """What was there at the first crawl, or came with a loaded past, is left out, whenever it was read."""
    first, later = NOW - timedelta(days=60), NOW - timedelta(days=5)
    recorded(home, crawl(first, shown("0", first, 300)), crawl(later, shown("1", later, 900), was=True))
    assert delays(home) == delays(home, "all") == {}
    recorded(home, crawl(later + timedelta(hours=1), shown("2", later, 2)))
    assert delays(home)["documents"] == 1


def test_files_that_somebody_ingests_say_nothing_of_delays(home: Path) -> None:
    """They come when that person likes."""
    first, later = NOW - timedelta(days=60), NOW - timedelta(days=5)
    for each in (crawl(first, shown("0", first, 1)), crawl(later, shown("1", later, 900))):
        recorded(home, replace(each, harvest=replace(each.harvest, state={})))
    assert delays(home, "all") == {}


def test_only_the_last_90_days_count_as_the_last_90_days(home: Path) -> None:
    """What was listed before that counts among all."""
    times = [LONG_AGO, NOW - timedelta(days=91), NOW - timedelta(days=89)]
    recorded(home, *(crawl(at, shown(str(number), at, number)) for number, at in enumerate(times)))
    assert delays(home)["documents"] == 1
    assert delays(home, "all")["documents"] == 2


def test_what_another_source_brought_is_recorded_by_that_one(home: Path) -> None:
    """A second source has its own delay of listing, and none of recording, which was not its doing."""
    start, first, second = NOW - timedelta(days=60), NOW - timedelta(days=8), NOW - timedelta(days=5)
    recorded(home, crawl(start, shown("0", start, 0)), crawl(start, shown("0", start, 0), source="other"))
    recorded(home, crawl(first, shown("1", first, 1)), crawl(second, shown("1", first, 1), source="other"))
    found = delays(home, source="other")
    assert (found["listed_days_p50"], found["recorded_minutes_p50"]) == (4, None)


def test_the_first_accepted_message_counts(
    settings_of_a_desk: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time until a mailbox accepted the message is measured from recording; a digest's is not."""
    told = settings_of_a_desk.config / "subscriptions.yaml"
    both = "\n  weekly: {targets: [desk], mode: weekly, at: '07:00'}\n"
    told.write_text("targets: {desk: mailbox}\nsubscriptions:\n  everything: {targets: [desk]}" + both)
    first, later = NOW - timedelta(days=60), NOW - timedelta(minutes=6)
    recorded(home, crawl(first, shown("0", first, 300)))
    land(home, crawl(later, shown("1", later, 0)))
    at = later + timedelta(minutes=3)
    record(home, alerts_for(load_subscriptions(settings_of_a_desk.config), at), now=lambda: at)
    assert deliver_now(settings_of_a_desk).rows
    minutes = delays(home)["notified_minutes_p50"]
    passed = (datetime.now(UTC) - at).total_seconds() / 60
    assert 2.9 <= minutes <= passed + 0.1


@pytest.mark.slow
@pytest.mark.parametrize("orders", [4, pytest.param(40, marks=pytest.mark.long)])
def test_percentiles_do_not_depend_on_the_order_of_arrival(
    tmp_path_factory: pytest.TempPathFactory, blank: Path, orders: int
) -> None:
    """However documents arrive, the percentiles are those of the sorted delays: the least that covers the share."""

    @settings(max_examples=orders, deadline=None)
    @given(st.lists(st.integers(0, 400), min_size=1, max_size=30), st.randoms(use_true_random=False))
    def arrive(after: list[int], chance: Any) -> None:
        home = tmp_path_factory.mktemp("any")
        (home / "live.duckdb").write_bytes(blank.read_bytes())
        first = NOW - timedelta(days=80)
        recorded(home, crawl(first, shown("first", first, 0)))
        crawls = [
            crawl(at := NOW - timedelta(days=70) + timedelta(hours=number), shown(str(number), at, days))
            for number, days in enumerate(after)
        ]
        chance.shuffle(crawls)
        for each in crawls:
            land(home, each)
        record(home, nobody)
        found, ranked = delays(home), sorted(after)
        assert found["documents_dated"] == len(after)
        for share, name in ((0.5, "listed_days_p50"), (0.95, "listed_days_p95")):
            assert found[name] == ranked[math.ceil(share * len(ranked)) - 1]

    arrive()


def spread(p50: float, dated: int = 9) -> Delays:
    return Delays(dated, dated, listed_days=Spread(p50, p50 + 3))


@pytest.mark.parametrize(
    ("every", "measured", "words"),
    [
        ("1h", Measured(spread(1), spread(1)), None),
        ("1h", Measured(spread(2), spread(2)), "usually listed 2 days after publication"),
        ("1h", Measured(spread(6), spread(1)), "usually listed 6 days after publication"),
        ("1h", Measured(spread(6, dated=4), spread(1)), None),
        ("1h", Measured(Delays(), spread(6)), "usually listed 6 days after publication"),
        ("1h", Measured(Delays(9), Delays(9)), None),
        ("1d", Measured(spread(2), spread(2)), None),
        ("1d", Measured(spread(3), spread(3)), "usually listed 3 days after publication"),
        ("7d", Measured(spread(8), spread(8)), None),
    ],
)
def test_a_source_is_called_slow_only_for_what_is_not_ours(every: str, measured: Measured, words: str | None) -> None:
    """A day's precision and the polling interval explain some days; more in half of five documents is its way."""
    source = source_of(kind="feed", url="http://example.org/rss", every=every)
    assert usually_late(source, measured) == words
    history = History(first_success=LONG_AGO, last_success=NOW, last_crawl=NOW, delays=measured)
    assert (words or "usually") in health_of(source, history, NOW).why or words is None


def test_what_is_not_known_is_unknown() -> None:
    """Nothing is made of nothing, least of all a zero."""
    health = health_of(source_of(kind="feed", url="http://example.org/rss"), History(last_crawl=NOW), NOW)
    assert delay_words(health) == ("unknown", "unknown", "unknown")
    assert health.slow is None
    assert asdict(health.delays.lately)["listed_days"] is None


def test_delays_in_words() -> None:
    """Few units, whole numbers, and the 95 % beside the median where they differ."""
    assert in_days(Spread(1, 6)) == "1 day (95 %: 6)"
    assert in_days(Spread(0, 0)) == "0 days"
    assert in_minutes(Spread(0.2, 0.4)) == "under 1 min"
    assert in_minutes(Spread(3, 300)) == "3 min (95 %: 5 h)"
    assert in_minutes(Spread(90, 5000)) == "90 min (95 %: 3 days)"


def test_the_status_has_the_delays(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`sources status` shows them in words, its JSON in numbers with null for what is not known, from the snapshot."""
    from flows.cli import main

    config = tmp_path / "config"
    config.mkdir()
    (config / "sources.yaml").write_text(
        json.dumps(
            [{"id": name, "kind": "feed", "url": f"http://example.org/{name}"} for name in ("made", "undated", "quiet")]
        )
    )
    first, later = NOW - timedelta(days=60), NOW - timedelta(hours=1)
    for name, days in (("made", 6), ("undated", None)):
        recorded(home, crawl(first, shown(f"{name}-0", first, 0), source=name))
        recorded(home, crawl(later, *(shown(f"{name}-{n}", later, days) for n in range(1, 7)), source=name))
    publish(home)
    with pytest.raises(SystemExit) as ended:
        main(["--config", str(config), "sources", "status", "--json"])
    assert ended.value.code == 0
    made, undated, _quiet = json.loads(capsys.readouterr().out)
    assert made["slow"] == "usually listed 6 days after publication"
    assert made["delays"]["90 days"]["listed_days"] == {"p50": 6, "p95": 6}
    assert made["delays"]["90 days"]["notified_minutes"] is None
    assert undated["slow"] is None
    assert undated["delays"]["all"] == {
        "documents": 6,
        "dated": 0,
        "listed_days": None,
        "recorded_minutes": {"p50": 3.0, "p95": 3.0},
        "notified_minutes": None,
    }
    with pytest.raises(SystemExit):
        main(["--config", str(config), "sources", "status"])
    lines = capsys.readouterr().out.splitlines()
    state, delay = (line.split() for line in lines if line.startswith("made"))
    assert "usually listed 6 days after publication" in " ".join(state)
    assert delay == ["made", "6", "6", "days", "3", "min", "unknown"]
    (undated,) = (line.split() for line in lines if line.startswith("undated") and "min" in line)
    assert undated == ["undated", "6", "unknown", "3", "min", "unknown"]
    assert lines[-2] == "delays unknown, because nothing new was listed in the last 90 days: quiet"


def test_a_snapshot_of_a_former_version_has_no_delays(home: Path, tmp_path: Path) -> None:
    """Until the next run publishes one, the delays are unknown and the rest is shown."""
    first = NOW - timedelta(days=60)
    recorded(home, crawl(first, shown("0", first, 0)))
    with session(home) as connection:
        connection.execute("DROP VIEW source_delays; DROP VIEW document_delays")
    publish(home)
    (health,) = healths(home, [source_of(id="made", kind="feed", url="http://example.org/rss")])
    assert delay_words(health) == ("unknown",) * 3


def test_analysts_can_list_the_late_ones(home: Path) -> None:
    """`document_delays` leads from a number to the documents behind it."""
    first, later = NOW - timedelta(days=60), NOW - timedelta(days=5)
    recorded(home, crawl(first, shown("0", first, 0)), crawl(later, shown("1", later, 30), shown("2", later, 1)))
    publish(home)
    sql = "SELECT symbol, published_on, listed_at FROM document_delays WHERE listed_after_days > 20"
    found: Sequence[tuple[Any, ...]] = query(home, sql).rows
    assert found == [("T/RES/1", later.date() - timedelta(days=30), later)]
    assert isinstance(found[0][1], date)
