"""Review in the browser: who gets in, what is recorded, and what is kept when it cannot be."""

from __future__ import annotations

import json
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING

import httpx
import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner

from config.settings import Settings
from flows.cli import cli
from register.app import create_app
from register.review.access import Access
from register.review.form import MOST_BYTES
from register.words import LANGUAGES
from tests.register.test_pages import HOSTILE
from tests.warehouse.decided import decided
from tests.warehouse.made import batch, entry, nobody, text
from tests.warehouse.test_warehouse_keys import FORMER, reading
from tests.warehouse.test_warehouse_review import decide, doubtful, unread
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.review.waiting_list import LISTED
from warehouse.store.lock import Deadline, turn
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import Any

    from _pytest.monkeypatch import MonkeyPatch

    from warehouse.model import Entry

pytestmark = pytest.mark.slow
HERE = "http://127.0.0.1:4280"
KEY = "SELECT key FROM to_review WHERE symbol = '{}'"
WAITING = "SELECT symbol FROM to_review ORDER BY 1"
DECIDED = "SELECT field, value, who, why FROM current_decisions ORDER BY ALL"


@dataclass(frozen=True)
class Desk:
    """Somebody with a browser, before the link was opened."""

    browser: httpx.AsyncClient
    access: Access
    home: Path
    below: str = ""

    async def enter(self) -> None:
        """Open the link."""
        answer = await self.browser.get(self.access.link(HERE, self.below))
        assert (answer.status_code, answer.headers["location"]) == (303, f"{self.below}/review")

    async def item(self, symbol: str) -> tuple[str, dict[str, str]]:
        """The address of what waits in this document, and its form as it comes."""
        listed = await self.browser.get(f"{self.below}/review")
        row = next(row for row in BeautifulSoup(listed.text, "html.parser").select(".waiting li") if symbol in row.text)
        link = row.find("a")
        assert link is not None
        address = str(link["href"])
        return address, form_of((await self.browser.get(address)).text)

    async def send(self, address: str, form: dict[str, str], **headers: str) -> httpx.Response:
        """A form, as a browser sends it from our own page."""
        ours = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"} | headers
        return await self.browser.post(address, data=form, headers={name: each for name, each in ours.items() if each})

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the published snapshot has."""
        return query(self.home, sql).rows


def form_of(page: str, which: str = "form.decide") -> dict[str, str]:
    """The fields of a form with what is in them."""
    form = BeautifulSoup(page, "html.parser").select_one(which)
    assert form is not None
    fields: dict[str, str] = {}
    for each in form.select("input, select, textarea"):
        name, kind = str(each.get("name")), each.get("type")
        if each.name == "select":
            chosen = each.select_one("option[selected]") or each.select_one("option")
            fields[name] = str(chosen["value"]) if chosen else ""
        elif each.name == "textarea":
            fields[name] = each.text
        elif kind not in {"radio", "checkbox"} or each.has_attr("checked"):
            fields[name] = str(each.get("value", ""))
    return fields


def recorded(home: Path, number: int, *entries: Entry) -> None:
    """Recorded and published."""
    land(home, batch(number, *entries))
    record(home, nobody)
    publish(home)


@asynccontextmanager
async def sitting(settings: Settings, below: str = "") -> AsyncIterator[Desk]:
    """Somebody before the register of these settings, whose public address has the path `below`."""
    access = Access()
    app = create_app(settings, access=access)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=HERE) as browser:
        yield Desk(browser, access, settings.home, below)


@pytest.fixture
async def desk(settings_of_a_desk: Settings, home: Path, doubtful_home: Path) -> AsyncIterator[Desk]:
    """Somebody before these three."""
    shutil.copytree(doubtful_home, home, dirs_exist_ok=True)
    async with sitting(settings_of_a_desk) as made:
        yield made


async def test_without_review_there_is_no_such_page(client: httpx.AsyncClient, home: Path) -> None:
    """No link, no page, and no form is taken."""
    recorded(home, 0, doubtful(entry()))
    for path in ("/review", "/review/item", "/review/item?what=clause&key=1", "/review?token=1"):
        assert (await client.get(path)).status_code == 404
    assert (await client.post("/review/item", data={"verdict": "confirm"})).status_code == 405
    assert "/review" not in (await client.get("/")).text


async def test_the_link_lets_in_and_disappears(desk: Desk) -> None:
    """It is exchanged for a cookie that no script and no other site can use; no page and no address has the token."""
    assert (await desk.browser.get("/review")).status_code == 403
    answer = await desk.browser.get(desk.access.link(HERE))
    token = desk.access.link(HERE).partition("token=")[2]
    assert answer.headers["location"] == "/review"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert token not in str(answer.headers) + answer.text
    cookie = answer.headers["set-cookie"].lower()
    assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/review"))
    listed = await desk.browser.get("/review")
    assert listed.status_code == 200
    assert listed.headers["cache-control"] == "no-store"
    assert token not in listed.text


@pytest.mark.parametrize("token", ["", "wrong", "é", "x" * 2_000])
async def test_a_wrong_token_is_refused(desk: Desk, token: str) -> None:
    """Also beside a session that is open: whoever has an old link learns that it is old."""
    for _ in range(2):
        answer = await desk.browser.get("/review", params={"token": token})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
        await desk.enter()


@pytest.mark.parametrize("cookie", ["", "wrong", "\u00e9"])
async def test_a_wrong_cookie_is_refused(desk: Desk, cookie: str) -> None:
    """For pages and for forms."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    desk.browser.cookies.clear()
    headers = {"Cookie": f"review-4280={cookie}".encode("latin-1")}
    assert (await desk.browser.get(address, headers=headers)).status_code == 403
    answer = await desk.browser.post(address, data=form | {"verdict": "confirm"}, headers=headers | {"Origin": HERE})
    assert answer.status_code == 403
    assert desk.rows(DECIDED) == []


