"""The page of a document: clauses at their places, what is asked beside them, what became of it, what is recorded."""

from __future__ import annotations

import asyncio
import hashlib
import html
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from ruamel.yaml import YAML

from mandates.analysis import analyse
from mandates.classify.confidence import CERTAIN, doubts
from register.lines import flowing, on_a_line
from register.pages.document import sheet
from tests.register.test_pages import CHECKOUT, HOSTILE
from tests.warehouse.asking import resolution
from tests.warehouse.decided import decided
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

    from register.pages.document import Sheet
    from warehouse.model import Entry

pytestmark = pytest.mark.slow

BROWSER = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LIT = "Calls upon Member States to keep their lighthouses lit"
REPORT = "Requests the Secretary-General to submit to the General Assembly a report on fog horns by 1 May 2027"
OIL = "Requests the Secretariat to publish a list of lamps by 1 June 2027"


def recorded(home: Path, *shown: tuple[Entry, ...]) -> None:
    """What so many crawls showed, one after the other, recorded and published."""
    for number, entries in enumerate(shown):
        land(home, batch(number, *entries))
        record(home, nobody)
    publish(home)


def ids(home: Path) -> dict[str, str]:
    """The documents by their symbols."""
    return dict(query(home, "SELECT symbol, document_id FROM documents").rows)


def known_of(home: Path, symbol: str) -> dict[str, Any]:
    """The clauses of a document: key by number."""
    sql = "SELECT number, clause_key FROM clauses JOIN documents USING (document_id) WHERE symbol = $symbol"
    return dict(query(home, sql, {"symbol": symbol}).rows)


def section(text: str, key: str) -> str:
    """The part of the page that a clause is, as words."""
    found = re.search(rf'<section class="clause[^"]*" id="clause-{key}".*?</section>', text, re.DOTALL)
    assert found is not None, key
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


async def test_a_clause_is_at_its_place_with_what_it_asks_beside_it(client: httpx.AsyncClient, home: Path) -> None:
    """Who, what, by when and why; a clause that asks for nothing has no margin."""
    recorded(home, (resolution(LIT, REPORT),))
    ((symbol, document_id),) = ids(home).items()
    keys = known_of(home, symbol)
    answer = await client.get(f"/documents/{document_id}")
    assert answer.status_code == 200
    said = section(answer.text, keys["2"])
    for words in (
        "2. Requests the Secretary-General to submit",
        "Report requested",
        "Who the Secretary-General",
        "“by 1 May 2027” : by 1 May 2027 (the document states the date)",
        "Open",
        "“Requests” is read as: report requested.",
        "nearly always read correctly",
    ):
        assert words in said
    assert "Report requested" not in section(answer.text, keys["1"])
    assert answer.text.index(keys["1"]) < answer.text.index("Calls upon Member States")


async def test_a_word_that_a_line_broke_is_whole_in_the_text_and_beside_it(
    client: httpx.AsyncClient, home: Path
) -> None:
    """In the clause, in the deadline, and in the reasons for both."""
    recorded(home, (resolution(LIT, REPORT.replace("by 1 May 2027", "at its eighty-\nfirst session")),))
    ((_, document_id),) = ids(home).items()
    shown = (await client.get(f"/documents/{document_id}")).text
    assert "“its eighty-first session” is read as a deadline" in html.unescape(re.sub(r"<[^>]+>|\s+(?= )", "", shown))
    assert not re.search(r"eighty-\s+first", shown)


async def test_names_lead_to_the_document_and_to_the_clause(client: httpx.AsyncClient, home: Path) -> None:
    """The symbol in any spelling; keys of clauses and tasks, and the place of a clause that asks for nothing."""
    recorded(home, (resolution(LIT, REPORT),))
    ((document_id, key, clause_id, task),) = query(
        home,
        """SELECT clauses.document_id, clause_key, clause_id, task_key FROM clauses JOIN mandates USING (clause_id)""",
    ).rows
    there, quiet = f"/documents/{document_id}#clause-{key}", known_of(home, "A/RES/80/901")["1"]
    for path, wanted in (
        ("/symbols/a/res/80/901", f"/documents/{document_id}"),
        (f"/clauses/{key}", there),
        (f"/clauses/{clause_id}", there),
        (f"/clauses/{task}", there),
    ):
        answer = await client.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, wanted), path
        address, _, fragment = wanted.partition("#")
        french = f"{address}?lang=fr" + (f"#{fragment}" if fragment else "")
        assert (await client.get(f"{path}?lang=fr")).headers["location"] == french
    assert (await client.get(f"/clauses/{quiet}")).headers["location"].endswith(f"#clause-{quiet}")
    page = (await client.get(there.partition("#")[0])).text
    assert f'id="clause-{key}"' in page


