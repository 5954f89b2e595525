"""The bundled site over real HTTP."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from bs4 import BeautifulSoup

from demo import faults
from demo.document import invented
from demo.shelf import Shelf
from demo.site import PublicationSite, SiteError
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import SimpleNamespace

pages = [
    "/",
    "/resolutions64thAS",
    "/resolution/rescue-at-sea-2",
    "/conf-e/152agnd.htm",
    "/conf-e/152/res-1.htm",
    "/pfp/ppd/migrant-smuggling",
    "/pfp/ppd/1041",
    "/taxonomy/term/112/feed",
    "/oai2d?verb=ListRecords&metadataPrefix=marcxml",
]
paper = "/api/symbol/access?s=A/RES/81/901&l=en&t=pdf"


@pytest.fixture
def client(site: PublicationSite) -> Iterator[httpx.Client]:
    # Plain HTTP on loopback: a TLS context, which costs 50 ms, would never be used.
    with httpx.Client(base_url=site.url, timeout=PATIENCE, verify=False) as opened:  # noqa: S501 - see above
        yield opened


@pytest.mark.parametrize("address", [*pages, paper, "/sites/files/rescue-at-sea-2.pdf", "/robots.txt"])
def test_an_unchanged_answer_is_304(client: httpx.Client, address: str) -> None:
    """Asked again with its own ETag, or its own Last-Modified, the site sends nothing."""
    first = client.get(address)
    assert first.status_code == 200
    assert not first.headers["ETag"].startswith("W/")
    for header, value in (
        ("If-None-Match", first.headers["ETag"]),
        ("If-None-Match", f'"other", {first.headers["ETag"]}'),
        ("If-Modified-Since", first.headers["Last-Modified"]),
    ):
        again = client.get(address, headers={header: value})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["ETag"] == first.headers["ETag"]


def test_an_etag_counts_before_a_date(client: httpx.Client) -> None:
    """RFC 9110, 13.2.2: with both, a tag that differs gives the full answer."""
    first = client.get(paper)
    again = client.get(paper, headers={"If-None-Match": '"x"', "If-Modified-Since": first.headers["Last-Modified"]})
    assert again.content == first.content


@pytest.mark.parametrize("date", ["yesterday", "Mon, 99 Foo 2026 00:00:00 GMT", ""])
def test_a_date_that_is_none_is_passed_over(client: httpx.Client, date: str) -> None:
    """A client's broken If-Modified-Since gives the full answer."""
    assert client.get(paper, headers={"If-Modified-Since": date}).status_code == 200


def test_head_gives_the_same_head_without_a_body(client: httpx.Client) -> None:
    """HEAD says what GET would, length included."""
    head, get = client.head(paper), client.get(paper)
    assert head.content == b""
    for name in ("Content-Length", "Content-Type", "ETag", "Last-Modified"):
        assert head.headers[name] == get.headers[name]


@pytest.mark.parametrize("address", pages[:-1])
def test_every_page_says_that_it_is_invented(client: httpx.Client, address: str) -> None:
    """Small print or description: nobody should take a page for a real one."""
    text = client.get(address).text
    assert invented in text or "Invented posts of the Mandate Monitor demonstration" in text


def test_links_lead_somewhere(client: httpx.Client) -> None:
    """Every link of every page answers 200."""
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        address = waiting.pop()
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert answer.content, address
        seen.add(address)
        if answer.headers["Content-Type"].startswith("text/html"):
            for link in BeautifulSoup(answer.text, "lxml").select("a[href]"):
                target = str(answer.url.join(str(link["href"])).raw_path, "ascii")
                if target not in seen and target not in waiting:
                    waiting.append(target)
    assert len(seen) > 25


def test_unknown_addresses_are_404(client: httpx.Client) -> None:
    """Nothing is 404, and what was asked for comes back escaped."""
    answer = client.get("/no/such/<script>page")
    assert answer.status_code == 404
    assert "<script>" not in answer.text


