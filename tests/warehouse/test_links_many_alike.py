"""A publisher of a thousand texts that are nearly the same: each is compared with a few, and what was left out is said.

Nothing here is timed: what is counted are comparisons.
"""

from __future__ import annotations

import random
import shutil
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from scrapers.publication import PublishedOn
from tests.warehouse.made import batch, entry
from warehouse.links import alignment, clause_links, duplicates, known_acts, near_acts, renewals
from warehouse.links.alignment import MOST_PAIRS, MOST_WORK, Work, left_out, steps
from warehouse.links.similarity import Texts, fingerprint
from warehouse.store.database import live_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from warehouse.model import Entry, Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

WORDS = (
    "harbour", "quay", "lamp", "keeper", "vessel", "night", "coast", "ferry", "fare", "winter", "storm", "light",
    "rope", "anchor", "pilot", "tide",
)  # fmt: skip
COPIES = "SELECT from_document, to_document, score FROM relations WHERE relation = 'near_duplicate' ORDER BY ALL"
CUTS = "SELECT compared, left_out, count(*) FROM comparisons_cut WHERE what = ? GROUP BY ALL ORDER BY ALL"


def words_of(seed: int, count: int) -> str:
    """So many words, always the same for a seed."""
    chance = random.Random(seed)  # noqa: S311 - not a secret
    return " ".join(chance.choice(WORDS) for _ in range(count))


def post(number: int, words: str) -> Entry:
    """A post without a symbol."""
    url = f"https://example.org/posts/{number}"
    return entry(None, url=url, title=f"Post {number}", words=words, stage=None, body=None, kind="news", session=None)


def act(number: int, title: str, *clauses: str, session: int, stage: Any = "adopted") -> Entry:
    """A resolution, or a draft of one."""
    numbered = "\n".join(f"{place}. {clause};" for place, clause in enumerate(clauses, 1))
    words = f"{title}\n\nThe Assembly,\nRecalling the sea,\n{numbered}\n"
    symbol = f"A/C.3/{session}/L.{number}" if stage == "draft" else f"A/RES/{session}/{number}"
    published = PublishedOn(date(1945 + session, 12, 1), "day", "document")
    return entry(symbol, title=title, words=words, session=session, published=published, stage=stage)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Count the calls of a function, which does what it does: a list with their number."""

    def _counted(owner: Any, name: str) -> list[int]:
        inner, calls = getattr(owner, name), [0]

        def outer(*arguments: Any, **named: Any) -> Any:
            calls[0] += 1
            return inner(*arguments, **named)

        monkeypatch.setattr(owner, name, outer)
        return calls

    return _counted


def test_each_text_is_compared_with_a_few_and_the_rest_is_written_down(
    recorded: Record, rows: Rows, counted: Callable[..., list[int]]
) -> None:
    """Of many texts that share all bands twenty are compared with each that arrives, however many there are."""
    most = duplicates.most_candidates
    compared = counted(Texts, "likeness")
    posts = [post(number, f"{words_of(1, 300)} {WORDS[number % 16]}") for number in range(2 * most + 3)]
    recorded(batch(0, *posts[: 2 * most]))
    assert compared[0] <= 2 * most * most
    assert rows(CUTS, ["texts"]) == [(most, most - 1, 2 * most)]
    compared[0] = 0
    recorded(batch(1, *posts[2 * most :]))
    assert 0 < compared[0] <= 3 * most
    assert rows(CUTS, ["texts"]) == [(most, most - 1, 2 * most), (most, most + 2, 3)]
    assert len(rows(COPIES)) <= (2 * most + 3) * most


def test_the_same_texts_in_another_order_give_the_same_links(
    recorded: Record, rows: Rows, home: Path, blank: Path
) -> None:
    """Which of many are compared depends on their days and keys, not on the order of their rows."""
    posts = [post(number, f"{words_of(1, 300)} {WORDS[number % 16]}") for number in range(30)]
    recorded(batch(0, *posts))
    found = rows(COPIES)
    shutil.copyfile(blank, live_path(home))
    recorded(batch(0, *reversed(posts)))
    assert found
    assert rows(COPIES) == found


def test_a_copy_is_found_among_many_that_have_less_in_common(recorded: Record, rows: Rows) -> None:
    """The text with all bands in common is compared, though twenty newer ones share a band."""
    words = words_of(2, 400)
    bands = set(fingerprint(words))
    alike: list[Entry] = []
    for seed in range(5_000):
        half = f"{words} {words_of(seed, 80)}"
        if 0 < len(bands & set(fingerprint(half))) < len(bands):
            alike.append(post(len(alike), half))
        if len(alike) > duplicates.most_candidates + 2:
            break
    original, copy = post(100, words), post(101, words.upper())
    recorded(batch(0, original))
    recorded(batch(1, *alike))
    recorded(batch(2, copy))
    ends = {copy.publication.document_id, original.publication.document_id}
    assert ends in [{later, earlier} for later, earlier, _ in rows(COPIES)]
    assert rows("SELECT count(*) FROM comparisons_cut WHERE document_id = ?", [copy.publication.document_id]) == [(1,)]


def test_a_text_that_is_like_few_others_again_has_no_row(recorded: Record, rows: Rows) -> None:
    """What was left out is said of the newest text of a document."""
    posts = [post(number, f"{words_of(1, 300)} {WORDS[number % 16]}") for number in range(25)]
    recorded(batch(0, *posts))
    assert rows(CUTS, ["texts"]) == [(20, 4, 25)]
    recorded(batch(1, post(3, words_of(9, 300))))
    assert rows(CUTS, ["texts"]) == [(20, 4, 24)]


@pytest.mark.parametrize("title", ["Care of boats", "Care of boats at sea in {}"])
def test_acts_with_one_title_cost_as_many_judgements_each(
    recorded: Record, counted: Callable[..., list[int]], monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    """Twice the acts of a title in one load are judged twice as often, not four times."""
    monkeypatch.setattr(known_acts, "MOST_ALIKE", 10)
    judged = counted(renewals, "renewal")
    calls = []
    # The first load finds nothing recorded.
    for number, count in enumerate((40, 40, 80)):
        judged[0] = 0
        first = 1 + 100 * number
        recorded(
            batch(
                number,
                *(
                    act(7, title.format(words_of(place, 2)), f"Requests {words_of(place, 30)}", session=place)
                    for place in range(first, first + count)
                ),
            )
        )
        calls.append(judged[0])
    assert 0 < calls[2] < 2.6 * calls[1]


def test_acts_that_are_not_compared_are_written_down(
    recorded: Record, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An act that renews none of the latest that are compared says how many there are beside them."""
    for module in (known_acts, near_acts):
        monkeypatch.setattr(module, "MOST_ALIKE", 3)
    acts = [
        act(7, f"Care of boats at sea in {WORDS[place]}", f"Requests {words_of(place, 60)}", session=60 + place)
        for place in range(8)
    ]
    recorded(batch(0, *acts[:7]))
    recorded(batch(1, acts[7]))
    found = rows(
        "SELECT compared, left_out FROM comparisons_cut WHERE what = 'series' AND document_id = ?",
        [acts[7].publication.document_id],
    )
    assert len(found) == 1
    assert sum(found[0]) == 7
    assert found[0][1] > 0


