"""Whether a reading says that it missed something: resolutions are damaged as copies and scans are, and read again.

Each text is cut off, cut out of the middle, put in a wrong order, garbled as by a scanner or a wrong encoding, and its
lines are joined or broken. Where fewer than nine in ten of the clauses of the whole are found, the reading must be
`partial` or `none`; a text in which all are found must be `complete`.
"""

from __future__ import annotations

import json
import lzma
import random
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import accumulate, islice, zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks._figures import Figure, Options
from mandates.analysis import analyse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mandates.model import Analysis

    Span = tuple[int, int]

CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
OWN = Path(__file__).parent.parent / "tests" / "mandates" / "gold"
TEXTS = 100
FEWEST = 3
ENOUGH = 0.9
OVERLAP = 0.8
WIDTH = 60
NARROW = 36
# How a scanner misreads letters, and how often.
MISREAD = {"m": "rn", "l": "1", "I": "l", "O": "0", "h": "b", "e": "c", "S": "5", "fi": "fl", "—": "-"}
CONFUSED = {
    "m": "rn",
    "l": "1",
    "i": "l",
    "I": "l",
    "o": "0",
    "O": "0",
    "e": "c",
    "s": "5",
    "n": "u",
    "u": "n",
    "c": "e",
    "R": "B",
    "E": "F",
    "D": "0",
    "W": "VV",
    "t": "f",
    "v": "y",
    "a": "o",
    "q": "g",
    "d": "cl",
}
SHARES = (0.01, 0.04, 0.12)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A text after damage; `places[i]` is the offset in it of character `i` of the whole, or -1 if it was lost."""

    text: str
    places: Sequence[int]

    def span(self, start: int, end: int) -> Span | None:
        """The offsets of a span of the whole text; None unless all of it is left."""
        first, last = self.places[start], self.places[end - 1]
        return (first, last + 1) if first >= 0 and last >= 0 else None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one damaged text: the share of the clauses of the whole that were found, and what was said."""

    name: str
    damage: str
    found: float
    analysis: Analysis

    @property
    def is_said(self) -> bool:
        """Whether the reading says that it is not complete."""
        return self.analysis.reading != "complete"


def cut(text: str, start: int, end: int) -> Damaged:
    """The part from `start` to `end`."""
    places = [place - start if start <= place < end else -1 for place in range(len(text))]
    return Damaged(text[start:end], places)


def changed(text: str, change: Callable[[str], str], pieces: str = r"[\s\S]") -> Damaged:
    """Each piece that the expression `pieces` finds becomes what `change` makes of it."""
    parts: list[str] = []
    sizes: list[int] = []
    for found in re.finditer(f"({pieces})|[\\s\\S]", text):
        part = found[0] if found[1] is None else change(found[0])
        parts.append(part)
        # All characters of a piece have the offset of the piece.
        sizes += [0] * (len(found[0]) - 1) + [len(part)]
    last = max(0, sum(map(len, parts)) - 1)
    return Damaged("".join(parts), [min(place, last) for place in islice(accumulate(sizes, initial=0), len(text))])


def misread(text: str, share: float, chance: random.Random) -> Damaged:
    """As by a scanner: of the letters that it confuses, `share` are misread; accents are lost as often."""

    def change(piece: str) -> str:
        if chance.random() >= share:
            return piece
        if piece in MISREAD:
            return MISREAD[piece]
        return unicodedata.normalize("NFD", piece)[0]

    return changed(text, change, r"fi|\S")


def joined(text: str) -> Damaged:
    """All on one line."""
    return changed(text, lambda _: " ", r"\s+")


def unspaced(text: str) -> Damaged:
    """Without blank lines between paragraphs."""
    return changed(text, lambda piece: "\n" if "\n" in piece else piece, r"\s+")


def spaced(text: str) -> Damaged:
    """With a blank line after each."""
    return changed(text, lambda piece: "\n\n" if "\n" in piece else piece, r"\s+")


def broken(text: str, width: int = WIDTH) -> Damaged:
    """Broken into short lines, without blank ones, as columns are."""
    column = 0

    def change(piece: str) -> str:
        nonlocal column
        if not piece.isspace():
            column += len(piece)
            return piece
        if column < width and "\n" not in piece:
            column += 1
            return " "
        column = 0
        return "\n"

    return changed(text, change, r"\s+|\S+")


