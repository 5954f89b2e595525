"""Every item has a state: what was not taken is tried again, said, and never forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from config.source_blocks import Policy
from scrapers.crawl.item_states import next_try
from scrapers.publication import Memory
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of, swept_long_ago

if TYPE_CHECKING:
    from pathlib import Path

    from config.sources import Source
    from scrapers.publication import Harvest, ItemState

fields = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
now = datetime(2026, 11, 21, 12, tzinfo=UTC)


def page(*rows: str) -> Answer:
    """A listing of these rows, with a validator of its own."""
    body = "<html><body><ul>" + "".join(f"<li>{row}</li>" for row in rows) + "</ul></body></html>"
    return Answer(body, headers={"ETag": f'"{hash(body)}"'})


def link(number: int, title: str | None = None) -> str:
    """A row that leads to a document."""
    return f'<a href="/d/{number}">{title or f"Decision {number}"}</a>'


def listing(publisher: Publisher, *pages: Answer, **more: Any) -> Source:
    """A listing at /list whose rows lead to documents."""
    blocks = {"item": {"css": "li"}, "fields": fields, "detail": {}, **more}
    return source_of(kind="listing", url=publisher.says("/list", *pages), **blocks)


def text(publisher: Publisher, *numbers: int) -> None:
    """Put these documents on the site."""
    for number in numbers:
        publisher.says(f"/d/{number}", f"<html><body><main><p>The text of decision {number}.</p></main></body></html>")


def states(memory: Memory) -> dict[str | None, str]:
    """The state of each item by its title."""
    return {item.title: item.state for item in memory.items.values()}


def one(memory: Memory, title: str) -> ItemState:
    """The item of a title."""
    return next(item for item in memory.items.values() if item.title == title)


def later(memory: Memory, span: timedelta) -> Memory:
    """The same memory after so long: all tries come so much nearer."""
    return replace(
        memory,
        items={
            key: replace(item, next_try=item.next_try - span if item.next_try else None)
            for key, item in memory.items.items()
        },
    )


async def crawls(source: Source, memory: Memory, times: int) -> tuple[Memory, list[Harvest]]:
    """So many crawls one after the other."""
    harvests = []
    for _ in range(times):
        harvests.append(await crawled(source, memory))
        memory = remembered(harvests[-1], memory)
    return memory, harvests


async def test_a_document_that_is_missing_five_times_is_taken_when_it_comes(publisher: Publisher) -> None:
    """It is failed with its reason, tried five times and a day later, and taken though its listing never changed."""
    source = listing(publisher, page(link(0), link(1)))
    text(publisher, 0)
    publisher.says("/d/1", Answer(b"", 404))
    memory, harvests = await crawls(source, Memory(), 7)
    assert [harvest.outcome for harvest in harvests] == ["ok"] * 5 + ["not_modified"] * 2
    assert publisher.targets().count("/d/1") == 5
    failed = one(memory, "Decision 1")
    assert (failed.state, failed.tries, failed.identity) == ("failed", 5, None)
    assert "status 404" in (failed.reason or "")
    assert [harvest.items_failed for harvest in harvests] == [1] * 7
    text(publisher, 1)
    memory, (a_day_later,) = await crawls(source, later(memory, timedelta(days=1)), 1)
    assert [publication.title for publication in a_day_later.publications] == ["Decision 1"]
    assert states(memory) == {"Decision 0": "taken", "Decision 1": "taken"}
    assert one(memory, "Decision 1").tries == 0
    assert a_day_later.items_failed == 0


async def test_a_document_that_stays_missing_is_never_given_up(publisher: Publisher) -> None:
    """After the daily tries come weekly ones, for as long as the source is crawled."""
    source = listing(publisher, page(link(0), link(1)), policy={"tries": 2})
    text(publisher, 0)
    memory, _ = await crawls(source, Memory(), 3)
    asked = [publisher.targets().count("/d/1")]
    for days in (1,) * 7 + (6, 1, 6, 1):
        memory, _ = await crawls(source, later(memory, timedelta(days=days)), 1)
        asked.append(publisher.targets().count("/d/1"))
    assert asked == [2, *range(3, 10), 9, 10, 10, 11]


def test_the_pauses_grow() -> None:
    """By the next crawl at first, then daily for a week, then with the sweeps."""
    policy = Policy(tries=3)
    pauses = [(next_try(policy, tries, now) - now).days for tries in range(1, 13)]
    assert pauses == [0, 0, *[1] * 7, 7, 7, 7]


async def test_subscribers_hear_of_a_document_that_is_listed_and_cannot_be_read(publisher: Publisher) -> None:
    """After the set number of tries, with the listing's own words; one that was read before is no news to them."""
    source = listing(publisher, page(link(0), link(1)), body="AALCO", policy={"tell_after": 2})
    text(publisher, 0)
    memory, harvests = await crawls(source, Memory(), 3)
    assert [len(harvest.unreadable) for harvest in harvests] == [0, 1, 1]
    told = harvests[1].unreadable[0]
    assert (told.publication.title, told.publication.body, told.item.tries) == ("Decision 1", "AALCO", 2)
    assert told.publication.url == publisher.url + "/d/1"
    assert [harvest.tell is not None for harvest in harvests] == [False, True, False]
    assert "1 item could not be read\nDecision 1: status 404" in (harvests[1].tell or "")
    publisher.says("/d/0", Answer(b"", 410))
    memory, harvests = await crawls(source, swept_long_ago(memory), 3)
    assert one(memory, "Decision 0").state == "failed"
    assert {each.publication.title for harvest in harvests for each in harvest.unreadable} == {"Decision 1"}


