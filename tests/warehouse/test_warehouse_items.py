"""The states of items in the warehouse: kept with their batch, notified once, and carried over from a former home."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from scrapers.crawl import item_states
from scrapers.publication import DroppedRow, ItemState, Unreadable
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of
from tests.warehouse.made import batch, entry, nobody, start, with_items
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.load.source_memory import memory_of
from warehouse.store import database, schema
from warehouse.store.database import live_path, session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from scrapers.publication import Harvest, ItemFate, Memory
    from warehouse.model import Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]


def state(key: str, is_: ItemFate, reason: str | None = None, **more: Any) -> ItemState:
    """The state of an item that was first shown by the crawl number 0."""
    values: dict[str, Any] = {"url": f"https://example.org/{key}", "title": key, "first_seen": start, "since": start}
    return ItemState(key=key, state=is_, reason=reason, **values | more)


def test_states_come_back_as_they_were(home: Path, recorded: Record) -> None:
    """Each field of a state survives landing, recording and the next crawl's memory."""
    failed = state(
        "one",
        "failed",
        "status 404",
        tries=3,
        next_try=start + timedelta(days=1),
        identity="url:one",
        row="f00 ba1",
        read_at=start,
        payload='{"title": "Überfahrt"}',
        sketch="ab12",
    )
    recorded(with_items(batch(0), failed, state("two", "taken")))
    assert memory_of(home, "made").items == {"one": failed, "two": state("two", "taken")}
    assert memory_of(home, "other").items == {}


def test_only_changed_items_are_written_and_a_late_batch_undoes_nothing(recorded: Record, rows: Rows) -> None:
    """What a batch does not name stays; an older crawl's state never replaces a newer one's."""
    recorded(with_items(batch(0), state("one", "failed", "status 404", tries=1), state("two", "waiting")))
    recorded(with_items(batch(2), state("one", "taken", since=start + timedelta(hours=2))))
    recorded(with_items(batch(1), state("one", "failed", "status 404", tries=2)))
    assert rows("SELECT item, state, reason, tries FROM items ORDER BY item") == [
        ("one", "taken", None, 0),
        ("two", "waiting", None, 0),
    ]
    assert rows("SELECT count(DISTINCT changed_at) FROM items") == [(2,)]


def test_states_and_batch_are_one_transaction(home: Path, rows: Rows) -> None:
    """When the batch cannot be recorded, no state of it is kept."""
    land(home, with_items(batch(0, entry()), state("one", "failed", "status 404", tries=1)))

    def broken(_found: Any) -> Any:
        raise RuntimeError("no subscriptions")

    with pytest.raises(RuntimeError, match="no subscriptions"):
        record(home, broken)
    assert rows("SELECT count(*) FROM items") == [(0,)]


def unreadable(item: ItemState) -> Unreadable:
    """What a crawl says of an item that cannot be read."""
    return Unreadable(item, entry("AALCO/RES/64/S 21", title="Examples", words=None, body="AALCO").publication)


def test_an_item_that_cannot_be_read_is_told_once(recorded: Record) -> None:
    """Each crawl that fails again says so; one finding comes of it, with what a subscriber wants to know."""
    item = state("s21", "failed", "status 404", first_seen=start + timedelta(hours=2), tries=3)
    recorded(batch(0, entry()))
    told = [recorded(with_items(batch(number), item, unreadable=(unreadable(item),))).findings for number in (3, 4, 5)]
    assert [len(findings) for findings in told] == [1, 0, 0]
    (finding,) = told[0]
    document = finding.document
    assert (finding.kind, document.symbol, document.body) == ("item_unreadable", "AALCO/RES/64/S 21", "AALCO")
    assert (finding.note, finding.tries, finding.since, document.sources) == ("status 404", 3, start.date(), ("made",))
    assert not finding.baseline


