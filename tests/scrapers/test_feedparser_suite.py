"""feedparser's own fixtures through the feed kind: no exception, no hang, entries as feedparser gives them.

The fixtures come with feedparser's source distribution and are never part of this project. To run this test:

    pip download --no-deps --no-binary :all: feedparser==6.0.14 -d /tmp/feedparser
    tar xzf /tmp/feedparser/feedparser-6.0.14.tar.gz -C /tmp/feedparser
    FEEDPARSER_SUITE=/tmp/feedparser/feedparser-6.0.14/tests python -m pytest tests/scrapers/test_feedparser_suite.py
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pytest

from config.source_blocks import Fields
from scrapers import feed_process
from scrapers.feeds import read_feed
from scrapers.publication import ReadError


@pytest.fixture
def suite() -> list[Path]:
    """All XML fixtures."""
    folder = os.environ.get("FEEDPARSER_SUITE")
    if folder is None:
        pytest.skip(
            "needs FEEDPARSER_SUITE, the tests of feedparser's source distribution (see this module's docstring)"
        )
    return sorted(Path(folder).rglob("*.xml"))


def test_all_fixtures_give_what_feedparser_gives(suite: list[Path]) -> None:
    """Each fixture's entries arrive from the other process with the titles, links and ids that feedparser finds."""
    import feedparser

    assert len(suite) >= 2106
    refused = 0
    for path in suite:
        raw = path.read_bytes()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            expected = feedparser.parse(raw)
        found = feed_process.shared.parse(raw)
        assert [_known(entry) for entry in found["entries"]] == [_known(entry) for entry in expected.entries], path
        try:
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
