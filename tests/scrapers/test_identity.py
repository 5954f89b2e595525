"""Which document a publication is, and which addresses are one."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.source_fields import Canonical, Identity
from mandates.documents import symbols
from scrapers.crawl import identity
from scrapers.crawl.languages import language_of
from scrapers.http import urls
from scrapers.text.readers import words_sha256
from tests.growth import grows_no_faster
from tests.sites.publisher import Publisher, crawled, source_of

ladder = Identity()


def test_the_ladder() -> None:
    """A symbol with its language, else the address, else the text; nothing where there is nothing."""
    symbol = symbols.parse("A/RES/81/9")
    assert identity.identity_of(symbol, "en", "http://example.org/a", "text", ladder) == "symbol:A/RES/81/9 en"
    assert identity.identity_of(None, "en", "http://example.org/a", "text", ladder) == "url:example.org/a"
    assert (identity.identity_of(None, None, None, "some  text", ladder) or "").startswith("text:")
    assert identity.identity_of(None, None, None, "  ", ladder) is None


def test_a_text_is_known_by_its_words() -> None:
    """Readings that differ in blanks, hyphens and punctuation are one; a number with another point is not."""

    def known(text: str) -> str | None:
        return identity.identity_of(None, None, None, text, ladder)

    assert known("the devel-\nopment  of 1.5 ﬁelds;") == known("The development of 1.5 fields")
    assert known("1.5 fields") != known("15 fields")
    assert known("— . —") is None


@pytest.mark.parametrize("piece", [".", "1.", "1..", " \n", "ﬁ-", "a\u0301\u0323"])
def test_the_hash_of_words_takes_linear_time(piece: str) -> None:
    """Twice the text takes about twice as long, whatever it is made of."""
    grows_no_faster(lambda times: lambda: words_sha256(piece * times), 100_000)


def test_document_ids_are_hashes_of_identities() -> None:
    """The key of all tables."""
    assert identity.document_id("url:example.org/a") == hashlib.sha256(b"url:example.org/a").hexdigest()


def test_spellings_of_a_symbol_are_one_identity() -> None:
    """Spaces and an omitted prefix make no second document."""
    spellings = ("AALCO/RES/52/S 5", "RES/52/S  5", "AALCO / RES / 52 / S5")
    assert len({identity.identity_of(symbols.parse(each), "en", None, None, ladder) for each in spellings}) == 1


async def test_a_language_version_is_a_document_of_its_own(publisher: Publisher) -> None:
    """The French text of a resolution is not a new version of the English one."""

    def source(language: str) -> Any:
        return source_of(
            kind="listing",
            url=publisher.says(f"/{language}", '<ul><li><a href="/1">A/RES/81/9</a></li></ul>'),
            item={"css": "li"},
            language=language,
            fields={"title": {"css": "a"}, "symbol": {"css": "a"}, "url": {"css": "a", "attr": "href"}},
        )

    english, french = await crawled(source("en")), await crawled(source("fr"))
    assert english.publications[0].document_id != french.publications[0].document_id


async def test_two_sources_that_show_one_document_agree_on_its_identity(publisher: Publisher) -> None:
    """A feed and a listing, under different addresses, give the same document by its symbol."""
    page = '<ul><li><a href="/other/path">A/RES/81/9 Boats</a></li></ul>'
    feed = (
        f'<rss version="2.0"><channel><title>x</title><item><title>A/RES/81/9 Boats</title>'
        f"<link>{publisher.url}/feed/path</link></item></channel></rss>"
    )
    symbol = {"regex": r"^(\S+)"}
    listing = source_of(
        kind="listing",
        language="en",
        url=publisher.says("/list", page),
        item={"css": "li"},
        fields={"title": {"css": "a"}, "symbol": {"css": "a", **symbol}, "url": {"css": "a", "attr": "href"}},
    )
    rss = source_of(
        kind="feed", language="en", url=publisher.says("/rss", feed), fields={"symbol": {"entry": "title", **symbol}}
    )
    one, other = await crawled(listing), await crawled(rss)
    assert one.publications[0].document_id == other.publications[0].document_id


@pytest.mark.parametrize(
    ("url", "rules", "canonical"),
    [
        ("HTTP://Example.ORG:80/a/../b//c#part", {}, "http://example.org/b/c"),
        ("https://example.org/a?utm_source=x&id=1&fbclid=y", {}, "https://example.org/a?id=1"),
        ("https://example.org", {}, "https://example.org/"),
        ("http://WWW.example.org/A", {"hosts": {"www.example.org": "example.org"}}, "http://example.org/A"),
        ("http://example.org/Res-EMRG.htm", {"lower_path": True}, "http://example.org/res-emrg.htm"),
        ("http://example.org/a", {"https": True}, "https://example.org/a"),
        ("http://example.org/a?lang=en&id=1", {"drop": ["lang"]}, "http://example.org/a?id=1"),
        (
            "http://example.org/feed/view/en/1",
            {"rewrite": [{"find": "/feed/view/", "put": "/"}]},
            "http://example.org/en/1",
        ),
        ("http://[::1]:8080/a", {}, "http://[::1]:8080/a"),
        ("http://example.org/a b", {}, "http://example.org/a%20b"),
    ],
)
def test_canonical_addresses(url: str, rules: dict[str, Any], canonical: str) -> None:
    """Hosts in lower case, no default port, fragment or tracking, and what the source's own rules say."""
    assert urls.canonical(url, Canonical.model_validate(rules)) == canonical


