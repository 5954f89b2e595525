"""What publishers do wrong, row by row: each over real HTTP on loopback."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from mandates.analysis import analyse
from scrapers.publication import Memory, Validators
from tests.sites.publisher import Answer, Publisher, as_json, crawled, remembered, source_of, swept_long_ago

pdf = (Path(__file__).parent.parent / "sites" / "un-ga-81" / "1.pdf").read_bytes()
pdf_type = "application/pdf"
_symbol = {"css": "a", "regex": r"^(A/\d+/\d+)"}


def listing(url: str, **more: Any) -> Any:
    """A listing of links with dates."""
    fields = {
        "title": {"css": "a", "required": True},
        "url": {"css": "a", "attr": "href", "required": True},
        "date": {"css": ".date"},
    }
    return source_of(kind="listing", url=url, item={"css": "li"}, fields={**fields, **more.pop("fields", {})}, **more)


def rows(*items: tuple[str, str, str]) -> str:
    """A page with a row for each (address, title, date)."""
    shown = "".join(
        f'<li><a href="{url}">{title}</a> <span class="date">{when}</span></li>' for url, title, when in items
    )
    return f"<html><body><ul>{shown}</ul></body></html>"


def probe(publisher: Publisher, **more: Any) -> Any:
    """A series of symbols at /doc/NUMBER."""
    return source_of(
        kind="symbol-probe",
        template="A/RES/81/{number}",
        url=publisher.url + "/doc?s={symbol:quoted}",
        accept={"magic": "%PDF", "min_bytes": 500},
        **more,
    )


def doc(number: int | str) -> str:
    """The target of a number of the series."""
    return f"/doc?s=A%2FRES%2F81%2F{number}"


def oai(body: str) -> Answer:
    """An OAI-PMH answer."""
    return Answer(
        f'<?xml version="1.0"?><OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{body}</OAI-PMH>', type="text/xml"
    )


def record(number: int, symbol: str, title: str, **tags: str) -> str:
    """A catalogue record."""
    fields = {"191": symbol, "245": title, **{tag.removeprefix("f"): value for tag, value in tags.items()}}
    parts = "".join(
        f'<datafield tag="{tag}" ind1=" " ind2=" "><subfield code="a">{value}</subfield></datafield>'
        for tag, value in fields.items()
    )
    return (
        f"<record><header><identifier>oai:example.org:{number}</identifier></header><metadata>"
        f'<record xmlns="http://www.loc.gov/MARC21/slim">{parts}</record></metadata></record>'
    )


def window(days: int = 5) -> tuple[str, str]:
    """The start of a catalogue source and the target of its only window, which ends today."""
    today = datetime.now(UTC).date()
    start = (today - timedelta(days=days)).isoformat()
    return start, f"/oai?verb=ListRecords&metadataPrefix=marcxml&from={start}&until={today.isoformat()}"


async def test_an_empty_202_with_a_challenge_header_is_a_failure(publisher: Publisher) -> None:
    """A gate in front of the site says "challenge": the source is failing, not quiet."""
    answer = Answer(b"", 202, headers={"x-amzn-waf-action": "challenge", "Server": "awselb/2.0"})
    harvest = await crawled(listing(publisher.says("/list", answer)))
    assert harvest.outcome == "failed"
    assert "challenge" in (harvest.error or "")
    assert harvest.fetches[-1].status == 202


async def test_an_empty_200_where_a_pdf_was_expected_is_a_miss_in_a_series(publisher: Publisher) -> None:
    """The United Nations answer an unpublished symbol with 200 and nothing: not published yet, and no failure."""
    for number in range(1, 5):
        publisher.says(doc(number), Answer(b"", type="text/html"))
    harvest = await crawled(probe(publisher))
    assert harvest.outcome == "ok"
    assert harvest.publications == ()
    assert publisher.targets() == [doc(1), doc(2), doc(3)]


async def test_an_empty_200_where_a_document_was_expected_is_a_failure(publisher: Publisher) -> None:
    """Outside of a series an empty document is a failure."""
    url = publisher.says("/only.pdf", Answer(b"", type=pdf_type))
    harvest = await crawled(source_of(kind="pages", pages=[{"url": url}], accept={"magic": "%PDF"}))
    assert harvest.outcome == "failed"
    assert "empty body" in (harvest.error or "")


async def test_html_where_a_pdf_was_expected_is_a_failure(publisher: Publisher) -> None:
    """An error page with status 200 in place of a document is no miss and no document."""
    publisher.says(doc(1), Answer("<html><title>Sorry</title><p>Try later</p>" + " " * 600))
    harvest = await crawled(probe(publisher))
    assert harvest.outcome == "failed"
    assert "HTML" in (harvest.error or "")


async def test_a_403_with_a_json_envelope_says_why(publisher: Publisher) -> None:
    """A refusal in JSON is shown to people in its own words."""
    refusal = {"status": 403, "error": {"type": "AccessDenied", "message": "The appname is not approved."}}
    url = publisher.says("/api", Answer(json.dumps(refusal), 403, type="application/json"))
    harvest = await crawled(source_of(kind="json", url=url, item={"json": "data.*"}, fields={"title": {"json": "t"}}))
    assert harvest.outcome == "failed"
    assert "403" in (harvest.error or "")
    assert "appname is not approved" in (harvest.error or "")


@pytest.mark.parametrize("status", [410, 444])
async def test_a_page_that_is_gone_is_a_failure(publisher: Publisher, status: int) -> None:
    """Statuses that carry no content fail the source."""
    harvest = await crawled(listing(publisher.says("/list", Answer(b"", status))))
    assert harvest.outcome == "failed"
    assert str(status) in (harvest.error or "")


async def test_no_records_match_is_fine(publisher: Publisher) -> None:
    """A catalogue with nothing new in the window says so by an error code; that is no failure."""
    start, target = window()
    publisher.says(target, oai('<error code="noRecordsMatch">nothing</error>'))
    harvest = await crawled(source_of(kind="oai-marcxml", url=publisher.url + "/oai", start=start, window="30d"))
    assert harvest.outcome == "ok"
    assert harvest.items_seen == 0


async def test_a_bad_resumption_token_restarts_the_window(publisher: Publisher) -> None:
    """A token that the catalogue forgot starts the window again, and no record counts twice."""
    start, target = window()
    first = oai(f"<ListRecords>{record(1, 'A/81/1', 'One')}<resumptionToken>t1</resumptionToken></ListRecords>")
    publisher.says(target, first)
    publisher.says(
        "/oai?verb=ListRecords&resumptionToken=t1",
        oai('<error code="badResumptionToken">expired</error>'),
        oai(f"<ListRecords>{record(2, 'A/81/2', 'Two')}</ListRecords>"),
    )
    harvest = await crawled(source_of(kind="oai-marcxml", url=publisher.url + "/oai", start=start, window="30d"))
    assert harvest.outcome == "ok"
    assert [publication.symbol for publication in harvest.publications] == ["A/81/1", "A/81/2"]
    assert publisher.targets().count(target) == 2


async def test_html_in_place_of_xml_is_a_failure(publisher: Publisher) -> None:
    """A catalogue that answers with a web page has failed, and the window is asked for again the next time."""
    start, target = window()
    publisher.says(target, Answer("<!DOCTYPE html><html><body>Maintenance</body></html>"))
    harvest = await crawled(source_of(kind="oai-marcxml", url=publisher.url + "/oai", start=start, window="30d"))
    assert harvest.outcome == "failed"
    assert "HTML" in (harvest.error or "")
    assert "harvested until" not in harvest.state


async def test_a_bozo_feed_with_entries_is_fine(publisher: Publisher) -> None:
    """A feed that is no valid XML still gives its entries."""
    feed = (
        '<rss version="2.0"><channel><title>x</title><item><title>Fish&nbsp;& boats</title>'
        f"<link>{publisher.url}/1</link></item></channel></rss>"
    )
    harvest = await crawled(source_of(kind="feed", url=publisher.says("/rss", Answer(feed, type="text/xml"))))
    assert harvest.outcome == "ok"
    assert [publication.title for publication in harvest.publications] == ["Fish & boats"]


@pytest.mark.parametrize(
    ("kind", "body", "more"),
    [
        ("feed", '<rss version="2.0"><channel><title>x</title></channel></rss>', {}),
        ("listing", "<html><body><ul></ul></body></html>", {"item": {"css": "li"}, "fields": {"title": {"css": "a"}}}),
        ("json", '{"data": []}', {"item": {"json": "data.*"}, "fields": {"title": {"json": "t"}}}),
    ],
)
async def test_no_items_where_one_was_expected_is_a_failure(
    publisher: Publisher, kind: str, body: str, more: dict[str, Any]
) -> None:
    """Zero items from a source that always has some means that its page changed."""
    harvest = await crawled(source_of(kind=kind, url=publisher.says("/x", Answer(body)), **more))
    assert harvest.outcome == "failed"
    assert "0 items" in (harvest.error or "")


async def test_a_restricted_row_is_kept_and_not_fetched(publisher: Publisher) -> None:
    """A row whose document needs a login is a publication without a text; nobody knocks at its door."""
    page = rows(("/secret", "C/115/RES/9 - Audit (Restricted document, please log in to gain access)", ""))
    source = listing(publisher.says("/list", page), detail={"unless": ["Restricted document"]})
    harvest = await crawled(source)
    assert harvest.outcome == "ok"
    assert [publication.text for publication in harvest.publications] == [None]
    assert publisher.targets() == ["/list"]


@pytest.mark.parametrize(
    ("words", "value", "precision"),
    [
        ("", None, None),
        ("12 September", None, None),
        ("7-8 May 2018", date(2018, 5, 1), "month"),
        ("30 April - 2 May 2018", date(2018, 1, 1), "year"),
        ("12 SEPTEMBER 2013", date(2013, 9, 12), "day"),
        ("07/01/2017", date(2017, 1, 1), "year"),
        ("13/01/2017", date(2017, 1, 13), "day"),
        ("Mar 02, 2022", date(2022, 3, 2), "day"),
        ("May 2019", date(2019, 5, 1), "month"),
        ("2019", date(2019, 1, 1), "year"),
    ],
)
async def test_a_date_is_known_as_well_as_it_is_written(
    publisher: Publisher, words: str, value: date | None, precision: str | None
) -> None:
    """Absent, without a year, a range, in capitals, day and month unclear: never more exact than the words."""
    harvest = await crawled(listing(publisher.says("/list", rows(("/1", "A title", words)))))
    (publication,) = harvest.publications
    published = publication.published
    assert (published.value if published else None, published.precision if published else None) == (value, precision)


async def test_an_ambiguous_date_is_read_by_the_sources_own_format(publisher: Publisher) -> None:
    """The date "Sat, 07/01/2017" is a Saturday both ways: the format is set for the source."""
    source = listing(
        publisher.says("/list", rows(("/1", "A title", "Sat, 07/01/2017 - 09:57"))),
        fields={"date": {"css": ".date", "formats": ["%a, %m/%d/%Y - %H:%M"]}},
    )
    harvest = await crawled(source)
    published = harvest.publications[0].published
    assert published is not None
    assert (published.value, published.precision, published.origin) == (date(2017, 7, 1), "day", "listing")


async def test_a_node_under_two_terms_is_one_document(publisher: Publisher) -> None:
    """The same post in two listings has one identity; within one listing it is one publication with both topics."""
    one = listing(publisher.says("/a", rows(("/node/5", "A post", ""))), topics=["boats"])
    two = listing(
        publisher.says("/b", rows(("/node/5", "A post", ""), ("/node/5#more", "A post", ""))), topics=["roads"]
    )
    first, second = await crawled(one), await crawled(two)
    assert len(second.publications) == 1
    assert first.publications[0].document_id == second.publications[0].document_id


async def test_addresses_that_differ_in_case_are_one_where_the_source_says_so(publisher: Publisher) -> None:
    """Res-emrg.htm and res-emrg.htm are one page of an archive that does not tell them apart."""
    page = rows(("/conf/Res-emrg.htm", "An emergency", ""), ("/conf/res-emrg.htm", "An emergency", ""))
    harvest = await crawled(listing(publisher.says("/list", page), canonical={"lower_path": True}))
    assert [publication.url for publication in harvest.publications] == [f"{publisher.url}/conf/res-emrg.htm"]


async def test_twins_of_scheme_and_www_are_one_document(publisher: Publisher) -> None:
    """With and without www, over http and https: one document."""
    page = rows(
        ("http://www.example.org/a", "A", ""), ("https://example.org/a", "A", ""), ("https://example.org/a/", "A", "")
    )
    harvest = await crawled(listing(publisher.says("/list", page)))
    assert len(harvest.publications) == 1


async def test_a_changed_guid_or_link_does_not_make_a_new_document(publisher: Publisher) -> None:
    """A GUID is never the identity, and tracking in a link is not either."""

    def feed(guid: str, link: str) -> Answer:
        return Answer(
            f'<rss version="2.0"><channel><title>x</title><item><title>T</title><link>{publisher.url}{link}</link>'
            f"<guid>{guid}</guid></item></channel></rss>",
            type="text/xml",
        )

    source = source_of(kind="feed", url=publisher.says("/rss", feed("1", "/a"), feed("2", "/a?utm_source=feed")))
    first, second = await crawled(source), await crawled(source)
    assert first.publications[0].document_id == second.publications[0].document_id


async def test_a_document_that_moved_is_known_by_its_symbol(publisher: Publisher) -> None:
    """A symbol stays when the address of its document changes."""
    source = listing(publisher.says("/list", rows(("/old/1", "A/81/77 Boats", ""))), fields={"symbol": _symbol})
    first = await crawled(source)
    publisher.says("/list", rows(("/new/one", "A/81/77 Boats", "")))
    second = await crawled(source)
    assert [each.document_id for each in first.publications] == [each.document_id for each in second.publications]


async def test_a_draft_and_its_adopted_text_are_two_documents_and_linked(publisher: Publisher) -> None:
    """Stages are told apart by symbol; the catalogue names the draft that a resolution was adopted from."""
    start, target = window()
    both = record(1, "A/C.3/81/L.7", "Boats") + record(2, "A/RES/81/7", "Boats", f993="A/C.3/81/L.7")
    publisher.says(target, oai(f"<ListRecords>{both}</ListRecords>"))
    harvest = await crawled(source_of(kind="oai-marcxml", url=publisher.url + "/oai", start=start, window="30d"))
    draft, adopted = harvest.publications
    assert (draft.stage, adopted.stage) == ("draft", "adopted")
    assert draft.document_id != adopted.document_id
    assert [(link.relation, link.symbol) for link in adopted.related] == [("draft_of", "A/C.3/81/L.7")]


async def test_a_document_without_its_own_symbol_is_known_by_its_address(publisher: Publisher) -> None:
    """The first symbol in a text is often of a document that was considered: it is not the text's own."""
    text = "<html><body><main><p>The Organization at its Forty-Eighth session,</p><p>Having considered the Secretariat "
    text += "Document No. AALCO/48/EXAMPLETON/2009/S 8;</p><p>1. Decides to meet.</p></main></body></html>"
    url = publisher.says("/resolution", text)
    harvest = await crawled(source_of(kind="pages", pages=[{"url": url}]))
    (publication,) = harvest.publications
    assert publication.symbol is None
    assert publication.identity.startswith("url:")


