"""One count for one thing, whichever page, command or metric shows it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup

from tests.warehouse.asking import paper, resolution
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages.addressees import addressee_page, addressees_page
from warehouse.pages.bodies import bodies_page
from warehouse.pages.body import body_page
from warehouse.pages.home import home_page
from warehouse.query.condition import totals
from warehouse.query.counts import counted
from warehouse.query.queries import query
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

TWICE = "Requests the Secretary-General to report to it on lamps at its eighty-second and eighty-third sessions"
TWO_IN_ONE = "Requests the Secretariat to publish a list of piers, and requests the Bureau to hold a meeting on piers"
DRAFT = """Eighty-first session
Third Committee

Draft resolution

Buoys

The General Assembly,

1. Requests the Secretary-General to report on buoys by 1 June 2028;

2. Requests the Secretariat to publish a list of buoys by 1 June 2028.
"""


@pytest.fixture
def counted_home(home: Path) -> Path:
    """A mandate with two deadlines, a paragraph with two mandates, and a draft that proposes two."""
    adopted = resolution(TWICE, TWO_IN_ONE, symbol="A/RES/81/701", title="Lamps")
    draft = paper(DRAFT, symbol="A/C.3/81/L.70", title="Buoys", stage="draft", body="UNGA-C3")
    land(home, batch(0, adopted, draft))
    record(home, nobody)
    publish(home)
    return home


def test_mandates_are_counted_alike_everywhere(counted_home: Path) -> None:
    """Three mandates with four entries, and two that a draft proposes, which count nowhere else."""
    found = counted(counted_home)
    assert (found.mandates, found.proposed) == (3, 2)
    sums = totals(counted_home)
    assert (sums.mandates, sums.proposed) == (3, 2)
    rows = {each.body: each for each in bodies_page(counted_home).rows}
    assert {body: (each.mandates, each.proposed) for body, each in rows.items()} == {
        "UNGA": (3, 0),
        "UNGA-C3": (0, 2),
    }
    ((in_ledger, entries),) = query(counted_home, "SELECT count(DISTINCT task_key), count(*) FROM ledger").rows
    assert (in_ledger, entries) == (3, 4)
    assembly, committee = body_page(counted_home, "UNGA"), body_page(counted_home, "UNGA-C3")
    assert assembly is not None
    assert committee is not None
    assert sum(year.total for year in assembly.years) == 3
    assert sum(count for _, count in assembly.states) == 4
    assert (assembly.proposed, committee.proposed) == (2, 2)
    assert (assembly.documents, assembly.of_organs) == (2, 1)
    shown = {each.symbol: (each.mandates, each.is_draft) for each in home_page(counted_home, None, None).new}
    assert shown == {"A/RES/81/701": (3, False), "A/C.3/81/L.70": (2, True)}
    listed = addressees_page(counted_home).rows
    assert (sum(each.mandates for each in listed), sum(each.entries for each in listed)) == (3, 4)
    asked = addressee_page(counted_home, "un:secretary-general", ["open", "due_soon"])
    assert asked is not None
    assert (asked.addressee.mandates, asked.addressee.entries, asked.total) == (1, 2, 2)


async def test_pages_say_what_they_count(client: httpx.AsyncClient, counted_home: Path) -> None:
    """The same numbers, each with the word for what is counted."""
    documents = dict(query(counted_home, "SELECT symbol, document_id FROM documents").rows)
    expected = {
        "/": ("3 mandates", "2 mandates proposed"),
        f"/documents/{documents['A/RES/81/701']}": ("3 mandates in this text (in 2 paragraphs)",),
        f"/documents/{documents['A/C.3/81/L.70']}": ("2 mandates proposed in this draft",),
        "/search": ("Mandates: 4 entries",),
        "/health": ("Mandates 3 Mandates proposed in drafts 2",),
        "/bodies/UNGA": ("2 documents recorded, 1 of them of its organs", "2 mandates are proposed in drafts"),
        "/bodies/UNGA-C3": ("2 mandates are proposed in drafts", "What drafts propose becomes a mandate"),
        "/addressees/un:secretary-general": ("1 mandate in all, with 2 entries", "2 entries"),
    }
    for address, words in expected.items():
        answer = await client.get(address)
        said = re.sub(r"\s+", " ", BeautifulSoup(answer.text, "html.parser").get_text(" ", strip=True))
        for word in words:
            assert word in said.replace(" ,", ","), (address, word)


async def test_what_is_proposed_is_a_search_away(client: httpx.AsyncClient, counted_home: Path) -> None:
    """The number of proposed mandates leads to the drafts that propose them."""
    assert counted(counted_home).proposed
    for body in ("UNGA", "UNGA-C3"):
        page = BeautifulSoup((await client.get(f"/bodies/{body}")).text, "html.parser")
        link = page.find("a", string=re.compile("proposed in drafts"))
        assert link is not None
        found = (await client.get(str(link["href"]))).text
        assert "A/C.3/81/L.70" in found
        assert "A/RES/81/701" not in found
