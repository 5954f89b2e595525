"""The frame of every page, over a real snapshot: languages, headers, failures, hostile words, publications."""

from __future__ import annotations

import asyncio
import html
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from config.settings import Settings
from register.app import create_app
from register.guarding import ADDRESS_CHARACTERS, HEADERS
from register.parts import day
from register.words import LANGUAGES, phrases
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, nobody
from warehouse.export.making import export
from warehouse.export.manifest import NAME
from warehouse.export.offered import FOLDER, offered
from warehouse.ledger.states import PRECEDENCE
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.publication import published
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _pytest.monkeypatch import MonkeyPatch

CHECKOUT = Path(__file__).parent.parent.parent
REPORT = "Requests the Secretary-General to submit a report on the lamps of the northern coast by 1 May 2027"
HOSTILE = 'Lamps "><script>alert(1)</script><img src=x onerror=alert(2)>'


def recorded(home: Path, number: int, title: str = "Lamps") -> None:
    """One more resolution, recorded and published."""
    land(home, batch(number, resolution(REPORT, symbol=f"A/RES/80/{901 + number}", title=title)))
    record(home, nobody)
    publish(home)


ELSEWHERE = """
import sys
from tests.register.test_pages import *
for line in sys.stdin:
    recorded(Path(sys.argv[1]), int(line))
    print("recorded", flush=True)
"""


@pytest.fixture
def recorded_elsewhere(home: Path) -> Iterator[Callable[[int], None]]:
    """The same in a process of its own, as a run is."""
    command = [sys.executable, "-c", ELSEWHERE, str(home)]
    with subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, said = process.stdin, process.stdout
        assert asked is not None
        assert said is not None

        def record(number: int) -> None:
            print(number, file=asked, flush=True)
            assert said.readline() == "recorded\n"

        yield record


@pytest.mark.parametrize("language", LANGUAGES)
async def test_without_a_snapshot_a_page_says_so(client: httpx.AsyncClient, language: str) -> None:
    """Whether nothing was recorded yet, or the folder does not exist."""
    answer = await client.get("/", params={"lang": language})
    assert answer.status_code == 503
    assert f'<html lang="{language}">' in answer.text
    assert "mandates run" in answer.text


async def test_the_first_page_shows_what_was_recorded(client: httpx.AsyncClient, home: Path) -> None:
    """New documents at the first visit; nothing new at the next one, half an hour later."""
    recorded(home, 0)
    first = await client.get("/")
    assert first.status_code == 200
    assert "A/RES/80/901" in first.text
    assert "1 mandate" in first.text
    assert first.headers["content-language"] == "en"
    client.cookies.clear()
    client.cookies.set("seen", "2026-01-01T00:00:00+00:00")
    assert "New since your last visit" in (await client.get("/")).text
    client.cookies.clear()
    client.cookies.set("seen", "yesterday")
    assert "Newest documents" in (await client.get("/")).text


async def test_the_rest_of_a_list_is_a_search_away(client: httpx.AsyncClient, home: Path) -> None:
    """The first page has the first deadlines; the number of all of them leads to a search that finds them."""
    day = datetime.now(UTC).date() + timedelta(days=30)
    reports = [f"Requests the Secretary-General to report on lamp {each} by {day:%-d %B %Y}" for each in range(13)]
    land(home, batch(0, resolution(*reports)))
    record(home, nobody)
    publish(home)
    more = BeautifulSoup((await client.get("/")).text, "html.parser").find("a", string="13 in all")
    assert more is not None
    assert "Mandates: 13 entries" in (await client.get(str(more["href"]))).text


async def test_what_is_new_since_the_last_visit_is_a_search_away(client: httpx.AsyncClient, home: Path) -> None:
    """The first page has the first of it; the number of all leads to a search that finds as many, and to none else."""
    recorded(home, 0)
    ((before,),) = query(home, "SELECT max(first_seen) FROM documents").rows
    report = "Requests the Secretary-General to report on lamps by 1 May 2027"
    land(home, batch(1, *(resolution(report, symbol=f"A/RES/81/{each}", title="Lamps") for each in range(600, 613))))
    record(home, nobody)
    publish(home)
    client.cookies.set("seen", before.isoformat())
    more = BeautifulSoup((await client.get("/")).text, "html.parser").find("a", string="13 in all")
    assert more is not None
    found = (await client.get(str(more["href"]))).text
    assert "13 documents" in found
    assert "A/RES/80/901" not in found
    with_words = f"{more['href']}&words=lamps"
    assert "13 documents" in (await client.get(with_words)).text
    mandates = (await client.get(str(more["href"]).replace("show=documents", "show=mandates"))).text
    assert "It does not narrow this list of mandates" in mandates


