"""What the kinds can read beyond the usual: XPath, patterns, JSON Feed, code, details, filters."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from config.schemas import schema_of
from config.sources import load_sources
from config.strict_yaml import ConfigError
from scrapers.crawl.item import Item
from scrapers.kinds.registry import KINDS, Kind
from tests.sites.publisher import Answer, Publisher, as_json, crawled, source_of

if TYPE_CHECKING:
    from collections.abc import Iterator

links = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}


def page(body: str) -> str:
    """A page whose main part is `body`."""
    return f"<html><body><nav><a href='/'>Home</a></nav><main>{body}</main></body></html>"


async def test_rows_by_xpath(publisher: Publisher) -> None:
    """XPath finds rows and fields, strings and attributes."""
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page("<table><tr><td>A/81/1</td><td><a href='/1'>One</a></td></tr></table>")),
        item={"xpath": "//tr"},
        fields={
            "symbol": {"xpath": "td[1]/text()"},
            "title": {"xpath": "td[2]/a"},
            "url": {"xpath": "td[2]/a", "attr": "href"},
        },
    )
    (publication,) = (await crawled(source)).publications
    assert (publication.symbol, publication.title, publication.url) == ("A/81/1", "One", f"{publisher.url}/1")


@pytest.mark.parametrize("item", [{"css": "li["}, {"xpath": "//li["}], ids=["css", "xpath"])
async def test_a_selector_that_cannot_be_used_is_named(publisher: Publisher, item: dict[str, str]) -> None:
    """A slip in a selector is a failure that shows the selector."""
    fields = {"title": {"css": "a"}} if "css" in item else {"title": {"xpath": "a"}}
    harvest = await crawled(source_of(kind="listing", url=publisher.says("/l", page("x")), item=item, fields=fields))
    assert harvest.outcome == "failed"
    assert "li[" in (harvest.error or "")


async def test_halves_of_characters_are_not_passed_on(publisher: Publisher) -> None:
    """JSON can hold lone surrogates and NUL, which no file and no table can."""
    answer = Answer(rb'[{"t": "Bo\ud800ats\u0000 here", "u": "/1"}]', type="application/json")
    fields = {"title": {"json": "t"}, "url": {"json": "u"}}
    source = source_of(kind="json", url=publisher.says("/api", answer), item={"json": "*"}, fields=fields)
    (publication,) = (await crawled(source)).publications
    assert publication.title == "Bo?ats here"


async def test_a_page_nested_without_end_is_no_crash(publisher: Publisher) -> None:
    """Fifty thousand opened elements in a listing are a failure or an empty one, not the end of the run."""
    body = "<html><body>" + "<div>" * 50_000 + "<li><a href='/1'>A</a></li>"
    for item in ({"css": "li"}, {"xpath": "//li"}):
        fields = links if "css" in item else {"title": {"xpath": "a"}, "url": {"xpath": "a/@href"}}
        await crawled(source_of(kind="listing", url=publisher.says("/l", body), item=item, fields=fields))


async def test_json_feed(publisher: Publisher) -> None:
    """A JSON Feed is a feed like the others."""
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [
            {
                "id": "1",
                "url": f"{publisher.url}/1",
                "title": "Fish & boats",
                "date_published": "2026-11-02T10:00:00+02:00",
                "authors": [{"name": "A. Sample"}],
                "tags": ["boats"],
            }
        ],
    }
    (publication,) = (await crawled(source_of(kind="feed", url=publisher.says("/f.json", as_json(feed))))).publications
    assert (publication.title, publication.author, publication.topics) == ("Fish & boats", "A. Sample", ("boats",))
    assert publication.published is not None
    assert publication.published.value.isoformat() == "2026-11-02"


def invented(text: str, url: str) -> Iterator[Item]:
    """The code of a source: each line of the page is an item."""
    for number, line in enumerate(text.split("\n")):
        yield Item(url=f"{url}#{number}", title=line, text=line, words=line)


def broken(text: str, url: str) -> list[Item]:
    """Code with a fault."""
    raise KeyError(text)


def careless(text: str, url: str) -> list[Item]:
    """Code that gives a number for a title."""
    return [Item(url=f"{url}?1", title=7), Item(url=f"{url}?2", title=text)]  # type: ignore[arg-type]


async def test_a_fault_with_one_document_does_not_take_the_others_along(publisher: Publisher) -> None:
    """What nobody foresaw is a dropped row that asks to be reported, and the other row is taken."""
    harvest = await crawled(source_of(kind="python", url=publisher.says("/x", "Boats"), call=f"{__name__}:careless"))
    assert [publication.title for publication in harvest.publications] == ["Boats"]
    assert "internal error, please report it: TypeError" in harvest.dropped[0].reason


async def test_a_fault_with_a_source_is_its_failure(publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever goes wrong is recorded as the failure of the source, so that operators hear of it."""
    monkeypatch.setitem(KINDS, "feed", Kind(lambda *_: 1 / 0))
    harvest = await crawled(source_of(kind="feed", url=publisher.says("/rss", "x")))
    assert harvest.outcome == "failed"
    assert "ZeroDivisionError" in (harvest.error or "")


