"""The one look of the tables that commands print: plain, and as wide as their words where nothing has an edge."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from flows.console import cut, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

# Wider than any table; a file or a pipe has no edge to wrap or to cut at.
NO_EDGE = 100_000
LEAST = 12
_INDENT = "    "


def print_grid(heads: Sequence[str], rows: Sequence[Sequence[str]], below: Sequence[str] | None = None) -> None:
    """Print a table, its cells as words and never as markup.

    With `below`, one string a row, each row is one line and its string, where it is not empty, follows on one line of
    its own. What does not fit a terminal is cut there with an ellipsis; in tables without `below` it is folded.
    """
    from rich.console import Console
    from rich.measure import Measurement
    from rich.text import Text

    console = Console(highlight=False)
    table = _table(heads, rows, one_line=below is not None)
    widest = Measurement.get(console, console.options.update_width(NO_EDGE), table).maximum
    if not console.is_terminal:
        console.width = max(widest, 1)
    if below is None:
        console.print(table)
        return
    if (over := widest - console.width) > 0:
        # The last column gives way: the others hold short words, which mean nothing when cut.
        left = max(max(len(row[-1]) for row in rows) - over, LEAST)
        table = _table(heads, [(*row[:-1], cut(row[-1], left)) for row in rows], one_line=True)
    drawn = console.render_lines(table, pad=False)
    notes = itertools.chain([""] * (len(drawn) - len(rows)), below)
    for segments, note in zip(drawn, notes, strict=True):
        console.print(Text.assemble(*((segment.text, segment.style or "") for segment in segments)), soft_wrap=True)
        if note:
            words = cut(visible(note), console.width - len(_INDENT) if console.is_terminal else NO_EDGE)
            console.print(Text(_INDENT + words, style="dim"), soft_wrap=True)


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], *, one_line: bool) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False, collapse_padding=True)
    for head in heads:
        table.add_column(Text(visible(head)), no_wrap=one_line, overflow="ellipsis" if one_line else "fold")
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    return table
