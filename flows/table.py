"""What a run found, as a list that fits a terminal of 80 columns and half a page; `--full` has every word.

A line of the list is a task: what is asked, of whom, and by when. The publication is named above its tasks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flows.console import cut, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.text import Text

    from flows.found import Line

# With the lines before and after it a run stays below sixty.
MOST_LINES = 18
NARROWEST = 80
_WHO, _WHEN = 20, 19
# As `flows.found` writes the days of a deadline.
_DAY = re.compile(r"(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})")


def short_lines(documents: Mapping[str, Sequence[Line]], width: int) -> Iterator[Text]:
    """The list, each line at most `width` columns wide; it ends with how much is left out."""
    from rich.text import Text

    shown = 0
    left = sum(len(lines) for lines in documents.values())
    for lines in documents.values():
        # A publication is shown with its first task or not at all.
        if shown + 2 > MOST_LINES:
            break
        yield Text(cut(visible(lines[0].document), width), style="bold")
        shown += 1
        for line in lines[: MOST_LINES - shown]:
            yield _row(line, width)
            shown += 1
            left -= 1
    if left:
        yield Text(f"… and {left:,} more: mandates query 'FROM open_mandates'", style="dim")


def _row(line: Line, width: int) -> Text:
    from rich.text import Text

    if line.what.startswith("(") and not line.who and not line.by_when:
        # Of a document or a source, not of a task: nothing stands beside it.
        return Text(f"  {cut(visible(line.what), width - 2)}")
    what = width - _WHO - _WHEN - 6
    text = Text("  ")
    # The next column says who is asked.
    said = visible(line.what).replace(visible(line.who), "…", 1) if line.who else visible(line.what)
    text.append(f"{cut(said, what):{what}}  ")
    text.append(f"{cut(visible(line.who), _WHO):{_WHO}}  ", style="cyan")
    text.append(cut(visible(_day(line.by_when)), _WHEN), style="yellow")
    text.rstrip()
    return text


def _day(by_when: str) -> str:
    """The day of the first deadline, or its first and last month; its words where it has no day. "+1": one more."""
    first, *more = by_when.split("; ")
    days = _DAY.findall(first.rpartition("(")[2] if "(" in first else first)
    if len(days) > 1:
        first = "–".join(dict.fromkeys(f"{month} {year}" for _, month, year in (days[0], days[-1])))
    elif days:
        first = " ".join(days[0])
    return f"{cut(first, _WHEN - 3)} +{len(more)}" if more else first