@pytest.mark.parametrize(("name", "outcome"), [("invented", "ok"), ("broken", "failed"), ("missing", "failed")])
async def test_a_source_read_by_code(publisher: Publisher, name: str, outcome: str) -> None:
    """Code gives items; its faults are the source's failure, with the name of the code."""
    source = source_of(kind="python", url=publisher.says("/x", "First line"), call=f"{__name__}:{name}")
    harvest = await crawled(source)
    assert harvest.outcome == outcome
    if outcome == "failed":
        assert name in (harvest.error or "")
    else:
        assert [publication.title for publication in harvest.publications] == ["First line"]


def lines(text: str, url: str) -> list[Item]:
    """A source's own code: each `p` of a page is an item."""
    return [Item(title=words, url=f"{url}#{number}") for number, words in enumerate(re.findall(r"<p>([^<]+)", text))]


@pytest.mark.parametrize("kind", ["feed", "python"])
async def test_feeds_and_code_follow_the_link_to_the_next_page(publisher: Publisher, kind: str) -> None:
    """The next page of a feed, or of a page read by code, is found by its link as that of a web page is."""
    for number, more in ((1, "<link rel='next' href='/2'/>"), (2, "")):
        entry = f"<entry><title>Entry {number}</title><link href='/e{number}'/></entry>"
        atom = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>All</title>{more}{entry}</feed>"
        publisher.says(f"/{number}", atom if kind == "feed" else f"<html>{more}<p>Entry {number}</p></html>")
    own = {"call": f"{__name__}:lines"} if kind == "python" else {}
    paging = {"next": {"css": "link[rel=next]"}}
    harvest = await crawled(source_of(kind=kind, url=publisher.url + "/1", paging=paging, **own))
    assert harvest.error is None
    assert [publication.title for publication in harvest.publications] == ["Entry 1", "Entry 2"]


async def test_a_document_behind_its_page(publisher: Publisher) -> None:
    """The item's page gives missing fields, the true address and the file whose text is taken."""
    pdf = (Path(__file__).parent.parent / "sites" / "un-ga-81" / "4.pdf").read_bytes()
    publisher.says("/files/4.pdf", Answer(pdf, type="application/pdf"))
    body = "<p class=by>By A. Sample</p><span class=d>2 March 2026</span><a class=pdf href='/files/4.pdf'>PDF</a>"
    publisher.says("/a?from=list", f"<html><head><link rel=canonical href='/a'></head><body>{body}</body></html>")
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page("<li><a href='/a?from=list'>Housing</a></li>")),
        item={"css": "li"},
        fields=links,
        detail={
            "file": {"css": "a.pdf"},
            "fields": {"author": {"css": ".by", "regex": "^By (.+)$"}, "date": {"css": ".d"}},
        },
    )
    (publication,) = (await crawled(source)).publications
    assert publication.url == f"{publisher.url}/a"
    assert publication.author == "A. Sample"
    assert publication.published is not None
    assert publication.published.origin == "document"
    assert publication.symbol == "A/RES/81/4"
    assert publication.text is not None
    assert publication.text.media_type == "application/pdf"


async def test_a_canonical_link_to_another_host_is_not_believed(publisher: Publisher) -> None:
    """A mirror that calls itself another site, and a site that calls each page its front page, change nothing."""
    for claim in ("https://other.example.org/x", "/"):
        publisher.says("/a", f"<html><head><link rel='canonical' href='{claim}'></head><body><p>x</p></body></html>")
        source = source_of(
            kind="listing",
            url=publisher.says("/list", page("<li><a href='/a'>A</a></li>")),
            item={"css": "li"},
            fields=links,
            detail={},
        )
        (publication,) = (await crawled(source)).publications
        assert publication.url == f"{publisher.url}/a"


