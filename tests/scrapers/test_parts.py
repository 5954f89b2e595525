"""Crawls that hand over what they found in parts: nothing is lost or doubled, and little is held at a time."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from scrapers.crawl import crawl as crawling
from scrapers.crawl import parts
from scrapers.crawl.visit import Visit
from scrapers.http.client import Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import Memory
from scrapers.reading import here
from tests.sites.publisher import Answer, Publisher, remembered, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.sources import Source
    from scrapers.publication import Harvest

FIELDS = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}


def words(number: int) -> str:
    """A page with a text of its own."""
    return f"<html><body><main><p>The text of decision {number} speaks of boat{number}.</p></main></body></html>"


def listing(publisher: Publisher, count: int, *, policy: dict[str, Any] | None = None) -> Source:
    """A listing of so many documents, all of them on the site."""
    for number in range(count):
        publisher.says(f"/d/{number}", words(number))
    rows = "".join(f'<li><a href="/d/{number}">Decision {number}</a></li>' for number in range(count))
    body = Answer(f"<html><body><ul>{rows}</ul></body></html>", headers={"ETag": f'"{count}"'})
    return source_of(
        kind="listing",
        url=publisher.says("/list", body),
        item={"css": "li", "expect": {"max": 1000}},
        fields=FIELDS,
        detail={},
        policy=policy or {},
    )


def series(publisher: Publisher, count: int, size: int) -> Source:
    """Symbols counted up, each a PDF of at least so many bytes."""
    for number in range(1, count + 1):
        symbol = f"A/RES/81/{number}"
        canvas = Canvas("resolution.pdf", invariant=1)
        lines = (symbol, "The General Assembly,", f"1. Decides to count the boats of {symbol}.")
        for place, line in enumerate(lines):
            canvas.drawString(70, 700 - 20 * place, line)
        canvas.showPage()
        pdf = canvas.getpdfdata() + b"\n" + b"%" * size
        publisher.says(f"/doc/A/RES/81/{number}", Answer(pdf, type="application/pdf"))
    return source_of(
        kind="symbol-probe",
        template="A/RES/81/{number}",
        url=publisher.url + "/doc/{symbol}",
        accept={"magic": "%PDF", "min_bytes": 500},
        suffixes=[],
    )


async def in_parts(
    source: Source,
    memory: Memory | None = None,
    *,
    after: Callable[[list[Harvest]], None] = lambda _: None,
    reading: Any = here,
) -> list[Harvest]:
    """What a crawl hands over, and behind it its end; `after` is called when a part has landed."""
    landed: list[Harvest] = []

    async def land(part: Harvest) -> None:
        landed.append(part)
        after(landed)

    async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        end = await crawling.crawl(source, memory or Memory(), fetcher, reading=reading, land=land)
    return [*landed, end]


def known(harvests: list[Harvest], memory: Memory | None = None) -> Memory:
    """What the warehouse would know after all parts of a crawl."""
    for harvest in harvests:
        memory = remembered(harvest, memory)
    assert memory is not None
    return memory


def titles(harvests: list[Harvest]) -> list[str]:
    """The titles of all publications, in their order."""
    return [publication.title or "" for harvest in harvests for publication in harvest.publications]


async def test_250_documents_come_in_parts_each_once(publisher: Publisher) -> None:
    """Two full parts and the rest; documents, states of items and requests are each handed over once."""
    harvests = await in_parts(listing(publisher, 250))
    assert [(each.outcome, len(each.publications)) for each in harvests] == [("part", 100), ("part", 100), ("ok", 50)]
    assert titles(harvests) == [f"Decision {number}" for number in range(250)]
    assert len({state.key for each in harvests for state in each.items}) == 250
    assert sum(len(each.items) for each in harvests) == 250
    # The listing itself and each document.
    asked = Counter(fetch.url for each in harvests for fetch in each.fetches if not fetch.url.endswith("robots.txt"))
    assert len(asked) == 251
    assert set(asked.values()) == {1}
    assert harvests[-1].items_seen == 250
    assert all(not part.validators and not part.state for part in harvests[:-1])


async def test_a_crawl_in_parts_is_remembered_like_a_crawl_in_one(publisher: Publisher) -> None:
    """The next crawl finds nothing changed, and asks for the listing alone."""
    source = listing(publisher, 250)
    memory = known(await in_parts(source))
    publisher.asked.clear()
    (again,) = await in_parts(source, memory)
    assert again.outcome == "not_modified"
    assert publisher.targets() == ["/list"]


async def test_a_crawl_that_fails_after_two_parts_keeps_them(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before the failure was handed over; the next crawl asks only for what is left."""
    monkeypatch.setattr(parts, "PART_BYTES", 4_000)
    source = series(publisher, 9, 1_000)
    publisher.says("/doc/A/RES/81/8", Answer(b"out of order", 503))
    harvests = await in_parts(source)
    assert [each.outcome for each in harvests][-1] == "failed"
    assert len(harvests) >= 3
    taken = [str(publication.symbol) for harvest in harvests for publication in harvest.publications]
    assert sorted(taken) == [f"A/RES/81/{number}" for number in range(1, 8)]
    publisher.asked.clear()
    series(publisher, 9, 1_000)
    again = await in_parts(source, known(harvests))
    assert again[-1].outcome == "ok"
    fresh = {each.symbol for harvest in again for each in harvest.publications if each.text is not None}
    # The highest known one is asked for by each crawl, to tell an outage from what is not published yet.
    assert fresh == {"A/RES/81/7", "A/RES/81/8", "A/RES/81/9"}
    assert not {f"/doc/A/RES/81/{number}" for number in range(1, 7)} & set(publisher.targets())


