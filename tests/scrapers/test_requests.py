"""What a source sends of its own: headers to its own host alone, lists that are posted, pages counted in the path."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from config.sources import load_sources
from config.strict_yaml import ConfigError
from scrapers.crawl.crawl import crawl
from scrapers.http.client import Fetcher
from scrapers.http.pacing import no_wait
from scrapers.publication import Memory
from scrapers.samples.recorded import RecordedAnswers
from scrapers.samples.sampling import Sampling, save
from tests.sites.publisher import Answer, Publisher, as_json, crawled, remembered, source_of

if TYPE_CHECKING:
    from pathlib import Path

    from config.sources import Source

LINKS = {"title": {"css": "a"}, "url": {"css": "a", "attr": "href"}}
KEY = "hunter2-hunter2"


def listing(publisher: Publisher, **more: Any) -> Source:
    """A listing at /list unless said otherwise."""
    blocks = {"kind": "listing", "url": f"{publisher.url}/list", "item": {"css": "li"}, "fields": LINKS, **more}
    return source_of(**blocks)


def rows(*names: object) -> str:
    """A page with a row for each name."""
    return "<html><body><ul>" + "".join(f"<li><a href='/{name}'>Number {name}</a></li>" for name in names) + "</ul>"


def sent(publisher: Publisher, target: str, name: str) -> str | None:
    """A header as it came with the last request for a target."""
    return next(each for each in reversed(publisher.asked) if each.target == target).headers.get(name)


async def test_headers_go_to_the_own_host_with_the_values_of_variables(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lists and documents of the source's host are asked with its headers; another host gets none of them."""
    monkeypatch.setenv("EXAMPLE_KEY", KEY)
    async with Publisher("127.0.0.2") as other:
        other.says("/2", "<p>Elsewhere.</p>")
        publisher.says("/1", "<p>Here.</p>")
        publisher.says("/list", rows(1) + f"<li><a href='{other.url}/2'>Elsewhere</a></li>")
        headers = {"Accept-Language": "en", "Authorization": "Bearer ${EXAMPLE_KEY}"}
        harvest = await crawled(listing(publisher, headers=headers, detail={}))
        assert len(harvest.publications) == 2
        for target in ("/list", "/1"):
            assert sent(publisher, target, "authorization") == f"Bearer {KEY}"
            assert sent(publisher, target, "accept-language") == "en"
        assert sent(other, "/2", "authorization") is None
        assert sent(other, "/2", "accept-language") is None


