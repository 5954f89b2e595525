"""A view of a text: without furniture, footnotes, markup and footnote marks, each character mapped back to the text.

The text itself is never changed. Line breaks stay, so that what begins a line can be told; spaces of all kinds
become spaces.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mandates.languages.needed import scanned
from mandates.languages.words import exactly, expression
from mandates.text.margin import margin_numbers
from mandates.text.page_furniture import find_furniture
from mandates.text.signs import unusual
from mandates.text.wrapped import unwrapped

if TYPE_CHECKING:
    from collections.abc import Iterable

# Each character becomes one character, so that offsets stay: spaces of all kinds a space, hyphens a hyphen,
# and what cannot be seen (soft hyphens, zero widths, the marks of direction) a soft hyphen, which is then cut away. The
# extractors' own signs for a hyphen at a line's end, U+0002 and U+FFFE, are such too. Line feeds and form feeds stay.
_spaces = [*range(32), *range(0x7F, 0xA1), *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x3000]
_plain = dict.fromkeys(_spaces, " ")
_plain |= dict.fromkeys([0x2010, 0x2011], "-")
_unseen = [0x02, 0xAD, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0x2060, *range(0x2066, 0x206A), 0xFEFF, 0xFFFE]
_plain |= dict.fromkeys(_unseen, "\u00ad")
# Signs as wide as a Chinese character, as East Asian software puts them; and the Greek question mark.
_plain |= {wide: chr(wide - 0xFEE0) for wide in range(0xFF01, 0xFF5F)}
_plain |= {0x3001: ",", 0x3002: ".", 0x037E: ";"}
# What is spelt otherwise than it was written: the single characters that fonts have for pairs of letters, and UTF-8
# that was read as cp1252 ("Ã©", "â€™").
_LIGATURES = ("ff", "fi", "fl", "ffi", "ffl", "st", "st")
_DOUBLED = (
    "[\x80-\xbf"
    + "".join(sign for code in range(0x80, 0xA0) if (sign := bytes([code]).decode("cp1252", "ignore")))
    + "]"
)
_MISSPELT_BEGIN = {*map(chr, range(0xFB00, 0xFB07)), "\xc2", "\xc3", "\xe2"}
_misspelt = re.compile(rf"[\ufb00-\ufb06]|[ÂÃ]{_DOUBLED}|â{_DOUBLED}{{2}}")
for _kept in "\n\f":
    del _plain[ord(_kept)]

_entity = re.compile(r"&(?:#\d{2,5}|#x[\da-fA-F]{2,5}|[a-z]{2,8});")
_signs = {chr(code): sign for code, sign in _plain.items() if chr(code) != sign}

# What is cut away, by the sign without which it cannot be there: looking for a sign is much cheaper than for all. Each
# expression begins with its sign, so that the engine jumps from one to the next.
_cuts = {
    "\u00ad": re.compile("\u00ad"),
    "<": re.compile(r"<sup>[\s\d,*†()\[\]]{1,12}</sup>|</?[A-Za-z][\w-]{0,20}(?:[\s/][^<>\n]{0,60})?>"),
    "*": re.compile(r"\*\*+|\*(?=\S)|\*(?<=\S\*)"),
    "- **": re.compile(r"(?m:^[ ]{0,3}-(?=[ ]\*\*)[ ])"),
    "_": re.compile(r"_(?<![\w_]_)_?(?=[^\W_])|_(?<=[\w.,;:)’”\"']_)_?(?![\w_])"),
    "#": re.compile(r"(?m:^[ ]{0,3}#{1,6}[ ])"),
    ">": re.compile(r"(?m:^[ ]{0,3}>(?:[ ]?>){0,8}(?:[ ]|(?=[^\W_])))"),
    " ,": re.compile(r" +(?=,)"),
    "[": re.compile(r"\[(?<=[^\W\d]\[)\d{1,3}\]"),
}
# "R e q u e s t s": spaces between letters mark a word, as old prints do. Found by its first space, as the engine jumps
# from one letter that must be there to the next.
_SPACED_OUT = re.compile(r" (?<=\s[^\W\d_] )[^\W\d_](?: [^\W\d_]){3,}(?=\s)")
_GAP = re.compile(" ")
_BLANK_SIGNS = ("  ", " \n", "\n ", "\f", "\n\n\n")
_blank = re.compile(r" (?:(?<=[ \n] )[ \f]*|[ \f]*(?=\n))|\f+|\n(?<=\n\n\n)[ \n\f]*")
_hyphen_break = re.compile(r"-(?P<line>[ ]*\n\s*)(?=(?P<after>[^\W\d_]{1,40}))")
_last_word = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,40}$")
_word = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_filled = re.compile(r"[^\s][^\n]*")
_compound = expression(r"<<compound>>")
LINES_A_BREAK = 20
_RAISED = "¹²³⁴⁵⁶⁷⁸⁹⁰"
_raised = re.compile(f"[{_RAISED}]+")
_glued = re.compile(r"\d(?<=[a-zà-ÿ)”’»\"'\],;.:]\d)\d{0,2}(?:\s?,\s?\d{1,3}(?=[\s,;.:]))?(?=[\s,;.:)”’–-]|$)")
_glued_after = re.compile(r"(?:[a-zà-ÿ]{3}|[)”’»\"'\]])[,;.:]?$")
_abbreviated = exactly(r"\b<<abbreviated>>[.,]?$")
_spaced = re.compile(r"\d(?<=[a-zà-ÿ),;”’»] \d)\d{0,2}(?=[ ,;.]|\s?\n)")
_counted = expression(r"\b<<counted>>[ ,]*\Z")


@dataclass(frozen=True, slots=True)
class View:
    """`text` with a map back: the pieces of the source that it keeps, by where they start in either.

    A piece is as long as in the source, or stands for one character of it.
    """

    text: str
    starts: list[int] = field(repr=False)
    sources: list[int] = field(repr=False)

    def source(self, place: int) -> int:
        """The offset in the source of the character at `place`."""
        after = bisect_right(self.starts, place)
        source = self.sources[after - 1] + place - self.starts[after - 1]
        return min(source, self.sources[after] - 1) if after < len(self.sources) else source

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the source that `start`:`end` of the view came from; furniture within it is included."""
        return self.source(start), self.source(end - 1) + 1

    def of(self, source: View) -> View:
        """This view of the text of another one, `source`, as a view of what that shows."""
        starts: list[int] = []
        sources: list[int] = []
        for start, place, after in zip(self.starts, self.sources, [*self.starts[1:], len(self.text)], strict=True):
            starts.append(start)
            sources.append(source.source(place))
            first, last = bisect_right(source.starts, place), bisect_right(source.starts, place + after - start)
            starts += [begin - place + start for begin in source.starts[first:last]]
            sources += source.sources[first:last]
        return View(self.text, starts, sources)


