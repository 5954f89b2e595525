"""Every reader takes twice the time for twice the text, on shapes made to go wrong for parsers and expressions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from config.source_answers import Accept
from config.source_blocks import Item as ItemRule
from config.source_fields import FieldRule, Fields, Filter
from config.source_templates import filled
from mandates.documents.heading import read_heading
from scrapers.crawl import choice, dates
from scrapers.crawl.item import read_item
from scrapers.crawl.languages import language_of
from scrapers.crawl.own_page import canonical_link
from scrapers.crawl.relevance import concerns
from scrapers.crawl.words import author_of, title_of
from scrapers.http import accept, urls
from scrapers.http.client import Fetched
from scrapers.http.encodings import decode
from scrapers.kinds.feeds import EntryRow
from scrapers.kinds.listings import read_listing
from scrapers.kinds.marc import read_catalogue
from scrapers.kinds.posts import posts_in
from scrapers.publication import Validators
from scrapers.samples.proposal import feeds_of
from scrapers.samples.proposed_detail import leads_on
from scrapers.samples.proposed_paging import pages_of
from scrapers.samples.proposed_rows import rows_of
from scrapers.text.documents import document_text, media_type_of
from scrapers.text.html import html_text, read_html
from scrapers.text.markup import flattened, parsed, soup_of
from scrapers.text.word import read_word
from tests.growth import grows_no_faster
from tests.scrapers.docx_files import docx, level, numbering, p, r, table

if TYPE_CHECKING:
    from collections.abc import Callable

# Each shape takes little time, and all of them half a minute.
pytestmark = pytest.mark.slow

# What a page begins with, and what is repeated; in the middle of all that, and at its end, are words.
PAGES = {
    "paragraphs": ("", "<p>Some <b>words</b> of it.</p>\n"),
    "elements that are opened": ("", "<div>"),
    "elements and other ends": ("", "<b></i>"),
    "opened, then ends of others": ("<b>" * 3000, "</i>"),
    "articles within articles": ("", "<article>x"),
    "articles side by side": ("", "<article>x</article>"),
    "items of a list": ("<ol>", "<li>x"),
    "lists within lists": ("", "<ol><li>x"),
    "blanks": ("<pre>", " "),
    "blank lines": ("<pre>", " \n"),
    "blanks that do not break": ("", "\xa0 "),
    "line ends": ("", "<br>"),
    "cells": ("<table><tr>", "<td>"),
    "tables within tables": ("", "<table><tr><td>x"),
    "chrome within chrome": ("", "<nav><div>"),
    "chrome side by side": ("", "<nav>x</nav>"),
    "scripts": ("", "<script>x</script>"),
    "scripts that do not end": ("", "<script>"),
    "comments": ("", "<!---->"),
    "comments that do not end": ("", "<!--"),
    "tags that do not end": ("", "<a "),
    "attributes": ("<p ", "a=1 "),
    "attributes that differ": ("<p>", "<i class='a b c' id=x style='list-style: none'>x</i>"),
    "classes": ("<p class='", "nav-nav-"),
    "references": ("", "&amp;&#x;&"),
    "links": ("", "<a href='/x'>x</a> "),
    "rows": ("<ul>", "<li class=row><a href=/x>x</a><script>y</script>"),
    "rows within rows": ("", "<div class=row><a href=/x>x</a>"),
    "ends": ("", "</body></html>"),
    "raised": ("", "<sup>1</sup>"),
    "declarations": ("", "<?xml version='1.0'?>"),
    "less than": ("", "<"),
}
FIELDS = Fields.model_validate({"title": {"css": "a, b, p"}, "url": {"css": "a", "attr": "href"}})
PATHS = Fields.model_validate({"title": {"xpath": "."}, "url": {"xpath": "a/@href"}})


def _css_listing(page: str) -> object:
    return read_listing(page, "https://example.org/", ItemRule.model_validate({"css": ".row, li"}), FIELDS)


def _xpath_listing(page: str) -> object:
    rule = ItemRule.model_validate({"xpath": "//li | //*[@class='row']"})
    return read_listing(page, "https://example.org/", rule, PATHS)


def as_page(page: str) -> Fetched:
    """A page as it comes from the web."""
    known = Validators(None, None, datetime.now(UTC), "")
    return Fetched("https://example.org/", 200, {"content-type": "text/html"}, page.encode(), known)


PAGE_READERS: dict[str, Callable[[str], object]] = {
    "text": html_text,
    "part": lambda page: read_html(page, css="div, li, p"),
    "rows by css": _css_listing,
    "rows by xpath": _xpath_listing,
    "title": title_of,
    "flattened": flattened,
    "canonical link": canonical_link,
    "kind": lambda page: media_type_of(page.encode()),
    "feeds": lambda page: feeds_of(page, "https://example.org/"),
    "paging": lambda page: pages_of(soup_of(parsed(page)), "https://example.org/"),
    "files": lambda page: leads_on(as_page(page)),
    "rows that are guessed": rows_of,
    "document": lambda page: document_text(page.encode(), media_type="text/html"),
}
# Pages begin where they are deep enough to be flattened: the step up to that is not growth.
DEEP = 2_200
# A selection takes 50 µs an element, so that a few thousand characters say as much.
SELECTED = 6_000


def _concerns(text: str) -> object:
    rule = Filter.model_validate(
        {"words": ["migra", "*zzz", "human rights law"], "where": ["text"], "times_in_text": 1}
    )
    return concerns(rule, title="", summary=None, topics=(), text=text)


def _accepted(text: str) -> object:
    return accept.check(200, {}, text.encode(), Accept())


def _records(text: str) -> object:
    xml = f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>{text}</ListRecords></OAI-PMH>'
    return read_catalogue(xml.encode(), "https://example.org/oai", Fields(), language="en")


def _rewritten(text: str) -> object:
    rule = FieldRule.model_validate({"entry": "link", "regex": "^(.+)/(.+)$", "put": r"\1\1?\2"})
    return read_item(EntryRow({"link": text}), Fields(file=rule), "https://example.org/", origin="feed")


WORDS: dict[str, tuple[Callable[[str], object], str, str]] = {
    "bylines": (posts_in, "", "Title\nSubmitted by A on 1 May 2020\n\nwords\n"),
    "bylines alone": (posts_in, "", "Submitted by A on 1 May 2020\n"),
    "bylines without an end": (posts_in, "Submitted by A on x\nT\nSubmitted by ", "\t "),
    "bylines with blanks": (posts_in, "Submitted by A on x\nT\nSubmitted by A", " "),
    "ends of listings": (posts_in, "T\nSubmitted by A on x\nT\nSubmitted by A on x\n", "Read more\n"),
    "words of a filter": (_concerns, "", "migra "),
    "a long word": (_concerns, "", "a"),
    "blanks in a phrase": (_concerns, "human", " "),
    "links that do not end": (canonical_link, "", "<link "),
    "links": (canonical_link, "", "<link rel=x href=y>"),
    "blanks in a link": (canonical_link, "<link rel", " "),
    "names of keys": (urls.public, "https://example.org/?", "token-"),
    "many keys": (urls.public, "https://example.org/?", "token=a&"),
    "keys without a value": (urls.veiled, "https://example.org/?", "?a.b-"),
    "users": (urls.public, "", "://a"),
    "dots of a path": (urls.canonical, "https://example.org", "/../a"),
    "a joined path": (lambda text: urls.joined("https://example.org/a/b", text), "", "../"),
    "names of files": (urls.file_name, "", "a/\x00 "),
    "letters of a language": (language_of, "", "the of and "),
    "dates": (dates.read, "", "1 to 2 May "),
    "authors": (author_of, "", "system admin "),
    "bytes": (lambda text: decode(text.encode("cp1252")), "é", "charset = "),
    "blanks in a charset": (lambda text: decode(text.encode("cp1252")), "écharset=", " "),
    "titles of gates": (_accepted, "", "<title>"),
    "plain text": (lambda text: document_text(text.encode()), "", "words \n"),
    "signs of a file": (lambda text: choice.language_of(f"https://example.org/{text}", text), "", "fr/(en) de-"),
    "parameters of a file": (lambda text: choice.format_of(f"https://example.org/?{text}", text), "", "a=b&"),
    "places in a template": (lambda text: filled("https://example.org/{title}", {"title": text}), "", "{a:b}"),
    "a link that is put otherwise": (_rewritten, "https://example.org/", "a-1/"),
    "records": (_records, "", "<record><header/></record>"),
}
HEADS = {
    "adopted": "adopted by ",
    "adopted on lines": "adopted by \n",
    "distributed": "Distr. : ",
    "acts": "Resolution 1",
    "meetings": "At its 1st plenary meeting ",
    "sessions": "first annual ",
    "items": "item 1 (a) and (b) ",
    "dashes": "_*# ",
    "angles": "<",
    "names": "The Council of the ",
    "capitals": "A ",
    "symbols": "A/RES/1/",
    "brackets": "(Geneva, ",
}


# A row holds all the rows within it, so that what is asked for is quadratic; the depth of pages and the limits on
# reading processes bound it.
NOT_FOR_ROWS = {"rows within rows", "lists within lists"}
CASES = [
    (shape, reader)
    for shape in PAGES
    for reader in PAGE_READERS
    if not (shape in NOT_FOR_ROWS and reader.startswith("rows"))
]


@pytest.mark.parametrize(("shape", "reader"), CASES)
def test_pages(shape: str, reader: str) -> None:
    """Whatever a page is made of, reading it takes time in proportion to its length."""
    start, unit = PAGES[shape]
    read = PAGE_READERS[reader]

    def make(size: int) -> Callable[[], object]:
        half = unit * (size // len(unit) // 2)
        page = f"<body>{start}{half}words{half}"
        return lambda: read(page)

    size = DEEP * len(unit)
    if reader in {"part", "rows by css", "feeds", "paging", "files", "rows that are guessed"}:
        size = SELECTED
    elif reader != "rows by xpath":  # a listing of more than 10,000 rows is refused
        size = max(size, 30_000)
    grows_no_faster(make, size)


@pytest.mark.parametrize("shape", WORDS)
def test_words(shape: str) -> None:
    """Expressions over words, addresses and bytes look at each character a bounded number of times."""
    read, start, unit = WORDS[shape]

    def make(size: int) -> Callable[[], object]:
        text = start + unit * (size // len(unit)) + "!"
        return lambda: read(text)

    grows_no_faster(make, 30_000)


@pytest.mark.parametrize("shape", HEADS)
def test_heads(shape: str) -> None:
    """The head of a text, of which 12,000 characters are read."""

    def make(size: int) -> Callable[[], object]:
        text = HEADS[shape] * (size // len(HEADS[shape])) + "!"
        return lambda: read_heading(text)

    grows_no_faster(make, 3_000)


LISTS = numbering(level(0, "decimal", "%1.") + level(1, "lowerLetter", "(%2)"))
WORD_FILES: dict[str, Callable[[int], str]] = {
    "paragraphs": lambda n: p("Some words") * n,
    "numbered paragraphs": lambda n: (p("x", num="1:0") + p("y", num="1:1")) * n,
    "runs of a paragraph": lambda n: p("", inner=r("x ") * n),
    "blanks": lambda n: p(" " * 20 * n + "x"),
    "rows": lambda n: table(*[(p("x"), p("y"))] * n),
    "cells of a row": lambda n: table(tuple([p("x")] * n)),
    "paragraphs of a cell": lambda n: table((p("x" * 40) * n,)),
    "tables within tables, side by side": lambda n: table((table((table((p("x"),)),)),)) * n,
    "text boxes": lambda n: p("x", inner=f"<w:r><w:txbxContent>{p('y')}</w:txbxContent></w:r>" * n),
    "notes": lambda n: p("x", inner="".join(f"<w:r><w:footnoteReference w:id='{i}'/></w:r>" for i in range(n))),
    "styles that inherit": lambda n: p("x", style=f"s{4 * n}"),
    "deleted words": lambda n: p("x", inner=f"<w:del>{r('y')}</w:del>" * n),
    "paragraphs that run on": lambda n: p("x", more="<w:rPr><w:del/></w:rPr>") * n,
    "fields that do not end": lambda n: p("x", inner="<w:r><w:fldChar w:fldCharType='begin'/></w:r>" * n),
}


def _inheriting(count: int) -> str:
    style = '<w:style w:type="paragraph" w:styleId="s{}"><w:basedOn w:val="s{}"/></w:style>'
    return "".join(style.format(at, at - 1) for at in range(count))


@pytest.mark.parametrize("shape", WORD_FILES)
def test_word_files(shape: str) -> None:
    """A Word file takes time in proportion to what is in it."""

    def make(size: int) -> Callable[[], object]:
        body = WORD_FILES[shape](size)
        notes = "".join(f"<w:footnote w:id='{i}'>{p('z')}</w:footnote>" for i in range(size if shape == "notes" else 0))
        # The ratio of packed to unpacked bytes is bounded by itself: bytes that do not pack go with them.
        styles = _inheriting(5 * size if shape.startswith("styles") else 1)
        raw = docx(
            body, numbering=LISTS, styles=styles, footnotes=notes, header=p("".join(map(chr, range(0x100, 0x3000))))
        )
        return lambda: read_word(raw)

    grows_no_faster(make, 400)


@pytest.mark.parametrize("depth", [20, 40])
def test_tables_within_tables(depth: int) -> None:
    """Twice the depth is twice the time: each table was once read again for each that it is in."""

    def make(size: int) -> Callable[[], object]:
        body = p("words")
        for _ in range(size):
            body = table((body, p("beside")))
        raw = docx(body * 20)
        return lambda: read_word(raw)

    grows_no_faster(make, depth // 2)