@pytest.mark.parametrize(
    ("symbol", "relation", "to"),
    [
        ("A/C.3/81/L.9/Rev.1", "replaces", "A/C.3/81/L.9"),
        ("A/C.3/81/L.9/Rev.2", "replaces", "A/C.3/81/L.9/Rev.1"),
        ("A/81/9/Add.1", "adds_to", "A/81/9"),
        ("A/81/9/Corr.1", "corrects", "A/81/9"),
    ],
)
async def test_revisions_addenda_and_corrigenda_are_three_relations(
    publisher: Publisher, symbol: str, relation: str, to: str
) -> None:
    """Rev replaces, Add adds, Corr corrects; each is a document of its own."""
    source = listing(
        publisher.says("/list", rows(("/1", f"{symbol} A title", ""))),
        fields={"symbol": {"css": "a", "regex": r"^(\S+)"}},
    )
    (publication,) = (await crawled(source)).publications
    assert publication.symbol == symbol
    assert [(link.relation, link.symbol) for link in publication.related] == [(relation, to)]


async def test_a_non_breaking_space_in_a_symbol_is_a_space(publisher: Publisher) -> None:
    """Symbols are compared with their spaces normalised."""
    source = listing(publisher.says("/list", rows(("/1", "AALCO/RES/52/S\xa0 5", ""))), fields={"symbol": {"css": "a"}})
    (publication,) = (await crawled(source)).publications
    assert publication.symbol == "AALCO/RES/52/S 5"


