"""Titles: the same words of the same post, whichever way its source shows it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scrapers.crawl.words import plain, title_of
from tests.sites.publisher import Answer, Publisher, as_json, crawled, source_of

if TYPE_CHECKING:
    from config.sources import Source

links = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
paths = {"title": {"xpath": "a"}, "url": {"xpath": "a/@href"}}


def shown_by_all_kinds(publisher: Publisher, title: str) -> list[Source]:
    """Sources that show one post: as words of a page, escaped once more in feeds, bare in JSON."""
    page = publisher.says("/list", f"<ul><li><a href='/1'>{escape(title)}</a></li></ul>")
    item = f"<title>{escape(escape(title))}</title><link>{publisher.url}/1</link>"
    rss = publisher.says(
        "/rss", Answer(f"<rss version='2.0'><channel><item>{item}</item></channel></rss>", type="text/xml")
    )
    entry = f"<entry><title>{escape(title)}</title><link href='{publisher.url}/1'/></entry>"
    atom = publisher.says(
        "/atom", Answer(f"<feed xmlns='http://www.w3.org/2005/Atom'>{entry}</feed>", type="application/atom+xml")
    )
    api = publisher.says("/api", as_json([{"t": title, "u": "/1"}]))
    fields: dict[str, Any] = {"title": {"json": "t"}, "url": {"json": "u"}}
    return [
        source_of(kind="listing", url=page, item={"css": "li"}, fields=links),
        source_of(kind="listing", url=page, item={"xpath": "//li"}, fields=paths),
        source_of(kind="feed", url=rss),
        source_of(kind="feed", url=atom),
        source_of(kind="json", url=api, item={"json": "*"}, fields=fields),
    ]


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Boats <script>alert(1)</script> for all", "Boats for all"),
        ("<b>Boats</b> &amp; ports", "Boats & ports"),
        ("Children <5 years, costs > 3 & more", "Children <5 years, costs > 3 & more"),
        ("Bo\u00adats\u200b of\xa0 all\n ports", "Boats of all ports"),
        ("\u202eBoats\u202c", "Boats"),
        ("Cafe\u0301", "Caf\u00e9"),
    ],
)
async def test_a_title_is_the_same_in_all_kinds(publisher: Publisher, title: str, words: str) -> None:
    """Markup, invisible characters and ways to write one letter do not make two titles of one."""
    for source in shown_by_all_kinds(publisher, title):
        (publication,) = (await crawled(source)).publications
        assert publication.title == words, source


async def test_a_script_in_a_row_is_none_of_its_words(publisher: Publisher) -> None:
    """What stands in a row's own <script> is not read as its title, by CSS or by XPath."""
    page = publisher.says("/list", "<ul><li><a href='/1'>Boats<script>count('Boats')</script> and ports</a></li></ul>")
    for item, fields in (({"css": "li"}, links), ({"xpath": "//li"}, paths)):
        source = source_of(kind="listing", url=page, item=item, fields=fields)
        assert [publication.title for publication in (await crawled(source)).publications] == ["Boats and ports"]


def test_an_address_is_not_read_as_markup() -> None:
    """An ampersand before a parameter's name is no character reference."""
    assert plain("https://example.org/a?b=1&copy=2") == "https://example.org/a?b=1&copy=2"


@given(st.text(max_size=200))
def test_any_words_give_a_title_or_none(words: str) -> None:
    """A title is one line of at most a thousand characters, and what is a title stays the same title."""
    title = title_of(words)
    if title is not None:
        assert title == " ".join(title.split())
        assert 0 < len(title) <= 1000
