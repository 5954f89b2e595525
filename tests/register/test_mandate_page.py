"""The page of a mandate: its tasks with deadlines and states, the evidence, the years, and how to cite it."""

from __future__ import annotations

import hashlib
import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from bs4 import BeautifulSoup
from ruamel.yaml import YAML

from config.labels import labels
from config.notes import note_in
from config.settings import Settings
from register.app import create_app
from register.words import capital
from tests.register.test_pages import CHECKOUT, HOSTILE
from tests.warehouse.asking import resolution
from tests.warehouse.decided import decided
from tests.warehouse.made import batch, nobody
from warehouse.ledger.states import PRECEDENCE
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages.clause_years import Year, with_gaps
from warehouse.pages.mandate import Mandate, mandate_page
from warehouse.pages.session_names import Session, session_names
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    from _pytest.monkeypatch import MonkeyPatch

    from warehouse.model import Entry

pytestmark = pytest.mark.slow

LIT = "Calls upon Member States to keep their lighthouses lit"
REPORT = "Requests the Secretary-General to submit to the General Assembly a report on fog horns by 1 May 2027"
TWO = (
    "Decides to convene a meeting of keepers in May 2027, and requests the Secretary-General to submit a report on it "
    "by 1 September 2027"
)


def recorded(home: Path, *shown: Entry) -> None:
    """These documents, each as a crawl of its own showed it, recorded and published."""
    for number, entry in enumerate(shown):
        land(home, batch(number, entry))
        record(home, nobody)
    publish(home)


def keys(home: Path, where: str = "true") -> list[str]:
    """The tasks of the ledger, in the order of their documents."""
    sql = f"SELECT DISTINCT task_key, symbol, number FROM ledger WHERE {where} ORDER BY symbol, number, task_key"
    return [row[0] for row in query(home, sql).rows]


def shown(home: Path, key: str) -> Mandate:
    """What the page of a mandate shows."""
    found = mandate_page(home, key)
    assert isinstance(found, Mandate)
    return found