@pytest.mark.parametrize("declared", ["text/html; charset=iso-8859-1", "text/html", "text/html; charset=utf-8"])
async def test_windows_1252_is_read_whatever_is_declared(publisher: Publisher, declared: str) -> None:
    """Typographic quotes of windows-1252 arrive whole when latin-1, nothing or UTF-8 was declared."""
    body = rows(("/1", "The “Fund’s” café", "")).encode("cp1252")
    harvest = await crawled(listing(publisher.says("/list", Answer(body, type=declared))))
    assert harvest.publications[0].title == "The “Fund’s” café"


async def test_a_scan_without_a_text_layer_is_flagged(publisher: Publisher) -> None:
    """A PDF of images has no text; it is recorded with a flag, so that a person looks at it."""
    canvas = Canvas("scan.pdf", invariant=1)
    canvas.rect(50, 50, 200, 200, fill=1)
    canvas.showPage()
    body = canvas.getpdfdata()
    url = publisher.says("/scan.pdf", Answer(body, type=pdf_type))
    harvest = await crawled(source_of(kind="pages", pages=[{"url": url, "title": "A scan"}], accept={"magic": "%PDF"}))
    (publication,) = harvest.publications
    assert publication.text is not None
    assert publication.text.text == ""
    assert publication.text.flags == ("no_text_layer",)


