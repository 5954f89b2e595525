"""A page's text in one pass: nothing is lost, however deep or broken the page, and what is left out is listed."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.source_blocks import Item as ItemRule
from config.source_fields import Fields
from mandates.text.blocks import check
from scrapers.http.urls import shown_name
from scrapers.kinds.listings import read_listing
from scrapers.publication import TextError
from scrapers.text.chrome import MOST_ENTRIES
from scrapers.text.documents import document_text
from scrapers.text.html import HtmlText, html_text, read_html
from scrapers.text.markup import parsed, soup_of
from tests.sites.publisher import Publisher, crawled, source_of


def read(page: str, css: str | None = None) -> HtmlText:
    """What is read of a page; its blocks keep the contract of all readers."""
    found = read_html(page, css=css)
    check(found.blocks, found.text)
    return found


def visible(page: str) -> list[str]:
    """The words of a page as the simplest of readers sees them: whatever is not between < and >."""
    body = re.sub(r"(?s)<!--.*?-->|<head>.*?</head>|<(script|style)[^>]*>.*?</\1>", " ", page)
    return unescape(re.sub(r"<[^>]*>", " ", body)).split()


CLAUSES = [f"{number}. Requests report {number};" for number in range(1, 401)]


@pytest.mark.parametrize(
    "opened", ["<font>", "<div>", "<b>", "<blockquote>", "<div class=x><span>", "<p><b>", "<ul><li>"]
)
@pytest.mark.parametrize("times", [1, 12])
def test_no_clause_is_lost_however_deep(opened: str, times: int) -> None:
    """Elements that are opened before each of 400 clauses and never closed lose none of them, 2,048 deep and more."""
    page = "<html><body>" + "".join(opened * times + f"<p>{clause}</p>" for clause in CLAUSES)
    text = " ".join(read(page).text.split())
    assert all(clause in text for clause in CLAUSES)


@pytest.mark.parametrize("rule", [{"css": "div a"}, {"xpath": "//a"}])
def test_no_row_is_lost_however_deep(rule: dict[str, str]) -> None:
    """A listing of 3,000 unclosed elements gives all its rows, by CSS and by XPath."""
    page = "".join(f"<div><a href='/{number}'>Title {number}</a>" for number in range(3000))
    item = ItemRule.model_validate(rule)
    rule = {"css": "a"} if "css" in rule else {"xpath": "."}
    fields = {"title": rule, "url": {**rule, "attr": "href"}}
    items = read_listing(page, "https://example.org/", item, Fields.model_validate(fields))
    assert [item.title for item in items] == [f"Title {number}" for number in range(3000)]


def test_the_soup_is_the_tree() -> None:
    """For selecting by CSS a page has the same elements in the same order as for reading."""
    root = parsed("<body class='a b'><!-- c --><p>x<b>y</b>z<script>s</script><ul><li>1<li>2</ul>&amp;")
    soup = soup_of(root)
    assert [tag.name for tag in soup.find_all(True)] == [element.tag for element in root.iter("*")]
    assert soup.p is not None
    assert soup.p.get_text() == "xyz"
    assert soup.body is not None
    assert soup.body["class"] == ["a", "b"]


@pytest.mark.parametrize(
    "page", ["<p a\x02='y'>x", "<a\x01b>x</a\x01b>", "<p a='\x03'>x", "<x:y\x01>x", "<p \x01:b=1>x"]
)
def test_names_with_control_characters_are_read(page: str) -> None:
    """A tag or attribute may be called anything; the page is read and selected from all the same."""
    assert read(page, css="body").text == "x\n"


def test_a_selection_takes_each_part_once() -> None:
    """Parts within selected parts are not taken twice, and what is around them is listed."""
    page = "<body><p>before</p><div class=t>one <div class=t>two</div></div> between <div class=t>three</div></body>"
    found = read(page, css=".t")
    assert found.text == "one\n\ntwo\n\nthree\n"
    assert [(each.words, each.reason) for each in found.left_out] == [
        ("before", "outside the selected part"),
        ("between", "outside the selected part"),
    ]


PAGES = [
    "<body><nav>Home | About</nav><main>{}</main><aside>See also</aside><footer>Contact</footer>tail</body>",
    "<head><title>T</title></head><body>head <div class='cookie-banner'>Accept?</div>{}<form>Find</form></body>",
    "<body><div id=page><header>Site</header><article>{}</article><div>Beside<p>it</p></div></div></body>",
    "<body><div hidden>hint</div><script>var x</script><style>p{{}}</style>{}<svg><text>drawn</text></svg></body>",
]
TEXT = "<h1>Title</h1>" + "<p>Some <b>bold</b> words &amp; more.<sup>1</sup></p><ul><li>one<li>two</ul>" * 9


@pytest.mark.parametrize("page", PAGES)
def test_every_visible_word_is_in_the_text_or_listed(page: str) -> None:
    """What a reader that only strips tags sees is in the text, or in what is left out with its reason."""
    whole = page.format(TEXT)
    found = read(whole)
    digits = str.maketrans("¹²³", "123")
    kept = f"{found.text} {' '.join(each.words for each in found.left_out)}".translate(digits)
    kept_words = re.findall(r"\w+", kept)
    assert sorted(re.findall(r"\w+", " ".join(visible(whole)))) == sorted(
        word for word in kept_words if word not in {"var", "x", "p"}
    )
    assert all(each.reason for each in found.left_out)


def test_reasons_say_what_was_left_out() -> None:
    """Chrome by its tag, role or name; scripts; hidden parts."""
    page = (
        "<body><nav>a</nav><div role=banner>b</div><div class='breadcrumb x'>c</div><script>d</script>"
        "<p style='display: none'>e</p><p>text</p></body>"
    )
    assert [(each.words, each.reason) for each in read(page).left_out] == [
        ("a", "chrome: nav"),
        ("b", "chrome: banner"),
        ("c", "chrome: breadcrumb"),
        ("d", "script"),
        ("e", "hidden text"),
    ]


def test_many_parts_are_counted_and_long_ones_cut() -> None:
    """Two hundred entries are listed, the others counted; words are cut at 200 characters."""
    found = read(f"<body><nav>{'word ' * 90}</nav>" + "<nav>x</nav>" * 300 + "<p>text</p></body>")
    assert len(found.left_out) == MOST_ENTRIES + 1
    assert len(found.left_out[0].words) == 200
    assert found.left_out[-1].reason == "101 more parts are not listed"


def test_the_kinds_of_blocks() -> None:
    """Headings with their rank, items with label and depth, quotations, tables, notes, and paragraphs."""
    page = (
        "<h2>Part</h2><p><b>Bold words</b> x</p><ol><li>one<ul><li>deep</ul><li><p>two</p><p>more</p></ol>"
        "<blockquote><p>said</p></blockquote><table><tr><td>a<td>b<tr><td>c<td>d</table>"
        "<p><sup>1</sup> Resolution 1.</p><div class=footnotes><p>Resolution 2.</p></div>"
    )
    found = read(page)
    assert [(b.kind, b.level, b.label, found.text[b.start : b.end]) for b in found.blocks] == [
        ("heading", 2, None, "Part"),
        ("paragraph", 0, None, "Bold words x"),
        ("item", 1, "1.", "1. one"),
        ("item", 2, "•", "• deep"),
        ("item", 1, "2.", "2. two"),
        ("paragraph", 1, None, "more"),
        ("quotation", 0, None, "said"),
        ("table", 0, None, "a\tb\n\nc\td"),
        ("footnote", 0, None, "¹ Resolution 1."),
        ("footnote", 0, None, "Resolution 2."),
    ]
    assert [b.bold for b in found.blocks][:2] == [False, True]


def test_pages_laid_out_in_tables_have_paragraphs() -> None:
    """A paragraph in a cell is a paragraph, not a value of a table."""
    assert [b.kind for b in read("<table><tr><td><p>1. Requests;</p><p>2. Decides.</p></td></tr></table>").blocks] == [
        "paragraph",
        "paragraph",
    ]


@pytest.mark.parametrize(
    ("page", "labels"),
    [
        ("<ol start=3><li>x<li>y</ol>", ["3.", "4."]),
        ("<ol type=a><li>x<li value=4>y<li>z</ol>", ["(a)", "(d)", "(e)"]),
        ("<ol type=i start=3><li>x<li>y</ol>", ["(iii)", "(iv)"]),
        ("<ol style='list-style-type: upper-roman'><li>x<li>y</ol>", ["(I)", "(II)"]),
        ("<ol type=a start=27><li>x</ol>", ["(aa)"]),
        ("<ul style='list-style:none'><li>x</ul>", [None]),
        ("<ol><li><ol type=a><li>x<li>y</ol></ol>", ["1. (a)", "(b)"]),
        ("<ol><li></li><li>x</ol>", ["2."]),
        ("<li>x", ["•"]),
    ],
)
def test_lists_are_labelled_as_browsers_do(page: str, labels: list[str | None]) -> None:
    """By the list's type, start and style and the item's value; an item without words has no label."""
    assert [block.label for block in read(page).blocks] == labels


def test_an_item_made_of_paragraphs_begins_with_its_label() -> None:
    """The label is on the line of the first paragraph."""
    assert html_text("<ol><li><p>Requests;</p></li></ol>") == "1. Requests;\n"


def test_marks_of_notes_are_raised_within_links_too() -> None:
    """A note's number is mostly a link to the note."""
    assert html_text("<p>Rights,<sup><a href='#1'>12</a></sup> and</p>") == "Rights,¹² and\n"


