"""Keys that last: how many names of clauses and tasks a new version keeps when it reads the same texts.

With `--beside PATH` both versions read all available texts; a key is kept where this version gives it too, and
carried where its words lead to a new key by an alias, as a re-reading writes them. The others are printed: decisions
on those go to review.
"""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._figures import Figure, Options
from mandates.analysis import analyse
from mandates.model import MandatesError
from warehouse.findings.comparison import pairs
from warehouse.load.keys import clause_keys, task_keys

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    # The words of each key, of clauses and of tasks.
    Keys = Mapping[str, Mapping[str, str]]

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared" / "corpus"
# Most of the keys that a new version may leave without a successor.
MOST_LOST = 1.0
SHOWN = 20
# The other checkout need not have this module, so it is given what to run.
_READ = "import runpy, sys; sys.path.insert(0, sys.argv[1]); runpy.run_path(sys.argv[2], run_name='__main__')"


def main(options: Options) -> list[Figure]:
    """Print the shares kept, carried and lost; nothing without another checkout."""
    if options.beside is None:
        print("keys are compared with those of another checkout: --beside PATH")
        return []
    texts = dict(_texts(quick=options.quick))
    former = _read_by(options.beside, texts)
    figures = []
    for unit in ("clauses", "tasks"):
        counts: Counter[str] = Counter()
        for name, keys in former.items():
            count(counts, keys[unit], _keys(name, texts[name])[unit], f"{unit[:-1]} of {name}")
        total = counts.total()
        lost = 100 * counts["lost"] / total if total else 0.0
        shares = ", ".join(f"{100 * counts[fate] / total:.2f} % {fate}" for fate in ("kept", "carried", "lost"))
        print(f"{total:,} keys of {unit} in {len(texts):,} texts: {shares} (aim: at most {MOST_LOST:.0f} % lost)")
        figures.append(Figure(f"keys of {unit} that lead nowhere", lost, "%", MOST_LOST))
    return figures


def count(counts: Counter[str], was: Mapping[str, str], now_read: Mapping[str, str], what: str) -> None:
    """Count the former keys of a text by their fate; `was` and `now_read` lead from keys to words."""
    old, new = [key for key in was if key not in now_read], [key for key in now_read if key not in was]
    carried = {left for left, _, _ in pairs([was[key] for key in old], [now_read[key] for key in new])}
    counts["kept"] += len(was) - len(old)
    counts["carried"] += len(carried)
    for place in sorted(set(range(len(old))) - carried):
        counts["lost"] += 1
        if counts["lost"] <= SHOWN:
            print(f"  lost: {what}: {was[old[place]][:150]!r}")


def _keys(name: str, text: str) -> Keys:
    """The keys in a text, with their words."""
    try:
        found = analyse(text)
    except MandatesError:
        return {"clauses": {}, "tasks": {}}
    keys = list(clause_keys((name, name, clause.number, clause.display) for clause in found.clauses))
    tasks = [
        (key, key, mandate.verb, found.language, mandate.quote)
        for key, clause in zip(keys, found.clauses, strict=True)
        for mandate in clause.mandates
    ]
    named = zip(task_keys(task[:4] for task in tasks), (task[4] for task in tasks), strict=True)
    return {"clauses": dict(zip(keys, (clause.display for clause in found.clauses), strict=True)), "tasks": dict(named)}


def _read_by(checkout: Path, texts: Mapping[str, str]) -> Mapping[str, Keys]:
    """The keys that another checkout's code gives these texts; it runs in a separate process."""
    command = [sys.executable, "-P", "-c", _READ, str(checkout), str(Path(__file__))]
    done = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=False, cwd=checkout)
    if done.returncode:
        raise SystemExit(f"{checkout} could not read the texts: {done.stderr[-500:]}")
    answer: Mapping[str, Keys] = json.loads(done.stdout)
    return answer


def _texts(*, quick: bool) -> Iterator[tuple[str, str]]:
    """The available texts by name: those of the tests, and the shared ones if there are any."""
    for path in sorted((CHECKOUT / "tests" / "mandates" / "gold").glob("*.txt")):
        yield path.stem, path.read_bytes().decode("utf-8")
    if quick or not SHARED.exists():
        return
    for path in sorted((SHARED / "texts").glob("*.txt")):
        yield path.stem, path.read_bytes().decode("utf-8")
    for name in ("silver", "assignees"):
        with lzma.open(SHARED / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for place, line in enumerate(lines):
                yield f"{name} {place}", json.loads(line)["text"]


if __name__ == "__main__" and not sys.stdin.isatty():
    print(json.dumps({name: _keys(name, text) for name, text in json.load(sys.stdin).items()}))
