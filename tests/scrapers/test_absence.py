"""A document that does not exist: how publishers say so, and what is a failure instead; ends and holes of a series."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError
from reportlab.pdfgen.canvas import Canvas

from config.sources import load_sources
from scrapers.kinds.counting import HOLES_A_CRAWL
from scrapers.publication import Memory
from tests.sites.publisher import Answer, Publisher, crawled, remembered, source_of

if TYPE_CHECKING:
    from pathlib import Path

    from config.sources import Source
    from scrapers.publication import Harvest

STUB = "<html><head><title>Documents</title></head><body><p>Nothing to show here.</p>" + " " * 1200 + "</body></html>"
EVERY_SIGN = {"status": [404], "empty": True, "max_bytes": 1500, "redirect": "/error", "words": ["is not available in"]}


def paper(symbol: str) -> bytes:
    """A resolution of its own as a PDF."""
    canvas = Canvas("resolution.pdf", invariant=1)
    for place, line in enumerate((symbol, "The General Assembly,", f"1. Decides to count the boats of {symbol}.")):
        canvas.drawString(70, 700 - 20 * place, line)
    canvas.showPage()
    made: bytes = canvas.getpdfdata()
    return made


def target(name: int | str) -> str:
    """Where a document of the series is asked for."""
    return "/doc?s=A%2FRES%2F81%2F" + str(name).replace(" ", "%20").replace("/", "%2F")


def publish(publisher: Publisher, *names: int | str) -> None:
    """Put documents of the series on the site."""
    for name in names:
        answer = Answer(paper(f"A/RES/81/{name}"), type="application/pdf", headers={"ETag": f'"{name}"'})
        publisher.says(target(name), answer)


def series(publisher: Publisher, **more: Any) -> Source:
    """Symbols at /doc/NUMBER."""
    return source_of(
        kind="symbol-probe",
        template="A/RES/81/{number}",
        url=publisher.url + "/doc?s={symbol:quoted}",
        accept={"magic": "%PDF", "min_bytes": 500},
        **more,
    )


def symbols(harvest: Harvest) -> list[str]:
    """The symbols of the publications whose document was read, without the series' beginning."""
    read = [publication for publication in harvest.publications if publication.text is not None]
    return [str(publication.symbol).removeprefix("A/RES/81/") for publication in read]


def asked(publisher: Publisher) -> list[str]:
    """What was asked for, in order, without the series' beginning; forgotten afterwards."""
    found = [each.rpartition("%2F")[2].replace("%20", " ") for each in publisher.targets() if each.startswith("/doc")]
    publisher.asked.clear()
    return found


def later(memory: Memory, ago: timedelta, **state: str) -> Memory:
    """The memory as if all its times were so much longer ago."""

    def earlier(time: re.Match[str]) -> str:
        return f"{datetime.fromisoformat(time[0]) - ago:%Y%m%dT%H%M}"

    kept = dict(memory.state)
    kept["holes"] = re.sub(r"\d{8}T\d{4}", earlier, kept["holes"])
    if "looked ahead" in kept:
        kept["looked ahead"] = (datetime.fromisoformat(kept["looked ahead"]) - ago).isoformat()
    return replace(memory, state={**kept, **state}, first_crawl=False)