def test_what_was_dead_when_a_source_was_added_is_its_baseline(recorded: Record) -> None:
    """The dead links of an archive that was just added flood nobody."""
    item = state("s21", "failed", "status 404", tries=3)
    recorded(batch(0, entry()))
    (finding,) = recorded(with_items(batch(3), item, unreadable=(unreadable(item),))).findings
    assert finding.baseline


def test_when_it_is_read_at_last_the_usual_findings_follow(recorded: Record) -> None:
    """That a document could not be read keeps nobody from hearing of its mandates."""
    item = state("s21", "failed", "status 404", first_seen=start + timedelta(hours=2), tries=3)
    recorded(batch(0, entry()))
    recorded(with_items(batch(3), item, unreadable=(unreadable(item),)))
    found = recorded(batch(4, entry("AALCO/RES/64/S 21", title="Examples", body="AALCO"))).findings
    assert [finding.kind for finding in found] == ["new_document", "new_mandate", "new_mandate"]


def test_analysts_can_tell_filtered_from_failed(recorded: Record, rows: Rows) -> None:
    """The batch says of each row what kind it is; the view shows what was not taken and why; sources are counted."""
    dropped = (
        DroppedRow(None, "Bees", "concerns none of boats", "filtered"),
        DroppedRow(None, "Boats", "could not be read: status 404", "failed"),
    )
    made = with_items(
        batch(0),
        state("Bees", "filtered", "concerns none of boats"),
        state("Boats", "failed", "status 404", tries=2, next_try=start),
        state("Sea", "taken"),
        dropped=dropped,
    )
    recorded(made)
    assert rows("SELECT d.title, d.kind FROM batches, unnest(dropped) AS t(d)") == [
        ("Bees", "filtered"),
        ("Boats", "failed"),
    ]
    assert rows("SELECT source, title, state, reason, tries FROM items_not_taken ORDER BY title") == [
        ("made", "Bees", "filtered", "concerns none of boats", 0),
        ("made", "Boats", "failed", "status 404", 2),
    ]
    assert rows("SELECT items_waiting, items_filtered, items_failed FROM source_health") == [(0, 1, 1)]


def test_writing_costs_by_what_changed_not_by_what_there_is(recorded: Record, rows: Rows) -> None:
    """One item of ten thousand changes: one row is written, the others keep the crawl that wrote them."""
    many = [state(f"item {number}", "taken") for number in range(10_000)]
    recorded(with_items(batch(0), *many))
    recorded(with_items(batch(1), state("item 7", "failed", "status 410", tries=1)))
    assert rows("SELECT count(*) FROM items GROUP BY changed_at ORDER BY 1") == [(1,), (9_999,)]


def former_notes(harvest: Harvest) -> dict[str, str]:
    """What the former version would have noted of the same crawl, three crawls long."""
    notes = dict(harvest.state)
    for item in harvest.items:
        key = f"item {item.key}"
        if item.state in {"taken", "filtered"}:
            read = item.read_at.isoformat() if item.read_at else None
            notes[key] = json.dumps([item.identity, item.row, read])
        elif item.title == "Given up":
            notes[key] = json.dumps([None, item.row, None])
            notes[f"tries {key}"] = notes[f"waiting {key}"] = ""
        else:
            notes[f"tries {key}"] = "3"
            notes[f"waiting {key}"] = item.payload or ""
    return notes


def former_home(home: Path, notes: dict[str, str]) -> None:
    """A home of the schema before there were items, with one source that was crawled."""
    home.mkdir()
    wanted = schema.migrations()[:3]
    deadline = database.Deadline(5)
    with schema.current(live_path(home), lambda path: database._connect(path, deadline), wanted) as connection:
        connection.execute(
            "INSERT INTO sources VALUES "
            "('test', 'healthy', 0, NULL, $at, $at, $at, $at, CAST($notes AS MAP(VARCHAR, VARCHAR)))",
            {"at": datetime.now(UTC), "notes": notes},
        )
        dropped = (
            "[{'url': 'https://example.org/b', 'title': 'B', 'reason': 'concerns none of boats'}, "
            "{'url': NULL, 'title': 'C', 'reason': 'no url'}]"
        )
        statement = f"INSERT INTO batches VALUES ('b', 'test', $at, $at, 'ok', 2, 0, NULL, {dropped}, $at)"
        connection.execute(statement, {"at": start})