async def test_a_former_key_leads_to_the_clause_of_today(client: httpx.AsyncClient, home: Path) -> None:
    """A message that was sent before another reading still lands on its clause."""
    recorded(home, (resolution(LIT, REPORT),))
    key = known_of(home, "A/RES/80/901")["2"]
    with session(home) as connection:
        connection.execute("INSERT INTO key_aliases VALUES (?, ?, 0.9, now())", ["f" * 24, key])
        connection.execute("INSERT INTO key_aliases VALUES (?, ?, 0.9, now())", ["e" * 24 + ":ask:1", f"{key}:ask:1"])
    publish(home)
    for former in ("f" * 24, "e" * 24 + ":ask:1"):
        answer = await client.get(f"/clauses/{former}")
        assert answer.headers["location"].endswith(f"#clause-{key}"), former


@pytest.mark.parametrize(
    "path",
    [
        "/documents/nothing",
        "/symbols/A/RES/1/1",
        "/clauses/nothing",
        "/clauses/nothing:12",
        "/documents/nothing/beside/nothing",
        "/documents/nothing/versions/a/b",
        "/documents/%27%20OR%201=1--",
    ],
)
async def test_what_is_not_recorded_is_not_found(client: httpx.AsyncClient, home: Path, path: str) -> None:
    """With a page that says so."""
    recorded(home, (resolution(LIT),))
    answer = await client.get(path)
    assert answer.status_code == 404
    assert "This page does not exist" in answer.text


async def test_hostile_texts_are_shown_as_words(client: httpx.AsyncClient, home: Path) -> None:
    """In the text, in titles, in quotes and in addresses."""
    made = resolution(f"Requests the Secretary-General to report on {HOSTILE} by 1 May 2027", title=f"Lamps {HOSTILE}")
    publication = replace(made.publication, url="javascript:alert(3)", seen_url="javascript:alert(4)")
    recorded(home, (replace(made, publication=publication),))
    (document_id,) = ids(home).values()
    page = (await client.get(f"/documents/{document_id}")).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert 'href="javascript' not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3


async def test_what_a_reader_should_know_of_a_text_is_said_in_words(client: httpx.AsyncClient, home: Path) -> None:
    """Scanned, cut off, damaged, read in part; each in the reader's language."""
    made = resolution(LIT)
    assert made.publication.text is not None
    flags = ("no_text_layer", "encoding_damaged: 3", "attachment 2 not read: status 404", "something new")
    text = replace(made.publication.text, flags=flags)
    recorded(home, (replace(made, publication=replace(made.publication, text=text)),))
    (document_id,) = ids(home).values()
    page = html.unescape((await client.get(f"/documents/{document_id}")).text)
    for words in ("Scanned: the file holds pictures", "could not be decoded:", "an attachment could not be read:"):
        assert words in page
    assert "status 404" in page
    assert "something_new" in page
    french = html.unescape((await client.get(f"/documents/{document_id}?lang=fr")).text)
    assert "Document numérisé" in french
    assert "Préambule" in french


async def test_what_was_not_compared_is_said_in_words(client: httpx.AsyncClient, home: Path) -> None:
    """A link that is missing because too much is alike is no surprise; each kind has its sentence."""
    recorded(home, (resolution(LIT),))
    (document_id,) = ids(home).values()
    with session(home) as connection:
        for what in ("texts", "series", "drafts", "clauses"):
            row = [what, document_id, what, None, 20, 1374]
            connection.execute("INSERT INTO comparisons_cut VALUES (?, ?, ?, ?, ?, ?, now())", row)
    publish(home)
    for language in ("en", "fr", "es"):
        page = html.unescape((await client.get(f"/documents/{document_id}?lang={language}")).text)
        assert len(re.findall(r"<li>[^<]*1.?374[^<]*</li>", page)) == 4, language
        assert "cut_" not in page


