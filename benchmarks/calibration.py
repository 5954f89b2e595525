"""How far the confidence of a clause can be trusted, on labelled documents of bodies that its table was not made from.

The table of doubts (`mandates/classify/confidence.yaml`) is made again for every body, from all other bodies, and tried
on the clauses of that body. A clause is right where the labels have it, and agree on whether it is a mandate, for whom
and by when. `python -m benchmarks.calibration --write` makes the table from all of them.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks._figures import Figure, Options
from config.sessions import load_sessions
from mandates.analysis import analyse
from mandates.classify.confidence import CERTAIN, SURE, TABLE, confidence_of, doubts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mandates.model import Clause

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
# As the scorer has it: spans that overlap less are not the same clause.
SAME = 0.8
# A doubt starts out as right in four of five: so many clauses of that kind are added to those that have it.
PRIOR, DOUBTED = 10, 0.8
# The aims: right at this confidence, the flagged share of clauses, and the share of errors among the flagged.
RIGHT, FLAGGED, CAUGHT = 0.98, 0.12, 2 / 3
_LEADS_TO = re.compile(
    r"^(?:(?:at|in|by|on|for|from|to|within|during|before|after|not?|later|than|until|the|its|his|her|their|an?|of) )+"
)
_ARTICLE = re.compile(r"^(?:the|its|their) ")


@dataclass(frozen=True, slots=True)
class Case:
    """One clause that was read: of which body and series, with which doubts, and whether all of it is right."""

    body: str
    series: str
    doubts: tuple[str, ...]
    right: bool
    words: str


def main(options: Options) -> list[Figure]:
    """Print the figures on left-out bodies, and those of the General Assembly by session."""
    if not CORPUS.is_dir():
        print("the labelled documents are not available")
        return []
    cases = read_cases(8 if options.quick else None)
    tried = list(_left_out(cases, lambda case: case.body))
    figures = _said("left-out bodies", tried)
    by_body = sorted(
        (sum(case.right for case in group) / len(group), body, len(group))
        for body, group in _grouped(cases, lambda case: case.body).items()
    )
    print(
        f"right in all fields: median of {len(by_body)} bodies {median(share for share, *_ in by_body):.3f}; the worst:"
    )
    for share, body, count in by_body[:3]:
        print(f"  {body}: {share:.3f} of {count}")
    assembly = [case for case in cases if case.body.startswith("UNGA")]
    by_session = list(_left_out(assembly, lambda case: case.series))
    for series, group in sorted(_grouped(by_session, lambda each: each[0].series).items()):
        _said(f"General Assembly, session {series}", group)
    return figures


def read_cases(limit: int | None = None) -> list[Case]:
    """Every clause that is read in the labelled documents, but for those on which readers may differ."""
    cases: list[Case] = []
    sessions = load_sessions(Path(__file__).parents[1] / "config" / "sessions.yaml")
    for path in sorted((CORPUS / "gold").glob("*.json"))[:limit]:
        gold = json.loads(path.read_text(encoding="utf-8"))
        with (CORPUS / "texts" / gold["file"]).open(encoding="utf-8", newline="") as file:
            found = analyse(file.read(), sessions=sessions).clauses
        for clause in found:
            label = max(gold["clauses"], key=lambda one: _overlap(one, clause), default=None)
            if label is None or _overlap(label, clause) < SAME:
                right = False
            elif label.get("debatable"):
                continue
            else:
                right = _agrees(label, clause)
            series = re.search(r"(?:unga|c\d)_(?:dec_)?(\d\d)_", path.stem)
            doubted = tuple(each.rule for each in clause.evidence if each.label == "doubt")
            body = "UNGA" if gold["body"].startswith("UNGA") else gold["body"]
            cases.append(Case(body, series[1] if series else "", doubted, right, f"{path.stem}: {clause.display[:90]}"))
    return cases


def fit(cases: Sequence[Case]) -> dict[str, float]:
    """The share of clauses that are right by doubt, beside that of clauses without one, as `confidence_of` needs it."""
    sure = [case.right for case in cases if not case.doubts]
    certain = (sum(sure) + 0.99 * PRIOR) / (len(sure) + PRIOR)
    table = {CERTAIN: certain}
    for name in doubts():
        if name != CERTAIN:
            with_it = [case.right for case in cases if name in case.doubts]
            table[name] = min(1.0, (sum(with_it) + PRIOR * DOUBTED) / (len(with_it) + PRIOR) / certain)
    return table


def wilson(right: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not count:
        return 0.0, 1.0
    z, share = 1.96, right / count
    middle, reach = share + z * z / (2 * count), z * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (middle - reach) / (1 + z * z / count), (middle + reach) / (1 + z * z / count)


def write(table: Mapping[str, float]) -> None:
    """Put the shares of `table` into the file of doubts, and leave its words as they are."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    for place, line in enumerate(lines):
        name = line.partition(":")[0]
        if name in table:
            lines[place] = re.sub(r"right: [\d.]+", f"right: {table[name]:.3f}", line)
    TABLE.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _said(name: str, tried: Sequence[tuple[Case, float]]) -> list[Figure]:
    sure = [case.right for case, confidence in tried if confidence >= SURE]
    doubtful = [case.right for case, confidence in tried if confidence < SURE]
    wrong = sure.count(False) + doubtful.count(False)
    low, high = wilson(sum(sure), len(sure))
    right = sum(sure) / len(sure) if sure else 1.0
    flagged = len(doubtful) / len(tried) if tried else 0.0
    caught = doubtful.count(False) / wrong if wrong else 1.0
    print(f"{name}: {len(tried)} clauses, {wrong} of them wrong")
    print(f"  at {SURE} and more: {right:.3f} right of {len(sure)} ({low:.3f} to {high:.3f}; aim {RIGHT})")
    print(f"  flagged: {flagged:.3f} (aim at most {FLAGGED}), with {caught:.2f} of the errors (aim {CAUGHT:.2f})")
    return [
        Figure(f"{name}: wrong at {SURE} and more", (1 - right) * 100, "%", (1 - RIGHT) * 100),
        Figure(f"{name}: flagged", flagged * 100, "%", FLAGGED * 100),
        Figure(f"{name}: errors not flagged", (1 - caught) * 100, "%", (1 - CAUGHT) * 100),
    ]


