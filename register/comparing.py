"""Two texts side by side: which clause became which, and which words of it changed; the rest of the text likewise."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rapidfuzz.distance import Indel

from register.beside import beside, one_line
from warehouse.links.alignment import left_out, steps
from warehouse.links.difference import Change, difference
from warehouse.load.keys import without_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from warehouse.links.alignment import Step
    from warehouse.pages.text import Clause, Text

What = Literal["same", "changed", "new", "dropped", "kept", "parted"]
# Paragraphs a side, beside the clauses: a resolution has some fifty, a report of 150 pages 2,000.
MOST_PARAGRAPHS = 4_000
# Words against words, in all rows: a resolution of 30 pages that is reworded throughout has some two million. Repeated
# words are the dearest: twenty million pairs of them take seconds.
MOST_PAIRS = 10_000_000


@dataclass(frozen=True, slots=True)
class Side:
    """A clause or a paragraph on one side, with the words that the other side has otherwise marked."""

    changes: tuple[Change, ...]
    clause: Clause | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """What became of a clause or a paragraph; a side where it is missing is None. `whole` are all changes in order.

    One that is "kept" lives on within others of the later text, and one that is "parted" was part of another of the
    earlier text. `elsewhere` are these clauses; for one that has changed, those in which it goes on besides.
    """

    what: What
    earlier: Side | None
    later: Side | None
    whole: tuple[Change, ...]
    elsewhere: tuple[Clause, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Rows in the order of the later text, each dropped one where it was: clauses, and the paragraphs beside them.

    `is_cut` where a text has more than is compared, or more that is reworded than is compared word by word.
    """

    clauses: tuple[Row, ...]
    preamble: tuple[Row, ...]
    rest: tuple[Row, ...]
    head: tuple[Row, ...]
    is_cut: bool


def compared(earlier: Text, later: Text) -> Comparison:
    """Two texts, paragraph by paragraph and word by word. Any other word is a change, but not any other blank."""
    before, after = beside(earlier), beside(later)
    rows = _Rows()
    clauses = tuple(rows.of_clauses(earlier.clauses, later.clauses))
    preamble = tuple(rows.of_preamble(before.preamble, after.preamble))
    rest = tuple(rows.of_paragraphs(before.rest, after.rest))
    head = tuple(rows.of_paragraphs(before.head, after.head))
    return Comparison(clauses, preamble, rest, head, rows.is_cut)


@dataclass(frozen=True, slots=True)
class _Text:
    """Paragraphs of one side, with the clauses that they are."""

    words: Sequence[str]
    clauses: Sequence[Clause] = ()

    def side(self, place: int, changes: Iterable[Change]) -> Side:
        return Side(tuple(changes), self.clauses[place] if self.clauses else None)

    def those(self, places: Iterable[int]) -> tuple[Clause, ...]:
        return tuple(self.clauses[place] for place in places) if self.clauses else ()

    def joined(self, places: Iterable[int]) -> str:
        """Their words together, in the order of the text."""
        return " ".join(self.words[place] for place in sorted(places))


class _Ties:
    """Which clauses are in others, by their places.

    An earlier one that was dropped is `kept` in later ones, one that has a counterpart `goes_on` in others besides, and
    in a later one others are `merged`.
    """

    def __init__(self, found: Iterable[Step]) -> None:
        self.kept: dict[int, tuple[int, ...]] = {}
        self.goes_on: defaultdict[int, set[int]] = defaultdict(set)
        self.merged: defaultdict[int, set[int]] = defaultdict(set)
        for step in found:
            if step.later is None and step.earlier is not None:
                self.kept[step.earlier] = step.inside
                for host in step.inside:
                    self.merged[host].add(step.earlier)
            elif step.later is not None and step.earlier is not None:
                self.goes_on[step.earlier].update(step.inside)
            elif step.later is not None:
                for origin in step.inside:
                    self.goes_on[origin].add(step.later)