async def test_only_this_machine_s_own_names_lead_to_it(
    desk: Desk, settings_of_a_desk: Settings, monkeypatch: MonkeyPatch
) -> None:
    """A name that was led here is refused, and so is the public one, under which the other pages are read."""
    await desk.enter()
    assert (await desk.browser.get("/review", headers={"Host": "evil.example"})).status_code == 421
    monkeypatch.setenv("MANDATES_REGISTER_URL", "https://register.example.org")
    app = create_app(Settings(), access=desk.access)
    public = "http://register.example.org"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=public) as browser:
        assert (await browser.get("/")).status_code == 200
        assert (await browser.get(desk.access.link(public))).status_code == 421


# The register may be below a path that is called as the review is.
@pytest.mark.parametrize("below", ["/mandates", "/review"])
async def test_it_has_the_path_of_the_register(
    settings_of_a_desk: Settings, home: Path, doubtful_home: Path, monkeypatch: MonkeyPatch, below: str
) -> None:
    """Links, forms, redirects and cookies; and with it, too, it is only for this machine's own names."""
    shutil.copytree(doubtful_home, home, dirs_exist_ok=True)
    monkeypatch.setenv("MANDATES_REGISTER_URL", f"https://example.org{below}")
    async with sitting(Settings(), below) as inside:
        await inside.enter()
        address, form = await inside.item("A/RES/80/1")
        assert address.startswith(f"{below}/review/item?")
        answer = await inside.send(address, form | {"verdict": "confirm", "who": "desk"})
        assert (answer.status_code, answer.headers["location"][: len(f"{below}/review/")]) == (303, f"{below}/review/")
        assert {cookie.path for cookie in inside.browser.cookies.jar} == {f"{below}/review"}
        decided = await inside.browser.get(answer.headers["location"])
        back = await inside.send(answer.headers["location"], form_of(decided.text, ".done form"))
        assert back.headers["location"].startswith(f"{below}/review/item?")
        narrowed = await inside.browser.get(f"{below}/review?what=clause")
        for page in (decided, narrowed, await inside.browser.get(back.headers["location"])):
            soup = BeautifulSoup(page.text, "html.parser")
            led = [str(tag[name]) for name in ("href", "src", "action") for tag in soup.select(f"[{name}]")]
            assert [each for each in led if not each.startswith((f"{below}/", "#", "https://example.org/"))] == []
        item = BeautifulSoup(narrowed.text, "html.parser").select_one(".waiting a")
        assert item is not None
        assert str(item["href"]).endswith("&only=clause")
        assert f'href="{below}/review?what=clause"' in (await inside.browser.get(str(item["href"]))).text
        public = {"Host": "example.org"}
        assert (await inside.browser.get(f"{below}/about", headers=public)).status_code == 200
        assert (await inside.browser.get(inside.access.link("", below), headers=public)).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1:4281"},
        {"Origin": "http://localhost:4280"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_a_form_of_another_site_is_refused(desk: Desk, headers: dict[str, str]) -> None:
    """Though the browser sends the cookie along, as it does to other ports of this machine."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    sent = form | {"verdict": "confirm", "who": "desk"}
    assert (await desk.send(address, sent, **headers)).status_code == 403
    assert desk.rows(DECIDED) == []
    assert (await desk.send(address, sent)).status_code == 303


async def test_each_form_has_a_seal_of_its_own(desk: Desk) -> None:
    """None, a wrong one and that of another thing are refused; so is a mark that was not shown with it."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    _, other = await desk.item("A/RES/80/2")
    sent = form | {"verdict": "confirm", "who": "desk"}
    for wrong in ({"seal": ""}, {"seal": "0" * 64}, {"seal": other["seal"]}, {"seen": other["seen"]}, {"seal": "é"}):
        assert (await desk.send(address, sent | wrong)).status_code == 403
    assert (await desk.send(address, {"deed": "made-up", "seal": form["seal"]})).status_code == 403
    assert desk.rows(DECIDED) == []


async def test_what_is_no_form_is_refused(desk: Desk) -> None:
    """Of another kind, too large, with too many fields, or not in UTF-8."""
    await desk.enter()
    address, _ = await desk.item("A/RES/80/1")
    kind = {"Content-Type": "application/x-www-form-urlencoded", "Origin": HERE}
    for content, headers, status in (
        (b"{}", kind | {"Content-Type": "application/json"}, 415),
        (b"a=" + b"x" * MOST_BYTES, kind, 413),
        (b"&".join(b"a%d=1" % n for n in range(100)), kind, 400),
        (b"who=%ff", kind, 400),
        ("who=é".encode(), kind, 400),
    ):
        assert (await desk.browser.post(address, content=content, headers=headers)).status_code == status


@pytest.mark.parametrize(
    "path", ["/review/item", "/review/item?what=wish&key=1", "/review/item?what=clause&key=", "/review/x"]
)
async def test_an_address_that_names_nothing_is_not_found(desk: Desk, path: str) -> None:
    """Whatever is missing in it."""
    await desk.enter()
    assert (await desk.browser.get(path)).status_code == 404


async def test_the_list_is_that_of_the_command(desk: Desk) -> None:
    """In the same order; it can be narrowed to one kind."""
    await desk.enter()
    page = BeautifulSoup((await desk.browser.get("/review")).text, "html.parser")
    shown = [row.get_text(" ") for row in page.select(".waiting li")]
    listed = [json.loads(line) for line in CliRunner().invoke(cli, ["review", "--json"]).output.splitlines()]
    assert len(listed) == 3
    for item, row in zip(listed, shown, strict=True):
        assert item["symbol"] in row
    clauses = BeautifulSoup((await desk.browser.get("/review?what=clause")).text, "html.parser")
    assert len(clauses.select(".waiting li")) == 2


async def test_what_no_document_has_can_be_decided(desk: Desk) -> None:
    """Its page says that no document is recorded; taking the decision back settles it."""
    decided(desk.home, [("gone:request:1", "type", "convening")])
    await desk.enter()
    page = BeautifulSoup((await desk.browser.get("/review?what=decision")).text, "html.parser")
    link = page.select_one(".waiting a")
    assert link is not None
    answer = await desk.browser.get(str(link["href"]))
    assert answer.status_code == 200
    assert "A document that is not recorded here" in answer.text
    form = form_of(answer.text) | {"verdict": "reject", "who": "desk"}
    assert (await desk.send(str(link["href"]), form)).status_code == 303


async def test_what_was_decided_is_not_in_the_list_before(desk: Desk, monkeypatch: MonkeyPatch) -> None:
    """While the list of the next publication is worked out, nobody is led to what is settled; taken back, it waits."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    monkeypatch.setattr(LISTED, "fresh_seconds", 0.0)
    answer = await desk.send(address, form | {"verdict": "confirm", "who": "desk"})
    for _ in range(3):
        listed = await desk.browser.get("/review")
        assert "A/RES/80/1" not in BeautifulSoup(listed.text, "html.parser").select_one(".waiting").text  # type: ignore[union-attr]
    done = await desk.browser.get(answer.headers["location"])
    assert "A/RES/80/1" not in BeautifulSoup(done.text, "html.parser").select_one("h1").text  # type: ignore[union-attr]
    await desk.send(answer.headers["location"], form_of(done.text, ".done form"))
    monkeypatch.undo()
    assert "A/RES/80/1" in (await desk.browser.get("/review?what=clause")).text


async def test_confirmed_corrected_and_rejected(desk: Desk) -> None:
    """As with `mandates review --apply`: recorded, published, and on to the next."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/3")
    answer = await desk.send(address, form | {"verdict": "confirm", "who": " the desk ", "why": "a procedural note"})
    assert answer.status_code == 303
    following = await desk.browser.get(answer.headers["location"])
    assert "Your decision was recorded" in following.text
    assert "A/RES/80/1" in BeautifulSoup(following.text, "html.parser").select_one("h1").text  # type: ignore[union-attr]
    form = form_of(following.text)
    assert form["who"] == "the desk"
    right = {"verdict": "correct", "no_deadline": "yes", "addressee": "the Registrar"}
    answer = await desk.send(answer.headers["location"], form | right)
    assert answer.status_code == 303
    following = await desk.browser.get(answer.headers["location"])
    answer = await desk.send(answer.headers["location"], form_of(following.text) | {"verdict": "reject"})
    assert answer.headers["location"].startswith("/review?done=")
    last = await desk.browser.get(answer.headers["location"])
    assert "Nothing to check." in last.text
    assert desk.rows(DECIDED) == [
        ("addressee", "the Registrar", "the desk", ""),
        ("due_end", "none", "the desk", ""),
        ("is_mandate", "no", "the desk", ""),
        ("reviewed", "yes", "the desk", "a procedural note"),
    ]
    assert CliRunner().invoke(cli, ["review"]).output == "Nothing to check.\n"


