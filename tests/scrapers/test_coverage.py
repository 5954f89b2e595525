"""Nothing is missed: gaps of a series, back-dated rows, later pages, windows that were cut short."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from scrapers.publication import Memory
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of, swept_long_ago

if TYPE_CHECKING:
    from config.sources import Source


def paper(symbol: str) -> bytes:
    """A resolution of its own as a PDF."""
    canvas = Canvas("resolution.pdf", invariant=1)
    for place, line in enumerate((symbol, "The General Assembly,", f"1. Decides to count the boats of {symbol}.")):
        canvas.drawString(70, 700 - 20 * place, line)
    canvas.showPage()
    made: bytes = canvas.getpdfdata()
    return made


def series(publisher: Publisher, **more: Any) -> Source:
    """Symbols at /doc/NUMBER."""
    return source_of(
        kind="symbol-probe",
        template="A/RES/81/{number}",
        url=publisher.url + "/doc?s={symbol:quoted}",
        accept={"magic": "%PDF", "min_bytes": 500},
        **more,
    )


def publish(publisher: Publisher, *names: int | str) -> None:
    """Put documents of the series on the site."""
    for name in names:
        quoted = str(name).replace("/", "%2F").replace(" ", "%20")
        publisher.says(
            f"/doc?s=A%2FRES%2F81%2F{quoted}",
            Answer(paper(f"A/RES/81/{name}"), type="application/pdf", headers={"ETag": '"1"'}),
        )


def symbols(harvest: Any) -> list[str]:
    """The symbols of the publications whose document was read, without the series' beginning."""
    read = (publication for publication in harvest.publications if publication.text is not None)
    return [publication.symbol.removeprefix("A/RES/81/") for publication in read]


async def test_a_gap_is_probed_again_and_found(publisher: Publisher) -> None:
    """A number that came out of order is found later; of what is known only the highest is asked for, conditionally."""
    source = series(publisher)
    publish(publisher, 1, 3)
    first = await crawled(source)
    assert symbols(first) == ["1", "3"]
    memory = remembered(first)
    publish(publisher, 2)
    publisher.asked.clear()
    second = await crawled(source, memory)
    assert symbols(second) == ["2"]
    asked = [target.rpartition("%2F")[2] for target in publisher.targets()]
    assert asked == ["3", "2", "4", "5", "6"]
    assert symbols(await crawled(source, remembered(second, memory))) == []


@pytest.mark.parametrize("gone", [Answer(b"", type="text/html"), Answer("<title>404 Not Found</title>", 404)])
async def test_a_document_that_was_there_and_is_gone_is_a_failure(publisher: Publisher, gone: Answer) -> None:
    """An outage that answers as if nothing were published is no quiet time."""
    source = series(publisher)
    publish(publisher, 1, 2)
    first = await crawled(source)
    for number in (1, 2):
        publisher.says(f"/doc?s=A%2FRES%2F81%2F{number}", gone)
    second = await crawled(source, remembered(first))
    assert second.outcome == "failed"
    assert "A/RES/81/2 has disappeared" in (second.error or "")


async def test_a_document_that_was_withdrawn_does_not_stop_its_series(publisher: Publisher) -> None:
    """Where the others are still there, one was taken back: it is said, is a gap, and what comes next is found."""
    source = series(publisher)
    publish(publisher, 1, 2, 3)
    first = await crawled(source)
    publisher.says("/doc?s=A%2FRES%2F81%2F3", Answer(b"", type="text/html"))
    publish(publisher, 4)
    second = await crawled(source, remembered(first))
    assert (second.outcome, symbols(second)) == ("ok", ["4"])
    assert [(row.title, row.reason) for row in second.dropped] == [("A/RES/81/3", "was there and is gone")]
    assert second.state["gaps"] == "3"


async def test_a_series_may_begin_lower_later(publisher: Publisher) -> None:
    """Numbers below those looked for so far are gaps, not documents that are gone."""
    publish(publisher, 2, 5)
    memory = remembered(await crawled(series(publisher, first=5)))
    aged = swept_long_ago(memory)
    harvest = await crawled(series(publisher, first=1), aged)
    assert (harvest.outcome, symbols(harvest)) == ("ok", ["2"])


async def test_a_status_that_means_missing_may_carry_an_error_page(publisher: Publisher) -> None:
    """A 404 with a page that says so is a miss like a bare one; any other status is a failure."""
    for number in range(1, 4):
        publisher.says(f"/doc?s=A%2FRES%2F81%2F{number}", Answer("<title>404 Not Found</title>", 404))
    assert (await crawled(series(publisher))).outcome == "ok"
    publisher.says("/doc?s=A%2FRES%2F81%2F1", Answer("<title>Just a moment...</title>", 403))
    assert (await crawled(series(publisher))).outcome == "failed"


