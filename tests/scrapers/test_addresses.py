"""Names that are not UTF-8, addresses that no standard allows: asked as browsers ask, shown readably, never a crash."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.http import urls
from scrapers.http.client import Fetched, Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import ScraperError
from tests.sites.publisher import Answer, Publisher, crawled, files_read, source_of

if TYPE_CHECKING:
    from pathlib import Path

links = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
page = "<html><body><main><p>The decision on boats.</p></main></body></html>"


@pytest.mark.parametrize(
    ("link", "asked"),
    [
        ("/r%E9solution.htm", "/r%E9solution.htm"),
        ("/r%C3%A9solution.htm", "/r%C3%A9solution.htm"),
        ("/résolution.htm", "/r%C3%A9solution.htm"),
        ("/a b.htm", "/a%20b.htm"),
        ("  /a\n.htm ", "/a.htm"),
        ("\\files\\a.htm", "/files/a.htm"),
        ("/100%.htm", "/100%.htm"),
        ("/100% sure.htm", "/100%%20sure.htm"),
        ("/a.htm?q=%E9t%E9", "/a.htm?q=%E9t%E9"),
        ("/a.htm?q=c:\\x", "/a.htm?q=c:\\x"),
        ("/a.htm?q=été", "/a.htm?q=%C3%A9t%C3%A9"),
    ],
)
async def test_a_link_is_followed_as_browsers_follow_it(publisher: Publisher, link: str, asked: str) -> None:
    """The bytes that the publisher wrote arrive at the publisher, and the document is the same in each crawl."""
    publisher.says(asked, page)
    rows = f'<meta charset="utf-8"><ul><li><a href="{link}">Boats</a></li></ul>'
    source = source_of(
        kind="listing", url=publisher.says("/list", rows), item={"css": "li"}, fields=links, detail={"follow": True}
    )
    first, second = await crawled(source), await crawled(source)
    assert publisher.targets() == ["/list", asked, "/list", asked]
    assert [each.document_id for each in first.publications] == [each.document_id for each in second.publications]
    assert first.publications[0].text is not None


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("/r\xe9sum\xe9.htm".encode("latin-1"), "/r%E9sum%E9.htm"),
        ("/résumé.htm".encode(), "/r%C3%A9sum%C3%A9.htm"),
        ("/会议.htm".encode("gb18030"), "/%BB%E1%D2%E9.htm"),
        (b"/a b.htm", "/a%20b.htm"),
        (b"\\a.htm", "/a.htm"),
    ],
)
async def test_a_redirect_keeps_its_bytes(publisher: Publisher, location: bytes, asked: str) -> None:
    """The address in a Location header may be in any encoding: it is asked for as it was sent."""
    head = b"HTTP/1.1 302 Found\r\nX-Name: caf\xe9\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    publisher.says("/old", Answer(raw=head))
    publisher.says(asked, page)
    async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        answer = await fetcher.get(publisher.url + "/old", policy=source_of(kind="feed", url=publisher.url).policy)
    assert isinstance(answer, Fetched)
    assert answer.url == publisher.url + asked
    assert publisher.targets() == ["/old", asked]


@pytest.mark.parametrize(
    "location", [b"http://[::1", b"http://a..b/", b"http://\xff\xfe/", b"\xff", b"", b"http://xn--a/"]
)
async def test_a_redirect_that_leads_nowhere_is_a_failure(publisher: Publisher, location: bytes) -> None:
    """A failure with a reason, and not a fault of the program."""
    publisher.says("/old", Answer(raw=b"HTTP/1.1 302 x\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"))
    async with Fetcher("mailto:operator@example.org", resolver=nowhere, sleep=no_wait) as fetcher:
        with pytest.raises(ScraperError):
            await fetcher.get(publisher.url + "/old", policy=source_of(kind="feed", url=publisher.url).policy)


async def nowhere(host: str, port: int) -> list[str]:
    """A resolver that knows the loopback address alone."""
    if host != "127.0.0.1":
        raise OSError("no such host")
    return [host]


@pytest.mark.parametrize(
    "host",
    ["a..b", "-a.example.org", "a_b.example.org", "exa mple.org", "x" * 70 + ".org", "xn--a", "\u2100.org", "é" * 300,
     ".".join("a" * 60), "\u00ad", "日本。example.org", "١٢٧.0.0.1", "0x7f.1"],
)  # fmt: skip
async def test_a_host_that_cannot_be_is_a_failure(host: str) -> None:
    """Names that no resolver takes, names too long, names in odd letters: each is refused or not found."""
    url = urls.joined("http://example.org/", f"http://{host}/a")
    if url is not None:
        assert urls.canonical(urls.canonical(url)) == urls.canonical(url)
        async with Fetcher("mailto:operator@example.org", resolver=nowhere, sleep=no_wait) as fetcher:
            with pytest.raises(ScraperError):
                await fetcher.get(
                    url, policy=source_of(kind="feed", url=url, policy={"private_addresses": False}).policy
                )


def test_spellings_of_a_host_are_one_document() -> None:
    """A name beyond ASCII, in capitals or as it is looked up, is one address."""
    spelt = (
        "http://bücher.example/é?q=é",
        "http://BÜCHER.example/é?q=é",
        "http://xn--bcher-kva.example/%C3%A9?q=%C3%A9",
    )
    assert {urls.canonical(url) for url in spelt} == {"http://xn--bcher-kva.example/%C3%A9?q=%C3%A9"}
    assert {urls.host_of(url) for url in spelt} == {"xn--bcher-kva.example"}


async def test_hosts_of_a_source_may_be_spelt_either_way(publisher: Publisher) -> None:
    """A source that is allowed a name beyond ASCII may ask it under the name by which it is looked up."""
    for allowed, url in (
        ("bücher.example", "http://xn--bcher-kva.example/"),
        ("xn--bcher-kva.example", "http://bücher.example/"),
    ):
        async with Fetcher("mailto:operator@example.org", resolver=nowhere, sleep=no_wait) as fetcher:
            with pytest.raises(ScraperError) as failure:
                await fetcher.get(url, hosts=frozenset({allowed}))
        assert "may not fetch" not in str(failure.value)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("https://example.org/r%E9solution.pdf", "résolution.pdf"),
        ("https://example.org/r%C3%A9solution.pdf", "résolution.pdf"),
        ("https://example.org/100%.pdf", "100_.pdf"),
        ("r\udce9.pdf", "r_.pdf"),
        ("a%2F..%2Fb.pdf", "b.pdf"),
        ("%00%0D%0A", "document"),
    ],
)
def test_the_name_of_a_file_can_be_read(name: str, shown: str) -> None:
    """Bytes that are percent-encoded are letters again, in UTF-8 or not, and no folder comes out of them."""
    assert urls.file_name(name) == shown
    assert urls.file_name(shown) == shown


@given(st.text(max_size=60), st.binary(max_size=60))
def test_no_address_is_too_odd_to_be_read(link: str, raw: bytes) -> None:
    """Any words and any bytes are an address, the same when it is read twice, or are none."""
    for each in (link, urls.from_bytes(raw), link.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")):
        found = urls.joined("http://example.org/a/b", each)
        if found is not None:
            once = urls.canonical(found)
            assert once.isascii() or urls.host_of(found)
            assert urls.canonical(once) == once
            assert urls.joined("http://example.org/a/b", found) == found


def test_a_local_file_may_have_any_name(tmp_path: Path) -> None:
    """A name that is not UTF-8 is its bytes in the address, and readable everywhere else, also where the file fails."""
    folder = os.fsencode(tmp_path)
    for name, text in ((b"r\xe9solution.txt", b"The Assembly\n\n1. Requests a report.\n"), (b"vide-\xff.txt", b"")):
        try:
            with open(folder + b"/" + name, "wb") as file:  # noqa: PTH123 - pathlib takes no bytes
                file.write(text)
        except OSError:
            pytest.skip("needs a file system that takes any bytes for a name")
    harvest = files_read("test", [tmp_path])
    (publication,) = harvest.publications
    assert publication.url.endswith("/r%E9solution.txt")
    assert publication.title == "r\ufffdsolution"
    assert [row.title for row in harvest.dropped] == ["vide-\ufffd.txt"]
    said = repr((publication.url, publication.seen_url, publication.title, publication.identity, harvest.error))
    assert said.encode()
    assert "\\udc" not in said
    again = files_read("test", [tmp_path])
    assert [each.document_id for each in again.publications] == [publication.document_id]