async def test_304_for_ever_is_asked_unconditionally_now_and_then(publisher: Publisher) -> None:
    """A server that always says 304 is asked without validators once they are old."""
    tag = '"always"'
    url = publisher.says("/list", Answer(rows(("/1", "New", "")), headers={"ETag": tag}))
    source = listing(url)
    recent = Validators(tag, None, datetime.now(UTC) - timedelta(days=1), "0" * 64)
    old = Validators(tag, None, datetime.now(UTC) - timedelta(days=8), "0" * 64)
    swept = {"swept": datetime.now(UTC).isoformat()}
    assert (await crawled(source, Memory({url: recent}, state=swept))).outcome == "not_modified"
    assert [p.title for p in (await crawled(source, Memory({url: old}, state=swept))).publications] == ["New"]


async def test_an_item_that_was_not_had_is_tried_again(publisher: Publisher) -> None:
    """A document that failed is a dropped row with its reason, and no 304 hides it from the next crawl."""
    page = Answer(rows(("/1", "One", ""), ("/2", "Two", "")), headers={"ETag": '"same"'})
    source = listing(publisher.says("/list", page), detail={"follow": True})
    publisher.says("/1", "<html><body><main><p>The text of one.</p></main></body></html>")
    publisher.says("/2", Answer(b"", 500), Answer("<html><body><main><p>The text of two.</p></main></body></html>"))
    first = await crawled(source)
    assert first.outcome == "ok"
    assert [row.title for row in first.dropped] == ["Two"]
    second = await crawled(source, remembered(first))
    assert [p.title for p in second.publications if p.text is not None] == ["Two"]