@given(st.text(max_size=60))
def test_any_link_on_a_page_is_an_address_or_none(link: str) -> None:
    """Garbage in a link is no address; what is one stays the same when made canonical twice."""
    found = urls.joined("http://example.org/a/b", link)
    if found is not None:
        once = urls.canonical(found)
        assert urls.canonical(once) == once
        assert urls.same_address(once)


def test_links_that_lead_nowhere() -> None:
    """Mail, scripts and files are no web pages."""
    for link in ("mailto:a@example.org", "javascript:void(0)", "file:///etc/passwd", "data:text/html,x", "http://"):
        assert urls.joined("http://example.org/", link) in {None, "http://example.org/"}


def test_a_page_of_true_address_is_known_by_it() -> None:
    """Schemes, www and a last slash do not make another document."""
    twins = ("http://www.example.org/a/", "https://example.org/a", "https://www.example.org/a")
    assert {urls.same_address(url) for url in twins} == {"example.org/a"}


english = "The Assembly requests the Secretary-General to report to it on the boats of the ports, and decides to meet. "
french = "L'Assemblée prie le Secrétaire de lui faire rapport sur les bateaux des ports et décide de se réunir. "
spanish = "La Asamblea pide al Secretario que informe sobre los barcos de los puertos y que se reúna por una vez. "


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (english * 2, "en"),
        (french * 3, "fr"),
        (spanish * 3, "es"),
        ("Ассамблея просит Генерального секретаря представить доклад о лодках.", "ru"),
        ("大会请秘书长就船只提出报告。", "zh"),
        ("تطلب الجمعية العامة إلى الأمين العام أن يقدم تقريرا", "ar"),
        ("1234 5678", None),
        ("ok", None),
    ],
)
def test_the_language_of_a_text(text: str, language: str | None) -> None:
    """The six official languages, by script and commonest words; too little says nothing."""
    assert language_of(text) == language


@pytest.mark.parametrize(
    ("said", "symbol"),
    [
        ("A/RES/57/218", "A/RES/57/218"),
        ("A/RES/1145(XII)", "A/RES/1145(XII)"),
        ("A/RES/ES-11/1", "A/RES/ES-11/1"),
        ("S/RES/2240 (2015)", "S/RES/2240 (2015)"),
        ("A/HRC/RES/47/12", "A/HRC/RES/47/12"),
        ("E/CN.4/2002/94.", "E/CN.4/2002/94"),
        ("A/C.3/78/L.60/Rev.1", "A/C.3/78/L.60/Rev.1"),
        ("CMW/C/GC/5-CRC/C/GC/22", "CMW/C/GC/5-CRC/C/GC/22"),
        ("RES/51/ORG 2A", "AALCO/RES/51/ORG 2A"),
        ("C-I/122/DR-Pre", "C-I/122/DR-Pre"),
        ("C/115/RES/1412", "C/115/RES/1412"),
        ("CTOC/COP/WG.7/2026/2", "CTOC/COP/WG.7/2026/2"),
        ("A/RES/78/80 A", "A/RES/78/80 A"),
        ("CELEX:32026D9901", "CELEX:32026D9901"),
        ("2/3", None),
        ("and/or", None),
        ("Add to cart", None),
    ],
)
def test_symbols_of_the_sources(said: str, symbol: str | None) -> None:
    """The symbols of all bodies that are watched are read as one, and other words are not."""
    found = identity.own_symbol(said)
    assert (found.text if found else None) == symbol
