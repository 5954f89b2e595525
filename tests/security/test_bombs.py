"""Answers made to exhaust memory, time or the parser are stopped with a named error."""

from __future__ import annotations

import gzip
import io
import tracemalloc
import zipfile
import zlib

import pytest

from config.source_blocks import Policy
from scrapers.http.client import Fetched, Fetcher
from scrapers.http.pacing import no_wait
from scrapers.kinds.feed_entries import MAX_BYTES, parsed
from scrapers.publication import FetchError, LimitError, ReadError, TextError
from scrapers.reading.limits import Limits
from scrapers.reading.pool import ReadingPool
from scrapers.text.documents import document_text
from scrapers.text.pdf import MAX_CHARS
from tests.patience import PATIENCE
from tests.sites.publisher import Answer, Publisher, crawled, source_of


def policy(**more: object) -> Policy:
    """A policy for loopback with small limits."""
    return Policy.model_validate({"private_addresses": True, "pace": "0s", "attempts": 1, **more})


async def fetched(url: str, **more: object) -> Fetched:
    """One request under a small limit."""
    async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        found = await fetcher.get(url, policy=policy(**more))
        assert isinstance(found, Fetched)
        return found


async def test_a_gzip_bomb_is_stopped_while_it_unpacks(publisher: Publisher) -> None:
    """A gigabyte in a megabyte is stopped at the limit; memory never holds it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = b"".join([packer.compress(b"\0" * 1_000_000) for _ in range(300)] + [packer.flush()])
    url = publisher.says("/bomb", Answer(bomb, headers={"Content-Encoding": "gzip"}))
    tracemalloc.start()
    with pytest.raises(FetchError, match="over the limit"):
        await fetched(url, max_bytes=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


async def test_a_body_packed_twice_is_refused(publisher: Publisher) -> None:
    """Only one layer of gzip was asked for; a nested bomb is never opened."""
    body = gzip.compress(gzip.compress(b"\0" * 10_000_000))
    url = publisher.says("/nested", Answer(body, headers={"Content-Encoding": "gzip, gzip"}))
    with pytest.raises(FetchError, match="only gzip was requested"):
        await fetched(url)


async def test_brotli_is_refused(publisher: Publisher) -> None:
    """A packing that was not asked for is not unpacked, whatever is in it."""
    url = publisher.says("/br", Answer(b"\x1b\xff\xff", headers={"Content-Encoding": "br"}))
    with pytest.raises(FetchError, match="'br'"):
        await fetched(url)
    assert publisher.asked[-1].headers["accept-encoding"] == "gzip"


@pytest.mark.parametrize("body", [gzip.compress(b"hello")[:-4], b"not gzip at all"], ids=["cut", "other"])
async def test_a_damaged_packing_is_a_failure(publisher: Publisher, body: bytes) -> None:
    """A body that is cut off or no gzip is never taken for the whole."""
    url = publisher.says("/cut", Answer(body, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(FetchError, match="compressed body"):
        await fetched(url)


async def test_a_plain_body_over_the_limit_is_stopped(publisher: Publisher) -> None:
    """The limit holds for bodies that are not packed."""
    with pytest.raises(FetchError, match="over the limit"):
        await fetched(publisher.says("/large", b"x" * 50_000), max_bytes=10_000)


async def test_a_slow_drip_is_given_up(publisher: Publisher) -> None:
    """A byte now and then beats every read timeout; the whole answer has its own clock."""
    url = publisher.says("/drip", Answer(b"x" * 1000, drip=0.02))
    with pytest.raises(FetchError, match="no complete answer within"):
        await fetched(url, timeout="0.3s")


async def test_oversized_headers_are_refused(publisher: Publisher) -> None:
    """Headers without end are a failure, not a memory leak."""
    head = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"y" * 1000) for n in range(300)) + b"\r\n"
    url = publisher.says("/headers", Answer(raw=head))
    with pytest.raises(FetchError):
        await fetched(url)


async def test_a_body_shorter_than_promised_is_a_failure(publisher: Publisher) -> None:
    """Half a page is no page."""
    url = publisher.says("/half", Answer(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<html>"))
    with pytest.raises(FetchError):
        await fetched(url)


def entities() -> bytes:
    """A document type in which each entity holds ten of the one before."""
    lines = ['<!ENTITY a0 "ha">'] + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    return f"<!DOCTYPE x [{''.join(lines)}]>".encode()


async def test_an_entity_bomb_in_a_catalogue_is_refused(publisher: Publisher) -> None:
    """OAI-PMH has no document type; an answer with one is not read."""
    from config.source_fields import Fields
    from scrapers.kinds.marc import read_catalogue

    bomb = entities() + b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">&a11;</OAI-PMH>'
    with pytest.raises(ReadError, match="document type"):
        read_catalogue(bomb, "http://example.org/oai", Fields(), "en")
    late = b"<?xml version='1.0'?>" + b"<!-- -->" * 400 + bomb
    with pytest.raises(ReadError):
        read_catalogue(late, "http://example.org/oai", Fields(), "en")


async def test_an_entity_bomb_in_a_feed_is_stopped(publisher: Publisher) -> None:
    """A feed with an entity bomb is read without unfolding it, or is a failure."""
    feed = entities() + b"<rss version='2.0'><channel><title>x</title><item><title>&a11;</title></item></channel></rss>"
    harvest = await crawled(source_of(kind="feed", url=publisher.says("/rss", Answer(feed, type="text/xml"))))
    assert all(len(publication.title) < 2000 for publication in harvest.publications)


@pytest.mark.parametrize("kind", ["feed", "oai-marcxml"])
async def test_external_entities_are_not_read(publisher: Publisher, kind: str) -> None:
    """A file of this machine never shows up in a publication, and no address is asked for it."""
    secret = publisher.says("/secret", "the secret words")
    xml = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "{secret}"><!ENTITY y SYSTEM "file:///etc/hostname">]>'
    body = (
        "<rss version='2.0'><channel><item><title>T &x; &y;</title><link>/1</link></item></channel></rss>"
        if kind == "feed"
        else '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">&x;&y;</OAI-PMH>'
    )
    source = source_of(kind=kind, url=publisher.says("/xml", Answer(xml + body, type="text/xml")))
    harvest = await crawled(source)
    assert "/secret" not in publisher.targets()
    assert not [p for p in harvest.publications if "secret words" in p.title]


async def test_a_feed_that_takes_too_long_is_stopped_and_the_next_is_read() -> None:
    """Feedparser is quadratic in attributes; its process is ended, and the next feed gets a fresh one."""
    attributes = " ".join(f'a{n}="{n}"' for n in range(60_000))
    slow = f"<rss version='2.0'><channel><item {attributes}><title>x</title></item></channel></rss>".encode()
    async with ReadingPool(workers=1, limits=Limits(cpu_seconds=0.5, a_megabyte=0, wall_factor=PATIENCE)) as pool:
        with pytest.raises(LimitError, match="processor time and was stopped"):
            await pool(parsed, slow, None)
        found = await pool(parsed, b"<rss version='2.0'><channel><item><title>x</title></item></channel></rss>", None)
    assert found["entries"]


async def test_a_deeply_nested_feed_is_stopped() -> None:
    """A feed of nothing but opened elements ends: with a named error, or with no entries."""
    nested = b"<rss version='2.0'><channel><item>" + b"<div>" * 400_000
    async with ReadingPool(workers=1, limits=Limits(cpu_seconds=2, a_megabyte=0, wall_factor=PATIENCE)) as pool:
        try:
            found = await pool(parsed, nested, None)
        except (LimitError, ReadError) as error:
            assert "was stopped" in str(error) or "could not be parsed" in str(error) or "crashed" in str(error)
        else:
            assert len(found["entries"]) <= 1


@pytest.mark.parametrize("around", [b"%s", b"<html><body><p>%s</p></body></html>"], ids=["text", "page"])
def test_a_text_over_the_limit_is_refused(around: bytes) -> None:
    """A text of millions of words is no document, whatever its format; with a few letters fewer it is one."""
    line = b"The Assembly considers the report.\n"
    fits = document_text(around % (line * (MAX_CHARS // len(line))))
    assert MAX_CHARS - len(line) <= len(fits.text) + 1 <= MAX_CHARS
    with pytest.raises(TextError, match=r"the text has 5,000,\d{3} characters, over the limit of 5,000,000"):
        document_text(around % (line * (MAX_CHARS // len(line) + 2)))


def test_a_feed_over_the_limit_is_not_parsed() -> None:
    """The parser sees no more than five million bytes."""
    with pytest.raises(ReadError, match="over the limit"):
        parsed(b" " * (MAX_BYTES + 1), None)


def test_a_word_document_that_unpacks_to_too_much_is_refused() -> None:
    """A .docx is a zip: a bomb in it is not opened."""
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", b" " * 50_000_000)
    with pytest.raises(TextError, match="over the limit"):
        document_text(raw.getvalue(), name="bomb.docx")


def test_external_entities_in_a_word_document_are_not_read() -> None:
    """A .docx cannot show a file of this machine."""
    xml = (
        '<!DOCTYPE d [<!ENTITY y SYSTEM "file:///etc/hostname">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>words &y;</w:t></w:r></w:p></w:body></w:document>"
    )
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as package:
        package.writestr("word/document.xml", xml)
    text = document_text(raw.getvalue(), name="x.docx").text
    assert text.strip() == "words"


def test_a_page_nested_without_end_is_read_or_refused() -> None:
    """Fifty thousand divs neither crash the reader nor hang it."""
    page = b"<html><body>" + b"<div>" * 50_000 + b"words" + b"</div>" * 50_000
    try:
        text = document_text(page, media_type="text/html")
    except TextError:
        return
    assert len(text.text) < 1000
