"""The register behind the documented nginx, on a host of its own and below a path, by https and with a log-in."""

from __future__ import annotations

import re
import ssl
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urldefrag, urljoin, urlsplit

import feedparser
import httpx
import pytest
from bs4 import BeautifulSoup

from config.settings import Settings
from register.app import create_app
from tests.ports import free_port
from tests.register.running import running
from tests.sites.authority import authority
from tests.sites.documented_nginx import NGINX, accounts, documented, nginx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

READER = ("reader", "lamp-oil")
OF_EACH_KIND = 3


class Shown(NamedTuple):
    """The register as readers reach it: its public address, and the same without a proxy."""

    public: str
    direct: str
    trusted: ssl.SSLContext

    def asked(self) -> httpx.Client:
        """A browser of a reader, which follows no redirect by itself."""
        return httpx.Client(auth=READER, verify=self.trusted, trust_env=False, timeout=60)


def written(way: str) -> str:
    """The configuration of the documentation: a host, or a path of a host; there, the proxy takes the path or not."""
    host, below = documented("register.md")
    if way == "host":
        return host
    indented = "".join(f"    {line}\n" for line in below.splitlines())
    server = re.sub(r"    location / \{.*?\n    \}\n", lambda _: indented, host, flags=re.DOTALL)
    assert "location / {" not in server
    return server if way == "taken" else server.replace("127.0.0.1:4280/;", "127.0.0.1:4280;")