def unnumbered(text: str) -> Damaged:
    """With the numbers of paragraphs lost."""
    return changed(text, lambda _: "\n", r"\n[ \t]*\d{1,3}\.[ \t]")


def rearranged(text: str, spans: Sequence[Span]) -> Damaged:
    """These spans of the text, one after the other; what is in two of them is where the first is."""
    places = [-1] * len(text)
    length = 0
    for start, end in spans:
        for place in range(start, end):
            if places[place] < 0:
                places[place] = length + place - start
        length += end - start
    return Damaged("".join(text[start:end] for start, end in spans), places)


def ended(text: str, chance: random.Random) -> Damaged:
    """Cut off where a line ends with a stop, so that no sentence is broken."""
    stops = [found.end() for found in re.finditer(r"[.;](?=\s*\n)", text)] or [len(text)]
    inner = [place for place in stops if len(text) * 0.35 < place < len(text) * 0.9] or stops
    return cut(text, 0, chance.choice(inner))


def without_page(text: str, chance: random.Random) -> Damaged:
    """Without some of its lines, as where a page was not scanned."""
    lines = _lines(text)
    start = int(len(lines) * (0.2 + chance.random() * 0.4))
    return rearranged(text, [*lines[:start], *lines[start + max(3, len(lines) // 5) :]])


def twice(text: str, chance: random.Random) -> Damaged:
    """With some of its lines twice, as where a page was scanned twice."""
    lines = _lines(text)
    start = int(len(lines) * (0.2 + chance.random() * 0.4))
    return rearranged(text, [*lines[: start + max(3, len(lines) // 5)], *lines[start:]])


def mixed(text: str) -> Damaged:
    """The lines of two columns read across."""
    lines = _lines(text)
    half = (len(lines) + 1) // 2
    return rearranged(text, [line for both in zip_longest(lines[:half], lines[half:]) for line in both if line])


def _lines(text: str) -> list[Span]:
    return [found.span() for found in re.finditer(r"[^\n]*\n|[^\n]+$", text)]


def doubled(text: str) -> Damaged:
    """UTF-8 read as if it were cp1252."""
    return changed(text, lambda sign: sign.encode().decode("cp1252", errors="replace"), r"[^\x00-\x7f]")


def without_glyphs(text: str, chance: random.Random, sign: str) -> Damaged:
    """With some letters, and all ligatures, that the font of a file gives no meaning."""
    return changed(text, lambda piece: sign if len(piece) > 1 or chance.random() < 0.02 else piece, r"f[fil]|[a-z]")


def small(text: str) -> Damaged:
    """Without capital letters."""
    return changed(text, lambda sign: sign.lower() if len(sign.lower()) == 1 else sign)


def wide(text: str) -> Damaged:
    """With the full-width signs that East Asian software puts."""
    return changed(text, lambda sign: chr(ord(sign) + 0xFEE0) if sign != "." else "。", r"[,;:()?!]|\.(?=\s)")


def ligatures(text: str) -> Damaged:
    """With the single characters that fonts have for pairs of letters."""
    signs = {"ffi": "\ufb03", "ffl": "\ufb04", "ff": "\ufb00", "fi": "\ufb01", "fl": "\ufb02"}
    return changed(text, lambda piece: signs[piece], r"ff[il]?|f[il]")


def verbs_misread(text: str, chance: random.Random) -> Damaged:
    """With one letter misread in every third word after the number of a paragraph."""

    def change(piece: str) -> str:
        confused = [(place, each) for place in range(len(piece)) for each in CONFUSED if piece.startswith(each, place)]
        if chance.random() > 1 / 3 or not confused:
            return piece
        place, letters = chance.choice(confused)
        return piece[:place] + CONFUSED[letters] + piece[place + len(letters) :]

    return changed(text, change, r"(?:(?<=\d\. )|(?<=\d\.\t)|(?<=\n\n))[A-Z][a-z]+(?=\s)")


def damages(text: str, chance: random.Random) -> Iterator[tuple[str, Damaged]]:
    """All kinds of damage to one text, with their names."""
    size = len(text)
    for share in (0.35, 0.6, 0.85):
        yield f"cut off at {share:.0%}", cut(text, 0, int(size * (share + chance.random() * 0.1)))
    start = int(size * (0.2 + chance.random() * 0.2))
    yield "middle part", cut(text, start, start + int(size * (0.3 + chance.random() * 0.2)))
    yield "last part", cut(text, int(size * (0.2 + chance.random() * 0.2)), size)
    for share in SHARES:
        yield f"misread {share:.0%}", misread(text, share, chance)
    yield "joined", joined(text)
    yield "unspaced", unspaced(text)
    yield "spaced", spaced(text)
    yield "broken", broken(text)
    yield "unnumbered", unnumbered(text)
    yield "ended", ended(text, chance)
    yield "page lost", without_page(text, chance)
    yield "page twice", twice(text, chance)
    yield "mixed", mixed(text)
    yield "doubled", doubled(text)
    yield "no glyphs", without_glyphs(text, chance, "\ufffd")
    yield "own glyphs", without_glyphs(text, chance, "\ue0a1")
    yield "small", small(text)
    yield "wide", wide(text)
    yield "ligatures", ligatures(text)
    yield "verbs misread", verbs_misread(text, chance)
    yield "narrow", broken(text, NARROW)


def outcomes(texts: Iterator[tuple[str, str, list[Span]]]) -> Iterator[Outcome]:
    """Each text whole and after each damage; a text is a name, its words, and the spans of its clauses."""
    for name, text, clauses in texts:
        chance = random.Random(name)  # noqa: S311 - the same damage in each run
        whole = Damaged(text, range(len(text)))
        for damage, damaged in [("whole", whole), *damages(text, chance)]:
            analysis = analyse(damaged.text)
            yield Outcome(name, damage, _found(clauses, damaged, analysis), analysis)


def _found(clauses: list[Span], damaged: Damaged, analysis: Analysis) -> float:
    spans = [(clause.start, clause.end) for clause in analysis.clauses]
    wanted = [damaged.span(*clause) for clause in clauses]
    return sum(span is not None and any(_alike(span, each) for each in spans) for span in wanted) / len(wanted)


def _alike(one: Span, two: Span) -> bool:
    common = min(one[1], two[1]) - max(one[0], two[0])
    return common > 0 and common >= OVERLAP * (max(one[1], two[1]) - min(one[0], two[0]))


def shared_texts() -> Iterator[tuple[str, str, list[Span]]]:
    """Labelled texts of other publishers, where they are available: those labelled by people first."""
    for path in sorted((CORPUS / "gold").glob("*.json")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        with (CORPUS / "texts" / labels["file"]).open(encoding="utf-8", newline="") as file:
            yield path.stem, file.read(), [(clause["start"], clause["end"]) for clause in labels["clauses"]]
    with lzma.open(CORPUS / "silver.jsonl.xz", "rt", encoding="utf-8", newline="") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["name"], row["text"], [(clause["start"], clause["end"]) for clause in row["clauses"]]


def own_texts() -> Iterator[tuple[str, str, list[Span]]]:
    """The labelled texts of the project."""
    for path in sorted(OWN.glob("*.json")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        with path.with_suffix(".txt").open(encoding="utf-8", newline="") as file:
            yield path.stem, file.read(), [(clause["start"], clause["end"]) for clause in labels["clauses"]]


def main(options: Options) -> list[Figure]:
    """Print, for each damage, how many texts lost clauses and how many of those say so; and the figures of all."""
    texts = shared_texts() if CORPUS.exists() else own_texts()
    enough = (each for each in texts if len(each[2]) >= FEWEST)
    kinds: dict[str, Counter[str]] = {}
    for each in outcomes(islice(enough, 10 if options.quick else TEXTS)):
        found = "lost" if each.found < ENOUGH else "kept"
        kinds.setdefault(each.damage, Counter())[f"{found} {'said' if each.is_said else 'silent'}"] += 1
    print(f"{'damage':16} {'lost':>5} {'said':>5} {'kept':>5} {'flagged':>7}")
    for damage, count in kinds.items():
        lost, kept = (count[f"{each} said"] + count[f"{each} silent"] for each in ("lost", "kept"))
        print(f"{damage:16} {lost:5} {count['lost said']:5} {kept:5} {count['kept said']:7}")
    total = sum(kinds.values(), Counter())
    said = total["lost said"] / max(1, total["lost said"] + total["lost silent"])
    whole = kinds["whole"]
    flagged = whole["kept said"] / max(1, whole["kept said"] + whole["kept silent"])
    return [Figure("losses said", said * 100, "%"), Figure("complete texts flagged", flagged * 100, "%", 2)]