async def test_a_faulty_row_is_not_a_filtered_one(publisher: Publisher) -> None:
    """A missing field and a link to nowhere are failures; what a filter or `on_missing: drop` refuses is filtered."""
    rows = (link(0, "Bees"), "<a>No link</a>", '<a href="mailto:x@example.org">Mail</a>', link(1, "Draft of boats"))
    source = listing(
        publisher,
        page(link(2, "Boats"), *rows),
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href", "required": True}},
        filter={"words": ["boats"], "where": ["title"], "without": ["draft"]},
    )
    text(publisher, 2)
    harvest = await crawled(source)
    memory = remembered(harvest)
    assert {row.title: row.kind for row in harvest.dropped} == {
        "Bees": "filtered",
        "Draft of boats": "filtered",
        "No link": "failed",
        "Mail": "failed",
    }
    assert states(memory)["Bees"] == "filtered"
    assert one(memory, "Bees").reason == "concerns none of boats"
    assert one(memory, "No link").reason == "no url"
    assert "leads to no web page" in (one(memory, "Mail").reason or "")
    assert harvest.items_failed == 2


async def test_a_row_that_the_operator_does_not_want_is_filtered(publisher: Publisher) -> None:
    """`on_missing: drop` says that rows without a field are none of ours."""
    kept = {**fields, "symbol": {"css": "b", "on_missing": "drop"}}
    source = listing(publisher, page(link(0) + "<b>A/RES/81/1</b>", link(1)), fields=kept)
    text(publisher, 0)
    harvest = await crawled(source)
    assert [(row.title, row.reason, row.kind) for row in harvest.dropped] == [("Decision 1", "no symbol", "filtered")]
    assert (harvest.items_failed, harvest.unreadable) == (0, ())


async def test_a_faulty_row_that_is_gone_is_settled_by_a_sweep(publisher: Publisher) -> None:
    """When all rows were looked at again and it is not among them, nothing is left to be read."""
    source = listing(
        publisher, page(link(0), "<a>Decision 1</a>"), fields={**fields, "url": {**fields["url"], "required": True}}
    )
    text(publisher, 0, 1)
    memory = remembered(await crawled(source))
    assert states(memory)["Decision 1"] == "failed"
    publisher.says("/list", page(link(0), link(1)))
    harvest = await crawled(source, swept_long_ago(memory))
    assert harvest.items_failed == 0
    assert sorted(item.state for item in remembered(harvest, memory).items.values()) == ["filtered", "taken", "taken"]


