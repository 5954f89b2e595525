"""`mandates query`: ask the snapshot in SQL."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from warehouse.queries import Table

longest_cell = 80


@click.command(epilog="Example: mandates query 'SELECT symbol, due, quote FROM open_mandates ORDER BY due_end'")
@click.argument("sql")
@click.option("--json", "form", flag_value="json", help="One JSON object a row, one row a line.")
@click.option("--csv", "form", flag_value="csv", help="Comma-separated values with a header.")
def command(sql: str, form: str | None) -> None:
    """Ask the published snapshot in SQL; "-" reads the query from standard input.

    The query can read the snapshot and nothing else: no writing, no files, no network.
    """
    from config.settings import Settings
    from warehouse.queries import query

    table = query(Settings().home, sys.stdin.read() if sql == "-" else sql)
    if form == "json":
        for row in table.rows:
            named = dict(zip(table.columns, row, strict=True))
            click.echo(json.dumps(named, ensure_ascii=False, default=str))
    elif form == "csv":
        click.echo(_as_csv(table), nl=False)
    else:
        _show(table)


def _as_csv(table: Table) -> str:
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows(table.rows)
    return lines.getvalue()


def _show(table: Table) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table as Grid
    from rich.text import Text

    from flows.console import visible

    grid = Grid(*table.columns, box=SIMPLE_HEAD)
    for row in table.rows:
        # Text, not str: what stands in a document is shown as words and never read as markup.
        grid.add_row(*(Text(visible(_cell(value))) for value in row))
    console = Console()
    if not console.is_terminal:
        # A file or a pipe has no edge to wrap at.
        console.width = Console(width=100_000).measure(grid).maximum
    console.print(grid)
    click.echo(f"{len(table.rows)} row{'' if len(table.rows) == 1 else 's'}")


def _cell(value: object) -> str:
    """One line of a size that leaves room for the others; --csv and --json give all."""
    words = "" if value is None else " ".join(str(value).split())
    return words if len(words) <= longest_cell else words[: longest_cell - 1] + "…"