def test_many_drafts_with_one_title_are_linked_with_a_few(recorded: Record, rows: Rows) -> None:
    """Fifty drafts and fifty adopted texts of one session and title are not 2,500 links, and it is said."""
    clause = f"Requests {words_of(1, 30)}"
    drafts = [act(number, "Care of boats", clause, session=80, stage="draft") for number in range(1, 51)]
    adopted = [act(number, "Care of boats", clause, session=80) for number in range(1, 51)]
    recorded(batch(0, *drafts, *adopted))
    ((links,),) = rows("SELECT count(*) FROM relations WHERE relation = 'draft_of'")
    assert 0 < links <= 100 * (known_acts.MOST_DRAFTS + duplicates.most_candidates)
    assert rows(CUTS, ["drafts"]) == [(known_acts.MOST_DRAFTS, 50 - known_acts.MOST_DRAFTS, 100)]


def test_clauses_that_are_all_alike_are_compared_with_some() -> None:
    """Of two texts with thousands of clauses each is compared with so many that the pairs stay within a limit."""
    earlier, later = ([words_of(seed + 10_000 * side, 12) for seed in range(1_200)] for side in (0, 1))
    work = Work()
    found = steps(earlier, later, work=work)
    assert MOST_WORK - work.left <= (MOST_PAIRS + len(later)) * 12
    assert {step.change for step in found} <= {"same", "changed"}
    assert len({step.later for step in found}) == len(found)
    assert left_out(found, earlier, later) == 2 * (1_200 - len(found))


def test_few_clauses_are_compared_with_all() -> None:
    """Where all were compared, each clause has a step: what has no counterpart is new or dropped."""
    earlier, later = ([f"{words_of(seed + 10_000 * side, 12)} {seed} {side}" for seed in range(40)] for side in (0, 1))
    assert left_out(steps(earlier, later[:30]), earlier, later[:30]) == 0


def test_clauses_that_were_not_compared_are_written_down(
    recorded: Record, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither new nor dropped, but a row; a text that can be compared takes it away."""
    monkeypatch.setattr(clause_links, "MOST_WORK", 100)
    first = act(7, "Care of boats", *(f"Requests {words_of(seed, 30)}" for seed in range(8)), session=78)
    second = act(7, "Care of boats", *(f"Requests {words_of(seed + 50, 30)}" for seed in range(8)), session=79)
    recorded(batch(0, first, second))
    ((compared, left, ended),) = rows(
        "SELECT compared, left_out, other_document FROM comparisons_cut WHERE what = 'clauses'"
    )
    assert compared + left == 16
    assert left > 0
    assert ended == first.publication.document_id
    assert rows("SELECT count(*) FROM clause_links WHERE change IN ('new', 'dropped')") == [(0,)]
    monkeypatch.setattr(clause_links, "MOST_WORK", alignment.MOST_WORK)
    again = act(7, "Care of boats", f"Requests {words_of(0, 30)}", session=79)
    recorded(batch(1, replace(again, publication=replace(again.publication, url=second.publication.url))))
    assert rows(CUTS, ["clauses"]) == []
    assert rows("SELECT change, count(*) FROM clause_links GROUP BY ALL ORDER BY ALL") == [("dropped", 7), ("same", 1)]
