"""What else publishers may do, by accident or on purpose: each is read rightly, or is a failure with a name."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.sites.publisher import Answer, Publisher, as_json, crawled, remembered, source_of, swept_long_ago

if TYPE_CHECKING:
    from config.sources import Source

links = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
rules = {"title": {"json": "t"}, "url": {"json": "u"}}


def feed(publisher: Publisher, items: str | bytes, media: str = "text/xml", **more: Any) -> Source:
    """An RSS feed of these items, or of these very bytes."""
    body = items if isinstance(items, bytes) else f"<rss version='2.0'><channel>{items}</channel></rss>"
    return source_of(kind="feed", url=publisher.says("/rss", Answer(body, type=media)), **more)


def listing(publisher: Publisher, body: str | bytes | Answer, **more: Any) -> Source:
    """A listing of links."""
    return source_of(kind="listing", url=publisher.says("/list", body), item={"css": "li"}, fields=links, **more)


def api(publisher: Publisher, body: str | bytes) -> Source:
    """A JSON list."""
    url = publisher.says("/api", Answer(body, type="application/json"))
    return source_of(kind="json", url=url, item={"json": "*"}, fields=rules)


@pytest.mark.parametrize("kind", ["feed", "listing", "json"])
async def test_more_rows_than_a_page_can_have_are_a_failure(publisher: Publisher, kind: str) -> None:
    """A hundred thousand rows are no news; they are refused before they are read."""
    count = 20_000
    source = {
        "feed": lambda: feed(publisher, "<item><title>x</title></item>" * count),
        "listing": lambda: listing(publisher, "<ul>" + "<li><a href=/1>x</a></li>" * count + "</ul>"),
        "json": lambda: api(publisher, json.dumps([{"t": "x", "u": "/1"}] * count)),
    }[kind]()
    harvest = await crawled(source)
    assert (harvest.outcome, harvest.publications) == ("failed", ())
    assert "20,000 rows on one page" in (harvest.error or "")
    assert source.url in (harvest.error or "")


async def test_a_page_too_long_to_parse_is_a_failure(publisher: Publisher) -> None:
    """Nothing of it is read, rather than its beginning."""
    harvest = await crawled(listing(publisher, "<ul><li><a href=/1>x</a></li></ul>" + " " * 5_000_000))
    assert "over the limit" in (harvest.error or "")


@pytest.mark.parametrize("body", [b"<ul><li><b>New look</b></li></ul>", b"<ul><li><a>New look</a></li><li></li></ul>"])
async def test_rows_in_which_nothing_stands_any_more_are_a_failure(publisher: Publisher, body: bytes) -> None:
    """The markup changed below the rows: as many rows as ever, and not one to read."""
    fields = {name: {**rule, "required": True} for name, rule in links.items()}
    source = source_of(kind="listing", url=publisher.says("/list", body), item={"css": "li"}, fields=fields)
    harvest = await crawled(source)
    assert harvest.outcome == "failed"
    assert "items could be read (no url" in (harvest.error or "")


async def test_a_renamed_key_is_a_failure(publisher: Publisher) -> None:
    """Rows of an interface whose keys changed have neither title nor address: they are no publications."""
    harvest = await crawled(api(publisher, json.dumps([{"headline": "Boats", "link": "/1"}] * 3)))
    assert harvest.outcome == "failed"
    assert "neither title, symbol, address nor text" in (harvest.error or "")


async def test_one_bad_row_does_not_spoil_the_others(publisher: Publisher) -> None:
    """What cannot be read is a dropped row with its reason."""
    harvest = await crawled(api(publisher, json.dumps([None, 7, "words", {"t": "Boats", "u": "/1"}])))
    assert [publication.title for publication in harvest.publications] == ["Boats"]
    assert [row.reason for row in harvest.dropped] == ["neither title, symbol, address nor text"]


@pytest.mark.parametrize(
    ("encoding", "declared", "media"),
    [
        ("utf-16", "utf-16", "text/xml"),
        ("utf-16", None, "text/xml"),
        ("utf-16-le", "utf-16le", "text/xml; charset=utf-16le"),
        ("utf-8", "iso-8859-1", "text/xml"),
        ("cp1252", "utf-8", "text/xml"),
        ("cp1252", None, "text/xml; charset=iso-8859-1"),
        ("utf-8", "x-none", "text/html"),
        ("utf-8", None, "application/pdf"),
    ],
)
async def test_a_feed_is_read_in_its_true_encoding(
    publisher: Publisher, encoding: str, declared: str | None, media: str
) -> None:
    """UTF-16 with and without a declaration, a wrong one, an unknown one, a type that lies."""
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    item = f"<item><title>The “café”</title><link>{publisher.url}/1</link></item>"
    body = f"{head}<rss version='2.0'><channel>{item}</channel></rss>".encode(encoding)
    (publication,) = (await crawled(feed(publisher, body, media))).publications
    assert publication.title == "The “café”"


async def test_json_is_read_in_its_true_encoding(publisher: Publisher) -> None:
    """UTF-8 with a byte order mark, UTF-16, and windows-1252, which JSON may not be and is."""
    for encoding in ("utf-8-sig", "utf-16", "cp1252"):
        body = json.dumps([{"t": "The “café”", "u": "/1"}], ensure_ascii=False).encode(encoding)
        assert [each.title for each in (await crawled(api(publisher, body))).publications] == ["The “café”"]
    shown = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/1", "title": "Boats"}]}
    source = feed(publisher, json.dumps(shown).encode("utf-8-sig"), "application/feed+json")
    assert [each.title for each in (await crawled(source)).publications] == ["Boats"]


async def test_nul_bytes_are_left_out(publisher: Publisher) -> None:
    """Bytes that no table can hold stand in no title, of a feed or of a listing."""
    item = f"<item><title>Bo\x00ats</title><link>{publisher.url}/1</link></item>"
    for source in (feed(publisher, item), listing(publisher, b"<ul><li><a href='/1'>Bo\x00ats</a></li></ul>")):
        assert [publication.title for publication in (await crawled(source)).publications] == ["Boats"]


@pytest.mark.parametrize("days", [400, 60, -60_000])
async def test_a_date_that_cannot_be_is_missing(publisher: Publisher, days: int) -> None:
    """A date far ahead is a meeting's, one before the last century a mistake: the publication has none."""
    day = (datetime.now(UTC) + timedelta(days=days)).strftime("%a, %d %b %Y 10:00:00 GMT")
    item = f"<item><title>Boats</title><link>{publisher.url}/1</link><pubDate>{day}</pubDate></item>"
    (publication,) = (await crawled(feed(publisher, item))).publications
    assert publication.published is None


