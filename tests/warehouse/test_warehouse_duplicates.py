"""Copies are linked; renewals, corrigenda, drafts and translations are not copies."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import PublishedOn
from tests.warehouse.made import batch, entry
from warehouse.links.similarity import fingerprint, likeness

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

links = "SELECT score, evidence FROM relations WHERE relation = 'near_duplicate'"
ports = ("Aden", "Bergen", "Cadiz", "Dakar", "Esbjerg", "Faro", "Genoa", "Haifa", "Izmir", "Jeddah", "Kiel", "Lagos")
words = "\n".join(
    f"{number}. Requests the harbour of {port} to report on arrivals by {number + 3} May and to keep the quay lit;"
    for number, port in enumerate(ports, 1)
)
winter = PublishedOn(date(2025, 12, 18), "day", "document")


def other(symbol: str | None = None, **more: Any) -> Entry:
    """The same text under another address."""
    return entry(symbol, url="https://example.org/another", title="Arrivals at harbours", words=words, **more)


@pytest.mark.parametrize("copy", [other(), other("E/2025/7"), other(published=None)])
def test_one_text_under_two_addresses_is_linked(recorded: Record, rows: Rows, copy: Entry) -> None:
    """Another address, a second symbol of the same days, or no date: one text, two documents, one link."""
    recorded(batch(0, entry(words=words)))
    recorded(batch(1, copy))
    ((score, evidence),) = rows(links)
    assert score == 1
    assert "the same words; " in evidence
    assert rows("SELECT count(*) FROM documents") == [(2,)]


def test_a_text_with_other_chrome_around_it_is_linked_with_its_likeness(recorded: Record, rows: Rows) -> None:
    """What a page adds lowers the score, which is shown."""
    recorded(batch(0, entry(words=words), other()))
    recorded(batch(1, entry(None, url="https://example.org/third", words="Home | Contact\n" + words + "\nImprint")))
    scores = [score for score, _ in rows(links + " ORDER BY score")]
    assert len(scores) == 3
    assert scores[-1] == 1
    assert all(0.9 < score < 1 for score in scores[:2])


@pytest.mark.parametrize(
    "unlike",
    [
        other("A/RES/81/1", session=81, published=PublishedOn(date(2026, 12, 17), "day", "document")),
        other("A/RES/79/1", session=79, published=None),
        other("A/RES/80/1/Corr.1"),
        other("A/C.3/80/L.4", stage="draft", body="UNGA-C3"),
        other(language="fr"),
        other(published=PublishedOn(date(2023, 12, 17), "day", "document")),
    ],
    ids=["renewal", "renewal without a date", "corrigendum", "draft", "translation", "another year without a symbol"],
)
def test_what_is_alike_by_nature_is_no_copy(recorded: Record, rows: Rows, unlike: Entry) -> None:
    """Symbol, session, stage, language and date count for more than the words."""
    recorded(batch(0, entry(words=words, published=winter)))
    recorded(batch(1, unlike))
    assert rows(links) == []


def test_recording_again_links_nothing_twice(recorded: Record, rows: Rows) -> None:
    """A pair has one link, however often it is seen and in whatever order."""
    recorded(batch(0, entry(words=words), other()))
    recorded(batch(1, other(), entry(words=words)))
    assert len(rows(links)) == 1


def test_short_texts_have_no_fingerprint() -> None:
    """A teaser is like many others and is compared with none."""
    assert set(fingerprint("Submitted by a harbour")) == {None}
    assert None not in fingerprint(words)


def test_likeness_is_the_share_of_runs_in_common() -> None:
    """Layout does not count; a changed sentence does; nothing in common is 0."""
    assert likeness(words, words.upper().replace("\n", "\n\n")) == 1
    assert 0.8 < likeness(words, words.replace("Bergen", "Narvik")) < 1
    assert likeness("a" * 30, "b" * 30) == 0
    assert likeness("short", "texts") == 0
