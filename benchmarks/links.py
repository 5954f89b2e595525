"""How well documents and their clauses are linked, on pairs that two readers judged without knowing the program.

The real texts of those pairs, and all others beside them, are read and recorded as any file is; then the links are set
against the judgements. Pairs of which the readers were not of one mind are left out. A resolution counts as a later one
of a series where the chain of renewals leads from it, or from the text adopted from it, back to the earlier one.
"""

from __future__ import annotations

import asyncio
import csv
import json
import lzma
import re
import tempfile
from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from benchmarks._figures import Figure, Options
from config.sessions import load_sessions
from config.source_blocks import Policy
from flows.sessions import known_sessions
from mandates.analysis import analyse
from mandates.documents.symbols import parse
from scrapers.crawl.local import crawl_files
from scrapers.publication import Memory
from warehouse.load.landing import land
from warehouse.load.record import record
from warehouse.model import Batch, Entry
from warehouse.store.database import session

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

    from scrapers.publication import Harvest, Publication

CHECKOUT = Path(__file__).parent.parent
SHARED = CHECKOUT.parent / "shared" / "corpus"
JUDGED = CHECKOUT / "tests" / "warehouse" / "judged_links"
# Documents recorded together, so that links are found over many loads.
AT_ONCE = 40
# In per cent: wrong ones among those found, and missed ones among those there are.
MOST_WRONG, MOST_MISSED = 3.0, 10.0
# Below so many true pairs a share says nothing.
FEWEST = 60

_RELATIONS = """
SELECT relation, coalesce(origin.symbol, origin.title), coalesce(target.symbol, target.title)
FROM relations
JOIN documents AS origin ON origin.document_id = from_document
JOIN documents AS target ON target.document_id = to_document
WHERE relation IN ('renews', 'draft_of')"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents, or two clauses, by symbol and number, and what the readers say of them.

    `half` says whether a pair was "read" while the words that weigh nothing were chosen, or "held out".
    """

    later: str
    earlier: str
    verdict: str
    later_clause: str = ""
    earlier_clause: str = ""
    half: str = ""

    def __str__(self) -> str:
        return " ".join(filter(None, (self.later, self.later_clause, "-", self.earlier, self.earlier_clause)))


def main(options: Options) -> list[Figure]:
    """Print each link that is wrong or missing, and the shares; nothing without the texts."""
    if not SHARED.is_dir():
        print("the judged texts are not available")
        return []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        stated: dict[str, tuple[str, str]] = {}
        record_all(home, _read(Path(folder), stated, quick=options.quick), stated)
        with session(home) as connection:
            return [*_documents(connection), *_clauses(connection)]


def judged(kind: str) -> list[Pair]:
    """The pairs of one file of which all its readers say the same, and are sure."""
    with (JUDGED / f"{kind}.tsv").open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file, delimiter="\t")
    if kind == "wording":
        return [Pair(_key(row[0]), _key(row[2]), row[4], row[1], row[3], row[5]) for row in rows if row[4] != "unsure"]
    agreed = [row for row in rows if row[-1] == row[-2] and row[-1] != "unsure"]
    if kind == "clause":
        return [Pair(_key(later), _key(earlier), yes, now, was) for later, now, earlier, was, yes, _ in agreed]
    return [Pair(_key(later), _key(earlier), verdict) for later, earlier, verdict, _ in agreed]


def record_all(
    home: Path, harvest: Harvest, stated: Mapping[str, tuple[str, str]], calendar: Path | None = None
) -> None:
    """Record all publications in loads of `AT_ONCE`, each as a source would show it; with the sessions of a calendar.

    `stated` are the symbols and titles that a catalogue states, by the names of files: old texts do not have theirs in
    the head.
    What a file's name calls a draft comes from a list of drafts.
    """
    shown = [_shown(each, stated) for each in harvest.publications]
    sessions = load_sessions(calendar) if calendar else ()
    known = known_sessions(calendar) if calendar else ()
    for place in range(0, len(shown), AT_ONCE):
        those = shown[place : place + AT_ONCE]
        apart = timedelta(hours=place)
        part = replace(
            harvest,
            started_at=harvest.started_at + apart,
            finished_at=harvest.finished_at + apart,
            publications=tuple(those),
            outcome="ok",
        )
        entries = tuple(
            Entry(each, analyse(each.text.text, sessions=sessions)) for each in those if each.text is not None
        )
        land(home, Batch(f"part-{place:05}", part, entries))
        record(home, lambda _: (), sessions=lambda: known)


def _shown(publication: Publication, stated: Mapping[str, tuple[str, str]]) -> Publication:
    name = unquote(publication.url.rpartition("/")[2])
    named, title = stated.get(name, ("", ""))
    if publication.symbol is None and (symbol := parse(named)) is not None:
        kind, stage = symbol.kind, symbol.stage
        return replace(publication, symbol=symbol.text, title=title, body=symbol.body, kind=kind, stage=stage)
    if publication.symbol is None and "draft" in name:
        return replace(publication, stage="draft")
    return publication