def test_broken_pages_lose_nothing() -> None:
    """Zeros, unclosed comments before the end, processing instructions and stray ends are no reason to stop."""
    page = "<?xml version='1.0' encoding='x'?><body>a\x00b<p>c</b></i></div>d<!-- x -->e<?php f ?>g</html>h<p>i"
    words = read(page).text.split()
    assert "".join(words) == "abcdeghi"


TAGS = [
    "div",
    "p",
    "ul",
    "ol",
    "li",
    "b",
    "table",
    "tr",
    "td",
    "pre",
    "nav",
    "h2",
    "br",
    "sup",
    "main",
    "a",
    "blockquote",
]
MARKUP = [f"<{end}{tag}>" for tag in TAGS for end in ("", "/")] + ["1", "a", "x y", "\n\n", "\xa0 ", "<!--", "-->"]


@given(st.lists(st.sampled_from(MARKUP), max_size=60))
@settings(max_examples=300)
def test_blocks_hold_all_words_of_any_page(pieces: list[str]) -> None:
    """Whatever the markup, blocks lie in order in the text, and all words of the text are in one."""
    try:
        found = read("".join(pieces))
    except TextError:
        return
    assert "".join("".join(found.text[b.start : b.end] for b in found.blocks).split()) == "".join(found.text.split())
    assert "\n\n\n" not in found.text
    assert not re.search(r"[ \t\xa0]\n|\n[ \t\xa0]", found.text)