def _left_out(cases: Sequence[Case], key: Any) -> Iterator[tuple[Case, float]]:
    """Each case with the confidence that a table made without its group gives it."""
    for group in _grouped(cases, key).values():
        table = fit([case for case in cases if key(case) != key(group[0])])
        yield from ((case, confidence_of(case.doubts, table)) for case in group)


def _grouped(items: Iterable[Any], key: Any) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups


def _agrees(label: dict[str, Any], clause: Clause) -> bool:
    """Whether the clause is what the label says, as the scorer compares them."""
    doubtful = set(label.get("debatable_fields", ()))
    if label["is_mandate"] != clause.is_mandate:
        return False
    if not label["is_mandate"]:
        return True
    named = {_plain(each) for each in (label["addressee"], label.get("addressee_resolved")) if each}
    due = {_due(each) for each in (label["due"], *label.get("due_all", ())) if each}
    got = _plain(clause.addressee or "")
    mine = _due(clause.dues[0].quote) if clause.dues else ""
    addressed = "addressee" in doubtful or (got in named if named else not got)
    timed = "due" in doubtful or (any(mine in each or each in mine for each in due) and mine != "" if due else not mine)
    return addressed and timed


def _plain(words: str) -> str:
    return _ARTICLE.sub("", " ".join(re.sub(r"[*_]+", "", words).split()).strip(",;:.").lower())


def _due(words: str) -> str:
    return _LEADS_TO.sub("", _plain(words) + " ").strip()


def _overlap(label: dict[str, Any], clause: Clause) -> float:
    start, end = int(label["start"]), int(label["end"])
    shared = min(end, clause.end) - max(start, clause.start)
    return max(0.0, shared / (max(end, clause.end) - min(start, clause.start)))


if __name__ == "__main__":
    read = read_cases()
    if "--write" in sys.argv:
        write(fit(read))
    elif "--errors" in sys.argv:
        for case in read:
            if not case.right:
                print(case.doubts, case.words)
    else:
        main(Options())