async def test_a_former_home_is_carried_over_and_nothing_is_fetched_again(
    home: Path, rows: Rows, publisher: Publisher
) -> None:
    """Notes become states: what was taken, filtered or given up is left alone; what still failed is tried and taken."""
    links = {0: "Boats", 1: "Ports", 2: "Bees", 3: "Draft of boats", 4: "Given up", 5: "Late boats"}
    body = "".join(f'<li><a href="/d/{number}">{title}</a></li>' for number, title in links.items())
    for number in (0, 1, 2):
        words = ("Boats at sea, and those who sail.", "Ports for boats, large and small.", "Bees and birds.")[number]
        publisher.says(f"/d/{number}", f"<html><body><main><p>{words}</p></main></body></html>")
    source = source_of(
        kind="listing",
        url=publisher.says("/list", Answer(f"<ul>{body}</ul>")),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={},
        filter={"words": ["boats"], "without": ["draft"]},
    )
    first = await crawled(source)
    assert {item.title: item.state for item in first.items} == {
        "Boats": "taken",
        "Ports": "taken",
        "Bees": "filtered",
        "Draft of boats": "filtered",
        "Given up": "failed",
        "Late boats": "failed",
    }
    former_home(home, former_notes(first))
    memory: Memory = memory_of(home, "test")
    assert {item.key: (item.state, item.identity, item.row) for item in memory.items.values()} == {
        item.key: (item.state, item.identity, item.row if item.title != "Late boats" else "") for item in first.items
    }
    late = next(item for item in memory.items.values() if item.title == "Late boats")
    assert (late.tries, late.payload is not None) == (3, True)
    assert not [name for name in memory.state if name.startswith(("item ", "waiting ", "tries "))]
    assert memory.state["swept"] == first.state["swept"]
    assert rows("SELECT d.kind FROM batches, unnest(dropped) AS t(d) ORDER BY d.title") == [("filtered",), ("failed",)]
    publisher.asked.clear()
    publisher.says("/d/5", "<html><body><main><p>Boats at last.</p></main></body></html>")
    second = await crawled(source, memory)
    assert publisher.targets() == ["/list", "/d/5"]
    assert [publication.title for publication in second.publications if publication.text is not None] == ["Late boats"]
    assert second.unreadable == ()
    assert remembered(second, memory).items[late.key].state == "taken"


def test_the_fingerprint_of_a_row_is_the_former_one() -> None:
    """A row that the former version noted is known again: fields that were added since are no part of it."""
    item = item_states.Item(url="https://example.org/1", title="Boats", topics=("sea", "air"))
    assert item.fingerprint == "9646821a2746be69"


def test_the_status_of_a_snapshot_of_a_former_version_can_be_seen(home: Path) -> None:
    """Until the next run publishes one, a snapshot without items says what it knows."""
    from warehouse.query.source_history import histories

    with session(home) as connection:
        for view in ("source_delays", "document_delays", "items_not_taken", "source_health"):
            connection.execute(f"DROP VIEW {view}")
        connection.execute("DROP TABLE items")
    publish(home)
    assert histories(home) == {}


def test_recording_the_same_batch_twice_changes_no_state(home: Path, recorded: Record, rows: Rows) -> None:
    """A batch that lands again is known by its id."""
    made = with_items(batch(0), state("one", "failed", "status 404", tries=1))
    recorded(made)
    land(home, made)
    assert record(home, nobody).batch_ids == ()
    assert rows("SELECT tries FROM items") == [(1,)]