async def test_the_two_days_of_a_deadline_are_decided_together(desk: Desk) -> None:
    """Whichever of them was changed; a single day is both."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    both = {"verdict": "correct", "who": "desk", "due_start": "2027-04-01", "due_end": form["due_end"]}
    assert (await desk.send(address, form | both)).status_code == 303
    assert desk.rows(DECIDED) == [("due_end", form["due_end"], "desk", ""), ("due_start", "2027-04-01", "desk", "")]
    form = form_of((await desk.browser.get(address)).text)
    assert form["due_start"] == "2027-04-01"
    await desk.send(address, form | both | {"due_start": "", "due_end": "2028-05-01"})
    assert desk.rows(
        "SELECT due_start::VARCHAR, due_end::VARCHAR FROM current_mandates "
        "WHERE symbol = 'A/RES/80/1' AND due_end IS NOT NULL"
    ) == [("2028-05-01", "2028-05-01")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose one."),
        ({"verdict": "maybe"}, "Choose one."),
        ({"verdict": "confirm", "who": " \x00 "}, "Enter your name or desk."),
        ({"verdict": "confirm", "who": "x" * 201}, "At most 200 characters."),
        ({"verdict": "confirm", "why": "x" * 5_001}, "At most 5,000 characters."),
        ({"verdict": "correct"}, "changed nothing"),
        ({"verdict": "confirm", "type": "budget"}, "You changed a field"),
        ({"verdict": "correct", "type": "wish"}, "cannot be recorded in this field"),
        ({"verdict": "correct", "addressee": ""}, "cannot be emptied"),
        ({"verdict": "correct", "addressee_id": "a b"}, "cannot be recorded in this field"),
        ({"verdict": "correct", "due_end": "2027-02-30"}, "Enter the last day"),
        ({"verdict": "correct", "due_end": ""}, "Enter the last day"),
        ({"verdict": "correct", "due_start": "2040-01-01"}, "Enter the last day"),
    ],
)
async def test_a_form_with_a_mistake_comes_back_as_it_was(desk: Desk, typed: dict[str, str], said: str) -> None:
    """Nothing of it is recorded, each mistake is said at its field, and what was typed is kept."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    sent = form | {"who": "desk", "why": "two\nlines", "deliverable": form["deliverable"]} | typed
    answer = await desk.send(address, sent)
    assert answer.status_code == 422
    assert said in unescape(answer.text)
    again = form_of(answer.text)
    kept = {"why", "addressee", "addressee_id", "due_start", "due_end", "who"} & sent.keys()
    assert {name: again[name] for name in kept} == {name: sent[name].replace("\x00", "").strip() for name in kept}
    assert desk.rows(DECIDED) == []