async def test_items_may_lead_only_to_the_hosts_of_the_source(publisher: Publisher) -> None:
    """An allow-list keeps a spam mirror out."""
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page("<li><a href='http://127.0.0.2:1/spam'>Spam</a></li>")),
        item={"css": "li"},
        fields=links,
        detail={},
        policy={"hosts": ["example.org"]},
    )
    harvest = await crawled(source)
    assert harvest.outcome == "failed"
    assert "may not fetch from" in harvest.dropped[0].reason


async def test_a_filter_keeps_what_concerns_us_and_says_why(publisher: Publisher) -> None:
    """By words in the title or the text, by the source's subjects; what is left out has its reason too."""
    rows = "".join(
        f"<li><a href='/{n}'>{title}</a></li>" for n, title in enumerate(("Migrants", "Bees", "Ports", "Draft"))
    )
    publisher.says("/1", page("<p>On bees.</p>" * 30))
    publisher.says("/0", page("<p>On boats.</p>" * 30))
    publisher.says("/2", page("<p>On refugees at ports.</p>" * 30))
    publisher.says("/3", page("<p>On migrants.</p>"))
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page(rows)),
        item={"css": "li"},
        fields=links,
        detail={},
        filter={"words": ["migrant", "refugee"], "without": ["draft"]},
    )
    harvest = await crawled(source)
    assert {publication.title: publication.relevance for publication in harvest.publications} == {
        "Migrants": "the title has 'Migrants'",
        "Ports": "the text has 'refugees' and the like 30 times",
    }
    assert {row.title: row.reason for row in harvest.dropped} == {
        "Bees": "concerns none of migrant, refugee",
        "Draft": "the title has 'draft'",
    }
    assert "/3" not in publisher.targets()


async def test_a_row_that_was_passed_over_is_not_fetched_again(publisher: Publisher) -> None:
    """What the text showed not to concern us is remembered."""
    from tests.sites.publisher import remembered

    publisher.says("/1", page("<p>On bees.</p>" * 30))
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page("<li><a href='/1'>Bees</a></li>"), page("<li><a href='/1'>Bees</a></li> ")),
        item={"css": "li"},
        fields=links,
        detail={},
        filter={"words": ["migrant"]},
    )
    memory = remembered(await crawled(source))
    publisher.asked.clear()
    await crawled(source, memory)
    assert publisher.targets() == ["/list"]


async def test_more_items_than_can_be_is_a_failure(publisher: Publisher) -> None:
    """A selector that suddenly matches everything is noticed."""
    rows = "<li><a href='/1'>A</a></li><li><a href='/2'>B</a></li>"
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page(rows)),
        item={"css": "li", "expect": {"max": 1}},
        fields=links,
    )
    assert "at most 1" in ((await crawled(source)).error or "")