class _Rows:
    """Rows of one comparison, as long as `left` pairs of words are left to compare."""

    def __init__(self) -> None:
        self.left = MOST_PAIRS
        self.is_cut = False

    def of_clauses(self, earlier: Sequence[Clause], later: Sequence[Clause]) -> Iterator[Row]:
        """What became of each clause, wherever it has moved."""
        return self._aligned(*(_Text([_bare(each) for each in side], side) for side in (earlier, later)))

    def of_preamble(self, earlier: Sequence[str], later: Sequence[str]) -> Iterator[Row]:
        """The same of its paragraphs."""
        return self._aligned(_Text(earlier), _Text(later))

    def of_paragraphs(self, earlier: Sequence[str], later: Sequence[str]) -> Iterator[Row]:
        """What became of each paragraph: between those that stay, the likest follow each other."""
        self.is_cut = self.is_cut or max(len(earlier), len(later)) > MOST_PARAGRAPHS
        before, after = earlier[:MOST_PARAGRAPHS], later[:MOST_PARAGRAPHS]
        held: tuple[list[str], list[str]] = [], []
        for block in Indel.opcodes(before, after):
            if block.tag != "equal":
                held[0].extend(before[block.src_start : block.src_end])
                held[1].extend(after[block.dest_start : block.dest_end])
                continue
            yield from self._aligned(_Text(held[0]), _Text(held[1]))
            held = [], []
            for place in range(block.dest_start, block.dest_end):
                yield self._both(_Text(before), place - block.dest_start + block.src_start, _Text(after), place)
        yield from self._aligned(_Text(held[0]), _Text(held[1]))

    def _aligned(self, before: _Text, after: _Text) -> Iterator[Row]:
        found = steps(before.words, after.words, each_word=True)
        self.is_cut = self.is_cut or left_out(found, before.words, after.words) > 0
        ties = _Ties(found)
        dropped = deque(sorted(each.earlier or 0 for each in found if each.later is None))
        for step in found:
            if step.later is None:
                continue
            if step.earlier is None:
                yield self._new(before, after, step.later, step.inside)
                continue
            while dropped and dropped[0] < step.earlier:
                yield self._dropped(before, after, dropped[0], ties.kept[dropped.popleft()])
            yield self._both(before, step.earlier, after, step.later, ties)
        for place in dropped:
            yield self._dropped(before, after, place, ties.kept[place])

    def _both(self, before: _Text, was: int, after: _Text, now: int, ties: _Ties | None = None) -> Row:
        goes_on = sorted(ties.goes_on[was]) if ties else []
        merged = sorted(ties.merged[now]) if ties else []
        whole = self._difference(before.words[was], after.words[now])
        is_same = all(change.kind == "same" for change in whole)
        # What has gone to other paragraphs has not gone, and what came from others is not new.
        gone, come = whole, whole
        if goes_on:
            gone = self._difference(before.words[was], after.joined([*goes_on, now]))
        if merged:
            come = self._difference(before.joined([*merged, was]), after.words[now])
        earlier = before.side(was, (each for each in gone if each.kind != "in"))
        later = after.side(now, (each for each in come if each.kind != "out"))
        return Row("same" if is_same else "changed", earlier, later, whole, after.those(goes_on))

    def _new(self, before: _Text, after: _Text, now: int, parts: Sequence[int]) -> Row:
        changes = self._difference(before.joined(parts), after.words[now])
        whole = tuple(each for each in changes if each.kind != "out")
        return Row("parted" if parts else "new", None, after.side(now, whole), whole, before.those(parts))

    def _dropped(self, before: _Text, after: _Text, was: int, hosts: Sequence[int]) -> Row:
        changes = self._difference(before.words[was], after.joined(hosts))
        whole = tuple(each for each in changes if each.kind != "in")
        return Row("kept" if hosts else "dropped", before.side(was, whole), None, whole, after.those(hosts))

    def _difference(self, before: str, after: str) -> tuple[Change, ...]:
        if before == after:
            return (Change("same", before),) if before else ()
        self.left -= (before.count(" ") + 1) * (after.count(" ") + 1)
        if self.left < 0:
            self.is_cut = True
            return tuple(change for change in (Change("out", before), Change("in", after)) if change.words)
        return difference(before, after)


def _bare(clause: Clause) -> str:
    """Its words without its number, which moves when a clause is put in before it."""
    return one_line(without_number(clause.number, clause.display).lstrip(". )"))