def text_of(page: str) -> str:
    """The words of a page, without its marks."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


async def test_an_answered_request_shows_its_answer(client: httpx.AsyncClient, lived_home: Path) -> None:
    """The quote, the deadline and its reason, the state with the words that show it, and where the clause is."""
    (key,) = keys(lived_home, "type = 'reporting_request' AND state = 'answered'")
    clause = key.partition(":")[0]
    answer = await client.get(f"/mandates/{key}")
    assert answer.status_code == 200
    words = text_of(answer.text)
    assert "a report on the cost of lamps" in words
    assert "“its seventy-ninth session”" in words
    assert "from the session calendar" in words
    assert "A report names this paragraph." in words
    assert "The present report is submitted pursuant to paragraph 3" in words
    assert f'#clause-{clause}"' in answer.text
    assert 'href="/addressees/un:secretary-general"' in answer.text


def test_histories_are_those_of_the_ledger(lived_home: Path) -> None:
    """Every state of every task: the page works them out for one clause alone."""
    found = set()
    for key in keys(lived_home):
        for span in shown(lived_home, key).histories[key].spans:
            by = span.by.symbol if span.by else None
            found.add((key, span.occurrence, span.last, span.state, span.since, span.until, span.rule, by))
    sql = "SELECT task_key, occurrence, due_end, state, since, until, rule, evidence_symbol FROM ledger_history"
    assert found == set(query(lived_home, sql).rows)
    assert {"overdue", "answered", "renewed", "unknown"} <= {state for _, _, _, state, *_ in found}


async def test_notes_are_in_the_language_of_the_reader(client: httpx.AsyncClient, lived_home: Path) -> None:
    """All that the ledger has of this home: the warehouse keeps the English ones."""
    sql = "SELECT task_key, note FROM task_evidence WHERE task_key IN (SELECT unnest($keys)) ORDER BY ALL"
    notes = query(lived_home, sql, {"keys": keys(lived_home)}).rows
    assert len({said for _, said in notes}) > 3
    for language in ("fr", "es"):
        assert not [said for _, said in notes if note_in(said, language) in {None, said}]
        key, said = notes[0]
        page = text_of((await client.get(f"/mandates/{key}?lang={language}")).text)
        assert " ".join(capital(note_in(said, language) or "").split()) + "." in page
        assert capital(said) not in page


def test_years_are_those_of_the_view(lived_home: Path) -> None:
    """The same resolutions in the same order, with the same changes, from whichever of them one looks."""
    lives: dict[str, list[tuple[Any, ...]]] = {}
    for first, *step in query(
        lived_home, "SELECT first_clause, change, symbol, clause_key, number FROM clause_life ORDER BY step"
    ).rows:
        lives.setdefault(first, []).append(tuple(step))
    looked = 0
    for key in keys(lived_home):
        clause = key.partition(":")[0]
        years = shown(lived_home, key).years
        expected = next((life for life in lives.values() if clause in [step[2] for step in life]), [])
        assert [(year.change, year.symbol, year.clause_key, year.number) for year in years] == expected
        looked += bool(expected)
    assert looked >= 8


@pytest.mark.parametrize(
    ("sessions", "apart"),
    [
        ([66, 68, 70, 74, 76], [None, None, None, 4, None]),
        ([70, 74, 76, 78], [None, 4, None, None]),
        ([70, 71, 72, 74, 76], [None] * 5),
        ([74, 76, 80], [None] * 3),
        ([70, None, 74, 76, 78], [None] * 5),
        ([70, 74], [None] * 2),
        ([], []),
    ],
)
def test_a_gap_in_a_series_is_seen(sessions: list[int | None], apart: list[int | None]) -> None:
    """A step that is wider than both beside it; not another pace, and not where a session is not known."""
    blank = Year("same", "id", None, "Lamps", None, None, None, None, None, asks=False, words=())
    found = with_gaps([replace(blank, session=session) for session in sessions])
    assert [year.apart for year in found] == apart


async def test_a_deadline_at_a_session_says_at_which(client: httpx.AsyncClient, lived_home: Path) -> None:
    """By its days, which are those of one session of a body and of no other."""
    sql = """
    SELECT task_key, meets.body, meets.number, meets.start_on, meets.end_on FROM ledger
    JOIN current_sessions AS meets ON start_on = due_start AND end_on = due_end AND meets.body = ledger.body LIMIT 1"""
    ((key, body, number, first, last),) = query(lived_home, sql).rows
    assert f"{body}, session {number}" in text_of((await client.get(f"/mandates/{key}")).text)
    day = timedelta(days=1)
    assert session_names(lived_home, {(first, last), (first, last + day)}, None) == {
        (first, last): Session(body, number)
    }


async def test_the_difference_is_shown_by_word(client: httpx.AsyncClient, lived_home: Path) -> None:
    """What was put in and taken out, in words for those who hear the page, too; and a clause that was left out."""
    (key,) = keys(lived_home, "symbol = 'A/RES/79/901' AND number = '3'")
    page = (await client.get(f"/mandates/{key}")).text
    assert re.search(r"<ins><span class=\"unseen\">\[added: </span>lamps and on who pays", page)
    assert re.search(r"<del><span class=\"unseen\">\[removed: </span>lamps;", page)
    (dropped,) = keys(lived_home, "type = 'task_assignment'")
    assert "left out" in text_of((await client.get(f"/mandates/{dropped}")).text)


async def test_all_tasks_of_a_clause_are_shown(client: httpx.AsyncClient, home: Path) -> None:
    """In the order of the clause, whichever the address names; the key of the clause leads to the first task."""
    recorded(home, resolution(LIT, TWO))
    first, second = (task.task_key for task in shown(home, keys(home)[0]).clause.tasks)
    pages = [BeautifulSoup((await client.get(f"/mandates/{key}")).text, "html.parser") for key in (first, second)]
    orders = [[each.text for each in page.select(".mandate-task h3")] for page in pages]
    assert orders[0] == orders[1]
    assert len(set(orders[0])) == 2
    for page, current, other in zip(pages, (0, 1), (second, first), strict=True):
        tasks = page.select(".mandate-task")
        assert ["This page is about this task" in each.text for each in tasks].index(True) == current
        assert page.select(f'.mandate-task a[href="/mandates/{other}"]')
    moved = await client.get(f"/mandates/{first.partition(':')[0]}", params={"lang": "fr"})
    assert (moved.status_code, moved.headers["location"]) == (303, f"/mandates/{first}?lang=fr")


async def test_a_former_key_leads_to_the_mandate_of_today(client: httpx.AsyncClient, home: Path) -> None:
    """Whatever characters it has."""
    recorded(home, resolution(LIT, REPORT))
    (key,) = keys(home)
    former = "former/key:ask:1"
    with session(home) as connection:
        connection.execute("INSERT INTO key_aliases VALUES (?, ?, 0.9, now())", [former, key])
    publish(home)
    for address in ("/mandates/former/key:ask:1", "/mandates/former%2Fkey%3Aask%3A1"):
        answer = await client.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/mandates/{key}")


async def test_a_mandate_that_is_gone_says_so(client: httpx.AsyncClient, home: Path) -> None:
    """With the document as it reads now, and the status that tells machines the same."""
    before = resolution(LIT, REPORT)
    land(home, batch(0, before))
    record(home, nobody)
    with session(home) as connection:
        ((key,),) = connection.execute("SELECT task_key FROM ledger").fetchall()
    land(home, batch(1, resolution(LIT, "Requests the Secretariat to publish a list of harbours by 1 June 2028")))
    record(home, nobody)
    publish(home)
    answer = await client.get(f"/mandates/{key}")
    assert answer.status_code == 410
    there = re.findall(rf'href="(/documents/{before.publication.document_id}\?version=[^"]+)"', answer.text)
    assert len(there) == 1
    assert "a report on fog horns" in text_of((await client.get(html.unescape(there[0]))).text)


async def test_a_draft_has_no_state(client: httpx.AsyncClient, lived_home: Path) -> None:
    """It is said that the ledger does not follow drafts."""
    sql = "SELECT task_key FROM current_mandates WHERE stage = 'draft'"
    drafted = [row[0] for row in query(lived_home, sql).rows]
    assert drafted
    for key in drafted:
        answer = await client.get(f"/mandates/{key}")
        assert answer.status_code == 200
        assert "This is a draft." in answer.text
        assert 'class="state' not in answer.text


async def test_what_people_decided_is_shown(client: httpx.AsyncClient, home: Path) -> None:
    """The unit, how far it is and a note; a rejected mandate, and one that a person found."""
    recorded(home, resolution(LIT, REPORT, TWO))
    (key, *_), (rejected, *_) = keys(home, "number = '2'"), keys(home, "number = '3'")
    ((called,),) = query(home, "SELECT clause_key FROM clauses WHERE number = '1'").rows
    said = [
        (key, "responsible", "Unit for lamps"),
        (key, "status", "drafting"),
        (key, "note", "ask the harbour"),
        (key, "state", "done"),
        (rejected, "is_mandate", "no"),
        (called, "is_mandate", "yes"),
    ]
    decided(home, said)
    words = text_of((await client.get(f"/mandates/{key}")).text)
    for expected in ("Unit for lamps", "drafting", "ask the harbour", "A person decided that it was done."):
        assert expected in words
    assert "this is not a mandate" in (await client.get(f"/mandates/{rejected}")).text
    assert "keep their lighthouses lit" in (await client.get(f"/mandates/{called}")).text


async def test_the_citation_finds_the_words_again(client: httpx.AsyncClient, home: Path) -> None:
    """The hash is that of the text that was read, and the offsets are those of the clause in it."""
    entry = resolution(LIT, REPORT)
    recorded(home, entry)
    (key,) = keys(home)
    page = (await client.get(f"/mandates/{key}")).text
    cited = html.unescape(re.findall(r'id="citation"[^>]*>([^<]+)<', page)[0])
    assert entry.publication.text is not None
    text = entry.publication.text.text
    assert hashlib.sha256(text.encode()).hexdigest() in cited
    start, end = map(int, re.findall(r"characters (\d+)–(\d+)", cited)[0])
    assert REPORT in text[start:end]
    assert cited.startswith("UNGA, A/RES/80/901, “Keepers of lighthouses”, 18 Dec 2025, paragraph 2. ")
    # Others cannot open an address of this machine.
    assert "127.0.0.1" not in page
    assert "MANDATES_REGISTER_URL" in page


async def test_the_permanent_address_is_the_public_one(
    settings_of_a_desk: Settings, home: Path, monkeypatch: MonkeyPatch
) -> None:
    """Where the register has one; it is not the address by which a proxy asks."""
    assert settings_of_a_desk.home == home
    recorded(home, resolution(LIT, REPORT))
    (key,) = keys(home)
    monkeypatch.setenv("MANDATES_REGISTER_URL", "https://register.example.org")
    app = create_app(Settings())
    transport = httpx.ASGITransport(app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
    ):
        page = (await client.get(f"/mandates/{key}")).text
    assert f'href="https://register.example.org/mandates/{key}"' in page
    cited = html.unescape(re.findall(r'id="citation"[^>]*>([^<]+)<', page)[0])
    assert cited.endswith(f" https://register.example.org/mandates/{key}")
    assert "127.0.0.1" not in page


@pytest.mark.parametrize("key", ["nothing", "nothing:12", "a/b:c", "0" * 24 + ":request:1", "' OR 1=1--", "x" * 500])
async def test_an_unknown_key_is_not_found(client: httpx.AsyncClient, home: Path, key: str) -> None:
    """Also one that looks like a key, and the key of a clause that asks for nothing."""
    recorded(home, resolution(LIT))
    ((silent,),) = query(home, "SELECT clause_key FROM clauses").rows
    for name in (key, silent, f"{silent}:request:1"):
        assert (await client.get(f"/mandates/{name}")).status_code == 404


async def test_hostile_texts_are_shown_as_words(client: httpx.AsyncClient, home: Path) -> None:
    """In the title and in the citation; the clause is read without the tags."""
    asked = f"Requests the Secretary-General to report on {HOSTILE} by 1 May 2027"
    recorded(home, resolution(asked, title=f"Lamps {HOSTILE}"))
    (key,) = keys(home)
    page = (await client.get(f"/mandates/{key}")).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


def test_every_rule_and_change_has_its_words() -> None:
    """Each rule of the ledger that the code names, and each state."""
    words = YAML(typ="safe").load(CHECKOUT / "register" / "words" / "mandate.yaml")
    code = [
        file.read_text() for folder in ("ledger", "links") for file in (CHECKOUT / "warehouse" / folder).glob("*.py")
    ]
    named = {rule for text in code for rule in re.findall(r'"((?:answer|calendar)\.[a-z_.]+[a-z])"', text)}
    named |= {f"follows.{rule}" for text in code for rule in re.findall(r'f"\{PREFIX\}([a-z]+)"', text)}
    named |= {"not_watched", "decided.done", "decided.dropped", "decided.open"}
    assert len(named) > 15
    assert not [rule for rule in sorted(named) if rule not in labels("rule", "en")]
    assert not [change for change in ("first", "same", "changed", "dropped") if f"change_{change}" not in words]
    assert set(PRECEDENCE) == set(labels("state", "en"))