async def test_versions_are_side_by_side_with_their_differences(client: httpx.AsyncClient, home: Path) -> None:
    """By word, for eyes and for screen readers; an earlier text has an address, and says that it is not current."""
    recorded(home, (resolution(LIT, REPORT),), (resolution(REPORT.replace("fog horns", "bells"), OIL),))
    (document_id,) = ids(home).values()
    page = (await client.get(f"/documents/{document_id}")).text
    (comparing,) = set(re.findall(rf"/documents/{document_id}/versions/\w+/\w+", page))
    compared = (await client.get(comparing)).text
    assert '<del><span class="unseen">[removed: </span>fog horns<span class="unseen">]</span></del>' in compared
    assert '<ins><span class="unseen">[added: </span>bells<span class="unseen">]</span></ins>' in compared
    words = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", compared)).split())
    assert "1 changed , 1 new , 1 dropped".replace(" ,", ",") in words.replace(" ,", ",")
    former = (await client.get(f"/documents/{document_id}?version={comparing.split('/')[-2]}")).text
    assert "This is an earlier text" in former
    assert "fog horns" in former
    assert (await client.get(f"/documents/{document_id}?version=other")).status_code == 404


@pytest.fixture(scope="module")
def sheets(chronicle: Path) -> dict[str, Sheet]:
    """What is shown of each document of the chronicle."""
    found = {document_id: sheet(chronicle, document_id) for document_id in ids(chronicle).values()}
    return {document_id: each for document_id, each in found.items() if each is not None}


def test_states_are_those_of_the_ledger(chronicle: Path, sheets: dict[str, Sheet]) -> None:
    """Each time of each task, with what shows it: the page works them out for one document alone."""
    shown = set()
    for document_id in ids(chronicle).values():
        found = sheets[document_id]
        for margin in found.margins.values():
            for asked in margin.asked:
                for time in asked.times:
                    by = time.by.document_id if time.by else None
                    shown.add((asked.task.task_key, time.occurrence, time.last, time.state, time.since, time.note, by))
    ledger = query(
        chronicle, "SELECT task_key, occurrence, due_end, state, since, note, evidence_document FROM ledger"
    ).rows
    assert shown == set(ledger)
    assert len({state for _, _, _, state, *_ in shown}) >= 4


def test_citations_and_relations_go_both_ways(chronicle: Path, sheets: dict[str, Sheet]) -> None:
    """What one document names is named by it on the page of the other."""
    known = ids(chronicle)
    later, earlier = (sheets[known[symbol]] for symbol in ("A/RES/80/901", "A/RES/79/901"))
    assert [each.document_id for each in later.ties.cited] == [known["A/RES/79/901"]]
    assert known["A/RES/80/901"] in [each.document_id for each in earlier.ties.citing]
    assert ("renews", True) in [(tie.relation, tie.is_first) for tie in later.ties.relations]
    assert ("renews", False) in [(tie.relation, tie.is_first) for tie in earlier.ties.relations]
    views = query(chronicle, "SELECT document_id, cited_document, times FROM citations_resolved").rows
    for document_id in known.values():
        found = sheets[document_id]
        of_it = {(each.document_id, each.times) for each in found.ties.cited}
        assert of_it == {(cited, times) for citing, cited, times in views if citing == document_id}
        to_it = {(each.document_id, each.times) for each in found.ties.citing}
        assert to_it == {(citing, times) for citing, cited, times in views if cited == document_id}