async def test_a_clock_that_was_never_set_gives_no_date(publisher: Publisher) -> None:
    """The first of January 1970 is where computers begin to count."""
    url = publisher.says("/api", as_json([{"t": "Boats", "u": "/1", "d": "1970-01-01T00:00:00Z"}]))
    source = source_of(kind="json", url=url, item={"json": "*"}, fields={**rules, "date": {"json": "d"}})
    (publication,) = (await crawled(source)).publications
    assert publication.published is None


async def test_items_without_links_are_all_kept(publisher: Publisher) -> None:
    """Two posts of one title are two, and stay the same two in the next crawl."""
    items = "".join(f"<item><title>Boats</title><description>{words}</description></item>" for words in ("One", "Two"))
    source = feed(publisher, items + "<item><description>Words alone</description></item>")
    first, second = await crawled(source), await crawled(source)
    assert [publication.title for publication in first.publications] == ["Boats", "Boats", "Words alone"]
    assert len({publication.document_id for publication in first.publications}) == 3
    assert {each.document_id for each in first.publications} == {each.document_id for each in second.publications}


async def test_one_guid_for_all_items_does_not_make_them_one(publisher: Publisher) -> None:
    """Items are told apart by their addresses."""
    items = "".join(
        f"<item><title>T{n}</title><guid isPermaLink='false'>1</guid><link>{publisher.url}/{n}</link></item>"
        for n in range(3)
    )
    assert len((await crawled(feed(publisher, items))).publications) == 3