def test_an_unpublished_symbol_is_200_and_empty(client: httpx.Client) -> None:
    """The way of the real service, which makes it look like an answer."""
    answer = client.get("/api/symbol/access", params={"s": "A/RES/81/903", "l": "en", "t": "pdf"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert "ETag" not in answer.headers


def test_a_translation_has_the_same_symbol_and_another_text(client: httpx.Client) -> None:
    """The parameter l chooses the language."""
    english = client.get("/api/symbol/access", params={"s": "A/RES/81/901", "l": "en", "t": "pdf"}).content
    french = client.get("/api/symbol/access", params={"s": "A/RES/81/901", "l": "fr", "t": "pdf"}).content
    assert english.startswith(b"%PDF")
    assert french.startswith(b"%PDF")
    assert english != french


def test_publishing_changes_what_it_concerns_and_nothing_else(
    site: PublicationSite, client: httpx.Client, clock: SimpleNamespace
) -> None:
    """One more resolution by symbol: its address and the catalogue change, the other shapes stay as they were."""
    before = {address: client.get(address) for address in [*pages, paper]}
    clock.time += timedelta(hours=3)
    assert site.publish_next() == ["A/RES/81/903 Interpretation and legal aid at borders"]
    changed = {address for address, old in before.items() if client.get(address).headers["ETag"] != old.headers["ETag"]}
    assert changed == {"/", "/oai2d?verb=ListRecords&metadataPrefix=marcxml"}
    fresh = client.get("/api/symbol/access", params={"s": "A/RES/81/903", "l": "en", "t": "pdf"})
    assert fresh.content.startswith(b"%PDF")
    assert fresh.headers["Last-Modified"] == "Sat, 21 Nov 2026 11:00:00 GMT"


def test_all_steps_come_in_their_order_and_then_none(site: PublicationSite) -> None:
    """More than there is gives what there is; after the last one nothing is left."""
    assert len(site.publish_next(2)) == 2
    assert len(site.publish_next(99)) == 4
    assert site.publish_next() == []
    assert site.shelf.steps_left == 0


def test_a_changed_text_is_another_answer_at_the_same_address(
    site: PublicationSite, client: httpx.Client, clock: SimpleNamespace
) -> None:
    """A reissued resolution keeps its symbol and address; bytes, ETag and Last-Modified are new."""
    address = "/api/symbol/access?s=A/RES/81/904&l=en&t=pdf"
    old = client.get(address)
    clock.time += timedelta(days=1)
    site.publish_next(5)
    new = client.get(address, headers={"If-None-Match": old.headers["ETag"]})
    assert new.status_code == 200
    assert new.content != old.content
    assert new.headers["Last-Modified"] > old.headers["Last-Modified"]


def test_what_is_published_survives_a_restart(tmp_path: Path, clock: SimpleNamespace) -> None:
    """A second run has the same port, the same documents, and the same validators."""
    with PublicationSite(tmp_path, now=lambda: clock.time) as site:
        site.publish_next(2)
        url = site.url
        before = {address: httpx.get(url + address) for address in [*pages, paper]}
    clock.time += timedelta(days=9)
    with PublicationSite(tmp_path, now=lambda: clock.time) as site:
        assert site.url == url
        for address, old in before.items():
            again = httpx.get(
                url + address,
                headers={"If-None-Match": old.headers["ETag"], "If-Modified-Since": old.headers["Last-Modified"]},
            )
            assert again.status_code == 304


def test_a_state_that_was_cut_short_is_not_left_behind(tmp_path: Path) -> None:
    """The state file is replaced as a whole: no second file stays beside it."""
    shelf = Shelf(tmp_path / "published.json")
    shelf.publish_next()
    assert [path.name for path in tmp_path.iterdir()] == ["published.json"]
    assert len(json.loads((tmp_path / "published.json").read_text())["moments"]) == 2


def test_a_port_in_use_is_said_clearly(tmp_path: Path, site: PublicationSite) -> None:
    """A port that is taken, fixed or remembered, is an error that says what to do; never another address."""
    port = int(site.url.rpartition(":")[2])
    with pytest.raises(SiteError, match="end the program that uses the port"):
        PublicationSite(tmp_path / "other", port=port).__enter__()
    with pytest.raises(SiteError, match=r"start again without .*published\.json"):
        PublicationSite(tmp_path / "site").__enter__()


def test_the_site_has_no_address_before_it_is_open(tmp_path: Path) -> None:
    """Asking for the address of a closed site is an error, not a dead link."""
    with pytest.raises(SiteError, match="not open"):
        _ = PublicationSite(tmp_path).url


def test_the_archive_does_not_tell_capitals(client: httpx.Client) -> None:
    """`Res-1.htm` and `res-1.htm` are one page."""
    assert client.get("/conf-e/152/Res-1.htm").content == client.get("/conf-e/152/res-1.htm").content


def test_drafts_stand_before_the_adopted_text(site: PublicationSite, client: httpx.Client) -> None:
    """The agenda shows the stages in their order; the second item's resolution comes with the third step."""
    rows = BeautifulSoup(client.get("/conf-e/152agnd.htm").text, "lxml").select("tr.document td.title")
    stages = [row.get_text().partition(":")[0] for row in rows]
    assert stages == ["Preliminary draft resolution", "Draft resolution", "Resolution", "Draft resolution"]
    site.publish_next(3)
    assert len(BeautifulSoup(client.get("/conf-e/152agnd.htm").text, "lxml").select("tr.document")) == 5


def test_posts_are_paged_and_dates_may_be_missing(client: httpx.Client) -> None:
    """Four posts and then two; half of them without a date; an author's profile nests in each as an article."""
    counts, dates = [], []
    for number in range(3):
        tree = BeautifulSoup(client.get("/pfp/ppd/migrant-smuggling", params={"page": number}).text, "lxml")
        counts.append(len(tree.select("article.node")))
        assert len(tree.select("article.node article.profile")) == counts[-1]
        dates += [node.get_text() for node in tree.select(".field--name-created")]
    assert counts == [4, 2, 0]
    assert dates == ["Wed, 10/14/2026 - 09:57", "Wed, 07/01/2026 - 09:57", "Mon, 05/04/2026 - 16:20"]


def test_a_hostile_title_is_text(client: httpx.Client) -> None:
    """Markup in a title stays a title, in the listing, on the page and in the feed."""
    for address in ("/pfp/ppd/migrant-smuggling", "/pfp/ppd/1035", "/taxonomy/term/112/feed"):
        text = client.get(address).text
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_requests_are_recorded_with_their_headers(site: PublicationSite, client: httpx.Client) -> None:
    """Tests can look at what a client sent."""
    client.get("/robots.txt?x=1", headers={"X-Marker": "here"})
    (request,) = site.requests
    assert (request.method, request.target, request.headers["X-Marker"]) == ("GET", "/robots.txt?x=1", "here")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("challenge202", 202),
        ("empty200", 200),
        ("403json", 403),
        ("404", 404),
        ("410", 410),
        ("500", 500),
        ("503", 503),
    ],
)
def test_faults_have_their_status(site: PublicationSite, client: httpx.Client, kind: str, status: int) -> None:
    """A part of the site fails as told, the rest does not, and it can be mended."""
    site.fault("/conf-e/", kind)
    answer = client.get("/conf-e/152agnd.htm")
    assert answer.status_code == status
    assert client.get("/resolutions64thAS").status_code == 200
    site.mend("/conf-e/")
    assert client.get("/conf-e/152agnd.htm").status_code == 200


