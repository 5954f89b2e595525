"""The register over a home, asked in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from register.app import create_app

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
