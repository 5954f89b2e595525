"""feedparser's own fixtures through the feed kind: no exception, no hang, entries as feedparser gives them.

The fixtures come with feedparser's source distribution and are never part of this project: `make feedparser-suite` puts
them into MANDATES_CACHE, else .venv/cache, where this test finds them. FEEDPARSER_SUITE names another folder.
"""

from __future__ import annotations

import os
import warnings
from importlib.metadata import version
from pathlib import Path

import pytest

from config.source_fields import Fields
from scrapers.kinds.feed_entries import parsed
from scrapers.kinds.feeds import read_feed
from scrapers.publication import ReadError

project = Path(__file__).parent.parent.parent


@pytest.fixture
def suite() -> list[Path]:
    """All XML fixtures."""
    cache = os.environ.get("MANDATES_CACHE") or project / ".venv" / "cache"
    folder = Path(os.environ.get("FEEDPARSER_SUITE") or Path(cache) / f"feedparser-{version('feedparser')}" / "tests")
    if not folder.is_dir():
        pytest.skip(f"needs the tests of feedparser's source distribution in {folder}: `make feedparser-suite`")
    return sorted(folder.rglob("*.xml"))


def test_all_fixtures_give_what_feedparser_gives(suite: list[Path]) -> None:
    """Each fixture's entries arrive with the titles, links and ids that feedparser finds."""
    import feedparser

    assert len(suite) >= 2106
    refused = 0
    for path in suite:
        raw = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = feedparser.parse(raw)
            found = parsed(raw, None)
        assert [_known(entry) for entry in found["entries"]] == [_known(entry) for entry in expected.entries], path
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                items = read_feed(raw, "http://example.org/feed", Fields())
        except ReadError:
            refused += 1
            assert not expected.entries, path
        else:
            assert len(items) == len(expected.entries), path
    # Fixtures that are no feed at all (an empty file, plain HTML) are named so; the rest is read.
    assert refused < len(suite) / 3


def _known(entry: object) -> tuple[str | None, ...]:
    return tuple(str(value) if (value := entry.get(key)) else None for key in ("title", "link", "id"))  # type: ignore[attr-defined]
