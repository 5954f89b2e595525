"""The HTML pages, in the markup of the systems that the bodies use. Everything that is not markup is escaped here."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from demo.document import invented, written

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from demo.document import Block, Document
    from demo.shelf import Shelf

posts_a_page = 4

_style = """body{font:16px/1.5 Georgia,serif;max-width:46em;margin:2em auto;padding:0 1em;color:#222}
header,footer{color:#555;font-size:.85em}h1{font-size:1.5em;line-height:1.25}h2{font-size:1.15em}
table{border-collapse:collapse}td{padding:.3em 1em .3em 0;vertical-align:top}a{color:#0b5394}
.symbol,.date{white-space:nowrap}.views-row{border-top:1px solid #ddd;padding:.4em 0}
.node__meta{color:#555;font-size:.9em}"""


def page(title: str, body: str, *, language: str = "en") -> str:
    """A whole page; its foot says that all of it is invented."""
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f"<style>{_style}</style></head>\n<body>\n<main>\n{body}\n</main>\n"
        f"<footer><p><small>{invented}.</small></p></footer>\n</body>\n</html>\n"
    )


def index(shelf: Shelf) -> str:
    """The human front page: the five shapes, and how much is published."""
    rows = (
        ("/resolutions64thAS", "A session’s resolutions, each as HTML and PDF", "aalco"),
        ("/conf-e/152agnd.htm", "An agenda page with drafts and adopted resolutions", "ipu"),
        ("/api/symbol/access?s=A/RES/81/901&l=en&t=pdf", "Documents by symbol", "un"),
        ("/oai2d?verb=ListRecords&metadataPrefix=marcxml", "A library catalogue (OAI-PMH, MARCXML)", "un"),
        ("/pfp/ppd/migrant-smuggling", "A listing of initiatives", "gfmd"),
        ("/taxonomy/term/112/feed", "The same initiatives as a feed", "gfmd"),
    )
    listed = "\n".join(
        f'<tr><td><a href="{escape(address)}">{words}</a></td><td>{len(shelf.published(shape))} published</td></tr>'
        for address, words, shape in rows
    )
    symbols = "\n".join(
        f'<li><a href="/api/symbol/access?s={document.symbol}&amp;l={document.language}&amp;t=pdf">'
        f"{document.symbol}</a> {escape(document.title)}</li>"
        for document in (shown.document for shown in shelf.published("un"))
    )
    return page(
        "Bundled publication site",
        "<h1>Bundled publication site</h1>\n"
        "<p>Five ways in which intergovernmental bodies publish, with invented documents.</p>\n"
        f"<table>\n{listed}\n</table>\n<p>{shelf.steps_left} further publications are ready.</p>\n"
        f"<h2>By symbol</h2>\n<ul>\n{symbols}\n</ul>",
    )


def aalco_session(documents: Sequence[Document]) -> str:
    """All resolutions of one session in two groups, as rows "RES/64/S 21   Title"."""
    parts = ["<h1>Resolutions of the Sixty-Fourth Annual Session</h1>", "<p>Sampleton, 14 to 19 September 2026</p>"]
    for group in ("Organizational matters", "Substantive matters"):
        rows = "\n".join(_aalco_row(document) for document in documents if document.group == group)
        parts.append(f'<h2>{group}</h2>\n<ul class="resolutions">\n{rows}\n</ul>')
    return page("Resolutions of the 64th Annual Session", "\n".join(parts))


def _aalco_row(document: Document) -> str:
    # The series' prefix is left out in listings and written in the documents; the white space is the real one's.
    symbol = (document.symbol or "").removeprefix("AALCO/")
    return (
        f'<li><a class="text" href="/resolution/{document.path}">{symbol}&nbsp;&nbsp; {escape(document.title)}</a> '
        f'<a class="pdf" href="/sites/files/{document.path}.pdf">[PDF]</a></li>'
    )


def aalco_text(document: Document) -> str:
    """The text of one resolution: symbol and date at its head, bold verbs, numbered paragraphs."""
    body = (
        f'<article>\n<p class="symbol">{document.symbol}<br>\n{_day(document)}</p>\n'
        f"<h1>{escape(document.title.upper())}</h1>\n"
        + (f"<p>{document.note}</p>\n" if document.note else "")
        + _text(document.blocks, "strong")
        + f'\n</article>\n<p class="files"><a href="/sites/files/{document.path}.pdf">Download as PDF</a></p>'
    )
    return page(document.title, body)


def ipu_agenda(documents: Sequence[Document]) -> str:
    """The agenda of an assembly: of each item all stages of its resolution, oldest first."""
    stages = {"preliminary_draft": "Preliminary draft resolution", "draft": "Draft resolution", "adopted": "Resolution"}
    parts = ["<h1>152nd Assembly and related meetings</h1>", "<p>Exampleville, 28 March to 2 April 2026</p>"]
    for item in ("Item 4", "Item 5"):
        shown = sorted(
            (document for document in documents if document.group == item),
            key=lambda document: list(stages).index(document.stage or "adopted"),
        )
        rows = "\n".join(
            f'<tr class="document"><td class="symbol">{document.symbol or ""}</td>'
            f'<td class="title"><a href="/conf-e/152/{document.path}.htm">{stages[document.stage or "adopted"]}: '
            f'{escape(document.title)}</a></td><td class="date">{_day(document)}</td>'
            f'<td><a class="pdf" href="/conf-e/152/{document.path}.pdf">PDF</a></td></tr>'
            for document in shown
        )
        parts.append(f"<h2>{item}: {escape(shown[0].title)}</h2>\n<table>\n{rows}\n</table>" if shown else "")
    return page("152nd Assembly: agenda", "\n".join(parts))


def ipu_text(document: Document, others: Iterable[Document]) -> str:
    """One stage of a resolution; the place and the date are in brackets under the title."""
    item = [other for other in others if other.group == document.group and other is not document]
    # The archive's own links differ in case and lead to the same page.
    links = " · ".join(
        f'<a class="{other.stage}" href="/conf-e/152/{(other.path or "").capitalize()}.htm">'
        f"{other.symbol or 'Resolution'}</a>"
        for other in item
    )
    body = (
        "<header><p>152nd Assembly of the Inter-Parliamentary Union</p>"
        + (f'<p class="symbol">{document.symbol}</p>' if document.symbol else "")
        + f'</header>\n<article>\n<h1>{escape(document.title)}</h1>\n<p class="adopted"><em>'
        + (f"{document.note}<br>\n" if document.note else "")
        + f"({document.place}, {_day(document)})</em></p>\n"
        + _text(document.blocks, "em")
        + f"\n</article>\n<p>Other texts of this item: {links}</p>"
    )
    return page(document.title, body)


def gfmd_listing(documents: Sequence[Document], term: str, number: int) -> str:
    """One page of a term's posts, the newest first, `posts_a_page` each; Drupal counts pages from 0."""
    start = number * posts_a_page
    rows = "\n".join(_teaser(document) for document in documents[start : start + posts_a_page])
    more = start + posts_a_page < len(documents)
    pager = f'<nav class="pager"><a rel="next" href="?page={number + 1}">Next page</a></nav>' if more else ""
    name = term.replace("-", " ").title()
    feed = (
        f'<a class="feed-icon" href="/taxonomy/term/112/feed">Subscribe to {name}</a>'
        if term == "migrant-smuggling"
        else ""
    )
    return page(name, f'<h1>{name}</h1>\n<div class="view-content">\n{rows}\n</div>\n{pager}\n{feed}')


def _teaser(document: Document) -> str:
    address = f"/pfp/ppd/{document.path}"
    date = f"{document.submitted:%a, %m/%d/%Y - %H:%M}" if document.submitted else ""
    return (
        f'<div class="views-row"><article about="{address}" class="node node--type-practice node--view-mode-teaser">\n'
        f'<h2 class="node__title"><a href="{address}" rel="bookmark">'
        f'<span class="field field--name-title">{escape(document.title)}</span></a></h2>\n'
        f"{_meta(document, date)}\n"
        f"{_content(document.blocks[:1])}\n</article></div>"
    )


def _meta(document: Document, date: str) -> str:
    created = f' <span class="field field--name-created">{date}</span>' if date else ""
    author = f'<span property="schema:name">{escape(document.author or "")}</span>'
    return (
        '<div class="node__meta"><article typeof="schema:Person" about="/user/1" class="profile"></article>\n'
        f'<span>Submitted by <span class="field field--name-uid">{author}</span>\non{created}</span></div>'
    )


def _content(blocks: Iterable[Block]) -> str:
    return f'<div class="node__content"><div class="field field--name-body">{_text(blocks, "em")}</div></div>'


def gfmd_post(document: Document, at: str) -> str:
    """One post in full; `at` is its canonical address."""
    date = f"{document.submitted:%a, %m/%d/%Y - %H:%M}" if document.submitted else ""
    body = (
        f'<link rel="canonical" href="{escape(at)}">\n<article class="node node--type-practice node--view-mode-full">\n'
        f'<h1><span class="field field--name-title">{escape(document.title)}</span></h1>\n{_meta(document, date)}\n'
        f"{_content(document.blocks)}\n</article>"
    )
    return page(document.title, body)


def missing(target: str) -> str:
    """What is shown where nothing is."""
    return page("Page not found", f"<h1>Page not found</h1>\n<p>There is nothing at {escape(target)}.</p>")


def http_date(moment: datetime) -> str:
    """A moment as HTTP and RSS write it."""
    from email.utils import format_datetime

    return format_datetime(moment, usegmt=True)


def _day(document: Document) -> str:
    return written(document.dated, document.language) if document.dated else ""


def _text(blocks: Iterable[Block], emphasis: str) -> str:
    return "\n".join(_paragraph(block, emphasis) for block in blocks)


def _paragraph(block: Block, emphasis: str) -> str:
    wrapped = {"plain": "{}", "emphasis": f"<{emphasis}>{{}}</{emphasis}>", "mark": "<sup>{}</sup>"}
    words = "".join(wrapped[run.style].format(escape(run.text, quote=False)) for run in block.runs)
    number = f"{block.number}. " if block.kind == "clause" else f"{block.number} " if block.number else ""
    return f"<h2>{words}</h2>" if block.kind == "heading" else f"<p>{number}{words}</p>"