def view_of(text: str) -> View:
    """The view of `text`."""
    if unusual(text) & _MISSPELT_BEGIN and _misspelt.search(text):
        spelt = replaced(text, [(found.span(), _spelt(found[0])) for found in _misspelt.finditer(text)])
        return _view_of(spelt.text).of(spelt)
    return _view_of(text)


def _view_of(text: str) -> View:
    flat = _entity.sub(_unescaped, text) if "&" in text else text
    for sign in unusual(flat) & _signs.keys():
        flat = flat.replace(sign, _signs[sign])
    raw = flat.split("\n")
    furniture = find_furniture(raw)
    cuts = [*_line_cuts(raw, furniture.lines), *margin_numbers(raw)]
    cuts += [gap.span() for word in _SPACED_OUT.finditer(flat) for gap in _GAP.finditer(flat, *word.span())]
    for sign, pattern in _cuts.items():
        if sign in flat:
            cuts += [found.span() for found in pattern.finditer(flat)]
    if not flat.isascii() and any(sign in flat for sign in _RAISED):
        cuts += [found.span() for found in _raised.finditer(flat)]
    cuts += _marks(flat, furniture.notes, cuts)
    bare = _without(flat, cuts)
    # Indents and the blank lines that furniture leaves go too: an expression that must cross hundreds of spaces in
    # every way it can takes minutes for a page laid out with them.
    if any(sign in bare.text for sign in _BLANK_SIGNS):
        cuts += [bare.span(*found.span()) for found in _blank.finditer(bare.text)]
    cuts += [bare.span(*span) for span in _breaks(bare.text)]
    view = _without(flat, cuts)
    return replace(view, text=scanned(unwrapped(view.text)))


def replaced(text: str, changes: Iterable[tuple[tuple[int, int], str]]) -> View:
    """A view of `text` with other words in place of the spans that `changes` gives in order."""
    pieces: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    place = length = 0
    for (start, end), words in [*changes, ((len(text), len(text)), "")]:
        for piece, source in ((text[place:start], place), (words, start)):
            # The end is a piece of its own: what stands for the last character must not reach beyond it.
            if piece or source == len(text):
                pieces.append(piece)
                starts.append(length)
                sources.append(source)
                length += len(piece)
        place = end
    return View("".join(pieces), starts, sources)


