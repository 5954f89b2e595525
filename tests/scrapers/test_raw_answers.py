"""The bytes of all that was fetched reach the warehouse, once, and can be found by their request."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.settings import Settings
from config.subscriptions import Subscriptions
from flows.analysing import Analysing
from flows.recording import record_landed, take_in
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of
from warehouse.load.source_memory import memory_of
from warehouse.query.queries import query
from warehouse.store import raw

if TYPE_CHECKING:
    from config.sources import Source

ANALYSE = Analysing(Path(__file__).parents[2] / "config" / "sessions.yaml")

pdf = (Path(__file__).parent.parent / "sites" / "un-ga-81" / "4.pdf").read_bytes()
links = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}


def hashed(body: bytes) -> str:
    """The name under which bytes are kept."""
    return hashlib.sha256(body).hexdigest()


def listing(publisher: Publisher, **more: Any) -> tuple[Source, dict[str, bytes]]:
    """A listing whose row leads through a page to a PDF with an annex; the bodies by their targets."""
    bodies = {
        "/list": b"<ul><li><a href='/1'>Housing</a></li></ul>",
        "/1": b"<p>Housing</p><a class=pdf href='/1.pdf'>PDF</a><a class=annex href='/annex.txt'>Annex</a>",
        "/1.pdf": pdf,
        "/annex.txt": b"The annex.",
    }
    for target, body in bodies.items():
        kind = "application/pdf" if target.endswith(".pdf") else "text/plain" if "annex" in target else "text/html"
        publisher.says(target, Answer(body, type=kind, headers={"ETag": f'"{target}"'}))
    detail = {"file": {"css": "a.pdf"}, "attachments": {"css": "a.annex"}}
    source = source_of(
        kind="listing", url=publisher.url + "/list", item={"css": "li"}, fields=links, detail=detail, **more
    )
    return source, bodies


async def test_everything_that_was_fetched_is_kept_and_found_by_its_request(publisher: Publisher, home: Path) -> None:
    """The listing, the page between and the annex are kept beside the document, under the hash that the log names."""
    source, bodies = listing(publisher)
    settings = Settings()
    take_in(home, await crawled(source), ANALYSE)
    record_landed(settings, Subscriptions((), {}))
    rows = query(home, "SELECT url, raw_sha256 FROM fetches").rows
    kept = {url.removeprefix(publisher.url): raw.read(home, sha256) for url, sha256 in rows}
    assert kept == bodies
    assert query(home, "SELECT count(*), any_value(raw_sha256) FROM versions").rows == [(1, hashed(pdf))]
    assert query(home, "SELECT entries FROM batches").rows == [(1,)]
    # An answer that says "not modified" brings no bytes, and needs none.
    again = await crawled(source, memory_of(home, "test"))
    assert again.outcome == "not_modified"
    assert again.answers == ()


@pytest.mark.parametrize("etag", [True, False])
async def test_an_answer_that_did_not_change_is_not_handed_on_again(publisher: Publisher, etag: bool) -> None:
    """By 304 or by the same hash: nothing is kept twice, in a sweep neither."""
    headers = {"ETag": '"1"'} if etag else {}
    url = publisher.says("/list", Answer("<ul><li><a href='/1'>One</a></li></ul>", headers=headers))
    source = source_of(kind="listing", url=url, item={"css": "li"}, fields=links)
    first = await crawled(source)
    assert [answer.raw_sha256 for answer in first.answers] == [hashed(b"<ul><li><a href='/1'>One</a></li></ul>")]
    memory = remembered(first)
    assert (await crawled(source, memory)).answers == ()
    memory.state["swept"] = "2026-01-01T00:00:00+00:00"  # type: ignore[index]
    swept = await crawled(source, memory)
    assert [publication.title for publication in swept.publications] == ["One"]
    assert swept.answers == ()


async def test_what_was_refused_for_its_rows_is_kept_for_people_to_see(publisher: Publisher) -> None:
    """A page that no longer has rows fails its source; its bytes show why."""
    url = publisher.says("/list", "<p>We have moved.</p>")
    harvest = await crawled(source_of(kind="listing", url=url, item={"css": "li"}, fields=links))
    assert harvest.outcome == "failed"
    assert [answer.raw for answer in harvest.answers] == [b"<p>We have moved.</p>"]
    assert harvest.fetches[-1].raw_sha256 == hashed(b"<p>We have moved.</p>")


async def test_what_the_filter_left_out_is_kept(publisher: Publisher) -> None:
    """A filter may be widened later: the bytes of a document that did not concern us are there."""
    source, bodies = listing(publisher, filter={"words": ["migrant"]})
    harvest = await crawled(source)
    assert harvest.publications == ()
    assert {answer.raw for answer in harvest.answers} == set(bodies.values())


async def test_a_page_without_words_is_recorded_and_said(publisher: Publisher, home: Path) -> None:
    """A page that only a program could fill is news by its title; that nobody read it stands beside it."""
    publisher.says("/1", "<html><body><div id=root></div><script>fill()</script></body></html>")
    url = publisher.says("/list", "<ul><li><a href='/1'>Boats</a></li></ul>")
    source = source_of(kind="listing", url=url, item={"css": "li"}, fields=links, detail={"follow": True})
    take_in(home, await crawled(source), ANALYSE)
    record_landed(Settings(), Subscriptions((), {}))
    assert query(home, "SELECT title FROM documents").rows == [("Boats",)]
    ((dropped,),) = query(home, "SELECT dropped[1].reason FROM batches").rows
    assert dropped.startswith("recorded without its words: there are none on its page")