async def test_what_is_beyond_the_limit_waits_and_is_read_though_its_page_is_unchanged(publisher: Publisher) -> None:
    """A waiting item is kept whole: the next crawl reads it after a 304 for the listing."""
    source = listing(publisher, page(*map(link, range(5))), policy={"max_new": 2})
    text(publisher, *range(5))
    memory, harvests = await crawls(source, Memory(), 4)
    assert [len(harvest.publications) for harvest in harvests[:1]] == [2]
    assert [harvest.items_waiting for harvest in harvests] == [3, 1, 0, 0]
    assert set(states(memory).values()) == {"taken"}
    assert [publisher.targets().count(f"/d/{number}") for number in range(5)] == [1] * 5
    assert [record.outcome for record in harvests[1].fetches if record.url.endswith("/list")] == ["not_modified"]
    waiting = one(remembered(harvests[0]), "Decision 4")
    assert (waiting.state, waiting.reason) == ("waiting", "beyond the 2 documents that one crawl reads")


async def test_an_item_with_a_key_in_its_address_is_tried_again_from_its_page(publisher: Publisher) -> None:
    """A key is written down nowhere, so the listing is read again in full for as long as the item is tried."""
    source = listing(publisher, page('<a href="/d/1?token=hunter2secret">Decision 1</a>', link(0)))
    text(publisher, 0)
    publisher.says("/d/1?token=hunter2secret", Answer(b"", 500), Answer("<main><p>The text.</p></main>"))
    memory, (first,) = await crawls(source, Memory(), 1)
    assert "hunter2secret" not in repr(first.items)
    assert one(memory, "Decision 1").payload is None
    memory, (second,) = await crawls(source, memory, 1)
    assert "Decision 1" in [publication.title for publication in second.publications if publication.text is not None]
    assert states(memory)["Decision 1"] == "taken"


async def test_only_what_changed_is_handed_on(publisher: Publisher) -> None:
    """A crawl that finds all as it was writes no state, however many items the source has."""
    first_page, second_page = page(*map(link, range(20))), page(*map(link, range(21)))
    source = listing(publisher, first_page, second_page, filter={"without": ["7"]})
    text(publisher, *range(21))
    memory, harvests = await crawls(source, Memory(), 3)
    assert [len(harvest.items) for harvest in harvests] == [20, 1, 0]
    assert list(states(memory).values()).count("filtered") == 1


async def test_a_damaged_document_is_read_again_in_full(publisher: Publisher) -> None:
    """Bytes that could not be read are no reading that a 304 confirms."""
    torn = Answer(b"%PDF-1.4 torn" * 100, type="application/pdf", headers={"ETag": '"same"'})
    source = listing(publisher, page(link(0), link(1)))
    text(publisher, 0)
    publisher.says("/d/1", torn)
    _, harvests = await crawls(source, Memory(), 2)
    assert [one(remembered(harvest), "Decision 1").state for harvest in harvests] == ["failed", "failed"]
    assert {asked.headers.get("if-none-match") for asked in publisher.asked if asked.target == "/d/1"} == {None}


async def test_a_publisher_that_is_out_of_order_costs_its_items_no_try(publisher: Publisher) -> None:
    """While the listing itself fails, failed items are not tried: that says nothing of them."""
    source = listing(publisher, page(link(0), link(1)), Answer(b"", 503), policy={"attempts": 1})
    text(publisher, 0)
    memory, harvests = await crawls(source, Memory(), 3)
    assert [harvest.outcome for harvest in harvests] == ["ok", "failed", "failed"]
    assert one(memory, "Decision 1").tries == 1


async def test_a_source_of_which_nothing_can_be_read_fails(publisher: Publisher) -> None:
    """It stays failing while its items are between two tries; it is not well because nothing was asked."""
    memory, harvests = await crawls(listing(publisher, page(link(0), link(1))), Memory(), 7)
    assert {harvest.outcome for harvest in harvests} == {"failed"}
    assert "0 of 2 documents could be read" in (harvests[-1].error or "")
    assert [item.tries for item in memory.items.values()] == [5, 5]


