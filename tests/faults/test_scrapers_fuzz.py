"""Damaged answers over all kinds, over real HTTP: none crashes a crawl, none that is broken counts as a success.

300 answers in the suite; 10,000 with MANDATES_FAULTS=long (`make faults`).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docx import Document

from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import Harvest, Memory
from tests.sites.publisher import Answer, Publisher, source_of

if TYPE_CHECKING:
    from collections.abc import Callable

sites = Path(__file__).parent.parent / "sites"
rounds = 10_000 if os.environ.get("MANDATES_FAULTS") == "long" else 300
fields = {"title": {"css": "a", "required": True}, "url": {"css": "a", "attr": "href", "required": True}}
listing = (
    "<html><body><ul>"
    + "".join(f'<li><a href="/d/{n}">Decision {n}</a></li>' for n in range(9))
    + "</ul></body></html>"
)
start = (datetime.now(UTC).date() - timedelta(days=5)).isoformat()
window = f"/oai?verb=ListRecords&metadataPrefix=marcxml&from={start}&until={datetime.now(UTC).date().isoformat()}"


def word() -> bytes:
    """A small .docx."""
    document = Document()
    document.add_paragraph("The Council decides to meet again.")
    raw = io.BytesIO()
    document.save(raw)
    return raw.getvalue()


def seeds() -> dict[str, tuple[str, bytes, str, dict[str, Any]]]:
    """For each kind: the target that is fuzzed, its sound answer, its media type, and the source."""
    pdf = (sites / "un-ga-81" / "1.pdf").read_bytes()
    rss = (sites / "un-news-migration" / "rss.xml").read_bytes()
    oai = (sites / "un-digital-library" / "second.xml").read_bytes()
    jsonfeed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "/d/1", "title": "One"}]}
    api = {"data": [{"t": f"Report {n}", "u": f"/d/{n}"} for n in range(5)]}
    rule = {"title": {"json": "t", "required": True}, "url": {"json": "u"}}
    series = {"template": "A/RES/81/{number}", "accept": {"magic": "%PDF", "min_bytes": 500}, "stop_after_misses": 1}
    return {
        "listing": (
            "/list",
            listing.encode(),
            "text/html",
            {"kind": "listing", "item": {"css": "li"}, "fields": fields},
        ),
        "xpath": (
            "/xlist",
            listing.encode(),
            "text/html",
            {
                "kind": "listing",
                "item": {"xpath": "//li"},
                "fields": {"title": {"xpath": "a"}, "url": {"xpath": "a/@href", "required": True}},
            },
        ),
        "feed": ("/rss", rss, "application/rss+xml", {"kind": "feed"}),
        "jsonfeed": ("/feed.json", json.dumps(jsonfeed).encode(), "application/feed+json", {"kind": "feed"}),
        "json": (
            "/api",
            json.dumps(api).encode(),
            "application/json",
            {"kind": "json", "item": {"json": "data.*"}, "fields": rule},
        ),
        "oai": (window, oai, "text/xml", {"kind": "oai-marcxml", "start": start, "window": "30d"}),
        "probe": ("/doc?s=A%2FRES%2F81%2F1", pdf, "application/pdf", {"kind": "symbol-probe", **series}),
        "page": ("/page.html", listing.encode(), "text/html", {"kind": "pages"}),
        "word": ("/page.docx", word(), "application/octet-stream", {"kind": "pages"}),
    }


def truncated(answer: Answer, chance: random.Random) -> Answer:
    """The connection ends before the body does."""
    body = answer.encoded
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {answer.type}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    return Answer(raw=head + body[: chance.randrange(len(body))])


def wrong_type(answer: Answer, chance: random.Random) -> Answer:
    """Something else altogether, under the same media type."""
    others = (
        b"<html><head><title>Sorry</title></head><body><p>Back soon.</p></body></html>",
        b"\x89PNG\r\n\x1a\n" * 200,
    )
    return Answer(chance.choice((*others, chance.randbytes(2000))), type=answer.type)


def refused(answer: Answer, chance: random.Random) -> Answer:
    """A status without content, or a challenge."""
    status = chance.choice((202, 301, 304, 400, 401, 403, 410, 418, 429, 444, 500, 503, 599))
    headers = {"x-amzn-waf-action": "challenge"} if status == 202 else {}
    return Answer(chance.choice((b"", answer.encoded)), status, answer.type, headers)


def mutated(answer: Answer, chance: random.Random) -> Answer:
    """Some bytes changed, removed, doubled."""
    body = bytearray(answer.encoded)
    for _ in range(chance.randrange(1, 30)):
        place = chance.randrange(len(body))
        end = min(len(body), place + chance.randrange(1, 60))
        way = chance.randrange(4)
        if way == 0:
            body[place] = chance.randrange(256)
        elif way == 1 and len(body) > 100:
            del body[place:end]
        elif way == 2:
            body[place:place] = body[place:end] * chance.randrange(1, 4)
        else:
            body[place:end] = chance.randbytes(end - place)
    headers = {"Content-Encoding": "gzip"} if chance.random() < 0.05 else {}
    return Answer(bytes(body), type=chance.choice((answer.type, "text/html; charset=utf-16", None)), headers=headers)


# What is surely broken must fail; a few changed bytes may leave an answer whole.
faults: tuple[tuple[Callable[[Answer, random.Random], Answer], bool], ...] = (
    (truncated, True),
    (wrong_type, True),
    (refused, True),
    (mutated, False),
)


def sound(harvest: Harvest) -> None:
    """What is handed on can be recorded, whatever came in, and nothing happened that nobody foresaw."""
    reasons = (harvest.error, *(row.reason for row in harvest.dropped))
    assert not [reason for reason in reasons if "internal error" in (reason or "")]
    for publication in harvest.publications:
        assert publication.document_id == hashlib.sha256(publication.identity.encode("utf-8", "replace")).hexdigest()
        assert publication.title is not None
        repr(publication).encode()
        if publication.text is not None:
            publication.text.text.encode()


async def test_damaged_answers_neither_crash_a_crawl_nor_pass_for_sound_ones() -> None:
    """Truncated, mutated, refused and mistaken answers give failed harvests or sound publications."""
    chance = random.Random(int(os.environ.get("MANDATES_SEED", "81")))  # noqa: S311 - a fuzz run that can be repeated
    found = {True: 0, False: 0}
    async with Publisher() as publisher, Fetcher("mailto:operator@example.org", sleep=no_wait) as fetcher:
        for number in range(9):
            publisher.says(f"/d/{number}", "<html><body><main><p>A text.</p></main></body></html>")
        for round_ in range(rounds):
            name, (target, body, media_type, blocks) = chance.choice(list(seeds_once.items()))
            damage, breaks = chance.choice(faults)
            url = publisher.says(target, damage(Answer(body, type=media_type), chance))
            place: dict[str, Any] = {"url": url}
            if blocks["kind"] == "oai-marcxml":
                place = {"url": publisher.url + "/oai"}
            elif blocks["kind"] == "symbol-probe":
                place = {"url": publisher.url + "/doc?s={symbol:quoted}"}
            elif blocks["kind"] == "pages":
                place = {"pages": [{"url": url, "title": "A page"}], "accept": {"types": [media_type]}}
            policy = {"ignore_robots": "the test asks for one thing", "timeout": "20s"}
            harvest = await crawl(source_of(**blocks, **place, policy=policy), Memory(), fetcher)
            sound(harvest)
            found[harvest.outcome == "failed"] += 1
            if breaks and not (name in {"page", "word"} and damage is wrong_type):
                assert harvest.outcome == "failed", (round_, name, damage.__name__, harvest)
    assert found[True] > rounds / 2


seeds_once = seeds()