async def test_a_link_to_the_front_page_names_no_document(publisher: Publisher) -> None:
    """Where every item leads to the site itself, or back to the listing, each is known by its words and not fetched."""
    rows = "".join(f"<li><a href='{url}'>T{n}</a></li>" for n, url in enumerate(("/", publisher.url, "/list", "#top")))
    harvest = await crawled(listing(publisher, f"<ul>{rows}</ul>", detail={"follow": True}))
    assert [publication.title for publication in harvest.publications] == ["T0", "T1", "T2", "T3"]
    assert {publication.url for publication in harvest.publications} == {publisher.url + "/list"}
    assert publisher.targets() == ["/list"]


async def test_two_titles_at_one_address_are_one_document_and_it_is_said(publisher: Publisher) -> None:
    """The second row is not lost in silence."""
    harvest = await crawled(
        listing(publisher, "<ul><li><a href='/1'>Boats</a></li><li><a href='/1'>Bees</a></li></ul>")
    )
    assert [publication.title for publication in harvest.publications] == ["Boats"]
    assert [(row.title, row.reason) for row in harvest.dropped] == [("Bees", "has the same address as 'Boats'")]


@pytest.mark.parametrize(
    "link",
    [
        "http://[::1",
        "http://a:99999/",
        "http://xn--a/",
        "http://example.org:-1/",
        "//",
        "http://",
        "mailto:x@example.org",
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
    ],
)
async def test_a_link_that_leads_nowhere_spoils_nothing(publisher: Publisher, link: str) -> None:
    """A row with an impossible address is dropped, or its document cannot be had; the other row is taken."""
    publisher.says("/1", "<html><body><main><p>On boats.</p></main></body></html>")
    rows = f"<li><a href='{link}'>Bad</a></li><li><a href='/1'>Good</a></li>"
    harvest = await crawled(listing(publisher, f"<ul>{rows}</ul>", detail={"follow": True}))
    assert harvest.outcome == "ok"
    assert "Good" in [publication.title for publication in harvest.publications]


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 50\r\n\r\n" + b"x" * 50,
        b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nxxxxx",
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\nxxxxx",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc",
        b"ICY 200 OK\r\n\r\nabc",
        b"\x16\x03\x01\x02\x00",
        b"HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n<rss version='2.0'><channel><item><title>cut</title>",
    ],
)
async def test_an_answer_that_is_no_http_is_a_failure(publisher: Publisher, raw: bytes) -> None:
    """Lengths that contradict each other, broken chunks, other protocols, a body longer than it says."""
    harvest = await crawled(source_of(kind="feed", url=publisher.says("/raw", Answer(raw=raw))))
    assert (harvest.outcome, harvest.publications) == ("failed", ())


async def test_a_catalogue_that_gives_one_token_for_ever_is_a_failure(publisher: Publisher) -> None:
    """A circle of resumption tokens is noticed at once, not after two hundred pages."""
    start = (datetime.now(UTC).date() - timedelta(days=3)).isoformat()
    body = "<ListRecords><resumptionToken>again</resumptionToken></ListRecords>"
    xml = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{body}</OAI-PMH>'
    query = f"from={start}&until={datetime.now(UTC).date().isoformat()}"
    publisher.says(f"/oai?verb=ListRecords&metadataPrefix=marcxml&{query}", Answer(xml, type="text/xml"))
    publisher.says("/oai?verb=ListRecords&resumptionToken=again", Answer(xml, type="text/xml"))
    harvest = await crawled(source_of(kind="oai-marcxml", url=publisher.url + "/oai", start=start, window="30d"))
    assert "same resumption token" in (harvest.error or "")
    assert len(publisher.targets()) == 2


async def test_a_catalogue_window_that_takes_too_long_is_a_failure(publisher: Publisher) -> None:
    """A window is had whole or not at all; one that cannot be in the time says what to do."""
    start = datetime.now(UTC).date().isoformat()
    source = source_of(kind="oai-marcxml", url=publisher.url + "/oai", start=start, policy={"longest": "0s"})
    harvest = await crawled(source)
    assert "try a shorter one" in (harvest.error or "")