async def test_a_network_error_is_never_a_miss(publisher: Publisher) -> None:
    """What was found before a broken connection is kept; the number is asked for again, not passed over."""
    source = series(publisher)
    publish(publisher, 1)
    publisher.says("/doc?s=A%2FRES%2F81%2F2", Answer(raw=b""))
    first = await crawled(source)
    assert first.outcome == "failed"
    assert symbols(first) == ["1"]
    publish(publisher, 2)
    assert "2" in symbols(await crawled(source, remembered(first)))


async def test_lettered_numbers_are_found(publisher: Publisher) -> None:
    """A resolution in parts, 2 A and 2 B, is found where the source lists its letters."""
    publish(publisher, 1, "2 A", "2 B", 3)
    harvest = await crawled(series(publisher, suffixes=[" A", " B", " C"]))
    assert symbols(harvest) == ["1", "2 A", "2 B", "3"]


async def test_a_document_that_could_not_be_read_waits(publisher: Publisher) -> None:
    """A number is passed only once: where its document was damaged it waits, and is taken when it is whole."""
    source = series(publisher)
    target = "/doc?s=A%2FRES%2F81%2F1"
    publisher.says(target, Answer(b"%PDF-1.4 damaged" + b" " * 600, type="application/pdf"))
    publish(publisher, 2)
    first = await crawled(source)
    assert symbols(first) == ["2"]
    assert len(first.dropped) == 1
    publish(publisher, 1)
    assert symbols(await crawled(source, remembered(first))) == ["1"]


async def test_a_series_is_swept_now_and_then(publisher: Publisher) -> None:
    """In a sweep all known numbers are asked for again, conditionally: a replaced document is noticed."""
    source = series(publisher)
    publish(publisher, 1)
    memory = remembered(await crawled(source))
    aged = swept_long_ago(memory)
    publisher.asked.clear()
    unchanged = await crawled(source, aged)
    assert [record.status for record in unchanged.fetches if record.outcome == "not_modified"] == [304]
    assert [publication.text for publication in unchanged.publications] == [None]


async def test_a_back_dated_row_further_down_is_caught(publisher: Publisher) -> None:
    """No stop at the first known row: an old decision that is put among the others is found."""

    def page(*numbers: int) -> str:
        links = "".join(f'<li><a href="/d/{number}">Decision {number}</a></li>' for number in numbers)
        return f"<html><body><ul>{links}</ul></body></html>"

    url = publisher.says("/list", page(5, 4, 2), page(5, 4, 3, 2))
    source = source_of(
        kind="listing",
        url=url,
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={"follow": True},
    )
    for number in range(2, 6):
        publisher.says(f"/d/{number}", f"<html><body><main><p>Decision {number}.</p></main></body></html>")
    first = await crawled(source)
    second = await crawled(source, remembered(first))
    assert [p.title for p in second.publications if p.text is not None] == ["Decision 3"]
    assert len(second.publications) == 4


async def test_later_pages_are_asked_for_when_the_first_is_unchanged(publisher: Publisher) -> None:
    """A 304 for the first page says nothing of the others."""

    def page(number: int) -> Answer:
        body = f'<html><body><ul><li><a href="/d/{number}">Decision {number}</a></li></ul></body></html>'
        return Answer(body, headers={"ETag": f'"{number}"'})

    end = Answer("<html><body><ul></ul></body></html>")
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page(1)),
        paging={"param": "page", "max_pages": 5},
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
    )
    publisher.says("/list?page=1", page(2), page(3))
    publisher.says("/list?page=2", end)
    first = await crawled(source)
    assert [p.title for p in first.publications] == ["Decision 1", "Decision 2"]
    second = await crawled(source, remembered(first))
    assert [p.title for p in second.publications] == ["Decision 3"]


async def test_a_window_that_failed_is_asked_for_again(publisher: Publisher) -> None:
    """A catalogue's window counts as harvested only when its last page came."""
    today = datetime.now(UTC).date()
    start = (today - timedelta(days=3)).isoformat()
    target = f"/oai?verb=ListRecords&metadataPrefix=marcxml&from={start}&until={today.isoformat()}"
    head = '<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
    symbol, title = (
        f'<datafield tag="{tag}" ind1=" "><subfield code="a">{words}</subfield></datafield>'
        for tag, words in (("191", "A/81/1"), ("245", "One /"))
    )
    marc = f'<record xmlns="http://www.loc.gov/MARC21/slim">{symbol}{title}</record>'
    record = f"<record><header><identifier>oai:x:1</identifier></header><metadata>{marc}</metadata></record>"
    foot = "</ListRecords></OAI-PMH>"
    more = Answer(f"{head}{record}<resumptionToken>t</resumptionToken>{foot}", type="text/xml")
    publisher.says(target, more)
    publisher.says("/oai?verb=ListRecords&resumptionToken=t", Answer(b"", 503), Answer(head + foot))
    source = source_of(kind="oai-marcxml", url=publisher.url + "/oai", start=start, window="30d")
    first = await crawled(source)
    assert first.outcome == "failed"
    assert [publication.title for publication in first.publications] == ["One"]
    assert "harvested until" not in first.state
    second = await crawled(source, remembered(first))
    assert second.state["harvested until"] == today.isoformat()


