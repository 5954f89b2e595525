"""The register over a home, asked in this process."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from register.app import create_app
from tests.warehouse.chronicle import lived

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from config.settings import Settings


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
def chronicle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chronicle of three sessions in a home of its own, which tests copy: making it takes seconds."""
    return lived(tmp_path_factory.mktemp("chronicle"))


@pytest.fixture
def lived_home(home: Path, chronicle: Path) -> Path:
    """The test's home with the chronicle of three sessions, published."""
    return Path(shutil.copytree(chronicle, home, dirs_exist_ok=True))
