"""`mandates ingest` of 1,000 PDFs, and once more over the same files; beside bare pypdfium2 taking their texts.

MANDATES_BENCH_DOCUMENTS sets how many (default 1,000).
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pypdfium2

from benchmarks._command import CHECKOUT, Installation
from benchmarks._figures import Figure, Options, spent
from benchmarks._measured import measured
from benchmarks._papers import write_pdfs

DOCUMENTS = 1_000
QUICK_DOCUMENTS = 100


def main(options: Options) -> list[Figure]:
    """Print documents a second of processor time, the costs and the ratio."""
    count = int(os.environ.get("MANDATES_BENCH_DOCUMENTS", QUICK_DOCUMENTS if options.quick else DOCUMENTS))
    with tempfile.TemporaryDirectory() as scratch:
        papers = write_pdfs(Path(scratch) / "papers", count)
        there = Installation(Path(scratch))
        config = there.configured("config", [{"id": "papers", "kind": "files", "path": str(papers)}])
        # An ingestion of one file, so that what the command costs by itself can be taken off.
        alone, _ = Installation(Path(scratch) / "alone").mandates(config, "ingest", papers / "00000.pdf")
        first, answer = there.mandates(config, "ingest", papers)
        assert answer["new_documents"] == count, answer["new_documents"]
        bare, _ = measured([sys.executable, "-m", "benchmarks.ingest", papers], folder=CHECKOUT)
        again, answer = there.mandates(config, "ingest", papers)
        assert (answer["new_documents"], answer["new_versions"]) == (0, 0), answer
    taken = {
        f"ingest of {count:,} PDFs": first,
        "the same files again": again,
        "ingest of one PDF": alone,
        "bare pypdfium2": bare,
    }
    for name, cost in taken.items():
        print(f"{name:<22} {cost}")
    rate, floor = count / first.processor, count / bare.processor
    print(f"{rate:.1f} documents a second of processor time, bare pypdfium2 {floor:.1f}: {floor / rate:.2f} x its time")
    return [
        Figure("documents a second of processor time", rate, "/s"),
        Figure("processor time beside bare pypdfium2", floor / rate, "x"),
        *(spent(name, cost) for name, cost in taken.items()),
    ]


def bare_texts(papers: Path) -> int:
    """The least that any program must do: the characters of each page. How many there are comes back."""
    characters = 0
    for path in sorted(papers.glob("*.pdf")):
        document = pypdfium2.PdfDocument(path)
        characters += sum(len(page.get_textpage().get_text_range()) for page in document)
        document.close()
    return characters


if __name__ == "__main__":
    assert bare_texts(Path(sys.argv[1]))
