"""Relevance: of invented publications that were judged by hand, how many are told apart rightly, and which are not.

Each file in tests/config/relevance is a list of its own. Precision is the share of what is taken that is wanted, recall
the share of what is wanted that is taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ruamel.yaml import YAML

from benchmarks._figures import Figure
from config.topic_words import about
from config.topics import load_topics

if TYPE_CHECKING:
    from benchmarks._figures import Options

LISTS = Path(__file__).parents[1] / "tests" / "config" / "relevance"


@dataclass(frozen=True, slots=True)
class Judged:
    """One list: how many publications, precision and recall from 0 to 1, and what went wrong, a line each."""

    publications: int
    precision: float
    recall: float
    errors: tuple[str, ...]


def judged(path: Path) -> Judged:
    """What the topic says of one list, beside what a person said."""
    topic = load_topics(path.parent)["migration"]
    rows = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    both = taken = wanted = 0
    errors = []
    for row in rows:
        said = about(topic, title=row["title"], summary=row.get("opening", ""))
        taken += said is not None
        wanted += row["relevant"]
        both += said is not None and row["relevant"]
        if row["relevant"] and said is None:
            errors.append(f"missed ({row['language']}): {row['title']}")
        elif said is not None and not row["relevant"]:
            errors.append(f"taken ({row['language']}): {row['title']}: {said.reason}")
    return Judged(len(rows), both / max(1, taken), both / max(1, wanted), tuple(errors))


def main(options: Options) -> list[Figure]:
    """Print precision, recall and the errors of each list."""
    figures = []
    for path in sorted(LISTS.glob("*.yaml"))[: 2 if options.quick else None]:
        found = judged(path)
        right = found.publications - len(found.errors)
        print(f"{path.stem}: {right} of {found.publications} right, ", end="")
        print(f"precision {found.precision:.3f}, recall {found.recall:.3f}")
        for error in found.errors:
            print(f"  {error}")
        figures.append(Figure(f"relevance, {path.stem}: wrong", 100 * len(found.errors) / found.publications, "%", 5))
    return figures
