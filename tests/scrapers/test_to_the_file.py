"""From an item to its document: addresses made of fields, a choice among files, pages in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from config.source_fields import Choose
from config.sources import load_sources
from config.strict_yaml import ConfigError
from scrapers.crawl.choice import format_of, language_of, ranked
from scrapers.http import urls
from tests.scrapers.docx_files import docx, p
from tests.scrapers.pdf_pages import pages, placed
from tests.sites.publisher import Answer, Publisher, as_json, crawled, remembered, source_of, swept_long_ago

if TYPE_CHECKING:
    from pathlib import Path

    from config.sources import Source

LINKS = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def listing(publisher: Publisher, **more: Any) -> Source:
    """A listing at /list."""
    blocks = {"kind": "listing", "url": f"{publisher.url}/list", "item": {"css": "li"}, "fields": LINKS, **more}
    return source_of(**blocks)


def page(body: str) -> str:
    """A web page."""
    return f"<html><body><main>{body}</main></body></html>"


def paper(words: str) -> bytes:
    """A PDF of one line."""
    return pages(placed((70, 700, words, 11)))


def files(publisher: Publisher) -> None:
    """One document in two languages and formats, each with words of its own."""
    publisher.says("/d-en.pdf", Answer(paper("The text in the PDF, English."), type="application/pdf"))
    publisher.says("/d-fr.pdf", Answer(paper("The text in the PDF, French."), type="application/pdf"))
    publisher.says("/d-en.docx", Answer(docx(p("The text in the Word file.")), type=WORD))


async def test_file_and_link_are_made_of_fields(publisher: Publisher) -> None:
    """A feed of symbols leads to files by symbol; people get another address, made of the same symbol."""
    publisher.says("/get?s=A%2FC.3%2F81%2FL.7&t=pdf", Answer(paper("Draft resolution"), type="application/pdf"))
    entry = "<item><title>A/C.3/81/L.7</title><link>https://example.org/x/1</link></item>"
    source = source_of(
        kind="feed",
        url=publisher.says("/rss", f"<rss version='2.0'><channel>{entry}</channel></rss>"),
        fields={
            "symbol": {"entry": "title", "required": True},
            "file": {"template": publisher.url + "/get?s={symbol:quoted}&t=pdf"},
        },
        link="https://docs.example.org/en/{symbol}",
        detail={"accept": {"magic": "%PDF"}},
    )
    (publication,) = (await crawled(source)).publications
    assert publication.url == "https://docs.example.org/en/A/C.3/81/L.7"
    assert publication.seen_url == "https://example.org/x/1"
    assert publication.text is not None
    assert "Draft resolution" in publication.text.text


async def test_what_is_no_valid_document_is_not_read_as_one(publisher: Publisher) -> None:
    """`detail.accept` says what a file must be, where its address has no ending: a stub is a failure."""
    publisher.says("/get?s=A%2F81%2F7", page("Not yet available."))
    source = source_of(
        kind="json",
        url=publisher.says("/api", as_json([{"s": "A/81/7"}])),
        item={"json": "*"},
        fields={"symbol": {"json": "s"}, "file": {"template": publisher.url + "/get?s={symbol:quoted}"}},
        detail={"accept": {"magic": "%PDF"}},
    )
    harvest = await crawled(source)
    assert "no '%PDF' at the beginning, but HTML" in harvest.dropped[0].reason


async def test_a_file_by_a_rewritten_link(publisher: Publisher) -> None:
    """`regex` and `put` make the file's address of the item's link; a link that does not fit gives no file."""
    publisher.says("/files/12/12-EN.docx", Answer(docx(p("The text in the Word file.")), type=WORD))
    publisher.says("/list", page("<li><a href='/act/12'>Twelve</a></li><li><a href='/other'>Other</a></li>"))
    rule = {"from": "url", "regex": r"/act/(\d+)$", "put": rf"{publisher.url}/files/\1/\1-EN.docx"}
    harvest = await crawled(listing(publisher, fields={**LINKS, "file": rule}))
    texts = {each.title: each.text.text.strip() if each.text else None for each in harvest.publications}
    assert texts == {"Twelve": "The text in the Word file.", "Other": None}
    assert "/other" not in publisher.targets()


async def test_a_url_is_made_of_fields(publisher: Publisher) -> None:
    """An interface that gives numbers and no addresses: the page of each is known by its number."""
    publisher.says("/act/TA-10-2026-0101_EN.html", page("<p>The text of the act.</p>"))
    source = source_of(
        kind="json",
        url=publisher.says("/api", as_json({"data": [{"id": "TA-10-2026-0101", "name": "An act"}]})),
        item={"json": "data.*"},
        fields={
            "title": {"json": "name"},
            "record": {"json": "id"},
            "url": {"template": publisher.url + "/act/{record}_EN.html", "required": True},
        },
        detail={},
    )
    (publication,) = (await crawled(source)).publications
    assert publication.url == f"{publisher.url}/act/TA-10-2026-0101_EN.html"
    assert publication.text is not None
    assert "The text of the act." in publication.text.text


async def test_without_a_field_the_link_is_the_items_own(publisher: Publisher) -> None:
    """Where a document has no symbol, people get the address that the source shows; identity stays the address."""
    publisher.says("/list", page("<li><a href='/1'>A note</a></li>"))
    (publication,) = (await crawled(listing(publisher, link="https://docs.example.org/{symbol}"))).publications
    assert publication.url == f"{publisher.url}/1"
    (same,) = (await crawled(listing(publisher, link="https://docs.example.org/{title}"))).publications
    assert same.url == "https://docs.example.org/A%20note"
    assert same.identity == publication.identity


CHOICES = [
    (None, "The text in the PDF, French.", ["d-en.pdf (pdf, en)", "d-en.docx (docx, en)"]),
    ({}, "The text in the Word file.", ["d-en.pdf (pdf, en)", "d-fr.pdf (pdf, fr)"]),
    ({"formats": ["pdf", "docx"]}, "The text in the PDF, English.", ["d-en.docx (docx, en)", "d-fr.pdf (pdf, fr)"]),
    ({"languages": ["fr", "en"]}, "The text in the PDF, French.", ["d-en.docx (docx, en)", "d-en.pdf (pdf, en)"]),
]


@pytest.mark.parametrize(("choose", "text", "passed"), CHOICES)
@pytest.mark.parametrize("on_its_page", [False, True])
async def test_the_best_of_several_files_is_read_and_the_others_are_said(
    publisher: Publisher, choose: dict[str, Any] | None, text: str, passed: list[str], on_its_page: bool
) -> None:
    """By language, then by format; without a choice the first. A flag names each file that was passed over."""
    files(publisher)
    links = "".join(f"<a class=f href='/{name}'>{name}</a>" for name in ("d-fr.pdf", "d-en.pdf", "d-en.docx"))
    rule = {"css": "a.f", "attr": "href", "many": True}
    publisher.says("/1", page(links))
    publisher.says("/list", page(f"<li><a href='/1'>One</a>{'' if on_its_page else links}</li>"))
    more: dict[str, Any] = {"detail": {"file": rule}} if on_its_page else {"fields": {**LINKS, "file": rule}}
    if choose is not None:
        more["choose"] = choose
    (publication,) = (await crawled(listing(publisher, language="en", **more))).publications
    assert publication.text is not None
    assert publication.text.text.strip() == text
    assert list(publication.text.flags) == [f"other file: {publisher.url}/{name}" for name in passed]


async def test_the_next_file_is_read_where_the_best_cannot_be(publisher: Publisher) -> None:
    """A Word file that is none gives way to the PDF, with the reason in a flag; one that is out of order is awaited."""
    files(publisher)
    publisher.says("/d-en.docx", Answer(b"PK\x03\x04 and no more", type=WORD))
    links = "".join(f"<a class=f href='/{name}'>{name}</a>" for name in ("d-en.pdf", "d-en.docx"))
    publisher.says("/list", page(f"<li><a href='/1'>One</a>{links}</li>"))
    rule = {"css": "a.f", "attr": "href", "many": True}
    source = listing(publisher, fields={**LINKS, "file": rule}, choose={})
    (publication,) = (await crawled(source)).publications
    assert publication.text is not None
    assert publication.text.text.strip() == "The text in the PDF, English."
    assert publication.text.flags[0].startswith(f"file not read: {publisher.url}/d-en.docx: ")
    publisher.says("/d-en.docx", Answer(b"", 503))
    assert "503" in (await crawled(source)).dropped[0].reason


async def test_language_is_taken_from_the_words_of_a_link(publisher: Publisher) -> None:
    """Addresses that are numbers are told apart by what the links say."""
    for number, words in ((1, "Français"), (2, "English")):
        publisher.says(f"/f/{number}", page(f"<p>The text in {words}.</p>"))
    publisher.says(
        "/list", page("<li><a href='/1'>One</a><b><a href='/f/1'>Français</a> <a href='/f/2'>English</a></b>")
    )
    rule = {"css": "b a", "attr": "href", "many": True}
    fields = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}, "file": rule}
    (publication,) = (await crawled(listing(publisher, fields=fields, choose={"languages": ["en"]}))).publications
    assert publication.text is not None
    assert publication.text.text.strip() == "The text in English."


@pytest.mark.parametrize(
    ("url", "label", "language", "form"),
    [
        ("https://example.org/a_EN.pdf", "", "en", "pdf"),
        ("https://example.org/fr/decision-en.docx", "", "en", "docx"),
        ("https://example.org/fr/decision.docx", "", "fr", "docx"),
        ("https://example.org/resolution-de-l-assemblee.pdf", "", None, "pdf"),
        ("https://example.org/get?s=A%2F1&l=es&t=doc", "", "es", "doc"),
        ("https://example.org/get?file=report.PDF", "", None, "pdf"),
        ("https://example.org/1", "Télécharger (PDF, 2 MB) Français", "fr", "pdf"),
        ("https://example.org/1", "E", None, None),
        ("https://example.org/1", "FR", "fr", None),
        ("https://example.org/1", "Word (es)", "es", "docx"),
        ("https://example.org/1", "What is in it for us", None, None),
        ("https://example.org/1", "English French", None, None),
    ],
)
def test_language_and_format_of_a_file(url: str, label: str, language: str | None, form: str | None) -> None:
    """Codes count at the end of a name, as a folder or a parameter, alone or in brackets; words of a title do not."""
    assert (language_of(url, label), format_of(url, label)) == (language, form)


def test_what_is_not_known_comes_before_what_is_known_to_be_something_else() -> None:
    """A file without a sign of its language is rather read than one in a language that nobody asked for."""
    names = ("https://example.org/a-ru.pdf", "https://example.org/a.pdf", "https://example.org/a-en.pdf")
    assert [urls.file_name(url) for url in ranked(names, {}, Choose(), "en")] == ["a-en.pdf", "a.pdf", "a-ru.pdf"]


def steps(publisher: Publisher, **more: Any) -> Source:
    """A listing whose items lead to their file by a second page."""
    publisher.says("/list", page("<li><a href='/1'>One</a></li>"))
    detail = {"via": [{"css": "a.show"}], "file": {"css": "a.get"}, "fields": {"date": {"css": ".d"}}}
    return listing(publisher, detail=detail, **more)


async def test_two_pages_lead_to_the_file(publisher: Publisher) -> None:
    """The item's page leads to a second one, which has the file; the item keeps its own address and date."""
    files(publisher)
    publisher.says("/1", page("<p class=d>2 March 2026</p><a class=show href='/show?id=1'>Show</a>"))
    viewer = "<html><head><link rel=canonical href='/viewer'></head><body><a class=get href='/d-en.docx'>Get</a>"
    publisher.says("/show?id=1", viewer)
    harvest = await crawled(steps(publisher))
    (publication,) = harvest.publications
    assert publication.text is not None
    assert publication.text.text.strip() == "The text in the Word file."
    assert publication.url == f"{publisher.url}/1"
    assert publication.published is not None
    assert publication.published.value.isoformat() == "2026-03-02"
    publisher.asked.clear()
    await crawled(steps(publisher), swept_long_ago(remembered(harvest)))
    assert publisher.targets() == ["/list", "/1"]


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("no link", None, "step 1 of 1 to the document, on {url}/1: no link by `detail.via` 1"),
        ("<a class=show href='/gone'>x</a>", None, "step 1 of 1 to the document, on {url}/1: status 404"),
        ("<a class=show href='http://127.0.0.2:1/x'>x</a>", None, "step 1 of 1 to the document, on {url}/1: leads to"),
        ("<a class=show href='/2'>x</a>", "<a class=get href='/gone'>x</a>", "status 404"),
    ],
)
async def test_each_step_names_its_failure(publisher: Publisher, first: str, second: str | None, says: str) -> None:
    """A page without the link, one that is not there, and another host are told apart by their place."""
    publisher.says("/1", page(first))
    if second is not None:
        publisher.says("/2", page(second))
    source = steps(publisher, policy={"hosts": ["127.0.0.1"]})
    assert says.format(url=publisher.url) in (await crawled(source)).dropped[0].reason