@pytest.mark.parametrize(
    ("yaml", "says"),
    [
        ("- {id: a, kind: feed, url: 'http://x.org/', evry: 1h}", r"evry: is not a known key"),
        ("- {id: a, kind: fede, url: 'http://x.org/'}", r"`kind` must be one of feed"),
        ("- {id: a, kind: feed, url: 'x.org'}", r"is not an http or https URL"),
        ("- {id: A b, kind: feed, url: 'http://x.org/'}", r"id: "),
        ("- {id: a, kind: feed, url: 'http://x.org/', every: often}", r"30s, 15m, 1h"),
        ("- {id: a, kind: feed, url: 'http://x.org/', every: 0s}", r"a\.every: is out of range: from 1s to 366d"),
        ("- {id: a, kind: feed, url: 'http://x.org/', every: 367d}", r"a\.every: is out of range: from 1s to 366d"),
        ("- {id: a, kind: feed, url: 'http://x.org/', every: 99999999999999d}", r"a\.every: is out of range"),
        ("- {id: a, kind: listing, url: 'http://x.org/', item: {css: li}, fields: {}}", r"a row needs a `title`"),
        (
            "- {id: a, kind: listing, url: 'http://x.org/', item: {}, fields: {title: {css: a}}}",
            r"where the rows are",
        ),
        (
            "- {id: a, kind: feed, url: 'http://x.org/', fields: {date: {entry: d, formats: [dd]}}}",
            r"is not a date format",
        ),
        ("- {id: a, kind: feed, url: 'http://x.org/', fields: {title: {regex: '('}}}", r"is not a regular expression"),
        ("- {id: a, kind: symbol-probe, template: 'A/{s}', url: 'http://x.org/{symbol}'}", r"has no \{number\}"),
        (
            "- {id: a, kind: feed, url: 'http://x.org/'}\n- {id: a, kind: feed, url: 'http://x.org/'}",
            r":2: .*two sources",
        ),
        ("- {id: a, kind: feed, url: 'http://x.org/', policy: {ignore_robots: ok}}", r"ignore_robots"),
        ("- {id: a, kind: feed, id: b}", r"appears twice"),
        ("", r":1: has no sources; each begins with"),
        ("# nothing yet\n", r":1: has no sources"),
        ("[]", r":1: has no sources"),
        ("sources:\n- {id: a}", r":1: is not a list of sources"),
        ("just words", r":1: is not a list of sources"),
        ("- just words", r":1: .*`kind` must be one of"),
        ("- {id: a, kind: feed, url: 'http://x.org/', topics: boats}", r":1: a.topics: must be a list"),
        ("- {id: a, kind: feed, url: 'http://x.org/', policy: slowly}", r"policy: must have keys with values"),
        ("- {id: a, kind: feed, url: 'http://x.org/', off: true}", r"off: must be text"),
        ("- {kind: feed, url: 'http://x.org/'}", r":1: 0.id: is missing"),
    ],
)
def test_a_slip_in_the_configuration_is_named(tmp_path: Path, yaml: str, says: str) -> None:
    """Unknown and repeated keys, wrong types and senseless values are refused with file, line and key."""
    path = tmp_path / "sources.yaml"
    path.write_text(yaml, encoding="utf-8")
    with pytest.raises(ConfigError, match=says) as caught:
        load_sources(path)
    assert str(caught.value).startswith(f"{path}:")


def test_a_source_may_begin_as_another(tmp_path: Path) -> None:
    """Another session of a body is written with what is its own; the rest comes from the first."""
    path = tmp_path / "sources.yaml"
    path.write_text(
        "- &first {id: a, kind: feed, url: 'http://x.org/1', every: 2h}\n- {<<: *first, id: b, url: 'http://x.org/2'}\n",
        encoding="utf-8",
    )
    first, second = load_sources(path)
    assert (second.id, second.url, second.every) == ("b", "http://x.org/2", first.every)


def test_the_schema_knows_every_kind_and_key() -> None:
    """Editors get a schema in which each kind has its own keys, and no others."""
    shown: Any = schema_of("sources")
    kinds = {
        part["properties"]["kind"]["const"]
        for part in shown["$defs"].values()
        if "kind" in part.get("properties", {}) and "const" in part["properties"]["kind"]
    }
    assert kinds == {"feed", "listing", "json", "oai-marcxml", "symbol-probe", "pages", "calendar", "files", "python"}
    assert all(part.get("additionalProperties") is False for part in shown["$defs"].values() if "properties" in part)


async def test_a_field_that_stands_in_the_document(publisher: Publisher) -> None:
    """A date between the words of a document's head is read by a rule that says so, with that origin."""
    publisher.says("/1", page("<p>Adopted in Exampleton on the 4th of May 2018 :</p>" + "<p>The text.</p>" * 30))
    source = source_of(
        kind="listing",
        url=publisher.says("/list", page("<li><a href='/1'>A decision</a></li>")),
        item={"css": "li"},
        fields={**links, "date": {"from": "document", "regex": r"on the (.{5,30}) :", "required": True}},
        detail={},
    )
    (publication,) = (await crawled(source)).publications
    assert publication.published is not None
    assert (publication.published.value.isoformat(), publication.published.origin) == ("2018-05-04", "document")


async def test_pages_of_a_fixed_list_are_read_by_their_fields(publisher: Publisher) -> None:
    """What the list does not say is read from the page itself."""
    body = "<h1>A report</h1><p class=s>A/81/77</p><p class=d>3 June 2026</p>"
    url = publisher.says("/report", page(body))
    fields = {"title": {"css": "h1"}, "symbol": {"css": ".s"}, "date": {"css": ".d"}}
    source = source_of(kind="pages", pages=[{"url": url, "stage": "official_record"}], fields=fields)
    (publication,) = (await crawled(source)).publications
    assert (publication.title, publication.symbol, publication.stage) == ("A report", "A/81/77", "official_record")
    assert publication.published is not None
    assert publication.published.value.isoformat() == "2026-06-03"