async def test_no_more_than_the_limit_is_fetched_in_one_crawl(publisher: Publisher) -> None:
    """A first crawl of a large archive takes its documents in portions, and comes to the rest."""
    links = "".join(f'<li><a href="/d/{number}">Decision {number}</a></li>' for number in range(5))
    source = source_of(
        kind="listing",
        url=publisher.says("/list", Answer(f"<html><body><ul>{links}</ul></body></html>", headers={"ETag": '"1"'})),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        detail={"follow": True},
        policy={"max_new": 2},
    )
    for number in range(5):
        publisher.says(f"/d/{number}", f"<html><body><main><p>Decision {number}.</p></main></body></html>")
    memory, taken = Memory(), []
    for _ in range(3):
        harvest = await crawled(source, memory)
        taken.append(len([publication for publication in harvest.publications if publication.text is not None]))
        memory = remembered(harvest, memory)
    assert taken == [2, 2, 1]


async def test_a_crawl_that_takes_too_long_leaves_the_rest_for_the_next(publisher: Publisher) -> None:
    """One slow publisher does not hold up a run: what is left is read the next time."""
    links = "".join(f'<li><a href="/d/{number}">Decision {number}</a></li>' for number in range(3))
    fields = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
    page = Answer(f"<html><body><ul>{links}</ul></body></html>", headers={"ETag": '"1"'})
    url = publisher.says("/list", page)
    for number in range(3):
        publisher.says(f"/d/{number}", f"<html><body><main><p>Decision {number}.</p></main></body></html>")
    blocks: dict[str, Any] = {"kind": "listing", "url": url, "item": {"css": "li"}, "fields": fields, "detail": {}}
    first = await crawled(source_of(**blocks, policy={"longest": "0s"}))
    assert (first.outcome, len(first.publications), first.items_seen) == ("ok", 0, 3)
    assert len((await crawled(source_of(**blocks), remembered(first))).publications) == 3


async def test_a_dead_link_does_not_fail_its_source_for_ever(publisher: Publisher) -> None:
    """A row whose document is gone is tried some times, then left to the sweeps; the source is well meanwhile."""
    links = "".join(f'<li><a href="/d/{number}">Decision {number}</a></li>' for number in range(2))
    fields = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
    page = Answer(f"<html><body><ul>{links}</ul></body></html>", headers={"ETag": '"1"'})
    source = source_of(kind="listing", url=publisher.says("/list", page), item={"css": "li"}, fields=fields, detail={})
    publisher.says("/d/0", "<html><body><main><p>Decision 0.</p></main></body></html>")
    publisher.says("/d/1", Answer(b"", 404))
    memory, outcomes = Memory(), []
    for _ in range(7):
        harvest = await crawled(source, memory)
        outcomes.append((harvest.outcome, len(harvest.dropped)))
        memory = remembered(harvest, memory)
    assert outcomes == [("ok", 1)] * 5 + [("not_modified", 0)] * 2
    assert publisher.targets().count("/d/1") == 5


async def test_a_wider_filter_takes_what_the_narrow_one_left_out(publisher: Publisher) -> None:
    """A filter that was changed is applied, in the next sweep, to all that is still shown."""
    publish(publisher, 1)
    page = "<html><body><main><p>On boats and bees.</p></main></body></html>"
    publisher.says("/1", Answer(page, headers={"ETag": '"1"'}))
    url = publisher.says("/list", Answer("<ul><li><a href='/1'>Bees</a></li></ul>", headers={"ETag": '"1"'}))
    fields = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
    rows: dict[str, Any] = {"kind": "listing", "url": url, "item": {"css": "li"}, "fields": fields, "detail": {}}
    numbers: dict[str, Any] = {
        "kind": "symbol-probe",
        "template": "A/RES/81/{number}",
        "url": publisher.url + "/doc?s={symbol:quoted}",
    }
    for blocks, words in ((rows, "boats"), (numbers, "General Assembly")):
        narrow = await crawled(source_of(**blocks, filter={"words": ["dragons"]}))
        assert (narrow.publications, len(narrow.dropped)) == ((), 1)
        memory = remembered(narrow)
        aged = swept_long_ago(memory)
        assert (await crawled(source_of(**blocks, filter={"words": ["dragons"]}), aged)).publications == ()
        wide = await crawled(source_of(**blocks, filter={"words": [words]}), aged)
        assert [str(publication.relevance).partition(" and")[0] for publication in wide.publications] == [
            f"the text has {words!r}"
        ]