async def test_a_page_with_more_annexes_than_any_has_is_not_followed_for_ever(publisher: Publisher) -> None:
    """Twenty annexes are read; that there were more is a flag of the document."""
    annexes = "".join(f"<a class=annex href='/annex/{n}.txt'>Annex {n}</a>" for n in range(50))
    publisher.says("/1", f"<html><body><main><p>The decision.</p>{annexes}</main></body></html>")
    for number in range(50):
        publisher.says(f"/annex/{number}.txt", Answer(f"Annex {number}.", type="text/plain"))
    source = listing(publisher, "<ul><li><a href='/1'>A</a></li></ul>", detail={"attachments": {"css": "a.annex"}})
    (publication,) = (await crawled(source)).publications
    assert publication.text is not None
    assert publication.text.flags == ("attachments not read: 30 beyond the first 20",)
    assert len(publisher.targets()) == 22


async def test_a_table_of_contents_that_never_ends_is_left_at_its_limit(publisher: Publisher) -> None:
    """Each page has new rows and a link to the next: the crawl stops at `max_pages`, and takes what it has."""

    def page(number: int) -> str:
        return f"<ul><li><a href='/d/{number}'>D{number}</a></li></ul><a class=next href='/list?{number + 1}'>more</a>"

    for number in range(1, 9):
        publisher.says(f"/list?{number}", page(number))
    harvest = await crawled(listing(publisher, page(0), paging={"next": {"css": "a.next"}, "max_pages": 4}))
    assert [publication.title for publication in harvest.publications] == ["D0", "D1", "D2", "D3"]


async def test_an_etag_that_never_changes_hides_no_change_for_ever(publisher: Publisher) -> None:
    """A server with one tag for all is asked without it in the next sweep."""
    source = listing(publisher, Answer("<ul><li><a href='/1'>One</a></li></ul>", headers={"ETag": '"x"'}))
    memory = remembered(await crawled(source))
    publisher.says("/list", Answer("<ul><li><a href='/2'>Two</a></li></ul>", headers={"ETag": '"x"'}))
    assert (await crawled(source, memory)).outcome == "not_modified"
    aged = swept_long_ago(memory)
    assert [publication.title for publication in (await crawled(source, aged)).publications] == ["Two"]


async def test_numbers_that_are_none_are_no_words(publisher: Publisher) -> None:
    """NaN and infinity, which JSON may not hold and does, are nobody's title."""
    harvest = await crawled(api(publisher, '[{"t": NaN, "u": Infinity}, {"t": "Boats", "u": "/1"}]'))
    assert [publication.title for publication in harvest.publications] == ["Boats"]
    assert (await crawled(api(publisher, as_json([{"t": 81, "u": "/1"}]).body))).publications[0].title == "81"


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (b"\x89PNG\r\n\x1a\n" * 200, "text/html"),
        (b"\x89PNG\r\n\x1a\n" * 200, "application/pdf"),
        (b"%PDF-1.4 torn" * 100, "application/pdf"),
        (b"PK\x03\x04" + b"x" * 500, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "application/msword"),
        (rb"{\rtf1 The decision.}", "text/plain"),
        (b"<html><head><title>404 Not Found</title></head><body>Sorry</body></html>", "text/html"),
    ],
)
async def test_what_is_no_document_is_not_recorded_as_one(publisher: Publisher, body: bytes, media: str) -> None:
    """A picture, a torn PDF, an archive, an old Word file, an error page: the row is dropped with the reason."""
    publisher.says("/1", Answer(body, type=media))
    harvest = await crawled(listing(publisher, "<ul><li><a href='/1'>Boats</a></li></ul>", detail={"follow": True}))
    assert (harvest.outcome, harvest.publications) == ("failed", ())
    assert "could not be read: " in harvest.dropped[0].reason


@pytest.mark.parametrize("head", [b"", b"\xef\xbb\xbf", b"\r\n# hello\r\n"])
async def test_a_robots_txt_is_obeyed_however_it_begins(publisher: Publisher, head: bytes) -> None:
    """A byte order mark before the first line does not hide it."""
    publisher.says("/robots.txt", Answer(head + b"User-agent: *\r\nDisallow: /list\r\n", type="text/plain"))
    harvest = await crawled(listing(publisher, "<ul><li><a href='/1'>Boats</a></li></ul>"))
    assert "robots.txt does not allow" in (harvest.error or "")
    assert publisher.targets() == []
