"""Real resolutions in a home, where a folder has them: what the pages of the register look like with real words.

The folder is laid out as ../shared: `seeds/*.txt`, `corpus/pdf/*.pdf` and `corpus/silver.jsonl.xz`, one resolution a
line with its symbol and title. Documents are recorded in the normal way, with the calendar of sessions.
"""

from __future__ import annotations

import asyncio
import json
import lzma
import re
import tempfile
from pathlib import Path
from typing import Final

from benchmarks.links import record_all
from config.source_blocks import Policy
from scrapers.crawl.local import crawl_files
from scrapers.publication import Memory
from warehouse.store.snapshot import publish

CALENDAR: Final = Path(__file__).parents[1] / "config" / "sessions.yaml"


def record_corpus(corpus: Path, home: Path, *, about: str = "") -> None:
    """Record the documents of the folder `corpus`, and publish them; of the resolutions, those whose title has `about`.

    Raises:
        FileNotFoundError: there is no such folder.
    """
    with tempfile.TemporaryDirectory() as folder:
        paths = [*sorted((corpus / "seeds").glob("*.txt")), *sorted((corpus / "corpus" / "pdf").glob("*.pdf"))]
        stated: dict[str, tuple[str, str]] = {}
        with lzma.open(corpus / "corpus" / "silver.jsonl.xz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if about.lower() in row["title"].lower():
                    paths.append(Path(folder) / f"{row['name']}.txt")
                    paths[-1].write_text(row["text"], encoding="utf-8")
                    # The number of a resolution, which the catalogue has before its title.
                    stated[paths[-1].name] = (
                        row["symbol"],
                        re.sub(r"^[\w/ ()]+\.\s", "", " ".join(row["title"].split())),
                    )
        record_all(home, asyncio.run(crawl_files("local", paths, Memory(), Policy())), stated, CALENDAR)
    publish(home)