async def test_a_changed_text_is_read_again_in_a_sweep(publisher: Publisher) -> None:
    """A text that changed at its address is the same document with another text."""
    source = listing(publisher.says("/list", rows(("/1", "One", ""))), detail={"follow": True})
    page = "<html><body><main><p>{}</p></main></body></html>"
    publisher.says("/1", page.format("As it was."), page.format("As it is."))
    first = await crawled(source)
    memory = remembered(first)
    aged = swept_long_ago(memory)
    second = await crawled(source, aged)
    assert second.publications[0].document_id == first.publications[0].document_id
    assert second.publications[0].text is not None
    assert "As it is." in second.publications[0].text.text


async def test_a_json_list_reads_its_fields_and_its_next_page(publisher: Publisher) -> None:
    """Pages of a JSON interface are followed by the address that it gives."""
    second = as_json({"links": {}, "data": [{"f": {"t": "Two &amp; a half", "u": "/2"}}]})
    first = {"links": {"next": {"href": publisher.url + "/api?p=2"}}, "data": [{"f": {"t": "One", "u": "/1"}}]}
    publisher.says("/api?p=2", second)
    source = source_of(
        kind="json",
        url=publisher.says("/api", as_json(first)),
        item={"json": "data.*"},
        fields={"title": {"json": "f.t"}, "url": {"json": "f.u"}},
        paging={"next": {"json": "links.next.href"}},
    )
    harvest = await crawled(source)
    assert [publication.title for publication in harvest.publications] == ["One", "Two & a half"]


