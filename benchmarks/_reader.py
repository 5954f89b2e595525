"""The feed library `reader` (github.com/lemon24/reader) over the same feeds, run by a Python that has it.

READER_PYTHON names that Python: an environment with `pip install reader sgmllib3k`. It is no dependency of ours.

As a script: `python _reader.py DATABASE ADDRESSES TIMES` takes a file with an address a line, updates all of them so
many times, and prints the seconds of the last update and the entries stored as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

AT_ONCE = 16


def command(folder: Path, addresses: list[str], times: int) -> list[str | Path] | None:
    """The command that updates these feeds `times` times in a new database in `folder`; None where nobody has it."""
    python = os.environ.get("READER_PYTHON")
    if python is None:
        print("reader: not measured (READER_PYTHON names no Python that has it)")
        return None
    listed = folder / "addresses.txt"
    listed.write_text("\n".join(addresses), encoding="utf-8")
    return [python, Path(__file__), folder / "reader.sqlite", listed, str(times)]


def _update(database: str, addresses: str, times: str) -> None:
    import reader  # type: ignore[import-not-found]  # noqa: PLC0415 - only the other Python has it

    feeds = reader.make_reader(database)
    for url in Path(addresses).read_text(encoding="utf-8").split():
        feeds.add_feed(url)
    seconds = 0.0
    for _ in range(int(times)):
        began = time.perf_counter()
        feeds.update_feeds(scheduled=False, workers=AT_ONCE)
        seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "entries": feeds.get_entry_counts().total}))


if __name__ == "__main__":
    _update(*sys.argv[1:])