async def test_a_decision_made_meanwhile_is_shown_and_not_overwritten(desk: Desk) -> None:
    """The page has both; only whoever has seen both decides again."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    ((key,),) = desk.rows(KEY.format("A/RES/80/1"))
    decide(desk.home, key, "type", "budget", "a colleague")
    mine = form | {"verdict": "correct", "who": "desk", "type": "convening", "why": "kept"}
    answer = await desk.send(address, mine)
    assert answer.status_code == 409
    assert "This has changed since you opened it" in answer.text
    assert "a colleague" in answer.text
    again = form_of(answer.text)
    assert (again["type"], again["why"], again["who"]) == ("convening", "kept", "desk")
    publish(desk.home)
    assert desk.rows("SELECT value FROM current_decisions") == [("budget",)]
    assert (await desk.send(address, again)).status_code == 303
    assert desk.rows("SELECT value FROM current_decisions") == [("convening",)]


async def test_a_text_that_was_read_again_meanwhile_is_shown(desk: Desk) -> None:
    """A decision is upon the words that were seen."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    recorded(desk.home, 1, doubtful(entry(words=text.replace("report on it", "report in full")), confidence=0.6))
    answer = await desk.send(address, form | {"verdict": "confirm", "who": "desk"})
    assert answer.status_code == 409
    assert desk.rows(DECIDED) == []


