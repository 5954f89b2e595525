"""Fixtures of the alerts' tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.post_office import PostOffice

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A mail server, whose URL is in MAIL_URL."""
    with PostOffice() as served:
        monkeypatch.setenv("MAIL_URL", served.url)
        yield served