def test_a_document_does_not_count_as_one_that_it_names(home: Path) -> None:
    """Its own symbol is at the head of each page; only the others are listed."""
    words = REPORT.replace("fog horns", "fog horns, as requested in resolutions 80/901 and 79/5")
    recorded(home, (resolution(words, symbol="A/RES/80/901"),))
    ((_, document_id),) = ids(home).items()
    found = sheet(home, document_id)
    assert found is not None
    assert found.text is not None
    assert {"A/RES/80/901", "A/RES/79/5"} <= {each.symbol for each in found.text.citations}
    names = {each.name for each in found.ties.cited}
    assert "A/RES/79/5" in names
    assert "A/RES/80/901" not in names


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("its eighty-\nfirst session", "its eighty-first session"),
        ("mid-\nand long-term", "mid- and long-term"),
        ("by 1 May\n2027", "by 1 May 2027"),
    ],
)
def test_a_deadline_that_a_line_broke_is_whole(broken: str, whole: str) -> None:
    """A hyphen that belongs to the word stays, and no blank comes after it."""
    assert on_a_line(broken) == whole


def test_the_lines_of_a_paragraph_are_one_and_paragraphs_stay() -> None:
    """As in a search, where a request is quoted that is only a part of its clause."""
    words = "Decides to convene a meeting on lighthouses, to be held at its eighty-\nfirst session, on\n\n(a) Oil;"
    assert flowing(words) == (
        "Decides to convene a meeting on lighthouses, to be held at its eighty-first session, on\n\n(a) Oil;"
    )
    assert flowing("Decides to hold, in 2028, a meeting on lighthouses, to last\nfor one day") == (
        "Decides to hold, in 2028, a meeting on lighthouses, to last for one day"
    )


def test_what_people_decided_is_shown_as_the_views_have_it(home: Path) -> None:
    """A corrected addressee and deadline, a rejected mandate, and one that a person found."""
    recorded(home, (resolution(LIT, REPORT, OIL),))
    ((document_id),) = ids(home).values()
    before = sheet(home, document_id)
    assert before is not None
    keys = known_of(home, "A/RES/80/901")
    asked = {number: before.margins[keys[number]].asked[0].task.task_key for number in ("2", "3")}
    said = [
        (asked["2"], "addressee", "the Secretariat"),
        (asked["2"], "due_end", "2028-03-01"),
        (asked["2"], "responsible", "Unit for lamps"),
        (asked["3"], "is_mandate", "no"),
        (keys["1"], "is_mandate", "yes"),
    ]
    decided(home, said)
    after = sheet(home, document_id)
    assert after is not None
    corrected = after.margins[keys["2"]].asked[0]
    assert (corrected.task.addressee, corrected.task.dues[0].last) == ("the Secretariat", date(2028, 3, 1))
    assert (corrected.responsible, corrected.is_decided) == ("Unit for lamps", True)
    assert after.margins[keys["3"]].asked[0].is_rejected
    assert after.margins[keys["1"]].asked[0].task.task_key == keys["1"]
    view = query(home, "SELECT task_key, type, addressee, addressee_id, due_start, due_end FROM current_mandates").rows
    shown = {
        (each.task.task_key, each.task.type, each.task.addressee, each.task.addressee_id, *days(each.task.dues[:1]))
        for margin in after.margins.values()
        for each in margin.asked
        if not each.is_rejected
    }
    assert shown == set(view)
    states = {
        (each.task.task_key, time.occurrence, time.state)
        for margin in after.margins.values()
        for each in margin.asked
        if not each.is_rejected
        for time in each.times
    }
    assert states == set(query(home, "SELECT task_key, occurrence, state FROM ledger").rows)
    assert keys["1"] in {key for key, *_ in states}


def days(dues: tuple[Any, ...]) -> tuple[date | None, date | None]:
    """The days of the first deadline."""
    return (dues[0].first, dues[0].last) if dues else (None, None)