async def test_a_step_may_lead_to_the_file_itself(publisher: Publisher) -> None:
    """Where a second page turns out to be the document, it is read."""
    files(publisher)
    publisher.says("/1", page("<a class=show href='/d-en.pdf'>Show</a>"))
    (publication,) = (await crawled(steps(publisher))).publications
    assert publication.text is not None
    assert publication.text.text.strip() == "The text in the PDF, English."


LIST = "- id: a\n  kind: json\n  url: https://example.org/api\n  item: {json: '*'}\n  "


@pytest.mark.parametrize(
    ("yaml", "line", "says"),
    [
        ("fields: {}\n  link: 'https://example.org/{symbl}'", 6, "link: {symbl} is not a field; did you mean symbol?"),
        ("fields: {}\n  link: https://example.org/x", 6, "link: has no field in it"),
        ("fields: {}\n  link: 'https://{symbol}/x'", 6, "link: has a field in its host"),
        ("fields: {}\n  link: 'https://example.org/{symbol:raw}'", 6, "has a brace that belongs to no field"),
        ("fields: {title: {template: 'https://example.org/{symbol}'}}", 5, "title: `template` is for `url` and `file`"),
        ("fields: {file: {template: 'https://example.org/{id}'}}", 5, "template: {id} is not a field"),
        ("fields: {file: {from: url, put: x}}", 5, "file: does not say where to look"),
        ("fields: {file: {json: a, put: x}}", 5, "put: needs a `regex`"),
        ("fields: {file: {from: url, regex: 'a(b)', put: '\\2'}}", 5, "put: '\\\\2' does not fit the regex"),
        ("fields: {}\n  choose: {languages: [english]}", 6, "languages: 'english' is not a code of two letters"),
        ("fields: {}\n  choose: {formats: [dcx]}", 6, "did you mean docx or doc?"),
        ("fields: {}\n  detail: {via: [{css: a}, {css: a}, {css: a}, {css: a}]}", 6, "detail.via"),
        ("fields: {}\n  detail: {via: [{cs: a}]}", 6, "via.0.cs: is not a known key; did you mean css?"),
    ],
)
def test_a_slip_on_the_way_to_the_file_is_named(tmp_path: Path, yaml: str, line: int, says: str) -> None:
    """Fields that are not known, templates in the wrong place and groups that do not exist are refused by line."""
    path = tmp_path / "sources.yaml"
    path.write_text(LIST + yaml + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_sources(path)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: ")


def test_a_folder_is_not_asked(tmp_path: Path) -> None:
    """Keys without an effect on a folder are refused."""
    path = tmp_path / "sources.yaml"
    path.write_text("- {id: a, kind: files, path: x, headers: {Accept: text/html}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="headers: has no effect on a folder"):
        load_sources(path)