async def test_the_page_of_the_api_lists_the_files_of_the_last_export(client: httpx.AsyncClient, home: Path) -> None:
    """Each link leads to its file; without an export the page says how to make one, and that one is damaged."""
    recorded(home, 0)
    assert "mandates export</code>" in (await client.get("/api")).text
    export(home, str(home / FOLDER))
    page = BeautifulSoup((await client.get("/api")).text, "html.parser").select_one("section[aria-labelledby=files]")
    assert page is not None
    links = [str(each["href"]) for each in page.select("td a")]
    known = offered(home)
    assert known is not None
    assert len(links) == len(known.files) > 5
    for link in links:
        assert (await client.get(link)).content[:4] == b"PAR1", link
    (home / FOLDER / NAME).write_text("{", encoding="utf-8")
    assert "mandates export --accept-loss" in (await client.get("/api")).text


async def test_each_page_has_one_field_for_the_words_of_a_search(client: httpx.AsyncClient, home: Path) -> None:
    """In the head of the page, and on the page of the search in its form."""
    recorded(home, 0)
    for path in ("/", "/search", "/about"):
        assert (await client.get(path)).text.count('name="words"') == 1, path


async def test_every_answer_has_the_headers(client: httpx.AsyncClient, home: Path) -> None:
    """Pages, refusals and files alike; no script or style of a page's own can run."""
    recorded(home, 0)
    for path in ("/", "/about", "/nowhere", "/static/register.css", f"/?words={'x' * ADDRESS_CHARACTERS}"):
        answer = await client.get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS, path
        assert "unsafe-inline" not in answer.headers["content-security-policy"]
        assert " style=" not in answer.text.partition("<body")[2]


async def test_requests_have_limits(client: httpx.AsyncClient) -> None:
    """The register is read-only, and addresses are short."""
    assert (await client.post("/")).status_code == 405
    assert (await client.get("/", params={"words": "x" * ADDRESS_CHARACTERS})).status_code == 414
    assert (await client.get("/nowhere")).status_code == 404
    assert (await client.get("/static/../app.py")).status_code == 404


async def test_hostile_words_are_shown_as_words(client: httpx.AsyncClient, home: Path) -> None:
    """A title from outside can be no tag."""
    recorded(home, 0, HOSTILE)
    text = (await client.get("/")).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


async def test_the_language_is_kept(client: httpx.AsyncClient, home: Path) -> None:
    """Asked for in the address, it stays; else the browser's counts."""
    recorded(home, 0)
    assert '<html lang="es">' in (await client.get("/", headers={"Accept-Language": "de, es;q=0.8"})).text
    assert '<html lang="fr">' in (await client.get("/about?lang=fr")).text
    assert '<html lang="fr">' in (await client.get("/about", headers={"Accept-Language": "es"})).text


async def test_a_slow_question_is_stopped_and_does_not_stall_others(
    client: httpx.AsyncClient, home: Path, monkeypatch: MonkeyPatch
) -> None:
    """The page says so, with when to ask again; the next one is answered."""
    recorded(home, 0)

    def endless(home: Path, *_rest: object) -> None:
        query(home, "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b")

    with monkeypatch.context() as patched:
        patched.setattr("register.desk.QUERY_SECONDS", 0.2)
        patched.setattr("register.pages.home.home_page", endless)
        answer = await client.get("/")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "took too long" in answer.text
    assert (await client.get("/")).status_code == 200


async def test_a_question_that_takes_too_much_memory_says_so(
    client: httpx.AsyncClient, home: Path, monkeypatch: MonkeyPatch
) -> None:
    """It is no internal error, and the data is not called unreadable."""
    recorded(home, 0)

    def large(home: Path, *_rest: object) -> None:
        query(home, "SELECT list(a.range) FROM range(100000000) AS a")

    monkeypatch.setattr("register.pages.home.home_page", large)
    answer = await client.get("/")
    assert answer.status_code == 503
    assert "needs more memory" in answer.text


async def test_a_mistake_of_ours_is_a_page(client: httpx.AsyncClient, home: Path, monkeypatch: MonkeyPatch) -> None:
    """With the headers of any other, and without the reason."""
    recorded(home, 0)

    def broken(_home: Path, *_rest: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("register.pages.home.home_page", broken)
    answer = await client.get("/")
    assert answer.status_code == 500
    assert "internal error" in answer.text
    assert "secret" not in answer.text
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "[::1].example"])
async def test_another_name_for_this_machine_is_refused(client: httpx.AsyncClient, host: str) -> None:
    """A page of another site that leads its own name here reads nothing; this machine's own names are answered."""
    assert (await client.get("/static/register.css", headers={"Host": host})).status_code == 421
    for name in ("localhost", "localhost:4280", "[::1]:4280", "127.0.0.1:80"):
        assert (await client.get("/static/register.css", headers={"Host": name})).status_code == 200


