"""Answers that are kept: the same bytes for whoever asks the same, until the next publication, and for nobody else."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import httpx
import pytest

from config.settings import Settings
from register.app import create_app
from register.kept_answers import _BESIDE_BYTES, ANSWER_BYTES, Answers, Kept
from register.turns import LONG_AT_ONCE
from tests.register.test_pages import recorded
from warehouse.query import ledger_today
from warehouse.query.queries import query

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from starlette.applications import Starlette

SEARCH = "/search?words=report"


@pytest.fixture
def app(settings_of_a_desk: Settings, home: Path) -> Starlette:
    """The register over a home with one resolution."""
    recorded(home, 0)
    return create_app(settings_of_a_desk, hosts=frozenset({"register.example.org"}))


@asynccontextmanager
async def _asking(app: Starlette, host: str) -> AsyncIterator[httpx.AsyncClient]:
    """Asks a register under this name, once it knows the ledger of today."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as made,
    ):
        while (await made.get("/search")).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            pass
        yield made


@pytest.fixture
async def reader(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    """Asks that register on its own machine."""
    async with _asking(app, "127.0.0.1") as made:
        yield made


def _found(app: Starlette) -> int:
    answers: Answers = app.state.office.answers
    return answers.found


def _addresses(home: Path) -> list[str]:
    """A page of each kind."""
    ((document, task),) = query(home, "SELECT document_id, task_key FROM mandates").rows
    about = f"/documents/{document}", f"/mandates/{task}", "/bodies/UNGA", "/addressees/un:secretary-general"
    api = f"/api/v1/documents/{document}", f"/api/v1/mandates/{task}", "/api/v1/mandates", "/api/v1/changes"
    return [SEARCH, "/search.atom", "/timeline", "/coverage", "/bodies", "/addressees", *about, *api]


async def test_who_asks_again_is_given_the_same(app: Starlette, reader: httpx.AsyncClient, home: Path) -> None:
    """Bodies and headers of all kinds of pages are the same, and each was worked out once."""
    for address in _addresses(home):
        before = _found(app)
        first, second = await reader.get(address), await reader.get(address)
        assert first.status_code == 200, address
        assert (first.content, sorted(first.headers.items())) == (second.content, sorted(second.headers.items()))
        assert _found(app) == before + 1, address


async def test_below_a_path_an_answer_is_kept_once(
    settings_of_a_desk: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether a proxy leaves the path in the request or not; and nothing else is kept because its address begins so."""
    recorded(home, 0)
    monkeypatch.setenv("MANDATES_REGISTER_URL", "https://example.org/mandates")
    app = create_app(Settings())
    async with _asking(app, "example.org") as reader:
        for address in _addresses(home):
            before = _found(app)
            left, taken = await reader.get(f"/mandates{address}"), await reader.get(address)
            assert (left.status_code, taken.status_code) == (200, 200), address
            assert (left.content, sorted(left.headers.items())) == (taken.content, sorted(taken.headers.items()))
            assert _found(app) == before + 1, address
        before = _found(app)
        for address in ("/", "/mandates", "/mandates/", "/health", "/mandates/health", "/about", "/mandates/about") * 2:
            assert (await reader.get(address)).status_code == 200, address
        assert _found(app) == before


async def test_a_publication_is_seen_at_once(reader: httpx.AsyncClient, home: Path) -> None:
    """Nothing that was kept of the snapshot before is given any more."""
    for number in (1, 2):
        shown = await reader.get("/search?show=documents")
        assert shown.text.count(f"A/RES/80/{901 + number}") == 0
        recorded(home, number)
        shown = await reader.get("/search?show=documents")
        assert f"A/RES/80/{901 + number}" in shown.text


async def test_what_an_answer_depends_on_is_asked(reader: httpx.AsyncClient, home: Path) -> None:
    """The language, by browser or by cookie; the name under which the register was reached; compression."""
    ((task,),) = query(home, "SELECT task_key FROM mandates").rows
    address = f"/mandates/{task}"
    for _ in range(2):
        french = await reader.get(address, headers={"Accept-Language": "fr"})
        assert french.headers["content-language"] == "fr"
        assert '<html lang="fr">' in french.text
        spanish = await reader.get(address, headers={"Cookie": "language=es"})
        assert '<html lang="es">' in spanish.text
        own = await reader.get(address)
        # Others cannot open an address of this machine.
        assert "There is no permanent address" in own.text
        other = await reader.get(address, headers={"Host": "register.example.org"})
        assert f"http://register.example.org{address}" in other.text
        assert "127.0.0.1" not in other.text
        plain = await reader.get(address, headers={"Accept-Encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert own.headers["content-encoding"] == "gzip"
        assert plain.text == own.text


async def test_what_is_for_one_reader_is_kept_for_nobody(app: Starlette, reader: httpx.AsyncClient) -> None:
    """The first page says what is new since the last visit of this reader; a choice of language sets a cookie."""
    before = _found(app)
    for seen, words in (("2026-01-01T00:00:00+00:00", "New since your last visit"), ("", "Newest documents")) * 2:
        reader.cookies.clear()
        shown = await reader.get("/", headers={"Cookie": f"seen={seen}"})
        assert words in shown.text
        assert "seen=" in shown.headers["set-cookie"]
    for _ in range(2):
        reader.cookies.clear()
        shown = await reader.get(f"{SEARCH}&lang=fr")
        assert "language=fr" in shown.headers["set-cookie"]
    assert _found(app) == before


async def test_whoever_asks_at_the_same_time_waits_for_one_answer(app: Starlette, reader: httpx.AsyncClient) -> None:
    """Eight readers of one page are one question to the snapshot."""
    before = _found(app)
    shown = await asyncio.gather(*(reader.get(SEARCH) for _ in range(8)))
    assert len({each.content for each in shown}) == 1
    assert _found(app) == before + 7


async def test_an_error_is_not_kept(app: Starlette, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a page that does not exist yet nor one that took too long; whoever waited for it asks for himself."""
    before = _found(app)
    assert [(await reader.get("/documents/none")).status_code for _ in range(2)] == [404, 404]
    with monkeypatch.context() as given_up:
        given_up.setattr("register.desk.WAIT_SECONDS", 0.0)
        ends = [await app.state.office.turns.take("/search", 600.0) for _ in range(LONG_AT_ONCE)]
        shown = await asyncio.gather(*(reader.get(SEARCH) for _ in range(3)))
        assert [each.status_code for each in shown] == [503] * 3
        for end in ends:
            end()
    assert (await reader.get(SEARCH)).status_code == 200
    assert _found(app) == before


async def test_what_a_former_ledger_answered_is_not_kept(
    app: Starlette, reader: httpx.AsyncClient, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the ledger of a new snapshot is worked out, readers are shown the one before, and only until then."""
    await reader.get(SEARCH)
    monkeypatch.setattr(ledger_today.LEDGER, "fresh_seconds", 0.0)
    recorded(home, 1)
    former = await reader.get(SEARCH)
    assert former.text.count("A/RES/80/902") == 0
    monkeypatch.undo()
    for coming in list(ledger_today.LEDGER.coming.values()):
        coming.result()
    before = _found(app)
    assert "A/RES/80/902" in (await reader.get(SEARCH)).text
    assert _found(app) == before


async def test_a_client_that_has_the_answer_is_told_so(reader: httpx.AsyncClient) -> None:
    """Conditional requests are answered as without anything kept."""
    address = "/api/v1/mandates"
    for _ in range(2):
        tag = (await reader.get(address)).headers["etag"]
        assert (await reader.get(address, headers={"If-None-Match": tag})).status_code == 304


def test_they_take_a_bounded_number_of_bytes() -> None:
    """What was not asked for longest goes first, and those of another snapshot all go."""
    size = 10_000 + _BESIDE_BYTES
    answers = Answers(3 * size)
    assert answers.get("first", 0) is None
    for number in range(3):
        answers.keep("first", number, Kept([], bytes(10_000)))
    assert answers.get("first", 0) is not None
    answers.keep("first", 3, Kept([], bytes(10_000)))
    assert [answers.get("first", number) is not None for number in range(4)] == [True, False, True, True]
    assert answers.taken == 3 * size
    assert answers.get("second", 0) is None
    assert answers.taken == 0
    answers.keep("first", 0, Kept([], b""))
    assert answers.get("second", 0) is None


async def test_a_long_answer_is_not_kept(
    app: Starlette, reader: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would push out hundreds of others; the reader has it whole all the same."""
    assert ANSWER_BYTES < 32_000_000
    monkeypatch.setattr("register.kept_answers.ANSWER_BYTES", 100)
    before = _found(app)
    first, second = await reader.get(SEARCH), await reader.get(SEARCH)
    assert first.content == second.content
    assert first.text.endswith("</html>\n") or first.text.endswith("</html>")
    assert _found(app) == before
