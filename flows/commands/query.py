"""`mandates query`: ask the snapshot in SQL."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.written import GivenPath

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.query.queries import Table

longest_cell = 80
CSV_ROWS = 500
PRINTED_ROWS = 1000


@click.command(
    epilog="Examples: mandates query 'SELECT symbol, due, quote FROM open_mandates ORDER BY due_end'; "
    "mandates query 'FROM ledger' --parquet ledger.parquet"
)
@click.argument("sql")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row, one row a line.")
@click.option("--csv", "as_csv", is_flag=True, help="Comma-separated values with a header.")
@click.option("--parquet", type=GivenPath(path_type=Path, dir_okay=False), help="Write all rows to a Parquet FILE.")
@click.option(
    "--limit",
    type=click.IntRange(0),
    help=f"Most rows, {PRINTED_ROWS:,} unless you say otherwise; 0 for all. --parquet writes all by default.",
)
@click.option("--timeout", default=300.0, show_default=True, type=click.FloatRange(0), help="Seconds; 0 for no limit.")
def command(sql: str, parquet: Path | None, limit: int | None, timeout: float, *, as_json: bool, as_csv: bool) -> None:
    """Query the published snapshot with SQL; "-" reads the query from standard input.

    The query can read the snapshot and nothing else: no writing, no files, no network. If the rows were cut at the
    limit, a message on standard error says so.
    """
    from alerts.figures import counted
    from config.settings import Settings
    from warehouse.query.queries import query, query_to_parquet

    if as_json + as_csv + (parquet is not None) > 1:
        raise click.UsageError("use one of --json, --csv and --parquet")
    asked = sys.stdin.read() if sql == "-" else sql
    if parquet is not None:
        rows = query_to_parquet(Settings().home, asked, parquet, limit=limit or None, timeout_seconds=timeout or None)
        click.echo(f"{parquet}: {counted(rows, 'row')}")
        return
    limit = PRINTED_ROWS if limit is None else limit
    table = query(Settings().home, asked, limit=limit or None, timeout_seconds=timeout or None)
    if as_json:
        for row in table.rows:
            named = dict(zip(table.columns, row, strict=True))
            _say(json.dumps(_plain(named), ensure_ascii=False) + "\n")
    elif as_csv:
        for lines in _as_csv(table):
            _say(lines)
    else:
        _show(table)
    if table.more:
        click.echo(f"cut after {counted(limit, 'row')}: --limit N shows more, --limit 0 all", err=True)


def _say(lines: str) -> None:
    """To a program as it is; to a terminal without what could clear it or set its title."""
    from flows.console import visible

    click.echo(visible(lines) if sys.stdout.isatty() else lines, nl=False)


def _plain(value: Any) -> Any:
    """A value as JSON can hold it: what has no form there becomes its words, and NaN becomes null."""
    if isinstance(value, dict):
        return {str(name): _plain(held) for name, held in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(held) for held in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def _as_csv(table: Table) -> Iterator[str]:
    """Some rows at a time: Python loses the error of a reader that goes away in the middle of one large write."""
    for place in range(-1, len(table.rows), CSV_ROWS):
        lines = io.StringIO()
        writer = csv.writer(lines, lineterminator="\n")
        if place < 0:
            writer.writerow(table.columns)
        writer.writerows(table.rows[max(place, 0) : place + CSV_ROWS])
        yield lines.getvalue()


def _show(table: Table) -> None:
    from alerts.figures import counted
    from flows.grid import print_grid

    print_grid(table.columns, [[_cell(value) for value in row] for row in table.rows])
    click.echo(counted(len(table.rows), "row"))


def _cell(value: object) -> str:
    """One line of a size that leaves room for the others; --csv and --json give all."""
    words = " ".join(_words(value).split())
    return words if len(words) <= longest_cell else words[: longest_cell - 1] + "…"


def _words(value: object) -> str:
    """A value as people read it: lists and counts without brackets, times to the second."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds").replace("+00:00", " UTC")
    if isinstance(value, list):
        return "; ".join(map(_words, value))
    if isinstance(value, dict):
        return "; ".join(f"{name}: {_words(held)}" for name, held in value.items())
    return str(value)
