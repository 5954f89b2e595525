"""Where rows lie in a snapshot: pages are the same with and without it, whenever and in whichever order rows came."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from register.pages.document import sheet
from tests.register.test_document import LIT, OIL, REPORT, ids, recorded
from tests.warehouse.asking import resolution
from tests.warehouse.made import report
from warehouse.query.opening import one_look
from warehouse.query.places import knowing, places_of, within
from warehouse.query.queries import query

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
                assert within(lived_in, "versions", "document_id", document_id).startswith(" AND versions.rowid")
                assert sheet(lived_in, document_id) == plain
            assert plain is not None
    sql = "SELECT count(*) FROM versions JOIN documents USING (document_id) WHERE symbol = 'A/RES/80/901'"
    assert query(lived_in, sql).rows == [(2,)]


def test_what_is_not_there_is_not_looked_for_and_what_is_no_key_is(lived_in: Path) -> None:
    """A name made up by a reader narrows nothing, and reaches no query."""
    with one_look(lived_in):
        places = places_of(lived_in, lambda: True)
        with knowing(lived_in, places):
            assert within(lived_in, "versions", "document_id", "0" * 64) == " AND false"
            for name in ("nothing", "0x", "", "12", "' OR 1=1 --", "é" * 64):
                assert within(lived_in, "versions", "document_id", name) == ""
                assert sheet(lived_in, name) is None
        assert within(lived_in, "versions", "document_id", "0" * 64) == ""


def test_it_stops_where_the_snapshot_was_replaced(lived_in: Path) -> None:
    """Nobody would use it, and the file should be let go."""
    assert places_of(lived_in, lambda: False) == {}