def _spelt(signs: str) -> str:
    """What a ligature or doubly encoded signs stand for; the signs themselves where they stand for nothing."""
    if signs >= "\ufb00":
        return _LIGATURES[ord(signs) - 0xFB00]
    try:
        return b"".join(sign.encode("latin-1" if sign < "\u0100" else "cp1252") for sign in signs).decode()
    except UnicodeDecodeError:
        return signs


def _unescaped(found: re.Match[str]) -> str:
    """The character that an entity left over from a page stands for, filled up to its length with what is cut away."""
    sign = html.unescape(found[0])
    return sign + "\u00ad" * (len(found[0]) - 1) if len(sign) == 1 else found[0]


def _line_cuts(raw: list[str], lines: frozenset[int]) -> list[tuple[int, int]]:
    """The spans of the furniture lines, their line breaks left in place."""
    cuts: list[tuple[int, int]] = []
    if not lines:
        return cuts
    place = 0
    for number, line in enumerate(raw):
        if number in lines:
            cuts.append((place, place + len(line)))
        place += len(line) + 1
    return cuts


def _marks(flat: str, notes: frozenset[int], cuts: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Footnote marks: glued to a word ("Persons;32"), or, where the notes were found, standing free but next in number."""  # noqa: E501 - a sentence
    marks: list[tuple[int, int]] = []
    for found in _glued.finditer(flat):
        before = flat[max(0, found.start() - 12) : found.start()]
        if _glued_after.search(before) and not _abbreviated.search(before):
            marks.append(found.span())
    if notes:
        dropped = sorted(cuts)
        starts = [start for start, _ in dropped]
        known = [(int(re.match(r"\d+", flat[a:b])[0]), a) for a, b in marks]  # type: ignore[index]
        expected = 1
        upcoming = iter(
            sorted(
                [
                    *((found.start(), found.end(), False) for found in _spaced.finditer(flat)),
                    *((a, a, True) for _, a in known),
                ]
            )
        )
        numbers = {place: number for number, place in known}
        for start, end, is_known in upcoming:
            if is_known:
                expected = max(expected, numbers[start] + 1) if numbers[start] in notes else expected
                continue
            piece = bisect_right(starts, start) - 1
            if piece >= 0 and dropped[piece][1] > start:
                continue
            number = int(flat[start:end])
            if number == expected and number in notes and not _counted.search(flat[max(0, start - 24) : start]):
                marks.append((start, end))
                expected = number + 1
    return marks


def _breaks(text: str) -> list[tuple[int, int]]:
    """What stands between the halves of a word broken at a line's end.

    The hyphen stays, as editors of these documents break only words that have one ("gender-responsive"), unless the
    word stands elsewhere without it, or the text is broken by syllables. Of 46 long documents none ends more than 2 %
    of its lines in a hyphen; a text broken by syllables ends a fifth so.
    """
    found = [
        (each, before[0])
        for each in _hyphen_break.finditer(text)
        if (before := _last_word.search(text, max(0, each.start() - 41), each.start()))
    ]
    if not found:
        return []
    words = set(_word.findall(text))
    by_syllables = len(found) * LINES_A_BREAK >= len(_filled.findall(text))

    def is_one(before: str, after: str) -> bool:
        if f"{before}-{after}" in words:
            return False
        return before + after in words or (by_syllables and after.islower() and not _compound.fullmatch(before))

    return [each.span() if is_one(before, each["after"]) else each.span("line") for each, before in found]


def _without(flat: str, cuts: list[tuple[int, int]]) -> View:
    """`flat` without the spans `cuts`, which may overlap."""
    pieces: list[str] = []
    starts: list[int] = []
    sources: list[int] = []
    place = length = 0
    for start, end in [*sorted(cuts), (len(flat), len(flat))]:
        if start > place or (not pieces and start >= place):
            pieces.append(flat[place:start])
            starts.append(length)
            sources.append(place)
            length += start - place
        place = max(place, end)
    return View("".join(pieces), starts, sources)


# In French a space stands before ";" and ":"; before these it is an extractor's.
_space_before = re.compile(r"[ ]+(?=[,.](?!\d))")


def shown(view: View, start: int, end: int) -> str:
    """The words of the view as people should see them, on one line."""
    words = " ".join(view.text[start:end].split())
    return _space_before.sub("", words) if " ," in words or " ." in words else words