@pytest.mark.parametrize(
    ("answer", "signs"),
    [
        (Answer(b"", 404), {"status": [404]}),
        (Answer(b"gone", 410), {"status": [404, 410]}),
        (Answer(b"", 200), {"empty": True}),
        (Answer(STUB, 200), {"max_bytes": 1500}),
        (Answer(b"", 302, headers={"Location": "/error?id=1"}), {"redirect": "/error"}),
        (Answer("<p>This symbol  is not\navailable in English.</p>", 500), {"words": ["is not available in"]}),
        (Answer("<title>Page not found</title>", 200), {"max_bytes": 1500}),
        # The shell of a site that shows its documents by a script.
        (Answer("<noscript>Please enable JavaScript in your browser to continue</noscript>", 200), {"max_bytes": 1500}),
    ],
)
async def test_each_face_of_absence_is_a_miss_where_the_source_states_it(
    publisher: Publisher, answer: Answer, signs: dict[str, Any]
) -> None:
    """Statuses, nothing, a stub, a redirect to an error page, words with 500: not published yet, and no failure."""
    publisher.says("/error?id=1", "<html><body><h1>Sorry</h1></body></html>" + " " * 2000)
    publish(publisher, 1)
    for number in range(2, 5):
        publisher.says(target(number), answer)
    for missing in (signs, EVERY_SIGN if answer.status != 410 else signs):
        harvest = await crawled(series(publisher, missing=missing, look_ahead=3))
        assert (harvest.outcome, symbols(harvest)) == ("ok", ["1"])
        assert harvest.state["highest"] == "1"


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (Answer(b"", 410), "status 410"),
        (Answer(b"", 500), "status 500"),
        (Answer("<p>Out of order</p>", 503), "status 503"),
        (Answer(b"", 202, headers={"x-amzn-waf-action": "challenge"}), "a challenge"),
        (Answer("<html><title>Just a moment...</title></html>", 404), "a challenge"),
        (Answer("<html><title>Maintenance</title><p>We will be back soon.</p></html>"), "a maintenance page"),
        (Answer("<html><title>502 Bad Gateway</title></html>"), "an error page"),
        (Answer("<html><title>Documents</title><p>Other</p></html>" + " " * 2000), "but HTML"),
        (Answer(b"%PDF-1.4 cut off"), "only 16 bytes"),
        (Answer(b"", 302, headers={"Location": "/moved"}), "but HTML"),
        (Answer(raw=b""), "Error"),
    ],
)
async def test_what_is_neither_a_document_nor_a_stated_absence_is_a_failure(
    publisher: Publisher, answer: Answer, says: str
) -> None:
    """However many signs a source states: outages, gates and torn files are none of them."""
    publisher.says("/moved", "<html><body>Elsewhere</body></html>" + " " * 2000)
    publish(publisher, 1)
    publisher.says(target(2), answer)
    harvest = await crawled(series(publisher, missing=EVERY_SIGN))
    assert (harvest.outcome, symbols(harvest)) == ("failed", ["1"])
    assert says in (harvest.error or "")


async def test_an_absence_that_no_source_states_is_a_failure(publisher: Publisher) -> None:
    """By default 404 and an empty body mean it for symbols; a stub and a redirect do not."""
    publish(publisher, 1)
    publisher.says("/error", "<html><body>Sorry</body></html>")
    for answer in (Answer(STUB), Answer(b"", 302, headers={"Location": "/error"})):
        publisher.says(target(2), answer)
        assert (await crawled(series(publisher))).outcome == "failed"


async def test_a_session_page_may_be_missing_in_the_sources_own_words(publisher: Publisher) -> None:
    """The pages of a listing's sessions say it by the same keys."""
    row = "<html><body><ul><li>C/{0}/RES/1 Boats</li></ul></body></html>"
    publisher.says("/12", row.format(12))
    for number in (*range(9, 12), *range(13, 19)):
        publisher.says(f"/{number}", "<html><body><p>This session has not been announced.</p></body></html>")
    blocks: dict[str, Any] = {
        "kind": "listing",
        "url": publisher.url + "/{number}",
        "item": {"css": "li"},
        "fields": {"title": {"css": "li"}},
    }
    missing = {"words": ["has not been announced"]}
    harvest = await crawled(source_of(**blocks, series={"first": 9, "known": 12, "missing": missing}))
    assert (harvest.outcome, [each.title for each in harvest.publications]) == ("ok", ["C/12/RES/1 Boats"])
    publisher.says("/11", Answer(b"", 404))
    assert (
        await crawled(source_of(**blocks, series={"first": 9, "known": 12, "missing": missing}))
    ).outcome == "failed"


def test_the_former_key_is_read_with_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """`missing_status` still means what it meant, and the warning shows how it is written today."""
    path = tmp_path / "sources.yaml"
    path.write_text(
        "- id: a\n  kind: symbol-probe\n  template: 'A/RES/81/{number}'\n  url: 'https://example.org/{symbol}'\n"
        "  missing_status: [404, 410]\n"
        "- id: b\n  kind: listing\n  url: 'https://example.org/{number}'\n  item: {css: li}\n"
        "  fields: {title: {css: li}}\n  series: {first: 1, known: 2, missing_status: [403]}\n",
        encoding="utf-8",
    )
    with caplog.at_level(logging.WARNING):
        probe, listing = load_sources(path)
    assert (probe.missing.status, probe.missing.empty) == ((404, 410), True)  # type: ignore[union-attr]
    assert (listing.series.missing.status, listing.series.missing.empty) == ((403,), False)  # type: ignore[union-attr]
    assert "a: write `missing_status` as `missing: {status: [404, 410], empty: true}`" in caplog.text
    assert "series: write `missing_status` as `missing: {status: [403]}`" in caplog.text


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"missing": {}}, "is empty: give"),
        ({"missing": {"redirect": "("}}, "not a regular expression"),
        ({"missing": {"words": [""]}}, "at least 3"),
        ({"missing": {"status": [404]}, "missing_status": [404]}, "former name"),
    ],
)
def test_a_statement_that_means_nothing_is_refused(more: dict[str, Any], says: str) -> None:
    """What is wrong with it is named."""
    blocks = {"kind": "symbol-probe", "template": "A/{number}", "url": "https://example.org/{symbol}", **more}
    with pytest.raises(ValidationError, match=says):
        source_of(**blocks)


