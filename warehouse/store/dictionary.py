"""The data dictionary: what is in the database's own comments, as a page.

`python -m warehouse.store.dictionary > docs/data-dictionary.md` writes it; a test holds that the page is current.
"""

from __future__ import annotations

import re
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.store.database import session
from warehouse.store.schema import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

_relations = """
SELECT 'view' AS form, view_name AS name, comment FROM duckdb_views() WHERE NOT internal
UNION ALL
SELECT 'table', table_name, comment FROM duckdb_tables() WHERE NOT internal
ORDER BY form DESC, name"""

_columns = """
SELECT column_name, data_type, comment FROM duckdb_columns() WHERE NOT internal AND table_name = ?
ORDER BY column_index"""

_macros = """
SELECT function_name, parameters, comment FROM duckdb_functions()
WHERE NOT internal AND function_type IN ('macro', 'table_macro') ORDER BY function_name"""

_comment = re.compile(r"""^COMMENT ON COLUMN (\w+)\.(?:"(\w+)"|(\w+)) IS '((?:[^']|'')*)'""", re.MULTILINE)

_head = """# Data dictionary

The tables and views of `snapshot.duckdb`. All times are in UTC; all offsets are characters from 0 into `versions.text`.
This page is made from the comments in the database itself (`python -m warehouse.store.dictionary >
docs/data-dictionary.md`), which any tool shows: `SELECT comment FROM duckdb_columns()`. Worked queries are in
[queries/](queries/README.md).
"""


@cache
def column_comments() -> Mapping[tuple[str, str], str]:
    """What each column is, by its relation and name, as this program's migrations say; no warehouse is needed."""
    found: dict[tuple[str, str], str] = {}
    for migration in migrations():
        for relation, quoted, plain, words in _comment.findall(migration.sql):
            found[relation, quoted or plain] = words.replace("''", "'")
    return found


def dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """The page, in Markdown."""
    return "\n".join(_lines(connection))


def _lines(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    yield _head
    form = None
    for this, name, comment in connection.execute(_relations).fetchall():
        if this != form:
            form = this
            yield f"## {'Views: start here' if form == 'view' else 'Tables'}\n"
        yield f"### {name}\n\n{comment}\n\n| column | type | what it is |\n|---|---|---|"
        for column, type_, words in connection.execute(_columns, [name]).fetchall():
            yield f"| `{column}` | {_plain(type_)} | {words} |"
        yield ""
    yield "## Macros\n\n| macro | what it gives |\n|---|---|"
    for name, parameters, comment in connection.execute(_macros).fetchall():
        yield f"| `{name}({', '.join(parameters)})` | {comment} |"
    yield ""


def _plain(type_: str) -> str:
    """A type in a table's cell; the fields of a structure are in the comment."""
    return type_.partition("(")[0].lower() + ("[]" if type_.endswith("[]") and "(" in type_ else "")


def main() -> None:
    """Print the page for a warehouse of this program's version."""
    with tempfile.TemporaryDirectory() as folder, session(Path(folder)) as connection:
        sys.stdout.write(dictionary(connection))


if __name__ == "__main__":
    main()
