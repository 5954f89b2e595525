"""The register over a home, asked in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from register.app import create_app
from tests.register.furnished import Furnished, furnished
from tests.register.running import running
from tests.register.screens import DESK
from tests.register.test_document import LIT, REPORT
from tests.register.test_pages import HOSTILE
from tests.warehouse.asking import resolution
from tests.warehouse.made import batch, entry, nobody, text
from tests.warehouse.test_warehouse_review import doubtful, unread
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.query.queries import query
from warehouse.store.snapshot import publish
from website.chromium import page

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from config.settings import Settings
    from website.chromium import Page


@pytest.fixture(scope="module")
def fog_horns(chronicle: Path) -> tuple[str, str, str]:
    """The document, the clause and the task that ask for a report on fog horns."""
    sql = """
    SELECT document_id, clause_key, task_key FROM mandates JOIN clauses USING (clause_id, document_id)
    WHERE mandates.quote LIKE '%fog horns%'"""
    ((document, clause, task),) = query(chronicle, sql).rows
    return document, clause, task


@pytest.fixture(autouse=True)
def _patient(patient_register: None) -> None:
    pass


@pytest.fixture
async def client(settings_of_a_desk: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the register of the test's home, which may be filled before or between two questions."""
    app = create_app(settings_of_a_desk)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as made,
    ):
        yield made


@pytest.fixture(scope="session")
def doubtful_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A text that could not be read, and two doubtful clauses, in a home that tests copy."""
    home = tmp_path_factory.mktemp("doubtful")
    bay = entry("A/RES/80/2", title=HOSTILE, words=text.replace("sea", "bay"))
    land(home, batch(0, doubtful(entry()), doubtful(bay, "3", 0.85), unread("A/RES/80/3", title="Beacons")))
    record(home, nobody)
    publish(home)
    return home


@pytest.fixture(scope="session")
def lit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a resolution whose request was reworded, and one whose title is hostile."""
    home = tmp_path_factory.mktemp("lit")
    hostile = resolution(REPORT, symbol="A/RES/80/902", title=HOSTILE)
    reworded = REPORT.replace("fog horns", "bells")
    for number, entries in enumerate(((resolution(LIT, REPORT), hostile), (resolution(LIT, reworded),))):
        land(home, batch(number, *entries))
        record(home, nobody)
    publish(home)
    return home


@pytest.fixture(scope="session")
def furniture(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """A home in which every kind of page has something to show."""
    return furnished(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="module")
def house(furniture: Furnished) -> Iterator[str]:
    """The address of its register, in a process of its own."""
    with running(furniture.home) as address:
        yield address


@pytest.fixture(scope="module")
def register(lit: Path) -> Iterator[str]:
    """The address of its register, in a process of its own."""
    with running(lit) as address:
        yield address


@pytest.fixture(scope="module")
def opened() -> Iterator[Page]:
    """One browser for all tests of a module."""
    with page(DESK, settled=0.0) as made:
        yield made


@pytest.fixture
def shown(opened: Page) -> Iterator[Page]:
    """The browser that a module opened: a light screen of a desk, with scripts, before and after each test."""
    opened.resize(DESK)
    opened.emulate()
    yield opened
    opened.resize(DESK)
    opened.emulate()
    opened.forget()
