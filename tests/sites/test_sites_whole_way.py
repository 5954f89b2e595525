"""Each shipped source the whole way: its publisher's answers over HTTP, the publications, their clauses, a message.

A sample's `expect.yaml` was written from what is known of the publisher, before the source was: how many rows there
are, what a reader of some of them would note, and who is asked for what.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest
from ruamel.yaml import YAML

from config.settings import Settings
from config.subscriptions import load_subscriptions
from flows.analysing import Analysing
from flows.delivering import deliver_now
from flows.recording import record_landed, take_in
from flows.trial import as_shown
from scrapers.crawl.crawl import crawl
from scrapers.http import robots
from scrapers.http.client import Fetcher
from scrapers.publication import Memory
from scrapers.samples.recorded import RecordedAnswers
from tests.sites.authority import Authority, authority
from tests.sites.real_hosts import Hosts, hosts_of, nowhere, real_hosts
from tests.sites.test_sites_golden import here, sources
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from config.sources import Source
    from scrapers.publication import Harvest

pytestmark = pytest.mark.slow

config = here.parent.parent / "config"
expecting = [source for source in sources if (here / source.id / "expect.yaml").exists()]
on_sources = pytest.mark.parametrize("source", sources, ids=lambda source: source.id)


@pytest.fixture(scope="session")
def own(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that has signed the names of all hosts of all samples."""
    hosts = {host for source in sources for host in hosts_of(RecordedAnswers.of(here / source.id))}
    return authority(tmp_path_factory.mktemp("authority"), *sorted(hosts))


@cache
def expected(source_id: str) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(here / source_id / "expect.yaml")
    return found


# Each source is crawled once for all tests of this module.
_CRAWLED: dict[str, tuple[Harvest, Hosts, list[float]]] = {}


async def crawled(source: Source, own: Authority) -> tuple[Harvest, Hosts, list[float]]:
    """A first crawl over HTTP; what was asked of which host, and for how long the program would have waited."""
    if source.id not in _CRAWLED:
        _CRAWLED[source.id] = await _crawled(source, own)
    return _CRAWLED[source.id]


async def _crawled(source: Source, own: Authority) -> tuple[Harvest, Hosts, list[float]]:
    waits: list[float] = []

    async def wait(seconds: float) -> None:
        waits.append(seconds)

    answers = RecordedAnswers.of(here / source.id)
    async with (
        real_hosts(answers, own) as hosts,
        Fetcher("mailto:operator@example.org", resolver=nowhere, sleep=wait) as fetcher,
    ):
        return await crawl(source, Memory(), fetcher, now=answers.taken_at), hosts, waits


@on_sources
async def test_a_source_gives_over_http_what_is_expected(source: Source, own: Authority) -> None:
    """What is found over HTTP is what the sample's golden publications are, and each host is asked politely."""
    harvest, hosts, waits = await crawled(source, own)
    golden = json.loads((here / source.id / "expected.json").read_text(encoding="utf-8"))
    assert as_shown(harvest)["publications"] == golden["publications"]
    _is_polite(source, hosts, waits)


def _is_polite(source: Source, hosts: Hosts, waits: list[float]) -> None:
    """robots.txt first, nothing that it forbids, and the waits that the pace asks for."""
    sample = RecordedAnswers.of(here / source.id)
    assert hosts.urls
    most = 0.0
    for origin, urls in hosts.by_origin().items():
        assert urls[0] == f"{origin}/robots.txt"
        assert urls.count(urls[0]) == 1
        written = sample.key_of(urls[0])
        rules = robots.read(sample.answers[written][1]) if written else robots.free
        assert all(rules.allows(url) for url in urls[1:])
        pace = max(source.policy.pace.total_seconds(), rules.delay)
        most = max(most, (len(urls) - 1) * pace)
    # Nothing really waits here, so the last request to a host waits for all those before it.
    assert max(waits, default=0.0) > 0.8 * most - 5


