"""`sources new` on lists of many shapes: what it proposes is crawled as it is, and gives the documents."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from ruamel.yaml import YAML

from flows.proposing import proposed
from scrapers.samples.proposed_paging import pages_of
from scrapers.text.markup import parsed, soup_of
from tests.scrapers.docx_files import docx, p
from tests.scrapers.pdf_pages import pages, placed
from tests.sites.publisher import Answer, Publisher, crawled, source_of

if TYPE_CHECKING:
    from typing import Any

    from scrapers.publication import Harvest

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NUMBERS = range(1, 5)


async def tried(url: str) -> tuple[dict[str, Any], Harvest]:
    """What is proposed for an address, and what a crawl of it gives."""
    text = await asyncio.to_thread(proposed, url, private=True)
    (source,) = YAML(typ="safe").load(text)
    wanted = {name: value for name, value in source.items() if name not in {"id", "off", "every", "policy"}}
    return source, await crawled(source_of(**wanted))


def page(body: str) -> str:
    """A web page with a menu."""
    return f"<html><body><nav><a href='/'>Home of the organization</a></nav><main>{body}</main></body></html>"


def rows(link: str = "/d/{n}", more: str = "") -> str:
    """A list of decisions."""
    row = f"<li class='row'><h3><a href='{link}'>A decision with a long name {{n}}</a></h3>{more}</li>"
    return "<ul>" + "".join(row.format(n=n) for n in NUMBERS) + "</ul>"


def papers(publisher: Publisher) -> None:
    """Each decision as a PDF and as a Word file."""
    for n in NUMBERS:
        drawn = pages(placed((70, 700, f"The PDF of decision {n}.", 11)))
        publisher.says(f"/f/{n}.pdf", Answer(drawn, type="application/pdf"))
        publisher.says(f"/f/{n}.docx", Answer(docx(p(f"The Word file of decision {n}.")), type=WORD))


def texts(harvest: Harvest) -> list[str]:
    """The texts of all publications."""
    return [each.text.text.strip() if each.text else "" for each in harvest.publications]


async def test_the_documents_of_a_feed_are_read(publisher: Publisher) -> None:
    """What decides is on the page to which an entry leads, and not in the entry."""
    there = publisher.says("/d/1", page("<h1>A decision</h1><p>1. Requests the Secretariat to report by May 2031.</p>"))
    entry = f"<item><title>A decision</title><link>{there}</link><guid>1</guid></item>"
    feed = f"<?xml version='1.0'?><rss version='2.0'><channel><title>Decisions</title>{entry}</channel></rss>"
    source, harvest = await tried(publisher.says("/rss", Answer(feed, type="application/rss+xml")))
    assert source["kind"] == "feed"
    assert ["Requests the Secretariat" in text for text in texts(harvest)] == [True]


async def test_rows_that_link_to_word_and_pdf(publisher: Publisher) -> None:
    """Of two files in a row the Word file is read; the title is found although no link has it."""
    papers(publisher)
    files = "<a href='/f/{n}.pdf'>PDF</a> <a href='/f/{n}.docx'>Word</a>"
    row = f"<tr><td class=t>A decision with a long name {{n}}</td><td>{files}</td></tr>"
    url = publisher.says("/list", page("<table>" + "".join(row.format(n=n) for n in NUMBERS) + "</table>"))
    source, harvest = await tried(url)
    assert source["choose"] == {}
    assert [each.title for each in harvest.publications] == [f"A decision with a long name {n}" for n in NUMBERS]
    assert texts(harvest) == [f"The Word file of decision {n}." for n in NUMBERS]


async def test_rows_that_link_to_a_pdf(publisher: Publisher) -> None:
    """A title that leads to the file needs no rule for it."""
    papers(publisher)
    source, harvest = await tried(publisher.says("/list", page(rows("/f/{n}.pdf"))))
    assert "file" not in source["fields"]
    assert texts(harvest) == [f"The PDF of decision {n}." for n in NUMBERS]


async def test_the_page_of_an_item_links_to_files(publisher: Publisher) -> None:
    """One look at the first item shows that its page only leads to the files."""
    papers(publisher)
    for n in NUMBERS:
        publisher.says(
            f"/d/{n}", page(f"<h1>Decision {n}</h1><a href='/f/{n}.pdf'>PDF</a> <a href='/f/{n}.docx'>Word</a>")
        )
    source, harvest = await tried(publisher.says("/list", page(rows())))
    assert source["detail"] == {"file": {"css": 'a[href*=".docx" i], a[href*=".pdf" i]'}}
    assert texts(harvest) == [f"The Word file of decision {n}." for n in NUMBERS]


async def test_two_pages_lead_to_the_file(publisher: Publisher) -> None:
    """A second look shows that the file is behind a viewer."""
    papers(publisher)
    for n in NUMBERS:
        publisher.says(
            f"/d/{n}", page(f"<h1>Decision {n}</h1><a href='/help'>Help</a> <a href='/show?id={n}'>View document</a>")
        )
        publisher.says(f"/show?id={n}", page(f"<a href='/f/{n}.pdf'>Download</a>"))
    source, harvest = await tried(publisher.says("/list", page(rows())))
    assert source["detail"] == {"via": [{"css": 'a[href*="/show"]'}], "file": {"css": 'a[href*=".pdf" i]'}}
    assert texts(harvest) == [f"The PDF of decision {n}." for n in NUMBERS]


async def test_a_page_that_is_the_document_is_read(publisher: Publisher) -> None:
    """A page with a long text is the document, whatever brochure it links to."""
    papers(publisher)
    for n in NUMBERS:
        body = f"<p>Decision {n} requests the harbour master to count all boats.</p>" * 60
        publisher.says(f"/d/{n}", page(body + f"<a href='/f/{n}.pdf'>Our brochure</a>"))
    source, harvest = await tried(publisher.says("/list", page(rows())))
    assert source["detail"] == {"follow": True}
    assert all(text.startswith("Decision ") for text in texts(harvest))


async def test_an_item_that_cannot_be_looked_at_is_said(publisher: Publisher) -> None:
    """The list is proposed all the same, with the reason in a comment."""
    url = publisher.says("/list", page(rows()))
    text = await asyncio.to_thread(proposed, url, private=True)
    assert f"# {publisher.url}/d/1 could not be looked at: status 404" in text
    assert YAML(typ="safe").load(text)[0]["kind"] == "listing"


async def test_pages_in_the_path_are_counted(publisher: Publisher) -> None:
    """Links to numbered pages give the place of the number, and the pages are all read."""
    more = "<p><a href='/all/1.html'>1</a> <a href='/all/2.html'>2</a> <a href='/all/3.html'>Page 3</a></p>"
    for number in (1, 2):
        publisher.says(f"/all/{number}.html", page(rows(f"/d/{number}/{{n}}") + more))
    publisher.says("/all/3.html", page("<p>No more.</p>"))
    source, harvest = await tried(publisher.url + "/all/1.html")
    assert (source["url"], source["paging"]) == (publisher.url + "/all/{page}.html", {"start": 1})
    assert len([row for row in harvest.dropped if row.kind == "failed"]) == 8


LIST = "https://example.org/list"


@pytest.mark.parametrize(
    ("url", "links", "expected"),
    [
        (LIST, [("?page=1", "2"), ("?page=2", "3"), ("?page=1", "Next")], (LIST, {"param": "page", "start": 0})),
        (LIST, [("?start=8", "2"), ("?start=16", "3")], (LIST, {"param": "start", "start": 0, "step": 8})),
        (LIST, [("?start=15", "2")], (LIST, {"param": "start", "start": 0, "step": 15})),
        (LIST + "?t=7", [("?t=7&p=2", "2"), ("?t=7&p=3", "3")], (LIST + "?t=7", {"param": "p", "start": 1})),
        (LIST, [("/list/page/2/", "2"), ("/list/page/3/", "3")], (LIST + "/page/{page}/", {"start": 1})),
        (LIST + "/1", [("/list/2", "Page 2"), ("/list/3", "Page 3")], (LIST + "/{page}", {"start": 1})),
        (LIST, [("/more", "Next")], None),
        (LIST, [("/list/2025", "2025"), ("/list/2024", "2024")], None),
        (LIST, [("/2/a", "2"), ("/3/b", "3")], None),
        ("https://example.org/57/list", [("/58/list?page=2", "2")], None),
        (LIST, [("https://example.net/list?page=2", "2")], None),
    ],
)
def test_how_a_list_goes_on(
    url: str, links: list[tuple[str, str]], expected: tuple[str, dict[str, Any]] | None
) -> None:
    """Numbered links show the parameter or the place in the path; years, other lists and other sites are no pages."""
    html = "<html><body>" + "".join(f"<a href='{href}'>{words}</a>" for href, words in links)
    found = pages_of(soup_of(parsed(html)), url)
    assert ((found.url, found.paging) if found else None) == expected


def test_a_link_to_the_next_page_is_enough() -> None:
    """`rel=next` is followed where no numbers show."""
    found = pages_of(soup_of(parsed("<html><body><a rel='next' href='/x'>Older posts</a>")), LIST)
    assert found is not None
    assert found.paging == {"next": {"css": "[rel~=next]"}}
