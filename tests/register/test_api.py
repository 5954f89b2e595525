"""The API over a real snapshot: lists and their pages, records, conditional requests, errors, its OpenAPI document."""

from __future__ import annotations

import json
import shutil
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin

import httpx
import jsonschema
import pytest

from config.settings import Settings
from mandates.analysis import analyse
from mandates.registry import as_registry
from register.api.described import operations
from register.api.problems import MEDIA_TYPE
from register.api.questions import MOST_ROWS
from register.app import create_app
from register.pages import api as api_page
from tests.warehouse.asking import resolution
from tests.warehouse.chronicle import SESSIONS, TODAY
from tests.warehouse.made import batch, nobody
from warehouse.export.making import export
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.dictionary import column_comments
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

REPORT = "Requests the Secretary-General to submit a report on the lamps of the northern coast by 1 May 2027"
SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schemas" / "un-mandates.json").read_text())


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, chronicle: Path) -> Path:
    """A copy of the chronicle, published and exported."""
    home = Path(shutil.copytree(chronicle, tmp_path_factory.mktemp("exported"), dirs_exist_ok=True))
    export(home, str(home / "export"))
    return home


@pytest.fixture
async def api(exported: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the API of that home."""
    monkeypatch.setenv("MANDATES_HOME", str(exported))
    app = create_app(Settings())
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/api/v1/") as made,
    ):
        # On a busy machine the ledger of today takes its time.
        while (await made.get("mandates?limit=1")).status_code == httpx.codes.SERVICE_UNAVAILABLE:
            pass
        yield made


async def _all(api: httpx.AsyncClient, address: str) -> list[dict[str, Any]]:
    """The rows of all pages of a list, following `next`."""
    found: list[dict[str, Any]] = []
    while True:
        answer = await api.get(address)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        following = answer.json()["next"]
        if following is None:
            assert "link" not in answer.headers
            return found
        assert answer.headers["link"] == f'<{following}>; rel="next"'
        address = urljoin(str(answer.url), following)


@pytest.mark.parametrize(
    "address", ["documents", "documents?sort=published", "mandates", "mandates?sort=deadline", "addressees", "changes"]
)
async def test_pages_of_a_list_are_the_list(api: httpx.AsyncClient, address: str) -> None:
    """However small they are, each row comes once and in the same order."""
    whole = (await api.get(address)).json()
    assert len(whole["items"]) > 1
    assert whole["next"] is None
    assert await _all(api, f"{address}{'&' if '?' in address else '?'}limit=1") == whole["items"]


async def test_filters_are_those_of_the_search(api: httpx.AsyncClient) -> None:
    """Of several values one must fit, of several filters each; words, stars and days narrow, too."""
    symbols = {each["symbol"] for each in await _all(api, "documents?symbol=a/res/7*&symbol=A/79/801")}
    assert symbols == {"A/RES/78/901", "A/RES/79/901", "A/79/801"}
    assert {each["kind"] for each in await _all(api, "documents?kind=report")} == {"report"}
    assert await _all(api, "documents?body=IPU") == []
    every = await _all(api, "documents")
    recorded = sorted({each["first_seen"] for each in every})
    for moment in recorded:
        later = await _all(api, f"documents?recorded_after={quote(moment)}")
        assert [each["document_id"] for each in later] == [
            each["document_id"] for each in every if each["first_seen"] > moment
        ]
    assert (await api.get("documents?recorded_after=2026-11-27T19:00:00")).status_code == 422
    horns = await _all(api, "mandates?words=fog+horns&addressee=un:secretary-general&state=overdue")
    assert [each["deliverable"] for each in horns] == ["a report"]
    assert await _all(api, f"mandates?words=fog+horns&due_after={TODAY}") == []
    assert {each["addressee_id"] for each in await _all(api, "addressees?words=fog+horns")} == {"un:secretary-general"}


async def test_a_document_has_its_text_and_what_was_found_in_it(api: httpx.AsyncClient) -> None:
    """Every offset leads to its words; the registry's record is that of the text, and fits its schema."""
    (listed,) = await _all(api, "documents?symbol=A/RES/80/901")
    found = (await api.get(f"documents/{listed['document_id']}")).json()
    assert {name: found[name] for name in listed} == listed
    assert len(found["clauses"]) == 5
    text = found["text"]
    for span in [*found["clauses"], *(task for clause in found["clauses"] for task in clause["tasks"])]:
        assert text[span["start"] : span["end"]] == span["quote"]
    for due in (due for clause in found["clauses"] for task in clause["tasks"] for due in task["dues"]):
        assert text[due["start"] : due["end"]] == due["quote"]
    assert [each["is_current"] for each in found["versions"]] == [True]
    analysis = analyse(text, sessions=SESSIONS, body="UNGA", symbol="A/RES/80/901", kind="resolution")
    (read,) = json.loads(json.dumps(list(as_registry(analysis, text))))
    assert found["un_mandates"]["paragraphs"] == read["paragraphs"]
    jsonschema.Draft202012Validator(SCHEMA).validate(found["un_mandates"] | {"file": "made"})


async def test_parts_of_a_document_are_left_out_if_not_wanted(api: httpx.AsyncClient) -> None:
    """`include` names the parts of the answer; a version that the document never had is not found."""
    (listed,) = await _all(api, "documents?symbol=A/RES/80/901")
    address = f"documents/{listed['document_id']}"
    found = (await api.get(f"{address}?include=versions")).json()
    assert found["versions"]
    assert found["text"] is found["clauses"] is found["citations"] is found["un_mandates"] is None
    version = found["version"]["version_id"]
    assert (await api.get(f"{address}?version={version}&include=text")).json()["text"].startswith("Keepers")
    assert (await api.get(f"{address}?version=none")).status_code == 404


async def test_a_mandate_has_its_occurrences_evidence_and_history(api: httpx.AsyncClient) -> None:
    """One that a report answered says which, and since when; the registry's fields are beside ours."""
    (listed,) = await _all(api, "mandates?symbol=A/RES/78/901&words=lamps")
    found = (await api.get(f"mandates/{listed['task_key']}")).json()
    assert (found["quote"], found["occurrences"][0]["state"]) == (f"3. {listed['un_mandates']['text']}", "answered")
    assert found["occurrences"][0]["answered_by_symbol"] == "A/79/801"
    assert "answered" in {each["says"] for each in found["evidence"]}
    assert found["history"][-1]["state"] == "answered"
    assert found["un_mandates"] == listed["un_mandates"]
    assert found["un_mandates"]["action_verb_type"] == "directive"
    assert found["un_mandates"]["assignees"][0]["assignee_type"] == "UN Secretariat"


async def test_a_mandate_is_as_the_ledger_has_it(api: httpx.AsyncClient, exported: Path) -> None:
    """Found by its keys, every task has the fields of the view, which works out all of them."""
    ledger = query(exported, "FROM ledger")
    assert ledger.rows
    for row in ledger.rows:
        known = dict(zip(ledger.columns, row, strict=True))
        found = (await api.get(f"mandates/{known['task_key']}")).json()
        (time,) = (each for each in found["occurrences"] if each["occurrence"] == known["occurrence"])
        for name, value in (found | time).items():
            if name in known and not isinstance(known[name], datetime):
                wanted = known[name].isoformat() if isinstance(known[name], date) else known[name]
                assert value == wanted, (known["symbol"], known["number"], name)


async def test_former_keys_lead_on(api: httpx.AsyncClient, exported: Path) -> None:
    """A document or a mandate is found by the names that it had before."""
    (document,) = await _all(api, "documents?symbol=A/RES/80/901")
    (mandate,) = await _all(api, "mandates?symbol=A/RES/80/901&words=horns")
    with session(exported) as live:
        live.execute("INSERT INTO document_aliases VALUES ('former', ?, 'former', now())", [document["document_id"]])
        live.execute("INSERT INTO key_aliases VALUES ('former:request:1', ?, 1, now())", [mandate["task_key"]])
    publish(exported)
    assert (await api.get("documents/former")).json()["document_id"] == document["document_id"]
    assert (await api.get("mandates/former:request:1")).json()["task_key"] == mandate["task_key"]


async def test_bodies_sessions_sources_and_coverage(api: httpx.AsyncClient) -> None:
    """What a body has on its agenda, and how the sources are."""
    (body,) = await _all(api, "bodies")
    assert (body["body"], body["last_session_seen"]) == ("UNGA", 80)
    sessions = (await api.get("bodies/UNGA/sessions")).json()
    assert [each["number"] for each in sessions] == [79, 80, 81]
    assert sessions[-1]["items"][0]["symbol"] == "A/RES/80/901"
    assert [(each["due"], each["due_open"]) for each in sessions] == [(3, 0), (3, 0), (2, 2)]
    later = f"bodies/UNGA/sessions?from={TODAY + timedelta(days=9_000)}&to={TODAY + timedelta(days=9_001)}"
    assert (await api.get(later)).json() == []
    assert (await api.get("bodies/NOBODY/sessions")).status_code == 404
    assert [(each["source_id"], each["state"]) for each in await _all(api, "sources")] == [("made", "healthy")]
    assert (await api.get("coverage")).json()["bodies"][0]["state"] == "seen"


async def test_changes_say_why(api: httpx.AsyncClient) -> None:
    """All of it is new since last week; nothing changed within a day on which nothing was known."""
    found = await _all(api, "changes")
    assert {each["what"] for each in found} == {"new"}
    assert {each["reason"] for each in found} == {"new document"}
    long_ago = TODAY - timedelta(days=400)
    assert await _all(api, f"changes?since={long_ago}&until={long_ago}") == []
    assert (await api.get(f"changes?since={TODAY}&until={long_ago}")).status_code == 422


async def test_an_export_can_be_fetched(api: httpx.AsyncClient, exported: Path) -> None:
    """Each file of the list is at its address, whole or in part; no other file is."""
    bulk = (await api.get("bulk")).json()
    assert {"documents", "mandates", "current_deadlines"} <= set(bulk["tables"])
    for file in bulk["files"]:
        answer = await api.get(file["href"])
        assert answer.content == (exported / "export" / file["path"]).read_bytes()
        assert len(answer.content) == file["bytes"]
    part = await api.get(bulk["files"][0]["href"], headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, b"PAR1")
    for path in ("manifest.json", "%2e%2e/live.duckdb", "files/documents/../../../live.duckdb", "/etc/passwd"):
        assert (await api.get(f"bulk/{path}")).status_code == 404, path


async def test_an_answer_that_the_client_has_is_not_sent_again(api: httpx.AsyncClient) -> None:
    """With its tag; the tag of another address is worth nothing, and errors have none."""
    first = await api.get("documents?limit=1")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    again = await api.get("documents?limit=1", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert (await api.get("documents?limit=2", headers={"If-None-Match": tag})).status_code == 200
    missing = await api.get("documents/none", headers={"If-None-Match": tag})
    assert missing.status_code == 404
    assert "etag" not in missing.headers
    assert missing.headers["cache-control"] == "no-store"
    head = await api.head("documents?limit=1")
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", tag)


async def test_pages_hold_while_snapshots_are_published(client: httpx.AsyncClient, home: Path) -> None:
    """What comes between two pages repeats no row and hides none; the tag is another one."""
    for number in range(4):
        land(home, batch(number, resolution(REPORT, symbol=f"A/RES/80/{901 + number}")))
    record(home, nobody)
    publish(home)
    first = await client.get("/api/v1/documents?limit=2")
    seen = [each["symbol"] for each in first.json()["items"]]
    land(home, batch(9, resolution(REPORT, symbol="A/RES/80/999")))
    record(home, nobody)
    publish(home)
    second = await client.get(f"/api/v1/documents{first.json()['next']}")
    seen += [each["symbol"] for each in second.json()["items"]]
    assert seen == [f"A/RES/80/{904 - number}" for number in range(4)]
    again = await client.get("/api/v1/documents?limit=2", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert again.json()["items"][0]["symbol"] == "A/RES/80/999"


async def test_a_list_of_the_snapshot_before_has_no_tag(client: httpx.AsyncClient, home: Path) -> None:
    """While a new ledger is worked out, the former one may be shown, which nobody may keep as the new one."""
    for number in range(2):
        land(home, batch(number, resolution(REPORT, symbol=f"A/RES/80/{901 + number}")))
        record(home, nobody)
        publish(home)
        for address in ("mandates", "addressees"):
            while "etag" not in (answer := await client.get(f"/api/v1/{address}")).headers:
                assert answer.status_code in {200, 503}
                assert answer.headers["cache-control"] == "no-store"
            if address == "mandates":
                assert len(answer.json()["items"]) == number + 1
            else:
                assert answer.json()["items"][0]["mandates"] == number + 1


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("mandates?state=late", 422, "state"),
        ("mandates?limit=0", 422, "limit"),
        ("mandates?limit=201", 422, "limit"),
        ("mandates?colour=red", 422, "colour"),
        ("mandates?due=soon", 422, "due"),
        ("mandates?due=2027-13", 422, "There is no such year, month or day."),
        ("mandates?words=%22%22", 422, "words"),
        (f"mandates?{'&'.join(['body=X'] * 21)}", 422, "body"),
        ("mandates?cursor=bm9uc2Vuc2U", 400, "cursor"),
        ("mandates/none", 404, "none"),
        ("nowhere", 404, "/api"),
        (f"mandates?words={'x' * 4_000}", 414, "too long"),
    ],
)
async def test_errors_are_problems_in_words(api: httpx.AsyncClient, address: str, status: int, words: str) -> None:
    """Each says what is wrong with the request."""
    answer = await api.get(address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == MEDIA_TYPE
    assert answer.json()["status"] == status
    assert words in answer.json()["detail"]


async def test_a_cursor_belongs_to_its_list(api: httpx.AsyncClient) -> None:
    """With other filters it would leave rows out in silence, so it is refused."""
    following = (await api.get("mandates?limit=1")).json()["next"]
    answer = await api.get(f"mandates{following}&state=open")
    assert answer.status_code == 400
    assert "same filters" in answer.json()["detail"]
    assert (await api.post("mandates")).headers["content-type"] == MEDIA_TYPE


async def test_without_a_snapshot_the_api_says_so(client: httpx.AsyncClient) -> None:
    """Without a word about where the files are."""
    for path in ("documents", "mandates", "sources", "coverage", "changes"):
        answer = await client.get(f"/api/v1/{path}")
        assert (answer.status_code, answer.headers["content-type"]) == (503, MEDIA_TYPE)
        assert answer.headers["retry-after"]
        assert "duckdb" not in answer.text


async def test_a_slow_question_is_a_problem_and_a_mistake_of_ours_too(
    api: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next question is answered."""

    def endless(home: Path, *_more: object) -> None:
        query(home, "SELECT sum(a.range * b.range) FROM range(10000000) AS a, range(10000000) AS b")

    def broken(*_more: object) -> None:
        raise RuntimeError("secret")

    def greedy(home: Path, *_more: object) -> None:
        query(home, "SELECT list(range ORDER BY hash(range)) FROM range(100000000)")

    wrongs = ((endless, 503, "too long"), (greedy, 503, "more memory"), (broken, 500, "report it"))
    for wrong, status, words in wrongs:
        with monkeypatch.context() as patched:
            patched.setattr("register.desk.QUERY_SECONDS", 0.2 if wrong is endless else 60.0)
            patched.setattr("register.api.parties.bodies_listed", wrong)
            answer = await api.get("bodies")
        assert (answer.status_code, answer.headers["content-type"]) == (status, MEDIA_TYPE)
        assert words in answer.json()["detail"]
        assert "secret" not in answer.text
    assert (await api.get("bodies")).status_code == 200


async def test_the_openapi_document_describes_every_field(api: httpx.AsyncClient) -> None:
    """Each parameter and each field has a description, each operation an example that fits its schema."""
    document = (await api.get("http://127.0.0.1/api/openapi.json")).json()
    for name, schema in document["components"]["schemas"].items():
        for field, described in schema.get("properties", {}).items():
            assert described.get("description"), f"{name}.{field}"
    for operation in operations(document):
        for parameter in operation.get("parameters", []):
            assert parameter.get("description") or parameter["in"] == "path", (operation["operationId"], parameter)
        content = operation["responses"]["200"]["content"].get("application/json")
        if content is None or operation["operationId"] == "get_bulk_file":
            continue
        schema = content["schema"] | {"components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(content["example"])


def test_descriptions_are_those_of_the_data_dictionary(blank_comments: dict[tuple[str, str], str]) -> None:
    """Read from the migrations, they are what a warehouse has."""
    known = column_comments()
    assert {name: known.get(name) for name in blank_comments} == blank_comments


@pytest.fixture
def blank_comments(tmp_path: Path) -> dict[tuple[str, str], str]:
    """The comments of all columns in an empty warehouse."""
    with session(tmp_path) as connection:
        rows = connection.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() WHERE NOT internal AND comment IS NOT NULL "
            "AND table_name <> 'migrations'"
        ).fetchall()
    return {(table, column): comment for table, column, comment in rows}


@pytest.mark.parametrize("language", ["en", "fr", "es"])
async def test_the_page_lists_what_can_be_asked(api: httpx.AsyncClient, language: str) -> None:
    """Every path and parameter, without anything from elsewhere."""
    document = (await api.get("http://127.0.0.1/api/openapi.json")).json()
    page = (await api.get(f"http://127.0.0.1/api?lang={language}")).text
    for path in document["paths"]:
        assert f"GET /api{path}" in page
    for name in ("addressee", "due_before", "cursor", "include", "extension_renewal"):
        assert f"<code>{name}</code>" in page
    assert "`" not in page.partition("<pre")[0]
    shown = [parameter for each in api_page.described() for parameter in each.parameters]
    assert all(each.words for each in shown)
    assert {each.bounds for each in shown if each.name == "limit"} == {(1, MOST_ROWS)}
    assert {"en": "1 to 200", "fr": "de 1 à 200", "es": "de 1 a 200"}[language] in page
    assert "://" not in page.partition("<details>")[0]
    assert (await api.get("http://127.0.0.1/api/docs")).status_code == 404
