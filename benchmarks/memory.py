"""Memory of a crawl: 60 web pages of 29 MB, and 500 PDFs of 2 MB, each by one `mandates run`.

The aim is for the whole process tree, Prefect's own server included; that server with an idle run is measured beside
it, and so is bare httpx that keeps nothing of the same answers.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from benchmarks._command import CHECKOUT, Installation, idle_run
from benchmarks._figures import Figure, Options, spent
from benchmarks._measured import measured
from benchmarks._site import address, site

PAGES, DOCUMENTS = 60, 500
QUICK_PAGES, QUICK_DOCUMENTS = 4, 20
AIM_MEGABYTES = 400


def main(options: Options) -> list[Figure]:
    """Print the peaks."""
    pages, documents = (QUICK_PAGES, QUICK_DOCUMENTS) if options.quick else (PAGES, DOCUMENTS)
    figures = []
    with site() as port, tempfile.TemporaryDirectory() as scratch:
        engine = idle_run(Path(scratch) / "engine")
        print(f"start: {engine}")
        crawls = {
            f"{pages} pages of 29 MB": (reports(port, pages), pages, "report"),
            f"{documents} documents of 2 MB": (papers(port, documents), documents, "paper"),
        }
        for number, (name, (source, count, kind)) in enumerate(crawls.items()):
            there = Installation(Path(scratch) / str(number))
            cost, answer = there.mandates(there.configured("config", [source]), "run")
            assert answer["new_documents"] == count, answer["new_documents"]
            addresses = Path(scratch) / "addresses.txt"
            addresses.write_text("\n".join(_url(port, f"{kind}/{n}") for n in range(count)), "utf-8")
            bare, _ = measured([sys.executable, "-m", "benchmarks.memory", addresses], folder=CHECKOUT)
            print(f"{name}: {cost}\n  bare httpx: {bare}")
            beyond = cost.tree - engine.tree
            print(f"  peak {cost.tree:,.0f} MB (aim {AIM_MEGABYTES}), {beyond:,.0f} MB beyond the start's")
            figures += [
                Figure(f"{name}: peak", cost.tree, "MB", AIM_MEGABYTES),
                Figure(f"{name}: peak beyond the start's", beyond, "MB"),
                spent(name, cost),
                spent(f"{name}: bare httpx", bare),
            ]
    return [*figures, spent("start", engine)]


def reports(port: int, pages: int) -> dict[str, Any]:
    """A source of so many fixed pages."""
    return {
        "id": "reports",
        "kind": "pages",
        "pages": [{"url": _url(port, f"report/{number}"), "title": f"Report {number}"} for number in range(pages)],
        # All in one crawl: more than the 1 GB that one crawl may fetch by default.
        "policy": {"private_addresses": True, "pace": "0s", "crawl_bytes": 4_000_000_000},
    }


def papers(port: int, documents: int) -> dict[str, Any]:
    """A feed of so many PDFs."""
    return {
        "id": "papers",
        "kind": "feed",
        "url": _url(port, f"papers/{documents}"),
        "detail": {"follow": True},
        "policy": {"private_addresses": True, "pace": "0s", "max_new": documents},
    }


def _url(port: int, target: str) -> str:
    return f"http://{address(0)}:{port}/{target}"


def fetch(addresses: Path) -> int:
    """The least that any program must do: take in each answer, and keep none. How many bytes came is the result."""
    taken = 0
    with httpx.Client(timeout=60) as client:
        for url in addresses.read_text(encoding="utf-8").splitlines():
            with client.stream("GET", url) as answer:
                taken += sum(len(part) for part in answer.iter_raw())
    return taken


if __name__ == "__main__":
    assert fetch(Path(sys.argv[1]))