async def test_what_is_gone_from_a_series_is_a_failure_until_it_is_back(publisher: Publisher) -> None:
    """A withdrawn number is failed, with its document's identity; it is taken again when it returns."""
    source = source_of(
        kind="symbol-probe",
        template="A/RES/81/{number}",
        url=publisher.url + "/doc?s={symbol:quoted}",
    )
    target = "/doc?s=A%2FRES%2F81%2F3"
    for number in (1, 2, 3):
        publisher.says(f"/doc?s=A%2FRES%2F81%2F{number}", f"<main><p>Resolution {number} on boats.</p></main>")
    memory = remembered(await crawled(source))
    publisher.says(target, Answer(b"", 404))
    memory, (gone,) = await crawls(source, memory, 1)
    state = one(memory, "A/RES/81/3")
    assert (state.state, state.reason, gone.items_failed) == ("failed", "was there and is gone", 1)
    assert state.identity is not None
    assert gone.unreadable == ()
    publisher.says(target, "<main><p>Resolution 3 on boats.</p></main>")
    memory, _ = await crawls(source, memory, 1)
    assert set(states(memory).values()) == {"taken"}


async def test_the_files_of_a_folder_have_states_too(tmp_path: Path) -> None:
    """A file that cannot be read is failed, and taken when it can."""
    (tmp_path / "good.txt").write_text("The Council decides to meet again.", encoding="utf-8")
    (tmp_path / "torn.pdf").write_bytes(b"%PDF-1.4 torn")
    source = source_of(kind="files", path=str(tmp_path), glob="*")
    memory, harvests = await crawls(source, Memory(), 2)
    assert sorted(item.state for item in memory.items.values()) == ["failed", "taken"]
    assert [len(harvest.items) for harvest in harvests] == [2, 1]
    (tmp_path / "torn.pdf").unlink()
    assert [item.tries for item in memory.items.values() if item.state == "failed"] == [2]


@pytest.mark.parametrize("known", [True, False])
async def test_a_record_that_a_catalogue_withdraws_is_a_failure_where_it_was_taken(
    publisher: Publisher, known: bool
) -> None:
    """A record that was never shown here and is marked as withdrawn is no loss."""
    today = datetime.now(UTC).date()
    start = (today - timedelta(days=3)).isoformat()
    target = f"/oai?verb=ListRecords&metadataPrefix=marcxml&from={start}&until={today.isoformat()}"
    head = '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    parts = "".join(
        f'<datafield tag="{tag}" ind1=" "><subfield code="a">{words}</subfield></datafield>'
        for tag, words in (("191", "A/81/1"), ("245", "One /"))
    )
    marc = f'<record xmlns="http://www.loc.gov/MARC21/slim">{parts}</record>'
    shown = f"<record><header><identifier>oai:x:1</identifier></header><metadata>{marc}</metadata></record>"
    deleted = '<record><header status="deleted"><identifier>oai:x:1</identifier></header></record>'
    foot = "</ListRecords></OAI-PMH>"
    source = source_of(
        kind="oai-marcxml",
        url=publisher.url + "/oai",
        start=start,
        window="30d",
        link=publisher.url + "/record/{record}",
        overlap="3d",
    )
    memory = Memory()
    if known:
        publisher.says(target, Answer(head + shown + foot, type="text/xml"))
        memory = remembered(await crawled(source))
        assert [item.state for item in memory.items.values()] == ["taken"]
    for begin in range(8):
        day = (today - timedelta(days=begin)).isoformat()
        again = f"/oai?verb=ListRecords&metadataPrefix=marcxml&from={day}&until={today.isoformat()}"
        publisher.says(again, Answer(head + deleted + foot, type="text/xml"))
    memory = remembered(await crawled(source, memory), memory)
    (item,) = memory.items.values()
    assert (item.state, item.reason) == ("failed" if known else "filtered", "withdrawn from the catalogue")