@pytest.fixture(scope="module", params=["host", "taken", "left"])
def shown(request: pytest.FixtureRequest, chronicle: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The register of the chronicle behind nginx, below /mandates, which is also the beginning of its own pages."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    folder, port, own = tmp_path_factory.mktemp("nginx"), free_port(), free_port()
    signed = authority(folder, "localhost")
    accounts(folder / "users", ":".join(READER))
    public = f"https://localhost:{port}" + ("" if request.param == "host" else "/mandates")
    replaced = {
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "register.example.org;": "localhost;",
        "/etc/ssl/register.pem": f"{folder}/server.pem",
        "/etc/ssl/register.key": f"{folder}/server.pem",
        "/etc/nginx/register.htpasswd": f"{folder}/users",
        "127.0.0.1:4280": f"127.0.0.1:{own}",
    }
    with (
        running(chronicle, port=own, public=public) as direct,
        nginx(folder, written(request.param), replaced, port),
    ):
        yield Shown(public, direct, ssl.create_default_context(cafile=str(signed.file)))


def addresses(page: httpx.Response) -> set[str]:
    """What a page leads to within its host: links, forms, styles, scripts."""
    soup = BeautifulSoup(page.text, "lxml")
    found = [tag[name] for name in ("href", "src", "action") for tag in soup.select(f"[{name}]")]
    whole = {urldefrag(urljoin(str(page.url), str(each)))[0] for each in found if not str(each).startswith("#")}
    return {each for each in whole if urlsplit(each).netloc == page.url.netloc.decode()}


@pytest.mark.slow
def test_a_reader_logs_in(shown: Shown) -> None:
    """Without a password there is nothing to be seen."""
    with httpx.Client(verify=shown.trusted, trust_env=False) as stranger:
        for path in ("/", "/search.csv", "/api/v1/mandates", "/static/register.css"):
            assert stranger.get(f"{shown.public}{path}").status_code == 401


def kind_of(shown: Shown, address: str) -> str:
    """Which of the register's pages it is, by the first step below its root."""
    return urlsplit(address).path.removeprefix(urlsplit(shown.public).path).split("/")[1]


@pytest.mark.slow
@pytest.mark.parametrize("way", ["public", "direct"])
def test_every_link_leads_to_a_page_below_the_public_path(shown: Shown, way: str) -> None:
    """Links, forms, styles and scripts; and from this machine they lead to the same, without the proxy."""
    below, start = urlsplit(shown.public).path, f"{getattr(shown, way)}/"
    waiting, known, seen = [start], {start}, Counter[str]()
    with shown.asked() as reader:
        while waiting:
            address = waiting.pop(0)
            answer = reader.get(address)
            assert answer.status_code == 200, address
            found = addresses(answer) if answer.headers["content-type"].startswith("text/html") else set()
            assert [each for each in found if not urlsplit(each).path.startswith(f"{below}/")] == [], address
            for each in sorted(found - known):
                if seen[kind_of(shown, each)] < OF_EACH_KIND:
                    seen[kind_of(shown, each)] += 1
                    known.add(each)
                    waiting.append(each)
    assert {"", "search", "search.csv", "documents", "mandates", "bodies", "addressees", "static", "api"} <= seen.keys()


@pytest.mark.slow
def test_redirects_stay_below_the_path(shown: Shown, fog_horns: tuple[str, str, str]) -> None:
    """They name no host, whose scheme and port only the proxy knows; what is not there is not found."""
    document, clause, _task = fog_horns
    below = urlsplit(shown.public).path
    with shown.asked() as reader:
        for path, there in (
            (f"/clauses/{clause}", f"{below}/documents/{document}#clause-{clause}"),
            ("/search/?words=oil", f"{below}/search?words=oil"),
            (f"/documents/{document}/", f"{below}/documents/{document}"),
        ):
            answer = reader.get(f"{shown.public}{path}")
            assert (answer.is_redirect, answer.headers.get("location")) == (True, there)
        for path in ("/nowhere", "/nowhere/at/all", "/api/nowhere", "/static/nowhere.css"):
            assert reader.get(f"{shown.public}{path}").status_code == 404
        assert reader.get(f"{shown.public}/api/nowhere").headers["content-type"] == "application/problem+json"


@pytest.mark.slow
def test_cookies_are_for_the_register_alone(shown: Shown) -> None:
    """Other sites of that host do not get them; the language is kept all the same."""
    with shown.asked() as reader:
        answer = reader.get(f"{shown.public}/?lang=fr")
        paths = {re.search(r"Path=([^;]+)", each)[1] for each in answer.headers.get_list("set-cookie")}  # type: ignore[index]
        assert paths == {urlsplit(shown.public).path or "/"}
        assert '<html lang="fr">' in reader.get(f"{shown.public}/about").text


@pytest.mark.slow
def test_what_leaves_the_register_has_its_public_address(shown: Shown, fog_horns: tuple[str, str, str]) -> None:
    """The citation of a mandate, a feed, the description of the search for browsers, the API's own description."""
    with shown.asked() as reader:
        mandate = f"{shown.public}/mandates/{fog_horns[2]}"
        assert reader.get(mandate).text.count(mandate) >= 2
        feed = feedparser.parse(reader.get(f"{shown.public}/search.atom?words=oil").content)
        assert f"{shown.public}/search.atom?words=oil" in {link["href"] for link in feed.feed.links}
        assert f'template="{shown.public}/search?words=' in reader.get(f"{shown.public}/opensearch.xml").text
        (server,) = reader.get(f"{shown.public}/api/openapi.json").json()["servers"]
        assert server["url"] == f"{urlsplit(shown.public).path}/api"
        first = reader.get(f"{shown.public}/api/v1/mandates?limit=1")
        assert reader.get(urljoin(str(first.url), first.json()["next"])).status_code == 200


async def test_two_slashes_lead_to_no_other_host(settings_of_a_desk: Settings) -> None:
    """An address that somebody else made begins with the name of a host; no link or redirect repeats it so."""
    app = create_app(settings_of_a_desk)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        page = await client.get("http://127.0.0.1//evil.example/x")
        assert page.status_code == 404
        assert '"//' not in page.text
        for path in ("//evil.example/", "/\\evil.example/", "/%5Cevil.example/", "/%2F/evil.example/"):
            there = (await client.get(f"http://127.0.0.1{path}")).headers["location"]
            assert re.match(r"/[^/\\]", there), (path, there)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("/", 503), ("/mandates", 503), ("/mandates/", 503), ("/about", 200), ("/mandates/about", 200),
        ("/mandates/nothing", 503), ("/mandates/mandates/nothing", 503), ("/mandatesabout", 404), ("/elsewhere", 404),
        ("/mandates/elsewhere/x", 503),
    ],
)  # fmt: skip
async def test_a_root_may_be_called_as_a_page_is(
    settings_of_a_desk: Settings, monkeypatch: pytest.MonkeyPatch, asked: str, status: int
) -> None:
    """Below /mandates, what begins with /mandates is any page, or the page of a mandate (503 without a snapshot)."""
    monkeypatch.setenv("MANDATES_REGISTER_URL", "https://example.org/mandates/")
    app = create_app(Settings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://example.org") as client:
        answer = await client.get(asked)
        assert answer.status_code == status
        assert 'href="/mandates/search' in answer.text
