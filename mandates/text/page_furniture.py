"""Page furniture and footnotes: which lines of an extracted text are no part of what the document says.

A page break leaves marks: "7/14", "25-20083", "Page 3", the symbol alone on a line, the running title. Between two
pages stand the
notes of the first (after a rule of underscores), the footer and the header, in an order that differs from one
extractor to the next.
So marks are found first, and the zone around each is grown over lines that can be explained: notes, the symbol, words
of the title.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from mandates.documents import symbols
from mandates.documents.organs import ORGAN_LINE
from mandates.languages.words import exactly

_job = r"(?:\d{2}-\d{5}(?:\s?\([A-Z]\))?(?:\s+\d{6})?|GE\.\d{2}-\d{4,6}(?:\s?\([A-Z]\))?(?:\s+\d{6})*|[VKN]\.?\d{2}-\d{5}(?:\s?\([A-Z]\))?)"  # noqa: E501 - read as a whole
_page = r"(?:\d{1,3}\s?/\s?\d{1,3}|[Pp]<<page>>\s?\d{1,3}(?:\s?(?:<<page_of>>|/)\s?\d{1,3})?|[-–—]\s?\d{1,3}\s?[-–—])"
_comment = r"<?!-- ?[Pp]age \d+ ?--|[-–—\[]+\s?[Pp]age\s\d+[^\n]{0,12}[-–—\]]+"
_series = r"<<series>>\s?[—–-]+\s?[\w -]{4,40}<<series_year>>|Resolutions adopted (?:on|by|without) [^.;]{4,80}"
_mark = exactly(
    rf"(?:\d{{1,3}}\s+{_job}|{_job}\s+\d{{1,3}}|/?\.\.\.?/?(?:\.\.\.)?)"
    rf"|(?:{_job}|{_page}|{_comment}|{_series}|\*?\d{{7}}\*?)(?:\s+(?:{_job}|{_page}|\*\d{{7}}\*|\d{{6}}))*"
)
_rule = re.compile(r"\s*(?:>\s*)?(?:\*\*)?(?:_{5,}|-{8,}|—{4,}|─{4,})")
_lone_number = re.compile(r"(?:\d{1,3}|\*{1,3}|†)")
_note = exactly(r"(?P<number>\d{1,3}|\*{1,3}|†)\s*/?\s*(?:\.\s)?(?:A/|E/|S/|[A-Z]+/[A-Z\d]|<<note_begins>>)")
_NOTE_NUMBER = re.compile(r"(?P<number>\d{1,3}) +(?=[^\W\d_])")
_clause_like = re.compile(r"\d{1,3}\.\s+(?:[A-Z][a-z]+ly\s|Also\s|Further\s)?[A-ZÀ-Ý][\w]+\s")
_numbered_note = re.compile(r"(?:\d{1,3}|\*{1,3}|†|[a-z])(?:\s*/\s|\s|$|(?=[A-Z]))")
_sure_note = re.compile(
    r"\d{1,3}\s*/?\s+(?:See\b[^;]{4,250}\.|Ibid\.,?.{0,200}\.|Official Records of the .{4,240}\.|United Nations, Treaty Series.{4,80}\.|[A-Z]{1,4}/[\w./()-]{3,40}\.)$"  # noqa: E501 - read as a whole
)
_noise = re.compile(r"[*_#|>`]+|</?\w{1,4}>")
_letters = re.compile(r"[^a-zà-ÿ]+")
_symbol_start = exactly(r"(?:<<letterhead_capitals>>\s+)?([A-Z]{1,8}(?:\.\d)?/\S+(?:\s?\(\d{4}\))?)")
_symbol_end = re.compile(r"([A-Z]{1,8}(?:\.\d)?/\S+(?:\s?\(\d{4}\))?)$")

_speaks = exactly(r"<<speaks_line>>\s?[^;:]{4,}(?:,|:|<<speaks_decided>>.*)$")
_quoted = exactly(r"[“«\"]\s?<<quotes_organ>>\s")
_begins = exactly(r"(?:\(1\)\s)?[A-ZÀ-Ý][a-zà-ÿ]+<<participle>>\b.*[^:]$")

rule = "_____"
long = "…"
longest_line = 260
longest_notes = 90
longest_header = 12
shortest_title = 20
longest_title = 140
_stopped = re.compile(r"[;.,]\s?\d{0,3}$")
head_lines = 70


@dataclass(frozen=True, slots=True)
class Furniture:
    """The numbers of the lines to leave out, and the numbers of the footnotes among them."""

    lines: frozenset[int]
    notes: frozenset[int]


def find_furniture(raw: list[str]) -> Furniture:
    """Say which of the lines `raw` are furniture or footnotes."""
    if len(raw) < 4:  # noqa: PLR2004 - a page has more lines
        return Furniture(frozenset(), frozenset())
    return _Pages(raw).read()


def _bare(line: str) -> str:
    """A line without markup; long ones, which only unwrapped text has, are not worth reading."""
    if len(line) > longest_line:
        return long
    if _rule.match(line):
        return rule
    return " ".join((_noise.sub("", line) if _noise.search(line) else line).split())


class _Pages:
    """One reading of one text's lines."""

    def __init__(self, raw: list[str]) -> None:
        # Only short lines can be furniture; the long ones of an unwrapped text are left unread.
        self.raw = raw
        self.lines = [_bare(line) for line in raw]
        self.quoted = [line.startswith(">") for line in raw]
        if sum(self.quoted) * 2 > len(raw):
            self.quoted = [False] * len(raw)  # the whole text is quoted, as in a mail, not its notes
        self.filled = [place for place, line in enumerate(self.lines) if line]
        self.head, self.after_head = self._head()
        self.own = self._own_symbols()
        self.repeated = self._running_heads()
        self.out: set[int] = set()
        self.notes: set[int] = set()

    def read(self) -> Furniture:
        marks = [self._is_mark(place) for place in range(len(self.filled))]
        place = 0
        while place < len(self.filled):
            line = self.filled[place]
            if self.lines[line] == rule:
                place = self._leave_notes(place, marks)
            elif marks[place]:
                place = self._leave_zone(place, marks)
            elif (self.quoted[line] and _note.match(self.lines[line])) or _sure_note.match(self.lines[line]):
                self._drop(place, place + 1, notes=True)
                place += 1
            else:
                place += 1
        return Furniture(frozenset(self.out), frozenset(self.notes))

    def _head(self) -> tuple[str, int]:
        """The letters of what precedes the organ's line (letterhead, item, title), and the line after it."""
        letters: list[str] = []
        after = 0
        for place in self.filled[:head_lines]:
            line = self.lines[place]
            if (
                _quoted.match(line)
                or _speaks.match(line)
                or _begins.match(line)
                or (ORGAN_LINE.match(line) and "," in line)
            ):
                break
            letters.append(_letters.sub("", line.lower()))
            after = place + 1
        return "".join(letters), after

    def _running_heads(self) -> frozenset[str]:
        """Lines that stand near a page mark at least three times."""
        near: set[int] = set()
        for order, place in enumerate(self.filled):
            if _mark.fullmatch(self.lines[place]):
                near.update(self.filled[max(0, order - 4) : order + 5])
        counts = Counter(self.lines[place] for place in near)
        return frozenset(line for line, times in counts.items() if times >= 3 and 8 < len(line) < longest_title)  # noqa: PLR2004 - on three pages

    def _own_symbols(self) -> frozenset[str]:
        """Symbols that stand alone, or at either end of a short line, near the top or on several lines."""
        seen: Counter[str] = Counter()
        for order, place in enumerate(self.filled):
            line = self.lines[place]
            if len(line) < 200 and "/" in line:  # noqa: PLR2004
                for symbol in {found[1] for found in (_symbol_start.match(line), _symbol_end.search(line)) if found}:
                    if parsed := symbols.parse(symbol):
                        alone = len(parsed.text) + 16 > len(line)
                        seen[parsed.key] += 3 if order < 6 and alone else 1  # noqa: PLR2004 - the letterhead
        return frozenset(key for key, times in seen.items() if times >= 3)  # noqa: PLR2004

    def _symbol_in(self, line: str) -> bool:
        if len(line) > 200 or "/" not in line:  # noqa: PLR2004
            return False
        ends = (_symbol_start.match(line), _symbol_end.search(line))
        return any((parsed := symbols.parse(found[1])) and parsed.key in self.own for found in ends if found)

    def _is_mark(self, place: int) -> bool:
        line = self.lines[self.filled[place]]
        if len(line) > 200:  # noqa: PLR2004
            return False
        if _mark.fullmatch(line) or "\f" in self.raw[self.filled[place]][:2]:
            return "\f" not in self.raw[self.filled[place]] or bool(_mark.fullmatch(line)) or self._symbol_in(line)
        if not self._symbol_in(line):
            return False
        # "A/RES/80/79 Title" and "Title A/RES/80/79", or the symbol alone: a header, unless it is a footnote's text or
        # a sentence.
        rest = _letters.sub("", re.sub(r"[A-Z]{1,8}(?:\.\d)?/\S+", "", line).lower())
        return not rest or rest in self.head or line in self.repeated

    def _is_title(self, place: int) -> bool:
        line = self.lines[place]
        letters = _letters.sub("", line.lower())
        # A word of the title can end a sentence too; a line of the running title begins with a capital or is long.
        stands_out = line[:1].isupper() or len(letters) > shortest_title
        # The head itself is not a running title.
        is_later = place >= self.after_head and letters in self.head
        in_head = is_later and stands_out and len(letters) > 3 and not _stopped.search(line)  # noqa: PLR2004
        return line in self.repeated or in_head

    def _drop(self, start: int, end: int, *, notes: bool = False) -> None:
        for line in self.filled[start:end]:
            self.out.add(line)
            if notes and (number := re.match(r"\d{1,3}", self.lines[line])):
                self.notes.add(int(number[0]))

    def _leave_notes(self, place: int, marks: list[bool]) -> int:
        """Drop the rule at `place` and the notes under it, to the next page; return where the text goes on."""
        limit = min(len(self.filled), place + longest_notes)
        end = next((later for later in range(place + 1, limit) if marks[later]), None)
        if end is None or any(self._is_text(later) for later in range(place + 1, end)):
            return self._leave_last_notes(place)
        first = self.lines[self.filled[place + 1]]
        if not (_note.match(first) or _lone_number.match(first) or marks[place + 1] or self.quoted[self.filled[place]]):
            return self._leave_last_notes(place)
        # A title before the mark is no note, yet furniture all the same.
        self._drop(place, end, notes=True)
        if _lone_number.fullmatch(self.lines[self.filled[end - 1]]) and end - 1 > place:
            # The note's number stands before the page number and its words after: some extractors keep columns apart.
            later = next(
                (mark for mark in range(end + 1, min(len(self.filled), end + longest_header)) if marks[mark]), None
            )
            if later is not None:
                self._drop(end, later)
                end = later
        return self._leave_zone(end, marks, after_rule=True)

    def _leave_last_notes(self, place: int) -> int:
        """Notes with no page mark after them: they end the text, or the text goes on with a clause."""
        first = place + 1
        end = first
        while end < len(self.filled) and end - place < longest_notes and not self._is_text(end):
            line = self.lines[self.filled[end]]
            follows = self.filled[end] == self.filled[end - 1] + 1 or _lone_number.fullmatch(
                self.lines[self.filled[end - 1]]
            )
            if not (_note.match(line) or _numbered_note.match(line) or (follows and end > first)):
                break
            end += 1
        self._drop(place, end, notes=True)
        return end

    def _is_text(self, place: int) -> bool:
        """Whether a line under a rule is the document's text again: a long line or a numbered clause."""
        line = self.lines[self.filled[place]]
        return line == long or (_clause_like.match(line) is not None and not _note.match(line))

    def _leave_zone(self, place: int, marks: list[bool], *, after_rule: bool = False) -> int:
        """Drop the marks from `place` on, and around them the lines that can be explained."""
        start = place
        if not after_rule:
            start = self._notes_before(place)
        while (
            start > 0
            and place - start < longest_header
            and self.filled[start - 1] not in self.out
            and self._is_title(self.filled[start - 1])
            and self._near_mark(start - 1, marks)
        ):
            start -= 1
        end = place + 1
        while end < len(self.filled) and end - place < 3 * longest_header:
            if marks[end] or self._is_title_after(end, marks):
                end += 1
            elif _lone_number.fullmatch(self.lines[self.filled[end]]) and end + 1 < len(self.filled) and marks[end + 1]:
                end += 2
            else:
                break
        self._drop(start, end)
        return end

    def _near_mark(self, place: int, marks: list[bool]) -> bool:
        return any(marks[place + 1 : place + 5])

    def _is_title_after(self, place: int, marks: list[bool]) -> bool:
        """A line of the running title: in the head of the document, and next to a mark or another such line."""
        line = self.filled[place]
        if not self._is_title(line) or _clause_like.match(self.lines[line]):
            return False
        # A heading of the body is seldom also in the head; but a clause may begin with the title's words, so it must
        # not run on.
        return len(self.lines[line]) > 12 or self.lines[line] in self.repeated or any(marks[place + 1 : place + 3])  # noqa: PLR2004

    def _notes_before(self, place: int) -> int:
        """Where the notes begin that stand before a page mark without a rule.

        The first of a rising run; else `place`.
        """
        start = place
        expected: int | None = None
        for before in range(place - 1, max(-1, place - 16), -1):
            line = self.lines[self.filled[before]]
            if self.filled[before] in self.out and not _note.match(line):
                break
            # The last note is known by its words, those before it by their numbers.
            found = _note.match(line) if expected is None else _NOTE_NUMBER.match(line)
            if found and found["number"].isdigit():
                number = int(found["number"])
                if expected is not None and number != expected - 1:
                    if _note.match(line):
                        break
                    continue
                expected, start = number, before
            elif expected is None and place - before > 5:  # noqa: PLR2004 - a note has a few lines
                break
        if start < place:
            self._drop(start, place, notes=True)
        return place
