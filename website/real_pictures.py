"""Pictures of the register over real resolutions, for looking at; they are no part of the documentation.

    python -m website.real_pictures --corpus ../shared --out FOLDER

They show the resolutions on the protection of migrants through the years with the draft of the last one, the sessions
of AALCO, and what is asked about the Global Compact for Migration. `--home` keeps what was recorded, for a closer look
with `mandates register`.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from website.real_corpus import CALENDAR, record_corpus
from website.register_pictures import Registers, View, environment, running, take

# A paragraph by its resolution, and its page.
PROTECTION: Final = ("A/RES/80/218", "32")
COMPACT: Final = ("A/RES/73/326", "14")
DRAFT_LINK: Final = ".ways a[href*='/beside/']"
VIEWS: Final = (
    View("real-document", "/symbols/A/RES/80/218", "Protection of migrants", 1600),
    View("real-comparison", "/symbols/A/RES/80/218", "A/C.3/80/L.52", 1600, follow=DRAFT_LINK),
    View("real-comparison-phone", "/symbols/A/RES/80/218", "A/C.3/80/L.52", 1600, width=360, follow=DRAFT_LINK),
    View("real-sessions", "/bodies/AALCO", "65", 1600),
    View("real-sessions-former", "/bodies/AALCO?page=2", "53", 1600),
    View("real-sessions-phone", "/bodies/AALCO", "65", 1600, width=360),
)


def task_of(address: str, symbol: str, number: str) -> str:
    """The key of the first mandate of a paragraph, as the API of a register has it.

    Raises:
        LookupError: the paragraph asks for nothing.
    """
    asked = f"{address}/api/v1/mandates?{urlencode({'symbol': symbol, 'limit': 200})}"
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - the address of a register that was just started
        found = [each["task_key"] for each in json.load(answer)["items"] if each["number"] == number]
    if not found:
        raise LookupError(f"{symbol}, paragraph {number}, asks for nothing")
    return str(found[0])


def views(address: str) -> tuple[View, ...]:
    """All views, those of two mandates among them."""
    found = list(VIEWS)
    for name, (symbol, number) in (("real-chain", PROTECTION), ("real-compact", COMPACT)):
        wide = View(name, f"/mandates/{task_of(address, symbol, number)}", symbol, 3200)
        found += [wide, replace(wide, name=f"{name}-phone", width=360)]
    return tuple(found)


def main() -> None:
    """Record the corpus and take the pictures."""
    parser = argparse.ArgumentParser(description="Take pictures of the register over real resolutions.")
    parser.add_argument("--corpus", type=Path, required=True, help="the folder that has seeds/ and corpus/")
    parser.add_argument("--out", type=Path, required=True, help="where the pictures go")
    parser.add_argument("--home", type=Path, help="record there, and keep it; a home that exists is taken as it is")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        home = options.home or Path(place) / "home"
        if not home.exists():
            record_corpus(options.corpus, home)
        variables = environment(home.resolve()) | {"MANDATES_CONFIG": str(CALENDAR.parent)}
        with running(Path(place), variables) as (address,):
            for path in take(Registers(address, address), options.out, views(address)):
                sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main()
