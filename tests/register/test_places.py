"""Where rows lie in a snapshot: pages are the same with and without it, whenever and in whichever order rows came."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from register.pages.document import sheet
from tests.register.test_document import LIT, OIL, REPORT, ids, recorded
from tests.warehouse.asking import resolution
from tests.warehouse.decided import decided
from tests.warehouse.made import report
from warehouse.pages.ties import Cut
from warehouse.query.opening import one_look
from warehouse.query.places import has_none, knowing, near, places_of
from warehouse.query.queries import query
from warehouse.store.database import session
from warehouse.store.snapshot import publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lived_in(home: Path) -> Path:
    """Three documents, of which the first was shown again with another text after the others had come."""
    first, other = resolution(LIT, REPORT), resolution(OIL, symbol="A/RES/80/902", title="Oil")
    paper = report("A/81/1", "A/RES/80/901")
    recorded(home, (first,), (other, paper), (resolution(REPORT, LIT, OIL),))
    return home


def test_a_page_is_the_same_with_and_without_it(lived_in: Path) -> None:
    """Versions and clauses of one document lie apart where others came in between."""
    with one_look(lived_in):
        places = places_of(lived_in, lambda: True)
        for document_id in ids(lived_in).values():
            plain = sheet(lived_in, document_id)
            with knowing(lived_in, places):
                assert near(lived_in, "versions", "document_id", document_id).startswith("(FROM versions WHERE rowid")
                assert sheet(lived_in, document_id) == plain
            assert plain is not None
    sql = "SELECT count(*) FROM versions JOIN documents USING (document_id) WHERE symbol = 'A/RES/80/901'"
    assert query(lived_in, sql).rows == [(2,)]


def test_what_people_decided_and_what_was_left_out_is_shown_all_the_same(lived_in: Path) -> None:
    """Most documents have neither, so their pages do not ask; this one's does."""
    ((task,),) = query(lived_in, "SELECT task_key FROM current_mandates ORDER BY task_key LIMIT 1").rows
    decided(lived_in, [(task, "type", "convening")])
    ((document_id,),) = query(lived_in, f"SELECT document_id FROM mandates WHERE task_key = '{task}' LIMIT 1").rows
    with session(lived_in) as live:
        cut = ["cut", document_id, "texts", None, 20, 3, datetime(2026, 11, 2, tzinfo=UTC)]
        live.execute("INSERT INTO comparisons_cut VALUES (?, ?, ?, ?, ?, ?, ?)", cut)
    publish(lived_in)
    with one_look(lived_in):
        places = places_of(lived_in, lambda: True)
        plain = sheet(lived_in, document_id)
        assert plain is not None
        assert plain.ties.cuts == (Cut("texts", 20, 3),)
        assert any(task.is_decided for each in plain.margins.values() for task in each.asked)
        with knowing(lived_in, places):
            assert sheet(lived_in, document_id) == plain
            assert has_none(lived_in, "decisions", "document_id", "0" * 64)
            assert not has_none(lived_in, "comparisons_cut", "document_id", document_id)
        assert not has_none(lived_in, "decisions", "document_id", "0" * 64)


def test_what_is_not_there_is_not_looked_for_and_what_is_no_key_is(lived_in: Path) -> None:
    """A name made up by a reader narrows nothing, and reaches no query."""
    with one_look(lived_in):
        places = places_of(lived_in, lambda: True)
        with knowing(lived_in, places):
            assert query(lived_in, f"FROM {near(lived_in, 'versions', 'document_id', '0' * 64)}").rows == []
            for name in ("nothing", "0x", "", "12", "' OR 1=1 --", "é" * 64):
                assert near(lived_in, "versions", "document_id", name) == "versions"
                assert sheet(lived_in, name) is None
        assert near(lived_in, "versions", "document_id", "0" * 64) == "versions"


def test_it_stops_where_the_snapshot_was_replaced(lived_in: Path) -> None:
    """Nobody would use it, and the file should be let go."""
    assert places_of(lived_in, lambda: False) == {}
