"""The newest texts with their clauses and mandates, found by keys alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.ledger import made
from tests.warehouse.made import batch, entry
from warehouse.ledger import asked
from warehouse.links import acts, newest
from warehouse.links.newest import newest_versions
from warehouse.load import keyed
from warehouse.load.arrivals import among
from warehouse.load.keyed import asker, mandates_of
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import duckdb

    from warehouse.model import Recorded

    Record = Callable[..., Recorded]
    Rows = Callable[..., list[tuple[Any, ...]]]

FORMER = "1. Requests the harbour of Aden to report;\n2. Welcomes the lamps;\n"
LATER = "1. Requests the harbour of Aden to report;\n2. Requests the harbour of Faro to report;\n"
_MANDATES = "SELECT clause_id, mandate_id FROM mandates WHERE {condition}"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse of two thousand documents."""
    with session(made(tmp_path_factory.mktemp("many"), 2_000)) as connection:
        yield connection


@pytest.mark.parametrize("kind", ["resolution", "report"])
def test_acts_and_other_documents_are_found_alike(home: Path, recorded: Record, rows: Rows, kind: Any) -> None:
    """The version that is shown today, and the clauses and mandates of that alone."""
    recorded(batch(0, entry("A/80/1", words=FORMER, kind=kind)))
    recorded(batch(1, entry("A/80/1", words=LATER, kind=kind)))
    ((document, version),) = rows("SELECT document_id, version_id FROM current_versions")
    with session(home) as connection:
        found = newest.newest(connection, [document])
        assert found.versions == newest_versions(connection, [document]) == {document: version}
        mandates = mandates_of(asker(connection), _MANDATES, found.clauses)
    assert len(rows("SELECT 1 FROM acts")) == (kind == "resolution")
    wanted = rows(f"SELECT clause_id, mandate_id FROM mandates WHERE version_id = '{version}'")
    assert len(wanted) == 2
    assert sorted(mandates) == sorted(wanted)


def test_all_mandates_of_a_clause_are_found(many: duckdb.DuckDBPyConnection) -> None:
    """A clause may ask for several things."""
    many.execute("BEGIN TRANSACTION")
    ((clause, count),) = many.execute("SELECT any_value(clause_id), count(*) FROM mandates").fetchall()
    for place in (2, 3):
        many.execute(
            "INSERT INTO mandates SELECT * REPLACE (clause_id || ':' || ? AS mandate_id) FROM mandates "
            "WHERE mandate_id = ?",
            [place, f"{clause}:1"],
        )
    found = mandates_of(asker(many), _MANDATES, [clause])
    many.execute("ROLLBACK")
    assert count == 4_000
    assert [mandate for _, mandate in found] == [f"{clause}:{place}" for place in (1, 2, 3)]


def test_an_act_goes_back_to_a_former_text_with_its_publisher(recorded: Record, rows: Rows) -> None:
    """No version is new then, yet another one is shown."""
    for place, words in enumerate((FORMER, LATER, FORMER)):
        recorded(batch(place, entry(words=words)))
    shown = rows("SELECT version_id FROM sightings")
    assert len(rows("SELECT 1 FROM versions")) == 2
    assert rows("SELECT version_id FROM acts") == shown
    assert rows("SELECT DISTINCT split_part(unnest(clauses), ':', 1) FROM acts") == shown


@pytest.mark.parametrize(
    ("statement", "column", "key"),
    [
        (asked._ASKING, "document_id", "documents"),
        (acts._DOCUMENTS, "document_id", "documents"),
        (keyed._OF_ACTS, "document_id", "acts"),
        (_MANDATES, "mandate_id", "mandates"),
    ],
)
def test_what_a_new_document_looks_for_is_looked_up(
    many: duckdb.DuckDBPyConnection, statement: str, column: str, key: str
) -> None:
    """DuckDB reads a column whole where a second condition is beside that on the key, and says so in its plan."""
    keys = [row[0] for row in many.execute(f"SELECT {column} FROM {key} LIMIT 3").fetchall()]
    condition, parameters = among(column, keys)
    ((_, plan),) = many.execute("EXPLAIN ANALYZE " + statement.format(condition=condition), parameters).fetchall()
    assert "Index Scan" in plan
    assert "Sequential Scan" not in plan