@pytest.mark.parametrize("source", expecting, ids=lambda source: source.id)
async def test_a_reader_of_the_site_would_note_the_same(source: Source, own: Authority) -> None:
    """Rows, titles, symbols, dates and links are as somebody noted who saw the pages and not the source."""
    harvest, _, _ = await crawled(source, own)
    assert harvest.outcome == "ok"
    assert harvest.items_seen in {expected(source.id)["items"], expected(source.id)["distinct"]}
    found = {_plain(each["url"]): each for each in as_shown(harvest)["publications"]}
    left_out = {_plain(words) for row in harvest.dropped if row.kind == "filtered" for words in (row.title, row.url)}
    taken = 0
    for record in expected(source.id)["records"]:
        each = found.get(_plain(record["link"]))
        if each is None:
            assert {_plain(record["title"]), _plain(record["link"])} & left_out, record
            continue
        taken += 1
        if record["title"] is not None:
            assert _plain(each["title"]) == _plain(record["title"])
        assert _plain(each["symbol"]) == _plain(record["symbol"])
        assert (each["published_on"] or "").startswith(record["date"] or "")
        assert each["published_precision"] == record["precision"]
        if "sample" in record:
            assert each["text_chars"] > 100
            assert each["language"] == record["language"]
    assert taken


@dataclass(frozen=True, slots=True)
class Reached:
    """What all sources together came to: the clauses of each document, and the words of each message."""

    quotes: dict[str, list[str]]
    messages: list[str]


# All sources are recorded and sent together, once for all tests of this module.
_REACHED: list[Reached] = []


async def reached(own: Authority, home: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Reached:
    if not _REACHED:
        monkeypatch.setenv("MANDATES_CONFIG", str(folder))
        _REACHED.append(_reached([(await crawled(source, own))[0] for source in expecting], home, folder))
    return _REACHED[0]


def _reached(harvests: Sequence[Harvest], home: Path, folder: Path) -> Reached:
    folder.mkdir()
    (folder / "sessions.yaml").write_bytes((config / "sessions.yaml").read_bytes())
    (folder / "subscriptions.yaml").write_text(
        "targets: {desk: mailbox}\nsubscriptions: {everything: {targets: [desk], cap: 1000, first_crawl: tell}}\n"
    )
    settings = Settings()
    for harvest in harvests:
        take_in(home, harvest, Analysing(folder / "sessions.yaml"))
    record_landed(settings, load_subscriptions(folder))
    quotes: dict[str, list[str]] = {}
    for document, quote in query(home, "SELECT document_id, display FROM clauses", limit=None).rows:
        quotes.setdefault(document, []).append(quote)
    assert deliver_now(settings).rows
    return Reached(quotes, [_plain(_words_of_mail(path)) for path in (home / "mail").rglob("*") if path.is_file()])


@pytest.mark.parametrize("source", expecting, ids=lambda source: source.id)
async def test_a_document_is_recorded_and_somebody_is_notified(
    source: Source, own: Authority, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What somebody is asked for in the sample's document is in the clauses, and the document in a message."""
    found = await reached(own, home, tmp_path / "config", monkeypatch)
    harvest, _, _ = await crawled(source, own)
    quotes = [quote for each in harvest.publications for quote in found.quotes.get(each.document_id, ())]
    for words in expected(source.id)["asks"]:
        assert any(_has(quote, words) for quote in quotes), words
    assert any(
        _plain(each.url) in message
        and (_plain(each.title) in message or (each.symbol and _plain(each.symbol) in message))
        for each in harvest.publications
        for message in found.messages
    )


def _words_of_mail(path: Path) -> str:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    body = message.get_body(("plain",))
    return f"{message['subject']} {body.get_content() if body else ''}"


def _plain(words: str | None) -> str:
    return re.sub(r"[\s_*\\]+", "", unquote(words or "")).casefold()


def _has(quote: str, words: str) -> bool:
    """Whether nearly all longer words of an ask are in a clause: who noted it changed verbs' forms."""
    wanted = set(re.findall(r"\w{4,}", words.casefold()))
    return len(wanted & set(re.findall(r"\w{4,}", quote.casefold()))) >= 0.7 * len(wanted)
