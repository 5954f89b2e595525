"""The project's own views over the exported tables, which readers get as `views.sql`."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from warehouse.export.tables import FLAT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from warehouse.export.manifest import TableFiles

NAME = "views.sql"
_SCHEMA = "SELECT sha256(string_agg(sha256 ORDER BY version)) FROM snapshot.migrations"
_VIEWS = "SELECT view_name, sql FROM duckdb_views() WHERE NOT internal AND database_name = 'snapshot' ORDER BY 1"
_MACROS = """
SELECT function_name, format(
    'CREATE OR REPLACE MACRO {}({}) AS {}{};', function_name, array_to_string(parameters, ', '),
    if(function_type = 'table_macro', 'TABLE ', ''), macro_definition)
FROM duckdb_functions() WHERE NOT internal AND database_name = 'snapshot' ORDER BY 1"""


@dataclass(frozen=True, slots=True)
class Views:
    """The statements, in order, that create the views and macros which need only exported tables.

    `schema` changes when a definition does. The text of a statement may also change by itself, because DuckDB keeps the
    names of EXCLUDE and REPLACE in no order.
    """

    schema: str
    statements: tuple[str, ...]
    # The columns and types of the one that is exported as a table, too.
    flat: tuple[tuple[str, str], ...]


def views_over(connection: duckdb.DuckDBPyConnection, columns: Mapping[str, Mapping[str, str]]) -> Views:
    """Those of the attached `snapshot` that can be made over these tables, each given by its columns and types."""
    waiting = [
        sql.replace("CREATE VIEW", "CREATE OR REPLACE VIEW", 1)
        for _, sql in connection.execute(_VIEWS).fetchall() + connection.execute(_MACROS).fetchall()
    ]
    ((schema,),) = connection.execute(_SCHEMA).fetchall()
    made: list[str] = []
    with duckdb.connect() as trial:
        for table, known in columns.items():
            trial.execute(f'CREATE TABLE "{table}" ({_defined(known)})')
        while True:
            good = [sql for sql in waiting if _works(trial, sql)]
            if not good:
                described = trial.execute(f"SELECT column_name, column_type FROM (DESCRIBE {FLAT})").fetchall()  # noqa: S608
                return Views(schema, tuple(made), tuple(described))
            made += good
            waiting = [sql for sql in waiting if sql not in good]


def _works(trial: duckdb.DuckDBPyConnection, sql: str) -> bool:
    with contextlib.suppress(duckdb.CatalogException, duckdb.BinderException):
        trial.execute(sql)
        return True
    return False


def _defined(columns: Mapping[str, str]) -> str:
    return ", ".join(f'"{name}" {kind}' for name, kind in columns.items())


def script(tables: Mapping[str, TableFiles], views: Views, prefix: str) -> str:
    """`views.sql`: each table over its files of this state, then the views; paths begin with `prefix`."""
    lines = [
        "-- One state of Mandate Monitor for DuckDB 1.5 or newer. Paths without a scheme are relative to this folder:",
        "-- run `duckdb -init views.sql` in it, or SET file_search_path to it first.",
    ]
    for name, table in tables.items():
        if name == FLAT:
            # `views.sql` has it as a view.
            continue
        paths = ",\n".join(f"'{(prefix + file.path).replace(chr(39), chr(39) * 2)}'" for file in table.files)
        rows = f"read_parquet([\n{paths}\n], hive_partitioning = true, hive_types_autocast = false)"
        if not paths:
            nothing = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in table.columns.items())
            rows = f"(SELECT {nothing} WHERE false)"
        lines.append(f"CREATE OR REPLACE VIEW {name} AS SELECT * FROM {rows};")  # noqa: S608 - names of ours
    return "\n".join([*lines, *views.statements]) + "\n"