def test_a_challenge_looks_like_the_catalogues(site: PublicationSite, client: httpx.Client) -> None:
    """202, no body, and the header that gives it away."""
    site.fault("/oai2d", "challenge202")
    answer = client.get("/oai2d?verb=Identify")
    assert (answer.headers["x-amzn-waf-action"], answer.headers["Server"], answer.content) == (
        "challenge",
        "awselb/2.0",
        b"",
    )


def test_html_comes_where_a_pdf_was_asked_for(site: PublicationSite, client: httpx.Client) -> None:
    """A sign-in page with status 200."""
    site.fault("/api/", "html_instead_of_pdf")
    answer = client.get(paper)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize("kind", ["444", "cut_short"])
def test_a_connection_can_break(site: PublicationSite, client: httpx.Client, kind: str) -> None:
    """Nothing at all, or less than was promised, is a protocol error for the client."""
    site.fault("/api/", kind)
    with pytest.raises(httpx.RemoteProtocolError):
        client.get(paper)


def test_a_slow_drip_goes_on(site: PublicationSite, client: httpx.Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes keep coming one at a time, so that no read timeout ever ends it."""
    monkeypatch.setattr(faults, "drip_seconds", 0.001)
    site.fault("/", "slow_drip")
    with client.stream("GET", "/") as answer:
        body = answer.iter_raw(1)
        assert [next(body) for _ in range(5)] == [b"."] * 5


def test_a_gzip_bomb_is_small_on_the_wire(
    site: PublicationSite, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A few kilobytes promise more than a thousand times as much."""
    faults._bomb.cache_clear()
    monkeypatch.setattr(faults, "bomb_bytes", 5_000_000)
    site.fault("/", "gzip_bomb")
    with client.stream("GET", "/") as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(b"".join(answer.iter_raw())) < 10_000
    faults._bomb.cache_clear()


def test_the_longest_prefix_decides_and_unknown_faults_are_refused(site: PublicationSite) -> None:
    """A fault for one address counts before one for all; a misspelt kind is named with those that exist."""
    site.fault("/", "500")
    site.fault("/api/", "410")
    assert site.fault_at("/api/symbol") == "410"
    assert site.fault_at("/pfp") == "500"
    site.mend()
    assert site.fault_at("/api/symbol") is None
    with pytest.raises(SiteError, match="challenge202"):
        site.fault("/", "earthquake")
