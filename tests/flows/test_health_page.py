"""The health page of an installation."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from made_rounds import item, now

from config.settings import Settings
from flows.condition import Condition, condition
from flows.health import SourceNow
from flows.health_page import MOST_SOURCES, headline, health_page
from scrapers.crawl.crawl import due_at
from scrapers.crawl.health import Health, ItemCounts
from tests.patience import PATIENCE
from tests.sites.publisher import source_of
from warehouse.outbox.states import TRANSITIONS
from warehouse.query.condition import Outbox, Totals

if TYPE_CHECKING:
    from pathlib import Path

    from scrapers.crawl.health import State

NO_OUTBOX = Outbox(dict.fromkeys(TRANSITIONS, 0), 0, 0, None)


def _source(name: str, state: State, reason: str = "because", **more: object) -> SourceNow:
    return SourceNow(Health(name, state, reason, now, **more), now, now + timedelta(hours=1))  # type: ignore[arg-type]


def _condition(*sources: SourceNow, **more: object) -> Condition:
    well = Condition(now, sources, Totals(1200, 34, 5, 0, 0, now), 5, NO_OUTBOX, now, False, 0, {"Python": "3.12.1"})
    return replace(well, **more)  # type: ignore[arg-type]


def test_what_needs_attention_comes_first() -> None:
    """Failing sources are above healthy ones, with the reason escaped; a source that is off is left out."""
    counts = ItemCounts(failed=2, failing=(item("RES|1", "failed", "status 404"),))
    made = _condition(
        _source("fine", "healthy"),
        _source("away", "off"),
        _source("broken", "failing", "3 failures in a row: <script> | [x](y)"),
        _source("unread", "healthy", items=counts),
    )
    page = health_page(made)
    assert headline(made) == "2 of 3 sources are healthy; 2 items could not be read"
    assert page.index("## Needs attention") < page.index("## Sources") < page.index("## Figures")
    rows = [line.split(" | ")[0].removeprefix("| ") for line in page.splitlines() if line.startswith("| ")][1:4]
    assert rows == ["broken", "unread", "fine"]
    assert "away" not in page
    assert r"&lt;script&gt; \| \[x\](y)" in page
    assert r"2 items could not be read; RES\|1: status 404" in page
    assert "| documents | 1,200 |" in page
    assert "Python 3.12.1" in page


def test_when_all_is_well_it_says_so() -> None:
    """Nothing is listed that needs attention."""
    page = health_page(_condition(_source("fine", "healthy")))
    assert "Nothing needs attention." in page
    assert "## Needs attention" not in page


def test_messages_and_files_need_attention_too() -> None:
    """Messages given up, in doubt or held, batches not recorded, and a snapshot that is behind or missing."""
    states = dict.fromkeys(TRANSITIONS, 0) | {"dead": 1, "held": 12}
    page = health_page(_condition(outbox=Outbox(states, 2, 0, None), batches=1, is_behind=True))
    for words in (
        "**1 message** given up: `mandates outbox retry`",
        "**2 messages** may or may not have arrived",
        "**12 messages** held for your approval",
        "**1 fetched batch** not recorded yet",
        "The snapshot lacks what was recorded last",
    ):
        assert words in page
    assert "No snapshot has been published yet" in health_page(_condition(published=None, totals=None, outbox=None))


def test_the_page_is_bounded() -> None:
    """Of very many sources, those that need attention are shown and the others counted."""
    many = [_source(f"s{number:04}", "healthy") for number in range(MOST_SOURCES + 50)]
    page = health_page(_condition(*many, _source("zz", "failing")))
    assert "| zz |" in page
    assert "and 51 more" in page
    assert len(page) < 40_000


@pytest.mark.slow
def test_the_condition_is_that_of_the_installation(place: Path) -> None:
    """After a real run: its figures, its source, and when that is due again."""
    found = condition(Settings())
    assert found.totals is not None
    assert found.outbox is not None
    assert (found.totals.documents, found.outbox.states["sent"]) == (1, 1)
    (papers,) = found.sources
    assert papers.health.state == "healthy"
    assert papers.last_success is not None
    assert papers.next_poll is not None
    assert papers.next_poll > papers.last_success
    assert "| papers | healthy |" in health_page(found)
    assert set(found.versions) == {"Mandate Monitor", "Prefect", "DuckDB", "Python"}
    assert place.is_dir()


def test_a_failing_source_is_due_after_its_pause() -> None:
    """A healthy source is due after its own interval, a failing one after growing pauses, a new one at once."""
    source = source_of(kind="feed", url="https://example.org/feed", every="1d")
    assert due_at(source, 0, None, None) is None
    assert due_at(source, 0, now, now) == now + timedelta(days=1)
    assert due_at(source, 2, now, None) == now + timedelta(minutes=10)
    assert due_at(source, 40, now, now - timedelta(days=9)) == now + timedelta(days=1)


def test_batches_in_the_shared_place_are_counted(place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside those of the home; a place that is away, or that does not answer in time, is named instead."""
    shared = tmp_path / "shared"
    (shared / "batches").mkdir(parents=True)
    monkeypatch.setenv("MANDATES_LANDING", str(shared))
    monkeypatch.setattr("flows.condition.PLACE_SECONDS", PATIENCE)
    before = condition(Settings())
    for name in ("one", "two"):
        (shared / "batches" / f"{name}.parquet").write_bytes(b"PAR1")
    found = condition(Settings())
    assert (found.batches - before.batches, found.place_answers) == (2, True)
    shared.rename(tmp_path / "gone")
    away = condition(Settings())
    assert (away.batches, away.place_answers) == (before.batches, False)
    assert "The shared landing place does not answer" in health_page(away)
    assert f"| batches not recorded yet | {before.batches} or more |" in health_page(away)
    with monkeypatch.context() as patched:
        over = threading.Event()
        patched.setattr("flows.condition.PLACE_SECONDS", 0.05)
        patched.setattr("flows.condition.waiting", lambda _: [over.wait(PATIENCE)])
        assert not condition(Settings()).place_answers
        over.set()