async def test_a_held_lock_loses_nothing(desk: Desk, monkeypatch: MonkeyPatch) -> None:
    """The page says who writes; sent again when the lock is free, the same form is recorded."""
    monkeypatch.setattr("register.review.recording.LOCK_SECONDS", 0.1)
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    with turn(desk.home / "live.lock", Deadline(60)):
        answer = await desk.send(address, form | {"verdict": "correct", "who": "desk", "type": "budget", "why": "kept"})
    assert answer.status_code == 503
    assert "is writing to the warehouse" in answer.text
    again = form_of(answer.text)
    assert (again["verdict"], again["type"], again["why"], again["who"]) == ("correct", "budget", "kept", "desk")
    assert (await desk.send(address, again)).status_code == 303
    assert desk.rows(DECIDED) == [("type", "budget", "desk", "kept")]


async def test_what_could_not_be_published_is_recorded_and_said(desk: Desk, monkeypatch: MonkeyPatch) -> None:
    """It is no longer listed, and shows after the next publication."""
    monkeypatch.setattr("register.review.recording.LOCK_SECONDS", 0.1)
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    with turn(desk.home / "snapshot.lock", Deadline(60)):
        answer = await desk.send(address, form | {"verdict": "reject", "who": "desk"})
    shown = await desk.browser.get(answer.headers["location"])
    assert "after the next publication" in shown.text
    assert desk.rows(DECIDED) == []
    listed = BeautifulSoup((await desk.browser.get("/review")).text, "html.parser")
    assert [row for row in listed.select(".waiting li") if "A/RES/80/1" in row.text] == []
    publish(desk.home)
    assert desk.rows(DECIDED) == [("is_mandate", "no", "desk", "")]


