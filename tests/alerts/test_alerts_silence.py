"""A digest with nothing to tell is not sent, unless nobody could look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from alerts.dispatch import dispatch
from tests.alerts.made_findings import document, put, subscribed
from warehouse.store.database import session

if TYPE_CHECKING:
    from pathlib import Path

    from config.subscriptions import Subscriptions

yaml = "targets: {desk: mailbox}\nsubscriptions:\n  daily: {targets: [desk], mode: daily, at: '07:00'}\n"
morning = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)


@pytest.fixture
def subscriptions(home: Path, tmp_path: Path) -> Subscriptions:
    """A daily digest, and a source that is asked every hour."""
    config = tmp_path / "config"
    loaded = subscribed(config, yaml)
    (config / "sources.yaml").write_text("- {id: gfmd, kind: files, path: x, every: 1h}\n", encoding="utf-8")
    put(home, loaded, [])
    return loaded


def read(home: Path, at: datetime | None) -> None:
    with session(home) as connection:
        connection.execute(
            "INSERT INTO sources (source_id, state, failures, last_success, last_crawl, notes)"
            " VALUES ('gfmd', 'failing', 3, ?, ?, MAP {})",
            [at, at or morning],
        )


def sent(home: Path, loaded: Subscriptions, at: datetime) -> list[str]:
    return [row.subject for row in dispatch(home, loaded, now=lambda: at).rows]


def test_unread_sources_make_a_digest(home: Path, subscriptions: Subscriptions) -> None:
    """When a source was not read for days, the digest goes out with nothing but that, once a day."""
    read(home, morning - timedelta(days=3))
    assert sent(home, subscriptions, morning) == ["Daily digest: 1 source needs attention"]
    assert sent(home, subscriptions, morning + timedelta(hours=5)) == []
    (mail,) = (home / "mail" / "desk").iterdir()
    assert "gfmd: last checked 19 November 2026" in mail.read_text(encoding="utf-8")
    assert len(sent(home, subscriptions, morning + timedelta(days=1))) == 1


@pytest.mark.parametrize("last", [morning - timedelta(hours=3), None])
def test_silence_is_silent_when_all_is_well(home: Path, subscriptions: Subscriptions, last: datetime | None) -> None:
    """A source that was read, or one that never was yet, makes no digest by itself."""
    read(home, last)
    assert sent(home, subscriptions, morning) == []


def test_a_digest_with_news_is_enough(home: Path, subscriptions: Subscriptions) -> None:
    """Where there is a digest anyway, the unread sources stand in it and no second one goes out."""
    read(home, morning - timedelta(days=3))
    put(home, subscriptions, [document(1)], morning - timedelta(hours=8))
    assert sent(home, subscriptions, morning) == ["Daily digest: 1 new mandate"]
    assert sent(home, subscriptions, morning + timedelta(hours=1)) == []