@pytest.mark.parametrize("name", ["r\udce9s.pdf", "\ud800.docx", "caf\u00e9.bin", "a\udcff\udcfe"])
def test_names_that_are_not_utf_8_can_be_shown(name: str) -> None:
    """A file's name may be any bytes: what is said of it can be stored, logged and shown."""
    with pytest.raises(TextError) as caught:
        document_text(b"\x89PNG\r\n\x1a\n\x00\x00\x00", name=name)
    str(caught.value).encode("utf-8")
    shown_name(name).encode("utf-8")
    assert document_text(b"words", name=name).text == "words"


async def test_an_annex_brings_its_blocks(publisher: Publisher) -> None:
    """The blocks of an annex lie where its words are in the document's text."""
    publisher.says("/annex", "<main><h2>Annex</h2><p>Boats</p></main>")
    page = publisher.says("/page", "<main><p>The text.</p></main><a class=annex href=/annex>Annex</a>")
    detail = {"follow": True, "css": "main", "attachments": {"css": "a.annex"}}
    source = source_of(kind="pages", pages=[{"url": page, "title": "T"}], detail=detail)
    (publication,) = (await crawled(source)).publications
    assert publication.text is not None
    words = [publication.text.text[block.start : block.end] for block in publication.text.blocks]
    assert words == ["The text.", "Annex", "Boats"]
    check(publication.text.blocks, publication.text.text)
