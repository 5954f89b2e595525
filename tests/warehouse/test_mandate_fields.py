"""A mandate's fields: one table, from which batch files and inserts are made, and the columns that analysts see."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from warehouse.findings.clause_rows import MandateRow
from warehouse.findings.finding import ClauseFacts
from warehouse.load import mandate_fields
from warehouse.store.database import session

if TYPE_CHECKING:
    from pathlib import Path


def test_every_field_is_a_column_with_a_comment(home: Path) -> None:
    """The table `mandates` has exactly the fields and the names that a mandate is known by, each explained."""
    with session(home) as connection:
        columns = connection.execute(
            "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'mandates' AND database_name = 'live'"
        ).fetchall()
    written = mandate_fields.INSERT.partition("SELECT ")[2].partition(" FROM")[0].replace('"', "").split(", ")
    assert sorted(name for name, _ in columns) == sorted(written)
    assert [name for name, comment in columns if not comment] == []
    assert {field.name for field in mandate_fields.FIELDS} <= set(written)


def test_what_messages_say_are_fields_of_the_table() -> None:
    """The rows that findings are made of, and what findings say of a mandate, have no name of their own for a field."""
    known = {field.name for field in mandate_fields.STRUCT} | {"task_key"}
    assert {field.name for field in fields(MandateRow)} - {"deadlines"} <= known
    of_a_clause = {"clause_id", "number", "page", "review", "deadlines"}
    by_a_person = {"responsible"}
    assert {field.name for field in fields(ClauseFacts)} - of_a_clause - by_a_person <= known