async def test_one_text_under_two_titles_is_found_out_over_two_parts(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error page that came first in a part that has landed is refused when it comes again, both times."""
    monkeypatch.setattr(parts, "PART_DOCUMENTS", 3)
    source = listing(publisher, 8)
    apology = "<html><body><main><p>We are sorry, something is being repaired here.</p></main></body></html>"
    publisher.says("/d/1", apology)
    publisher.says("/d/6", apology)
    harvests = await in_parts(source)
    assert titles(harvests) == [f"Decision {number}" for number in range(8) if number != 6]
    (refused,) = [row for harvest in harvests for row in harvest.dropped]
    assert (refused.title, refused.kind) == ("Decision 6", "failed")
    assert "the same text as Decision 1" in refused.reason
    # The first one was believed when it landed; the next crawl reads it again.
    memory = known(harvests)
    publisher.says("/d/1", words(1))
    publisher.says("/d/6", words(6))
    publisher.says("/list", publisher._answers["/list"][0].encoded + b"<!-- other -->")
    again = await in_parts(source, memory)
    fresh = {each.title for harvest in again for each in harvest.publications if each.text is not None}
    assert fresh == {"Decision 1", "Decision 6"}


async def test_one_document_at_two_addresses_is_one_over_two_parts(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text that answers to its title and comes again in a later part is not a second document."""
    monkeypatch.setattr(parts, "PART_DOCUMENTS", 2)
    body = "<html><body><main><p>The charter of small boats is adopted here, in so many words.</p></main></body></html>"
    for name in ("a", "z"):
        publisher.says(f"/{name}", body)
    for number in range(3):
        publisher.says(f"/d/{number}", words(number))
    links = [("/a", "Charter of small boats"), *((f"/d/{number}", f"Decision {number}") for number in range(3))]
    rows = "".join(f'<li><a href="{url}">{title}</a></li>' for url, title in [*links, ("/z", "Charter of small boats")])
    source = source_of(
        kind="listing",
        url=publisher.says("/list", f"<html><body><ul>{rows}</ul></body></html>"),
        item={"css": "li"},
        fields=FIELDS,
        detail={},
    )
    harvests = await in_parts(source)
    assert len(harvests) > 1
    assert Counter(titles(harvests)) == {
        "Charter of small boats": 1,
        "Decision 0": 1,
        "Decision 1": 1,
        "Decision 2": 1,
    }
    charters = {
        state.identity
        for harvest in harvests
        for state in harvest.items
        if state.title == "Charter of small boats" and state.state == "taken"
    }
    assert len(charters) == 1


async def test_the_budget_of_bytes_ends_a_crawl_and_the_next_goes_on(publisher: Publisher) -> None:
    """What is beyond `crawl_bytes` waits with the reason, and is read though the listing has not changed."""
    source = listing(publisher, 40, policy={"crawl_bytes": 3_000})
    memory, rounds = Memory(), []
    while len(rounds) < 20:
        harvests = await in_parts(source, memory)
        memory = known(harvests, memory)
        rounds.append(harvests)
        if not harvests[-1].items_waiting:
            break
    first = rounds[0][-1]
    assert first.outcome == "ok"
    assert 0 < len(first.publications) < 40
    assert first.items_waiting == 40 - len(first.publications)
    waiting = [state.reason or "" for state in first.items if state.state == "waiting"]
    assert len(waiting) == first.items_waiting
    assert all(reason.startswith("the crawl had fetched") for reason in waiting)
    assert len(rounds) > 1
    read = Counter(title for harvests in rounds for title in titles(harvests))
    assert read == {f"Decision {number}": 1 for number in range(40)}


async def test_the_documents_in_a_probes_hands_are_handed_over(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it still counts up, a series' documents are read and landed, and asked for once."""
    monkeypatch.setattr(parts, "PART_BYTES", 12_000)
    source = series(publisher, 12, 4_000)
    asked: list[int] = []
    harvests = await in_parts(source, after=lambda _: asked.append(len(publisher.targets())))
    assert len(harvests) > 3
    assert asked[0] < 6, "the first part came after the whole series"
    symbols = [str(publication.symbol) for harvest in harvests for publication in harvest.publications]
    assert symbols == [f"A/RES/81/{number}" for number in range(1, 13)]
    assert max(Counter(publisher.targets()).values()) == 1
    assert all(each.text is not None and each.text.raw for harvest in harvests for each in harvest.publications)


@pytest.mark.parametrize("kind", ["listing", "series"])
async def test_what_a_crawl_holds_does_not_grow_with_the_source(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """At each document read, the bytes held are at most a part's and one document's, however many there are."""
    limit, size = 20_000, 4_000
    monkeypatch.setattr(parts, "PART_BYTES", limit)
    visits: list[Visit] = []

    def visited(*given: Any, **named: Any) -> Visit:
        visits.append(Visit(*given, **named))
        return visits[-1]

    monkeypatch.setattr(crawling, "Visit", visited)
    held: list[int] = []
    counted: list[int] = []

    async def reading(function: Callable[..., Any], *arguments: object, owner: str = "") -> Any:
        (visit,) = visits
        in_hand = [answer.body for answer in visit.fetched.values() if hasattr(answer, "body")]
        # A document in hand is also an answer, with the same bytes.
        held.append(sum(len(body) for body in {*visit.answers.values(), *in_hand}))
        counted.append(visit.held_bytes)
        return await here(function, *arguments, owner=owner)

    if kind == "listing":
        source = listing(publisher, 30)
        for number in range(30):
            publisher.says(f"/d/{number}", words(number).replace("<main>", f"<!--{'x' * size}--><main>"))
    else:
        source = series(publisher, 30, size)
    harvests = await in_parts(source, reading=reading)
    assert sum(len(harvest.publications) for harvest in harvests) == 30
    largest = max(len(answer.encoded) for answers in publisher._answers.values() for answer in answers)
    assert max(counted) < limit + largest
    assert max(held) <= max(counted)
    for harvest in harvests:
        texts = [each.text for each in harvest.publications if each.text is not None]
        assert sum(len(text.raw) for text in texts) < limit + largest
        # No document is landed twice: with its publication, and among the other answers.
        assert not {text.raw_sha256 for text in texts} & {answer.raw_sha256 for answer in harvest.answers}
    landed = [answer.raw_sha256 for harvest in harvests for answer in harvest.answers]
    landed += [each.text.raw_sha256 for harvest in harvests for each in harvest.publications if each.text is not None]
    assert max(Counter(landed).values()) == 1


async def test_without_a_place_to_land_a_crawl_gives_all_at_its_end(publisher: Publisher) -> None:
    """A trial of a source, which records nothing, is one harvest."""
    async with Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        harvest = await crawling.crawl(listing(publisher, 130), Memory(), fetcher)
    assert len(harvest.publications) == 130
