"""What waits for a decision: worked out in pieces, for one key, or as the view has it, always the same."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.warehouse.decided import decided
from warehouse.model import SlowQueryError
from warehouse.query.lending import lent, shared
from warehouse.query.opening import opened
from warehouse.query.queries import query
from warehouse.review import waiting
from warehouse.review.case import Name, case_published
from warehouse.review.uncertain import uncertain
from warehouse.review.waiting_list import LISTED, Listing, listing
from warehouse.store.database import session
from warehouse.store.snapshot import publish, snapshot_path

if TYPE_CHECKING:
    from collections.abc import Collection

    from _pytest.monkeypatch import MonkeyPatch

    from warehouse.review.uncertain import Uncertain

MEMORY_BYTES = 250_000_000
KINDS = ("text", "clause", "decision", "ledger")
# What was seen long ago may be undecided today.
DOUBTS = (
    "UPDATE documents SET first_seen = TIMESTAMPTZ '1999-01-01 00:00Z'",
    "UPDATE clauses SET confidence = 0.6, review = ['the clause goes on'] WHERE position % 2 = 1 OR NOT is_mandate",
    "UPDATE analyses SET reading = 'partial', reasons = ['no end'] WHERE hash(version_id) % 2 = 0",
    "DELETE FROM source_kinds",
)


def nothing(_snapshot: str) -> Collection[Name]:
    """Nothing was decided meanwhile."""
    return ()


@pytest.fixture(scope="module")
def made(chronicle: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which something of each kind waits, and some of it is decided."""
    lived = Path(shutil.copytree(chronicle, tmp_path_factory.mktemp("unsure"), dirs_exist_ok=True))
    with session(lived) as live:
        for statement in DOUBTS:
            live.execute(statement)
    publish(lived)
    tasks = [row[0] for row in query(lived, "SELECT task_key FROM ledger ORDER BY symbol, number").rows]
    clauses = "SELECT clause_key FROM clauses WHERE NOT is_mandate AND len(review) > 0 ORDER BY clause_id"
    ((silent,), *_) = query(lived, clauses).rows
    ((document,),) = query(lived, "SELECT min(key) FROM to_review WHERE what = 'text'").rows
    said = [
        (tasks[0], "type", "convening"),
        (tasks[1], "state", "open"),
        (tasks[2], "is_mandate", "no"),
        (tasks[3], "addressee", "the Registrar"),
        (tasks[4], "note", "asked by telephone"),
        (silent, "is_mandate", "yes"),
        (document, "reviewed", "yes"),
        ("gone:request:1", "type", "convening"),
    ]
    decided(lived, said)
    return lived


@pytest.fixture
def unsure(home: Path, made: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(made, home))


def viewed(home: Path) -> tuple[Uncertain, ...]:
    """As the view has it."""
    with opened(snapshot_path(home)) as snapshot:
        return uncertain(snapshot)


@pytest.mark.parametrize("size", [1, 3, 20_000])
def test_in_pieces_it_is_what_the_view_has(unsure: Path, monkeypatch: MonkeyPatch, size: int) -> None:
    """The same rows of each kind in the same order, however many are read at a time."""
    monkeypatch.setattr(waiting, "PIECE_ROWS", size)
    monkeypatch.setattr(waiting, "_PLACE_ROWS", 1)
    view = viewed(unsure)
    assert {row.what for row in view} == {*KINDS}
    listed = listing(unsure, nothing)
    assert listed.rows(0, len(view) + 1) == view
    assert listed.length == len(view)
    assert listed.counts == {kind: sum(row.what == kind for row in view) for kind in KINDS}


def test_a_page_and_a_kind_are_parts_of_it(unsure: Path) -> None:
    """Some rows from a place on, of all or of one kind."""
    view = viewed(unsure)
    assert listing(unsure, nothing).rows(2, 3) == view[2:5]
    for kind in KINDS:
        narrowed = listing(unsure, nothing, kind)
        ours = tuple(row for row in view if row.what == kind)
        assert (narrowed.rows(1, 2), narrowed.length) == (ours[1:3], len(ours))
        assert narrowed.counts.total() == len(view)


def test_each_thing_leads_to_the_next(unsure: Path) -> None:
    """The last one to the first, and one that is not listed, too; what was decided meanwhile is passed over."""
    names = list(dict.fromkeys(Name(row.what, row.key, row.field) for row in viewed(unsure)))
    listed = listing(unsure, nothing)
    assert [listed.after(name) for name in names] == [*names[1:], names[0]]
    assert listed.after(Name("clause", "none")) == names[0]
    passed = listing(unsure, lambda _: names[1:3])
    assert passed.after(names[0]) == names[3]
    assert passed.counts.total() < listed.counts.total()
    texts = listing(unsure, nothing, "text")
    assert texts.after(Name("clause", "none")) == next(name for name in names if name.what == "text")
    assert replace(listed, settled=names[1:]).after(names[0]) is None


def test_one_case_is_what_the_view_has_of_it(unsure: Path) -> None:
    """Whatever waits, with all decisions about it, and what waits no longer."""
    view = viewed(unsure)
    for name in dict.fromkeys(Name(row.what, row.key, row.field) for row in view):
        case = case_published(unsure, name)
        assert sorted(map(repr, case.waiting)) == sorted(
            repr(row) for row in view if Name(row.what, row.key, row.field) == name
        )
    held = query(unsure, "SELECT task_key, field, value FROM current_decisions ORDER BY ALL").rows
    found = {(each.task_key, each.field, each.value) for key, *_ in held for each in _held(unsure, key)}
    assert sorted(found) == held


def _held(home: Path, key: str) -> tuple[object, ...]:
    return case_published(home, Name("clause", key)).decided


def test_the_list_before_is_shown_while_the_next_one_is_worked_out(unsure: Path, monkeypatch: MonkeyPatch) -> None:
    """It says of which snapshot it is; the next one has what was decided."""
    with shared(snapshot_path(unsure), memory_bytes=MEMORY_BYTES) as snapshot, lent(unsure, snapshot):
        former = snapshot.stamp
        first, *_ = listing(unsure, nothing, "text").rows(0, 1)
    decided(unsure, [(first.key, "reviewed", "yes")])
    asked: list[str] = []
    monkeypatch.setattr(LISTED, "fresh_seconds", 0.0)
    with shared(snapshot_path(unsure), memory_bytes=MEMORY_BYTES) as snapshot:
        with lent(unsure, snapshot):
            assert first in listing(unsure, lambda which: asked.append(which) or (), "text").rows(0, 9)
        for coming in list(LISTED.coming.values()):
            coming.result()
        with lent(unsure, snapshot):
            assert first not in listing(unsure, lambda which: asked.append(which) or (), "text").rows(0, 9)
        assert asked == [former, snapshot.stamp]


def test_who_comes_first_is_asked_to_come_again(unsure: Path, monkeypatch: MonkeyPatch) -> None:
    """There is no list before to be shown."""
    monkeypatch.setattr(LISTED, "first_seconds", 0.0)
    with shared(snapshot_path(unsure), memory_bytes=MEMORY_BYTES) as snapshot:
        with pytest.raises(SlowQueryError, match="list of what waits"), lent(unsure, snapshot):
            listing(unsure, nothing)
        for coming in list(LISTED.coming.values()):
            coming.result()
        with lent(unsure, snapshot):
            assert isinstance(listing(unsure, nothing), Listing)