async def test_a_decision_is_taken_back(desk: Desk) -> None:
    """What held before holds again; that is a decision, too, and the thing waits again."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    ((key,),) = desk.rows(KEY.format("A/RES/80/1"))
    answer = await desk.send(address, form | {"verdict": "correct", "who": "desk", "type": "budget"})
    done = form_of((await desk.browser.get(answer.headers["location"])).text, ".done form")
    answer = await desk.send(address, done)
    assert answer.status_code == 303
    shown = await desk.browser.get(answer.headers["location"])
    assert "Your decision was taken back" in shown.text
    assert desk.rows(f"SELECT field, value FROM current_decisions WHERE task_key = '{key}'") == [("type", None)]
    assert ("A/RES/80/1",) in desk.rows(WAITING)
    decide(desk.home, key, "type", "convening")
    publish(desk.home)
    form = form_of((await desk.browser.get(address)).text)
    answer = await desk.send(address, form | {"verdict": "correct", "who": "desk", "type": "budget"})
    done = form_of((await desk.browser.get(answer.headers["location"])).text, ".done form")
    await desk.send(address, done)
    assert desk.rows("SELECT value FROM current_decisions WHERE field = 'type'") == [("convening",)]


async def test_nobody_takes_back_what_somebody_decided_since(desk: Desk) -> None:
    """It is shown instead."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/1")
    ((key,),) = desk.rows(KEY.format("A/RES/80/1"))
    answer = await desk.send(address, form | {"verdict": "correct", "who": "desk", "type": "budget"})
    done = form_of((await desk.browser.get(answer.headers["location"])).text, ".done form")
    decide(desk.home, key, "type", "convening")
    answer = await desk.send(address, done)
    assert answer.status_code == 409
    publish(desk.home)
    assert desk.rows("SELECT value FROM current_decisions WHERE field = 'type'") == [("convening",)]


async def test_hostile_words_are_shown_as_words(desk: Desk) -> None:
    """Of documents, of decisions, and of the form itself."""
    await desk.enter()
    address, form = await desk.item("A/RES/80/2")
    answer = await desk.send(
        address, form | {"verdict": "correct", "who": HOSTILE, "why": HOSTILE, "addressee": HOSTILE}
    )
    pages = [answer, await desk.browser.get(answer.headers["location"]), await desk.browser.get(address)]
    wrong = await desk.send(address, form_of(pages[-1].text) | {"who": HOSTILE, "why": f"</textarea>{HOSTILE}"})
    for page in (*pages, wrong):
        assert "<script>alert" not in page.text
        assert "onerror=alert(2)>" not in page.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in wrong.text
    assert form_of(wrong.text)["why"] == f"</textarea>{HOSTILE}"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_kind_is_shown_in_every_language(
    settings_of_a_desk: Settings, lived_home: Path, language: str
) -> None:
    """A text, a clause, an earlier decision whose task has other words, and a deadline of which nothing is known."""
    home = lived_home
    recorded(home, 50, doubtful(entry("A/RES/80/7")), unread("A/RES/80/8"), reading(FORMER))
    ((key,),) = query(home, "SELECT task_key FROM tasks WHERE quote LIKE '%northern coast%' AND verb = 'Requests'").rows
    decide(home, key, "state", "done")
    recorded(home, 51, reading(FORMER.replace("the lamps of the northern coast", "horns")))
    access = Access()
    app = create_app(settings_of_a_desk, access=access)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as browser,
    ):
        await browser.get(access.link(HERE))
        listed = await browser.get("/review", params={"lang": language})
        addresses = [str(a["href"]) for a in BeautifulSoup(listed.text, "html.parser").select(".waiting a")]
        assert {address.partition("what=")[2].partition("&")[0] for address in addresses} >= {
            "text",
            "clause",
            "decision",
        }
        for address in addresses:
            answer = await browser.get(address)
            assert answer.status_code == 200
            assert f'<html lang="{language}">' in answer.text


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "register.example.org"])  # noqa: S104 - refused
def test_review_is_for_this_machine_only(home: Path, host: str) -> None:
    """Whatever else was allowed."""
    done = CliRunner().invoke(cli, ["register", "--review", "--without-login", "--host", host])
    assert done.exit_code == 2
    assert "only on this machine" in done.output


def test_serve_has_no_review(home: Path) -> None:
    """Its log would keep the link."""
    done = CliRunner().invoke(cli, ["serve", "--review"])
    assert done.exit_code == 2
    assert "mandates register --review" in done.output