def _read(folder: Path, stated: dict[str, tuple[str, str]], *, quick: bool) -> Harvest:
    """The publications that the files of all texts give; fills `stated`."""
    paths = [*sorted((SHARED / "texts").glob("*.txt")), *sorted((SHARED / "pdf").glob("*.pdf"))]
    for name in () if quick else ("silver", "assignees"):
        with lzma.open(SHARED / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                paths.append(folder / f"{name}_{row['name']}.txt")
                paths[-1].write_text(row["text"], encoding="utf-8")
                if "symbol" in row:
                    title = " ".join(row["title"].split())
                    stated[paths[-1].name] = row["symbol"], re.sub(r"^[\w/ ()]+\.\s", "", title)
    return asyncio.run(crawl_files("local", paths, Memory(), Policy()))


def _documents(connection: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """How many renewals and drafts are right, wrong and missing."""
    renews: dict[str, str] = {}
    adopted: dict[str, set[str]] = {}
    for relation, origin, target in connection.execute(_RELATIONS).fetchall():
        if relation == "renews":
            renews[_key(origin)] = _key(target)
        else:
            adopted.setdefault(_key(origin), set()).add(_key(target))
    known = {_key(row[0]) for row in connection.execute("SELECT coalesce(symbol, title) FROM documents").fetchall()}

    def is_renewal(pair: Pair) -> str:
        starts = {pair.later, *adopted.get(pair.later, ())}
        return "yes" if any(pair.earlier in _chain(renews, start) for start in starts) else "no"

    def is_draft(pair: Pair) -> str:
        return "yes" if pair.later in adopted.get(pair.earlier, ()) else "no"

    for kind, found in (("renews", is_renewal), ("draft_of", is_draft)):
        pairs = [pair for pair in judged(kind) if pair.later in known and pair.earlier in known]
        yield from _figures(kind, pairs, {pair: found(pair) for pair in pairs}, "yes")
    print(f"{len(renews)} renewals and {sum(map(len, adopted.values()))} drafts in {len(known)} documents")


def _chain(renews: Mapping[str, str], start: str) -> set[str]:
    """All that one renews, step by step."""
    found: set[str] = set()
    while (start := renews.get(start, start)) not in found:
        found.add(start)
    return found


def _clauses(connection: duckdb.DuckDBPyConnection) -> Iterator[Figure]:
    """How many clauses of judged pairs are paired rightly, whether or not the documents are next to each other."""
    from warehouse.links.alignment import steps  # noqa: PLC0415 - another checkout may not have it
    from warehouse.links.texts import texts_of  # noqa: PLC0415

    pairs = [*judged("clause"), *judged("wording")]
    rows = connection.execute("SELECT coalesce(symbol, title), document_id FROM documents").fetchall()
    documents = {_key(name): document for name, document in rows}
    texts = texts_of(
        connection, {documents[name] for pair in pairs for name in (pair.later, pair.earlier) if name in documents}
    )
    found = {}
    for pair in pairs:
        later, earlier = (texts.get(documents.get(name, "")) for name in (pair.later, pair.earlier))
        if later is None or earlier is None:
            continue
        now = [clause.bare_number for clause in later.clauses]
        was = [clause.bare_number for clause in earlier.clauses]
        if pair.later_clause not in now or pair.earlier_clause not in was:
            print(f"  clause not read: {pair}")
            continue
        wanted = (was.index(pair.earlier_clause), now.index(pair.later_clause))
        linked = steps([clause.words for clause in earlier.clauses], [clause.words for clause in later.clauses])
        found[pair] = next((step.change for step in linked if (step.earlier, step.later) == wanted), "other")
    both = {pair: change for pair, change in found.items() if not pair.half}
    for kind in ("same", "changed"):
        yield from _figures(f"clause {kind}", list(both), both, kind)
    judged_so = {pair: replace(pair, verdict=_linked(pair.verdict)) for pair in both}
    yield from _figures(
        "clause linked", list(judged_so.values()), {judged_so[pair]: _linked(found[pair]) for pair in both}, "linked"
    )
    for half in ("read", "held out"):
        those = {pair: change for pair, change in found.items() if pair.half == half}
        for kind in ("same", "changed"):
            yield from _figures(f"clause reworded ({half}) {kind}", list(those), those, kind)


def _linked(verdict: str) -> str:
    return "linked" if verdict in {"same", "changed"} else "other"


def _figures(kind: str, pairs: Sequence[Pair], found: Mapping[Pair, str], wanted: str) -> Iterator[Figure]:
    """The shares of wrong and of missed links of a kind; only the counts where there are too few."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        fate = _fate(pair.verdict == wanted, found[pair] == wanted)
        counts[fate] += 1
        if fate in {"wrong", "missed"}:
            print(f"  {kind}, {fate}: {pair}")
    right, wrong, missed = counts["right"], counts["wrong"], counts["missed"]
    print(f"{kind}: {right} right, {wrong} wrong, {missed} missed, {counts['rightly none']} rightly not linked")
    if right + missed >= (1 if kind.startswith("clause") else FEWEST):
        yield Figure(f"{kind}: wrong among those found", 100 * wrong / max(right + wrong, 1), "%", MOST_WRONG)
        yield Figure(f"{kind}: missed", 100 * missed / max(right + missed, 1), "%", MOST_MISSED)


def _fate(is_one: bool, is_found: bool) -> str:
    return {(True, True): "right", (True, False): "missed", (False, True): "wrong"}.get(
        (is_one, is_found), "rightly none"
    )


def _key(symbol: str) -> str:
    return "".join(symbol.split())