async def test_a_draft_is_beside_what_was_adopted(client: httpx.AsyncClient, home: Path, chronicle: Path) -> None:
    """The draft first, whichever page asks."""
    shutil.copytree(chronicle, home)
    known = ids(chronicle)
    draft, adopted = known["A/C.3/80/L.90"], known["A/RES/80/901"]
    pages = [
        (await client.get(f"/documents/{one}/beside/{other}")).text
        for one, other in ((draft, adopted), (adopted, draft))
    ]
    assert pages[0] == pages[1].replace(f"/documents/{adopted}/beside/{draft}", f"/documents/{draft}/beside/{adopted}")
    assert pages[0].index("A/C.3/80/L.90") < pages[0].index("A/RES/80/901")
    assert "2 new" in pages[0]
    document = (await client.get(f"/documents/{adopted}")).text
    assert f"/documents/{adopted}/beside/{draft}" in document
    assert document.count("A corrigendum changes this text:") == 2
    assert "[added: horns and bells;]" in " ".join(html.unescape(re.sub(r"<[^>]+>", "", document)).split())


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="needs a Chromium browser")
async def test_a_fold_opens_where_the_address_points_into_it(
    client: httpx.AsyncClient, home: Path, tmp_path: Path
) -> None:
    """Without a script; it stays closed where the address does not."""
    made = resolution(LIT, REPORT)
    assert made.publication.text is not None
    annex = f"{made.publication.text.text}\n\nAnnex\n\nRules for lamps\n\nA lamp is lit at dusk.\n"
    pages = (0, annex.index("A lamp"))
    text = replace(made.publication.text, text=annex, page_starts=pages)
    analysis = analyse(annex, body="UNGA", symbol="A/RES/80/901", kind="resolution", stage="adopted")
    recorded(home, (replace(made, publication=replace(made.publication, text=text), analysis=analysis),))
    (document_id,) = ids(home).values()
    page = tmp_path / "page.html"
    page.write_text((await client.get(f"/documents/{document_id}")).text)
    opened = re.compile(r'<details class="fold" open="">\s*<summary[^>]*><bdi[^>]*>Annex')
    assert opened.search(await asyncio.to_thread(looked_at, f"{page.as_uri()}#page-2", tmp_path))
    assert not opened.search(await asyncio.to_thread(looked_at, f"{page.as_uri()}#text", tmp_path))


def looked_at(address: str, folder: Path) -> str:
    """The page as a browser has it after it went there; scripts of the register are not found beside a file."""
    assert BROWSER is not None
    more = [f"--user-data-dir={folder / 'profile'}", "--dump-dom", address]
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", *more]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_every_doubt_and_flag_has_its_words() -> None:
    """A new doubt of the analysis would be shown by its id."""
    words = YAML(typ="safe").load(CHECKOUT / "register" / "words" / "document.yaml")
    assert {f"doubt_{name}" for name in doubts() if name != CERTAIN} == {each for each in words if "doubt_" in each}


async def test_a_text_of_two_megabytes_is_shown_whole(client: httpx.AsyncClient, home: Path) -> None:
    """It is set in one pass; the last words are there as the first are."""
    made = resolution(LIT)
    assert made.publication.text is not None
    long = "\n\n".join(
        [made.publication.text.text, *(f"Lamp {number} burns oil." * 8 for number in range(10_000)), "End."]
    )
    raw = long.encode()
    assert len(raw) > 1_500_000
    text = replace(made.publication.text, text=long, raw=raw, raw_sha256=hashlib.sha256(raw).hexdigest())
    recorded(home, (replace(made, publication=replace(made.publication, text=text), analysis=None),))
    (document_id,) = ids(home).values()
    page = await client.get(f"/documents/{document_id}")
    assert page.status_code == 200
    assert page.text.index("Lamp 0 burns oil.") < page.text.index("Lamp 9999 burns oil.") < page.text.index("End.")


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "même titre et même organe, session 79 avant 80"), ("es", "período de sesiones 79 antes de 80")],
)
async def test_why_documents_are_linked_is_said_in_the_language_of_the_page(
    client: httpx.AsyncClient, lived_home: Path, language: str, said: str
) -> None:
    """Each reason that the warehouse keeps in English."""
    rows = query(lived_home, "SELECT from_document, evidence FROM relations WHERE relation = 'renews'").rows
    pages = [(await client.get(f"/documents/{each}?lang={language}")).text for each, _ in rows]
    assert any(said in page for page in pages)
    assert not [evidence for _, evidence in rows if any(html.escape(evidence) in page for page in pages)]
