"""Reading: 100 PDFs and 5,000 small web pages by `mandates ingest`, 10,000 feed entries by `mandates run`.

With `--beside PATH` the code of another checkout does the same work in turn, and the ratios to it are printed. Beside
that, the least that any reading must do: bare pypdfium2, lxml and feedparser over the same bytes. Of a run the
start is taken off, since it would hide what the reading takes.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import feedparser
import httpx
import lxml.html

from benchmarks._command import CHECKOUT, Installation, idle_run
from benchmarks._figures import Figure, Options, spent
from benchmarks._measured import Cost, measured, middle
from benchmarks._papers import write_pages, write_pdfs
from benchmarks._site import address, site
from benchmarks.ingest import bare_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

FEEDS = 10


@dataclass(frozen=True, slots=True)
class Work:
    """What is read: so many things, by a command over these sources; `aim` is the most processor time beside."""

    name: str
    count: int
    sources: list[dict[str, Any]]
    command: tuple[str | Path, ...]
    floor: str
    aim: float

    @property
    def by_run(self) -> bool:
        """Whether Prefect is started for it."""
        return "run" in self.command


def main(options: Options) -> list[Figure]:
    """Print the cost of each work, and the ratios."""
    checkouts = {"this version": CHECKOUT} | ({"beside": options.beside} if options.beside else {})
    rounds = 1 if options.quick else options.rounds
    figures: list[Figure] = []
    with site() as port, tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        engine = {who: idle_run(folder / f"engine {who}", checkout) for who, checkout in checkouts.items()}
        for work in _works(folder, port, quick=options.quick):
            taken: dict[str, list[Cost]] = {who: [] for who in checkouts}
            for turn in range(rounds):
                for who, checkout in checkouts.items():
                    taken[who].append(_done(Installation(folder / f"{work.name} {who} {turn}", checkout), work))
            script = [sys.executable, "-m", "benchmarks.reading", work.floor, str(work.command[-1]), str(work.count)]
            floor, _ = measured([*script, str(port)], folder=CHECKOUT)
            figures += _compared(work, taken, engine, floor)
    return [*figures, *(spent(f"start, {who}", cost) for who, cost in engine.items())]


def _works(folder: Path, port: int, *, quick: bool) -> Iterator[Work]:
    pdfs, pages, entries = (5, 50, 100) if quick else (100, 5_000, 10_000)
    papers, texts = write_pdfs(folder / "pdfs", pdfs), write_pages(folder / "pages", pages)
    nothing = [{"id": "papers", "kind": "files", "path": str(papers)}]
    yield Work(f"{pdfs:,} PDFs", pdfs, nothing, ("ingest", papers), "pdfs", 1.15)
    yield Work(f"{pages:,} web pages", pages, nothing, ("ingest", texts), "pages", 1.25)
    feeds = [
        {
            "id": f"feed-{number}",
            "kind": "feed",
            "url": _feed(port, number, entries // FEEDS),
            "fields": {"text": {"entry": "summary"}},
            "policy": {"private_addresses": True, "pace": "0s", "max_new": entries},
        }
        for number in range(FEEDS)
    ]
    yield Work(f"{entries:,} feed entries", entries, feeds, ("run",), "feeds", 1.25)


def _done(there: Installation, work: Work) -> Cost:
    cost, answer = there.mandates(there.configured("config", work.sources), *work.command)
    assert answer["new_documents"] == work.count, (work.name, answer["new_documents"])
    return cost


def _compared(work: Work, taken: dict[str, list[Cost]], engine: dict[str, Cost], floor: Cost) -> Iterator[Figure]:
    wall = {who: [cost.wall - engine[who].wall * work.by_run for cost in costs] for who, costs in taken.items()}
    processor = {
        who: [cost.processor - engine[who].processor * work.by_run for cost in costs] for who, costs in taken.items()
    }
    for who, costs in taken.items():
        print(f"{work.name}, {who}: {middle(costs)}", flush=True)
        yield spent(f"{work.name}, {who}", middle(costs))
    print(f"{work.name}, bare: {floor}")
    yield spent(f"{work.name}, bare", floor)
    ours = median(processor["this version"])
    beside = f"{work.name}: processor time beside"
    if work.by_run:
        print(f"  without the start: {median(wall['this version']):.1f} s, {ours:.1f} s of processor time")
    print(f"  {ours / floor.processor:.1f} x the processor time of bare reading")
    yield Figure(f"{beside} bare reading", ours / floor.processor, "x")
    if "beside" in taken:
        # Of pairs made in turn, so that what else the machine does weighs on both.
        ratio = median(map(_ratio, processor["this version"], processor["beside"]))
        by_clock = median(map(_ratio, wall["this version"], wall["beside"]))
        print(
            f"  beside the other version: {ratio:.2f} x processor time (aim {work.aim}), {by_clock:.2f} x wall (aim 1)"
        )
        yield Figure(f"{beside} the other version", ratio, "x", work.aim)
        yield Figure(f"{work.name}: wall beside the other version", by_clock, "x", 1.0)


def _ratio(ours: float, theirs: float) -> float:
    return ours / theirs


def _feed(port: int, number: int, count: int) -> str:
    return f"http://{address(number)}:{port}/entries/{number}/{count}"


def bare_pages(folder: Path) -> int:
    """The characters of web pages, as lxml gives them."""
    return sum(len(str(lxml.html.fromstring(path.read_bytes()).xpath("string()"))) for path in folder.glob("*.html"))


def bare_feeds(port: int, count: int) -> int:
    """The entries of feeds, as feedparser gives them."""
    answers = (httpx.get(_feed(port, number, count // FEEDS)).content for number in range(FEEDS))
    return sum(len(feedparser.parse(answer).entries) for answer in answers)


if __name__ == "__main__":
    floor, place, count, port = sys.argv[1:]
    if floor == "feeds":
        assert bare_feeds(int(port), int(count)) == int(count)
    else:
        assert {"pdfs": bare_texts, "pages": bare_pages}[floor](Path(place))
