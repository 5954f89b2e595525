"""The list of addressees and what one of them owes, over the chronicle of three sessions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from register.pages.addressees import SHOWN
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, nobody
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.pages.addressees import MANDATE_ROWS, addressee_page, addressees_page
from warehouse.query.queries import query
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path

    import httpx

SECRETARY = "un:secretary-general"
_OWED = f"SELECT state, count(*) FROM ledger WHERE addressee_id = '{SECRETARY}' GROUP BY state"


async def test_the_list_has_everybody_who_is_asked(client: httpx.AsyncClient, lived_home: Path) -> None:
    """Those with the most mandates first, with the counts of the ledger."""
    first, second = addressees_page(lived_home).rows
    states = dict(query(lived_home, _OWED).rows)
    assert (first.addressee_id, first.name) == (SECRETARY, "the Secretary-General")
    assert (first.overdue, first.answered) == (states["overdue"], states["answered"])
    assert second.mandates <= first.mandates
    assert f'href="/addressees/{SECRETARY}"' in (await client.get("/addressees")).text


async def test_a_part_of_the_name_finds_an_addressee(client: httpx.AsyncClient, lived_home: Path) -> None:
    """Upper and lower case alike; nothing found is said with the words."""
    found = (await client.get("/addressees", params={"name": "MARITIME"})).text
    assert "international-maritime-organization" in found
    assert SECRETARY not in found
    nothing = (await client.get("/addressees", params={"name": "<b>nobody</b>"})).text
    assert "&lt;b&gt;nobody&lt;/b&gt;" in nothing
    assert "<b>nobody" not in nothing


@pytest.mark.parametrize("show", SHOWN)
async def test_each_list_has_the_mandates_of_its_states(client: httpx.AsyncClient, lived_home: Path, show: str) -> None:
    """As many as the ledger has in them."""
    expected = sum(count for state, count in query(lived_home, _OWED).rows if state in SHOWN[show])
    page = (await client.get(f"/addressees/{SECRETARY}", params={"show": show})).text
    assert page.count('<article class="task">') == expected


def test_no_state_is_left_out() -> None:
    """What is owed, answered or over are all states that the ledger has."""
    states = {state for states in SHOWN.values() for state in states}
    assert len(states) == 10


async def test_a_long_list_is_paged(client: httpx.AsyncClient, home: Path) -> None:
    """No mandate twice, and none left out."""
    reports = [
        f"Requests the Secretary-General to submit a report on lamp {n} by {1 + n} May 2031"
        for n in range(MANDATE_ROWS + 5)
    ]
    land(home, batch(0, resolution(*reports)))
    record(home, nobody)
    publish(home)
    first = await client.get(f"/addressees/{SECRETARY}")
    second = await client.get(f"/addressees/{SECRETARY}", params={"page": 2})
    assert f'rel="next" href="/addressees/{SECRETARY}?page=2"' in first.text
    lamps = [re.findall(r"lamp (\d+) by", page.text) for page in (first, second)]
    assert [len(each) for each in lamps] == [MANDATE_ROWS, 5]
    assert [int(n) for each in lamps for n in each] == list(range(MANDATE_ROWS + 5))


@pytest.mark.parametrize("name", ["nobody", "un:secretary", "%25", "un:*", "a/b", "' OR 1=1"])
async def test_only_the_whole_id_is_an_addressee(client: httpx.AsyncClient, lived_home: Path, name: str) -> None:
    """Parts and patterns of an id find no page."""
    assert addressee_page(lived_home, name, SHOWN["owed"]) is None
    assert (await client.get(f"/addressees/{name}")).status_code == 404


@pytest.mark.parametrize("asked", [{"page": "0"}, {"page": "-1"}, {"page": "x"}, {"page": "9" * 60}, {"show": "all"}])
async def test_bad_values_of_an_address_are_passed_over(
    client: httpx.AsyncClient, lived_home: Path, asked: dict[str, str]
) -> None:
    """The page is the first one, or that of what is owed."""
    answer = await client.get(f"/addressees/{SECRETARY}", params=asked)
    assert answer.status_code == 200
    assert "What is owed" in answer.text