async def test_page_furniture_and_footnotes_do_not_stand_inside_a_clause(publisher: Publisher) -> None:
    """A clause that crosses a page is whole: no running head, page number or footnote is in its quote."""
    canvas = Canvas("two.pdf", invariant=1)
    for number, lines in enumerate(
        (
            ("The General Assembly,", "1. Requests the Secretary-General to count the boats"),
            ("of all ports;", "2. Decides to meet."),
        )
    ):
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(70, 810, "United Nations A/RES/81/998" if number == 0 else "A/RES/81/998")
        canvas.drawString(70, 30, "26-99998 (E)" if number == 0 else "2/2")
        canvas.setFont("Times-Roman", 11)
        for place, line in enumerate(lines):
            canvas.drawString(70, 600 - 14 * place, line)
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(70, 130, "_______________")
        canvas.drawString(70, 118, f"{number + 1} See resolution 80/{number + 1}.")
        canvas.showPage()
    url = publisher.says("/a.pdf", Answer(canvas.getpdfdata(), type=pdf_type))
    harvest = await crawled(source_of(kind="pages", pages=[{"url": url, "title": "Boats"}]))
    text = harvest.publications[0].text
    assert text is not None
    first = analyse(text.text).clauses[0]
    assert " ".join(first.quote.split()) == "1. Requests the Secretary-General to count the boats of all ports;"
    assert "[footnote ², page 2] See resolution 80/2." in text.text


async def test_numbering_that_restarts_in_an_annex_loses_no_clause(publisher: Publisher) -> None:
    """Two paragraphs numbered 1 are two: what is known of a clause hangs on its place, not on its number."""
    body = (
        "<p>The General Assembly,</p><p>1. Requests the Secretary-General to report on boats;</p><p>2. Decides to meet "
    )
    body += "again.</p><h2>Annex</h2><p>1. The report is short.</p><p>2. It has pictures.</p>"
    url = publisher.says("/a", f"<html><body><main>{body}</main></body></html>")
    harvest = await crawled(source_of(kind="pages", pages=[{"url": url, "title": "Boats"}]))
    text = harvest.publications[0].text
    assert text is not None
    clauses = analyse(text.text).clauses
    assert [clause.number for clause in clauses][:2] == ["1", "2"]
    assert len({clause.start for clause in clauses}) == len(clauses)
    assert "1. The report is short." in text.text


async def test_a_source_that_keeps_failing_says_so_once(publisher: Publisher) -> None:
    """The third failure in a row is told, the fourth is not, the recovery is."""
    source = listing(publisher.says("/list", Answer(b"", 410)))
    memory, heard = Memory(), []
    for _ in range(4):
        harvest = await crawled(source, memory)
        memory = remembered(harvest, memory)
        heard.append(harvest.tell)
    publisher.says("/list", rows(("/1", "A title", "")))
    heard.append((await crawled(source, memory)).tell)
    assert [tell is not None for tell in heard] == [False, False, True, False, True]
    assert "410" in (heard[2] or "")
    assert "has recovered" in (heard[4] or "")
