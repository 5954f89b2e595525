"""The register over hostile documents: every page that can be reached shows their words as words."""

from __future__ import annotations

from collections import deque
from html.parser import HTMLParser
from itertools import product
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from starlette.routing import Match, Route

from register.app import NAVIGATION, PAGES, create_app
from register.guarding import HEADERS
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from config.settings import Settings

pytestmark = pytest.mark.usefixtures("patient_register")

ORIGIN = "http://127.0.0.1"
TAG = 'Lamps "><script>alert(1)</script><img src=x onerror=alert(2)><a href="javascript:alert(3)">'
ASKED = f"Requests the Secretary-General to submit to the General Assembly a report on {TAG} by 1 May 2027"
AGAIN = f"Requests the Secretary-General to submit to the General Assembly a report on fog {TAG} by 1 June 2027"
# What people could write where an address has an id.
IDS = (
    TAG,
    "../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "' OR 1=1 --",
    "a\r\nSet-Cookie: planted=1",
    "\x00",
    "\u202e",
    "9" * 400,
)
PAGES_AT_MOST = 400


class Parsed(HTMLParser):
    """What a browser would make of a page: where it links to, and what of it could run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.running: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        own = tag == "script" and given.get("src", "").startswith("/static/")
        if tag in {"script", "iframe", "object", "embed", "base"} and not own:
            self.running.append(tag)
        self.running += [name for name in given if name.startswith("on") or name == "style"]
        addresses = [given[name] for name in ("href", "src", "action", "formaction") if name in given]
        self.running += [url for url in addresses if urlsplit(url.strip()).scheme not in {"", "http", "https"}]


@pytest.fixture
async def asked(settings_of_a_desk: Settings, home: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the register of two hostile resolutions, of which the second has two versions."""
    first = resolution(ASKED, title=TAG)
    for number, entries in enumerate(
        (
            (first, resolution(ASKED, symbol="A/RES/80/902", title=TAG)),
            (resolution(AGAIN, symbol="A/RES/80/902", title=TAG),),
        )
    ):
        land(home, batch(number, *entries))
        record(home, nobody)
    publish(home)
    app = create_app(settings_of_a_desk)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=ORIGIN) as made:
        yield made


def routes() -> list[Route]:
    """Every address of every page."""
    return [route for page in PAGES for route in page.routes if isinstance(route, Route)]


def route_of(path: str) -> Route | None:
    """Which of them an address is."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": ""}
    return next((route for route in routes() if route.matches(scope)[0] == Match.FULL), None)


async def test_no_page_runs_what_a_document_says(asked: httpx.AsyncClient, home: Path) -> None:
    """All pages that links lead to, and each kind of page is among them."""
    ((document, other),) = query(home, "SELECT min(document_id), max(document_id) FROM documents").rows
    waiting = deque(path for path, _ in NAVIGATION)
    waiting += [
        f"/documents/{document}/beside/{other}",
        "/search?words=fog",
        "/symbols/A/RES/80/902",
        "/opensearch.xml",
        "/api/",
    ]
    for (key,) in query(home, "SELECT clause_key FROM clauses").rows:
        waiting.append(f"/clauses/{key}")
    seen = set(waiting)
    kinds: set[str] = set()
    hostile = 0
    while waiting and len(seen) <= PAGES_AT_MOST:
        path = waiting.popleft()
        answer = await asked.get(path)
        assert answer.status_code < 500, path
        route = route_of(urlsplit(path).path)
        kinds |= {route.path} if route else set()
        assert [name for name in HEADERS if name not in answer.headers] == [], path
        linked = [answer.headers["location"]] if answer.is_redirect else []
        if answer.headers.get("content-type", "").startswith("text/html"):
            parsed = Parsed(answer.text)
            assert parsed.running == [], path
            linked += parsed.links
            hostile += "&lt;script&gt;" in answer.text
        for link in linked:
            whole = urlsplit(urljoin(f"{ORIGIN}{path}", link))
            target = whole.path
            if f"{whole.scheme}://{whole.netloc}" == ORIGIN and target not in seen and not target.startswith("/static"):
                seen.add(target)
                waiting.append(target)
    assert waiting == deque(), "more pages than two documents have"
    assert hostile > 5
    assert {route.path for route in routes()} - kinds == set()


async def test_what_is_written_in_the_place_of_an_id_is_only_looked_for(asked: httpx.AsyncClient) -> None:
    """Whatever it is: no file, no SQL, no header, no tag, and no mistake of ours."""
    for given, route in product(IDS, routes()):
        path = route.path
        for name in route.param_convertors:
            path = path.replace(f"{{{name}:path}}", quote(given)).replace(f"{{{name}}}", quote(given, safe=""))
        parameters = dict.fromkeys(("words", "lang", "body", "page", "from", "sort"), given)
        answer = await asked.get(path, params=parameters)
        assert answer.status_code < 500, path
        assert "planted" not in answer.headers.get("set-cookie", "")
        assert "root:" not in answer.text
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert Parsed(answer.text).running == [], path


async def test_no_file_beside_the_static_ones_is_given(asked: httpx.AsyncClient) -> None:
    """No way up leads out of the folder."""
    for path in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "%2e%2e%2fapp.py", "/etc/passwd", "%2fetc%2fpasswd"):
        assert (await asked.get(f"/static/{path}")).status_code == 404, path