async def test_headers_do_not_follow_a_redirect_to_another_host(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A redirect leads no key away; back on the own host it is sent again."""
    monkeypatch.setenv("EXAMPLE_KEY", KEY)
    async with Publisher("127.0.0.2") as other:
        other.says("/there", rows(1))
        publisher.says("/list", Answer(b"", 302, headers={"Location": f"{other.url}/there"}))
        harvest = await crawled(listing(publisher, headers={"X-API-Key": "${EXAMPLE_KEY}"}))
        assert len(harvest.publications) == 1
        assert sent(publisher, "/list", "x-api-key") == KEY
        assert sent(other, "/there", "x-api-key") is None
        assert sent(publisher, "/robots.txt", "x-api-key") is None


async def test_a_key_is_never_repeated(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A publisher that repeats the key in its refusal does not bring it into errors, records or logs."""
    monkeypatch.setenv("EXAMPLE_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    refusal = Answer(json.dumps({"message": f"the key {KEY} is not valid"}), 403, type="application/json")
    publisher.says("/list", refusal)
    source = listing(publisher, headers={"Authorization": "Bearer ${EXAMPLE_KEY}"})
    harvest = await crawled(source)
    assert "is not valid" in (harvest.error or "")
    ours = [record.getMessage() for record in caplog.records if record.name.split(".")[0] in {"scrapers", "config"}]
    assert KEY not in f"{harvest}{source!r}{ours}"


async def test_a_variable_that_is_not_set_fails_the_source_and_is_named(publisher: Publisher) -> None:
    """Without its key nothing is asked, and the reason names the variable."""
    publisher.says("/list", rows(1))
    harvest = await crawled(listing(publisher, headers={"Authorization": "Bearer ${NOT_SET_ANYWHERE}"}))
    assert "needs the environment variable NOT_SET_ANYWHERE, which is not set" in (harvest.error or "")
    assert publisher.targets() == []


async def test_the_program_stays_recognisable(publisher: Publisher) -> None:
    """A user agent of one's own names the program; without one it is the usual."""
    publisher.says("/list", rows(1))
    await crawled(listing(publisher, headers={"User-Agent": "Mozilla/5.0 (compatible; MandateMonitor/1.0)"}))
    assert sent(publisher, "/list", "user-agent") == "Mozilla/5.0 (compatible; MandateMonitor/1.0)"
    await crawled(listing(publisher, headers={"Accept": "text/html"}))
    assert (sent(publisher, "/list", "user-agent") or "").startswith("MandateMonitor/")


async def test_pages_are_counted_in_the_body_that_is_posted(publisher: Publisher) -> None:
    """An offset within JSON goes up by the step until a page is empty; a lone placeholder is sent as a number."""
    for offset, names in ((0, [1, 2]), (2, [3]), (4, [])):
        answer = as_json({"data": [{"t": f"Report {name}", "u": f"/{name}"} for name in names]})
        publisher.says(f'/api POST {{"find": {{"limit": 2, "offset": {offset}}}}}', answer)
    source = source_of(
        kind="json",
        url=f"{publisher.url}/api",
        post={"json": {"find": {"limit": 2, "offset": "{page}"}}},
        paging={"start": 0, "step": 2},
        item={"json": "data.*"},
        fields={"title": {"json": "t"}, "url": {"json": "u"}},
    )
    harvest = await crawled(source)
    assert [publication.title for publication in harvest.publications] == ["Report 1", "Report 2", "Report 3"]
    asked = [each for each in publisher.asked if each.target == "/api"]
    assert {each.method for each in asked} == {"POST"}
    assert {each.headers["content-type"] for each in asked} == {"application/json"}
    again = await crawled(source, remembered(harvest))
    assert again.outcome == "not_modified"
    assert [each.body for each in publisher.asked[-3:]] == [each.body for each in asked]


@pytest.mark.parametrize(
    ("post", "body", "media_type"),
    [
        ({"form": {"year": "2026", "page": "{page}"}}, "year=2026&page=1", "application/x-www-form-urlencoded"),
        (
            {"text": "SELECT * { ?act a ?kind } OFFSET {page}", "type": "application/sparql-query"},
            "SELECT * { ?act a ?kind } OFFSET 1",
            "application/sparql-query",
        ),
        ({"text": "page {page}"}, "page 1", "text/plain; charset=utf-8"),
    ],
)
async def test_forms_and_texts_are_posted(
    publisher: Publisher, post: dict[str, Any], body: str, media_type: str
) -> None:
    """A list may be asked for with a form or a text; documents are still fetched with GET."""
    publisher.says(f"/list POST {body}", rows(1))
    publisher.says("/1", "<p>The text.</p>")
    publisher.says("/list", rows())
    harvest = await crawled(listing(publisher, post=post, paging={"start": 1}, detail={}))
    assert [publication.title for publication in harvest.publications] == ["Number 1"]
    first = next(each for each in publisher.asked if each.target == "/list")
    assert (first.method, first.body.decode(), first.headers["content-type"]) == ("POST", body, media_type)
    assert [each.method for each in publisher.asked if each.target == "/1"] == ["GET"]


async def test_a_body_is_not_posted_to_another_host(publisher: Publisher) -> None:
    """A redirect that keeps the body may not take it elsewhere; after one that drops it, one goes on with GET."""
    async with Publisher("127.0.0.2") as other:
        other.says("/x", rows(1))
        for status, outcome in ((307, "failed"), (303, "ok")):
            publisher.says("/list", Answer(b"", status, headers={"Location": f"{other.url}/x"}))
            harvest = await crawled(listing(publisher, post={"text": "find"}))
            assert harvest.outcome == outcome
        assert [(each.method, each.body) for each in other.asked if each.target == "/x"] == [("GET", b"")]


async def test_robots_txt_holds_for_what_is_posted(publisher: Publisher) -> None:
    """An address that robots.txt closes is not posted to."""
    publisher.says("/robots.txt", Answer("User-agent: *\nDisallow: /list\n", type="text/plain"))
    publisher.says("/list", rows(1))
    assert "robots.txt" in ((await crawled(listing(publisher, post={"text": "find"}))).error or "")
    assert publisher.targets() == []


async def test_pages_are_counted_in_the_path(publisher: Publisher) -> None:
    """The number of a page is put into the path, from the start by the step, until a page is empty."""
    for number, names in ((1, [1, 2]), (3, [3]), (5, [])):
        publisher.says(f"/data/{number}.html", rows(*names))
    source = listing(publisher, url=f"{publisher.url}/data/{{page}}.html", paging={"start": 1, "step": 2})
    harvest = await crawled(source)
    assert len(harvest.publications) == 3
    assert publisher.targets() == ["/data/1.html", "/data/3.html", "/data/5.html"]
    publisher.asked.clear()
    assert (await crawled(source, remembered(harvest))).outcome == "not_modified"
    assert publisher.targets() == ["/data/1.html", "/data/3.html", "/data/5.html"]


async def test_a_page_beyond_the_last_may_be_missing_if_the_source_says_so(publisher: Publisher) -> None:
    """404 ends the pages where `missing` says so, and is a failure where it does not; the first must be there."""
    publisher.says("/p/1", rows(1))
    url, known = f"{publisher.url}/p/{{page}}", {"start": 1, "missing": {"status": [404]}}
    assert (await crawled(listing(publisher, url=url, paging=known))).outcome == "ok"
    assert (await crawled(listing(publisher, url=url, paging={"start": 1}))).outcome == "failed"
    assert (await crawled(listing(publisher, url=url, paging={**known, "start": 2}))).outcome == "failed"


async def test_pages_that_are_posted_can_be_kept_as_a_sample(publisher: Publisher, tmp_path: Path) -> None:
    """A sample holds each page by its body, and gives the same publications without the web."""
    for number, names in ((1, [1]), (2, [])):
        publisher.says(f"/list POST p={number}", rows(*names))
    source = listing(publisher, post={"form": {"p": "{page}"}}, paging={"start": 1})
    async with Fetcher("x", sleep=no_wait) as fetcher:
        sampling = Sampling(fetcher)
        live = await crawl(source, Memory(), sampling)
    sample = sampling.sample()
    await crawl(source, Memory(), sample)
    assert save(sample, tmp_path) == 2
    again = await crawl(source, Memory(), RecordedAnswers.of(tmp_path))
    assert again.publications == live.publications
    assert len(again.publications) == 1


FEED = "- id: a\n  kind: feed\n  url: https://example.org/rss\n  "


@pytest.mark.parametrize(
    ("yaml", "line", "says"),
    [
        ("headers: {Host: example.net}", 4, "a.headers: Host: follows from the URL"),
        ("headers: {Connection: close}", 4, "hop-by-hop"),
        ("headers: {cookie: a=b}", 4, "a cookie copied from a browser is a person's log-in"),
        ("headers: {Content-Length: '3'}", 4, "Content-Length: follows from the body"),
        ("headers: {Accept-Encoding: br}", 4, "which unpacks responses within its limits"),
        ("headers: {User-Agent: Mozilla/5.0}", 4, "must contain MandateMonitor"),
        ("headers: {Authorization: Bearer abc}", 4, "do not write a secret here"),
        ("headers: {X-Api-Key: abc}", 4, "do not write a secret here"),
        ("headers: {Accept: '${1X}'}", 4, "write an environment variable as ${NAME}"),
        ('headers: {Accept: "a\\nb"}', 4, "must be one line of printable ASCII"),
        ("headers: {'Accept Language': en}", 4, "is not the name of a header; did you mean Accept-Language?"),
        ("headers: {Accept: a, accept: b}", 4, "is given twice"),
        ("post: {}", 4, "a.post: give one of `json`, `form` and `text`"),
        ("post: {jsn: {}}", 4, "post.jsn: is not a known key; did you mean json?"),
        ("post: {form: {a: b}, type: text/xml}", 4, "type: is for `text` only"),
        ("post: {text: 'page {page}'}", 1, "paging: is missing, but `{page}` must be counted"),
        ("paging: {start: 1}", 1, "paging: give one of `param`, `next`, and `{page}` in `url` or `post`"),
        ("post: {text: 'page {page}'}\n  paging: {param: page}", 1, "paging: give one of"),
        ("paging: {para: page}", 4, "paging.para: is not a known key; did you mean param?"),
    ],
)
def test_a_slip_in_what_is_sent_is_named(tmp_path: Path, yaml: str, line: int, says: str) -> None:
    """Headers that must not be set, secrets in the file and bodies that do not fit are refused with file and line."""
    path = tmp_path / "sources.yaml"
    path.write_text(FEED + yaml + "\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_sources(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert says in str(caught.value)
    assert "abc" not in str(caught.value)