@pytest.mark.slow
async def test_a_publication_is_shown_at_once_and_goes_by_blocks(
    client: httpx.AsyncClient, home: Path, recorded_elsewhere: Callable[[int], None]
) -> None:
    """The register lets go of the snapshot before it is written again."""
    for number in range(4):
        recorded_elsewhere(number)
        assert f"A/RES/80/{901 + number}" in (await client.get("/")).text
    last = published(home)
    assert last is not None
    assert last.copied_because is None
    assert last.patched >= 1


async def test_the_public_name_is_answered(settings_of_a_desk: Settings, monkeypatch: MonkeyPatch) -> None:
    """The one in MANDATES_REGISTER_URL, and those that the operator names."""
    monkeypatch.setenv("MANDATES_REGISTER_URL", "https://register.example.org")
    app = create_app(Settings(), hosts=frozenset({"other.example.org"}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as client:
        for name, status in (("register.example.org", 200), ("other.example.org:80", 200), ("third.example.org", 421)):
            answer = await client.get("/static/register.css", headers={"Host": name})
            assert answer.status_code == status


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_state_of_the_ledger_is_explained(client: httpx.AsyncClient, language: str) -> None:
    """On the page about the register, before anything was recorded as well."""
    page = (await client.get("/about", params={"lang": language})).text
    known = set(PRECEDENCE)
    assert set(re.findall(r'class="state state-(\w+)"', page)) == known
    assert all(phrases("about", language)(f"meaning_{state}") in html.unescape(page) for state in known)


def is_held(inode: int) -> bool:
    """Whether this process has that file open."""
    return any(each.stat().st_ino == inode for each in Path("/proc/self/fd").iterdir() if each.exists())


@pytest.mark.slow
async def test_a_replaced_snapshot_is_released_without_a_request(
    client: httpx.AsyncClient, home: Path, recorded_elsewhere: Callable[[int], None]
) -> None:
    """Within a moment, so that publishing is cheap again."""
    recorded(home, 0)
    await client.get("/")
    inode = snapshot_path(home).stat().st_ino
    assert is_held(inode)
    recorded_elsewhere(1)
    while is_held(inode):  # noqa: ASYNC110 - files have no events
        await asyncio.sleep(0.05)


def test_a_day_is_written_as_its_language_writes_it() -> None:
    """The first of a month is an ordinal in French, and no other day is."""
    first, second = date(2026, 4, 1), date(2026, 4, 2)
    assert [day(first, language) for language in LANGUAGES] == ["1 Apr 2026", "1er avr. 2026", "1 abr. 2026"]
    assert day(second, "fr") == "2 avr. 2026"


def test_no_template_has_a_colon_of_its_own_after_words_of_a_language() -> None:
    """French has a blank before it, so what is put between two words is `frame.colon`."""
    for file in (CHECKOUT / "register" / "templates").glob("*.j2"):
        shown = re.sub(r"{#.*?#}|<script.*?</script>", "", file.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert re.findall(r"(?:}}|%}|>): ?[^\n]{0,30}", shown) == [], file.name
    assert phrases("frame", "fr").colon == "\xa0: "


def test_every_phrase_exists_in_every_language() -> None:
    """And with the same values to fill in."""
    folder = CHECKOUT / "register" / "words"
    for file in folder.glob("*.yaml"):
        for name, texts in YAML(typ="safe").load(file).items():
            assert set(texts) == set(LANGUAGES), (file.name, name)
            assert len({frozenset(re.findall(r"{(\w+)}", str(text))) for text in texts.values()}) == 1, (
                file.name,
                name,
            )
            assert len({isinstance(text, dict) for text in texts.values()}) == 1, (file.name, name)
    assert phrases("frame", "fr")("mandates", n=0) == "0 mandat"
    assert phrases("frame", "en")("mandates", n=1200) == "1,200 mandates"


async def test_before_the_first_run_pages_and_the_api_say_the_same(client: httpx.AsyncClient) -> None:
    """That nothing has been published yet, and when to ask again; it is no fault that an operator should look into."""
    for path in ("/", "/api/v1/documents", "/api/v1/mandates?limit=1"):
        answer = await client.get(path)
        assert answer.status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert int(answer.headers["Retry-After"]) > 0
        assert "Nothing has been published yet" in answer.text, answer.text
