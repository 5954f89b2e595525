"""Text of PDFs: documents a second of processor time, ours beside bare pypdfium2 and pdftotext, in turn in one run.

Reads ../shared/corpus/pdf where it is at hand, else resolutions that the benchmark writes. With `--beside PATH` the
code of another checkout reads the same files in turn.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import pypdfium2

from benchmarks._command import CHECKOUT
from benchmarks._figures import Figure, Options
from benchmarks._papers import write_pdfs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

REAL = CHECKOUT.parent / "shared" / "corpus" / "pdf"
BARE = "bare pypdfium2"
BESIDE = "the other version"
# Run in a checkout: the modules' own names change, the command's do not.
SCRIPT = """
import importlib, sys, time
from pathlib import Path
try:
    read = importlib.import_module("scrapers.text.documents").document_text
except ModuleNotFoundError:
    read = importlib.import_module("scrapers.texts").document_text
files = [Path(name).read_bytes() for name in sys.argv[1:]]
read(files[0])
began = time.process_time()
for raw in files:
    read(raw)
print(time.process_time() - began)
"""


def main(options: Options) -> list[Figure]:
    """Print documents a second of processor time, and the ratios of medians of rounds."""
    with tempfile.TemporaryDirectory() as scratch:
        if REAL.is_dir():
            files = sorted(REAL.glob("*.pdf"))[: 3 if options.quick else None]
        else:
            files = sorted(write_pdfs(Path(scratch) / "pdfs", 3 if options.quick else 40).iterdir())
        readers: dict[str, Callable[[Sequence[Path]], float]] = {
            "ours": lambda papers: _by_checkout(papers, CHECKOUT),
            BARE: lambda papers: _by_script(papers, "-m", "benchmarks.pdf"),
        }
        if shutil.which("pdftotext"):
            readers["pdftotext"] = _pdftotext
        if beside := options.beside:
            readers[BESIDE] = lambda papers: _by_checkout(papers, beside)
        taken: dict[str, list[float]] = {name: [] for name in readers}
        for _ in range(1 if options.quick else max(options.rounds, 5)):
            for name, read in readers.items():
                taken[name].append(read(files))
    ours = taken["ours"]
    figures = []
    for name, seconds in taken.items():
        print(f"{name:18} {len(files) / median(seconds):6.1f} documents a second of processor time")
        figures.append(Figure(f"{len(files)} documents, {name}", len(files) / median(seconds), "/s"))
    for name in taken.keys() - {"ours"}:
        ratio = median(own / other for own, other in zip(ours, taken[name], strict=True))
        print(f"  ours takes {ratio:.2f} x the processor time of {name}")
        figures.append(Figure(f"processor time beside {name}", ratio, "x", {BARE: 2.2, BESIDE: 0.4}.get(name)))
    return figures


def _by_checkout(files: Sequence[Path], checkout: Path) -> float:
    return _by_script(files, "-c", SCRIPT, folder=checkout)


def _by_script(files: Sequence[Path], *script: str, folder: Path = CHECKOUT) -> float:
    command = [sys.executable, *script, *(str(path.resolve()) for path in files)]
    return float(subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout)


def _pdftotext(files: Sequence[Path]) -> float:
    """As a program it starts once a file, as it would be used."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for path in files:
        subprocess.run(["pdftotext", "-raw", str(path), "-"], stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _bare(files: Sequence[Path]) -> float:
    """The least that PDFium can do: all characters of each page in one call."""
    contents = [path.read_bytes() for path in files]
    began = resource.getrusage(resource.RUSAGE_SELF)
    for raw in contents:
        document = pypdfium2.PdfDocument(raw)
        for page in document:
            page.get_textpage().get_text_range()
            page.close()
        document.close()
    ended = resource.getrusage(resource.RUSAGE_SELF)
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


if __name__ == "__main__":
    print(_bare([Path(name) for name in sys.argv[1:]]))