async def test_the_end_of_a_series_is_looked_for_far_ahead_once_a_day(publisher: Publisher) -> None:
    """Three numbers ahead in an ordinary crawl, twenty once a day: a gap of fifteen hides nothing for longer."""
    source = series(publisher)
    publish(publisher, 1)
    first = await crawled(source)
    assert asked(publisher) == [str(number) for number in range(1, 22)]
    publish(publisher, 17)
    memory = remembered(first)
    second = await crawled(source, memory)
    assert (symbols(second), asked(publisher)) == ([], ["1", "2", "3", "4"])
    third = await crawled(source, later(remembered(second, memory), timedelta(days=1)))
    assert symbols(third) == ["17"]
    assert asked(publisher) == [str(number) for number in range(1, 38)]
    assert third.state["gaps"] == ",".join(str(number) for number in range(2, 17))


async def test_a_series_that_has_not_begun_is_asked_for_politely(publisher: Publisher) -> None:
    """Its first crawl asks for three numbers; a day later one looks further, for numbers come out of order."""
    source = series(publisher)
    first = await crawled(source)
    assert asked(publisher) == ["1", "2", "3"]
    publish(publisher, 6)
    second = await crawled(source, later(remembered(first), timedelta(days=1)))
    assert symbols(second) == ["6"]


async def test_holes_are_asked_for_in_growing_intervals(publisher: Publisher) -> None:
    """Each time for three days, once a day for two months, then in sweeps only."""
    source = series(publisher, look_ahead=3)
    publish(publisher, 1, 3)
    memory = remembered(await crawled(source))
    asked(publisher)
    for age, expected in ((1, ["2", "2"]), (10, ["2"]), (61, [])):
        again: list[str] = []
        known = later(memory, timedelta(days=age), **{"looked ahead": memory.state["looked ahead"]})
        for _ in range(2):
            harvest = await crawled(source, known)
            known = remembered(harvest, known)
            again += [name for name in asked(publisher) if name == "2"]
        assert again == expected, age
    publish(publisher, 2)
    old = later(memory, timedelta(days=100), swept="2026-01-01T00:00:00+00:00")
    assert symbols(await crawled(source, old)) == ["2"]


async def test_the_requests_of_a_crawl_are_bounded_and_every_hole_has_its_turn(publisher: Publisher) -> None:
    """Of many holes ten are asked for in a crawl, those first that waited longest."""
    source = series(publisher, look_ahead=30)
    publish(publisher, 1, 27)
    first = await crawled(source)
    memory = later(remembered(first), timedelta(hours=1))
    asked(publisher)
    turns: list[str] = []
    for _ in range(3):
        harvest = await crawled(source, memory)
        names = asked(publisher)
        assert len(names) == 1 + HOLES_A_CRAWL + 3
        turns += names[1 : 1 + HOLES_A_CRAWL]
        memory = later(remembered(harvest, memory), timedelta(hours=1))
    assert {int(name) for name in turns} == set(range(2, 27))


async def test_a_hole_may_be_a_resolution_in_parts(publisher: Publisher) -> None:
    """The plain number stays empty, A and B are found; a revision is tried for too, whether or not there is an A."""
    source = series(publisher, suffixes=[" A", " B", "/Rev.1"], look_ahead=3)
    publish(publisher, 1, 3)
    first = await crawled(source)
    assert symbols(first) == ["1", "3"]
    publish(publisher, "2 A", "2 B", "3/Rev.1")
    second = await crawled(source, remembered(first))
    assert sorted(symbols(second)) == ["2 A", "2 B", "3/Rev.1"]
    assert second.state["gaps"] == ""


async def test_notes_of_former_versions_are_understood(publisher: Publisher) -> None:
    """Holes that were noted without their times are asked for as if they were new."""
    publish(publisher, 2, 3)
    former = Memory(state={"highest": "3", "lowest": "1", "gaps": "1,2", "swept": "2126-01-01T00:00:00+00:00"})
    harvest = await crawled(series(publisher, look_ahead=3), former)
    assert sorted(symbols(harvest)) == ["2", "3"]
    assert harvest.state["gaps"] == "1"
