"""The operative part of a text, cut into clauses; and its preambular paragraphs.

An organ begins to speak on a line of its own ("The General Assembly,") or in a sentence ("At its 51st plenary meeting, on …, the
General Assembly decided …"). What it recalls and considers stands in participles; what it does stands in the present (past, where it
is told) and is a clause. An annex ends it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mandates.endings import clause_end
from mandates.leads import Lead, read_lead
from mandates.organs import organ_line
from mandates.spoken import read_sentence, read_speech

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mandates.lexicon import Lexicon
    from mandates.model import Kind

label = re.compile(
    r"(?:OP\s?\.?\s?)?(?:"
    r"(?P<digits>\d{1,3})(?:\s?(?:bis|ter|quater))?(?P<dot>\s?[.)\]:°])?(?=\s|[A-ZÀ-Ý])"
    r"|[(\[](?P<bracketed>\d{1,3})[)\]]"
    r"|(?P<roman>[IVX]{1,5})\."
    r"|\(?(?P<letter>[a-z]{1,2}|[ivx]{1,4})\)"
    r")\s*"
)
_first_word = re.compile(r"(?:PP\s?\d*\.?\s*)?([A-ZÀ-Ý][\w’']*)")
_first_word_any = re.compile(r"(?:PP\s?\d*\.?\s*)?([^\W\d_][\w’']*)")
_sub_item = re.compile(r"\d{1,2}\.\d{1,2}\.?\s|\(?[a-z]{1,4}[.)]\s|[-–—•·]\s")
_first_item = re.compile(r"\(a\)\s*")
_annex_number = r"(?:\s+(?:[IVXLC]+|\d{1,2}|[A-Z]))?"
_capital = re.compile(r"[\"“«]?[A-ZÀ-Ý]")
_intro = re.compile(r"[A-ZÀ-Ý][\w’']*\s[^.;:]{3,300}?,\s+(?=(?P<word>[^\W\d_]+))")
_plural_nouns = frozenset(
    "states members parties measures governments countries activities programmes projects reports proceeds news series persons refugees migrants services resources "
    "funds costs issues challenges actions elections appointments vacancies items matters questions others means needs rights".split()
)
_after_verb = re.compile(
    r"\s+(?:the|its|that|with|upon|on|to|all|also|further|any|a|an|in|of|as|and|their|this|these|both|each|by|itself)\b"
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """An operative paragraph at `start`:`end` of the view, with its number as written and the lead phrase it begins with."""

    number: str | None
    start: int
    end: int
    lead: Lead
    told: bool
    """Whether it is told in the past ("decided to")."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a text is made of: spans of the view."""

    preamble: tuple[tuple[int, int], ...]
    clauses: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not blank, without the spaces around it."""

    start: int
    end: int
    after_gap: bool
    """Whether a blank line or the beginning of the text stands before it."""


def read_parts(text: str, lexicon: Lexicon, kind: Kind = "resolution") -> Parts:
    """Cut the text of a view into its preambular and operative paragraphs; `kind` is what its head says that it is."""
    return _Reading(text, lexicon, kind).read()


class _Reading:
    """One reading of one text, line by line."""

    def __init__(self, text: str, lexicon: Lexicon, kind: Kind) -> None:
        self.text = text
        self.lexicon = lexicon
        self.is_report = kind in {"report", "news", "initiative"}
        self.may_speak = kind in {"resolution", "decision", "statement"}
        self.lines = list(_lines(text))
        self.annex = re.compile(
            rf"(?:{'|'.join(lexicon.annex)}){_annex_number}(?:\s*[:–—-]?\s[^.;]{{0,90}})?$", re.IGNORECASE
        )
        self.starts: list[tuple[int, str | None, Lead, bool]] = []
        self.stops: list[int] = []
        self.preambles: list[int] = []
        self.style: str | None = None
        self.last = 0
        self.open = False
        self.lists = False

    def read(self) -> Parts:
        opens = self._opens_somewhere()
        self.open = not opens and not self.is_report and self._begins_without_organ()
        if not opens and not self.open and self.may_speak and self._speaks():
            return Parts((), tuple(self._paragraphs()))
        skip_to = 0
        for place, line in enumerate(self.lines):
            if line.start < skip_to:
                continue
            if self._opens(place):
                self._begin(line)
                skip_to = self._spoken(place, skip_to)
            elif self.annex.match(self.text, line.start, line.end) and line.end - line.start < 120:  # noqa: PLR2004 - a heading
                self.open = False
                self.stops.append(line.start)
            elif self.open:
                self._read_line(place, line)
        return Parts(self._preamble_spans(), tuple(self._paragraphs()))

    def _begin(self, line: Line) -> None:
        self.open, self.style, self.last = True, None, 0
        # "The Governing Body:" and then "(a) requested …": the items are told in the past.
        self.lists = self.text[line.start : line.end].rstrip().endswith(":")
        self.stops.append(line.start)

    # -- where an organ begins to speak

    def _opens_somewhere(self) -> bool:
        return any(self._opens(place) for place in range(len(self.lines)))

    def _opens(self, place: int) -> bool:
        line = self.lines[place]
        if line.end - line.start > 400 and not line.after_gap and place:  # noqa: PLR2004
            return False
        words = self.text[line.start : min(line.end, line.start + 600)]
        if words[:1] not in "TLÀAE" or not organ_line.match(words):
            return False
        if _tells(words):
            return not self.is_report
        if place + 1 == len(self.lines) and not _decides(words):
            return False
        after = self.lines[place + 1] if place + 1 < len(self.lines) else line
        return (
            _decides(words)
            or self._is_preambular(after)
            or self._lead_at(after)[1] is not None
            or (words.rstrip().endswith(":") and not self.is_report)
            or (words.rstrip().endswith(",") and self._goes_on(place))
        )

    def _goes_on(self, place: int) -> bool:
        """Whether the organ's sentence, broken over lines, comes to a participle or a verb."""
        rest = self.text[self.lines[place].start : self.lines[min(place + 12, len(self.lines) - 1)].end]
        return bool(
            re.match(
                r"[^,;:.]{3,200},\s+(?:[a-zà-ÿ]+ing|[a-zà-ÿ]+ant|[a-zà-ÿ]+(?:a|ie)ndo|having|decide[sd]?|décide|decide)\b",
                rest,
            )
        )

    def _begins_without_organ(self) -> bool:
        """Without an organ's line the text may still be a resolution: a preamble, or clauses numbered from 1."""
        for line in self.lines[:400]:
            number, lead = self._lead_at(line)
            if lead is not None and number is not None and number[0] in {1, None} and lead.force:
                return True
        return any(self._is_preambular(line) and line.after_gap for line in self.lines[:40])

    def _speaks(self) -> bool:
        """Whether each paragraph names the organ and what it does ("The Security Council requests …"), as statements do."""
        found: list[tuple[int, str | None, Lead, bool]] = []
        for line in self.lines:
            if lead := read_speech(self.text, line.start, self.lexicon):
                number = re.compile(r"\(?(\d{1,3})[.)]").match(self.text, line.start)
                found.append((line.start if number else lead.start, number[1] if number else None, lead, False))
            elif found and line.after_gap and not _sub_item.match(self.text, line.start):
                self.stops.append(line.start)
        if len(found) > 1:
            self.starts = found
        return len(found) > 1

    # -- lines of the operative part

    def _read_line(self, place: int, line: Line) -> None:
        if self._is_preambular(line) and not (self.starts_open() and self.style):
            self._close_preambular(line)
            self.preambles.append(line.start)
            return
        number, lead = self._lead_at(line)
        kind = number[1] if number else None
        if lead is None:
            if number and kind == "digits" and self.style == "digits" and number[0] == self.last + 1:
                lead = self._unusual_lead(line, number[3])
            if lead is None:
                return
        if kind == "digits" and number and number[0] is not None:
            if not number[4] and number[0] != self.last + 1 and self.last:
                return
            self.style, self.last = "digits", number[0]
        elif kind == "letter":
            if self.style == "digits" or (self.style is None and self._within_list(place)):
                return
            self.style = "letter"
        elif kind is None and (self.style is not None or not self._may_begin(place)):
            return
        if number and number[0] == 1 and kind == "digits":
            self._close_preambular(line)
        self.starts.append((line.start, number[2] if number else None, lead, False))
        self._split_items(place, number, lead)

    def _close_preambular(self, line: Line) -> None:
        """Take back an unnumbered paragraph that began like a clause but ends in a comma, as only preambular ones do."""
        if (
            self.starts_open()
            and self.starts[-1][1] is None
            and self.text[self.starts[-1][0] : line.start].rstrip().endswith(",")
        ):
            self.preambles.append(self.starts.pop()[0])

    def starts_open(self) -> bool:
        """Whether a clause of the present resolution has begun."""
        return bool(self.starts) and (not self.stops or self.starts[-1][0] > self.stops[-1])

    def _lead_at(self, line: Line) -> tuple[tuple[int | None, str, str, int, bool] | None, Lead | None]:
        """The label (value, kind, words, where it ends, whether a point closes it) and the lead phrase of a line."""
        text = self.text
        found = label.match(text, line.start)
        if found:
            digits = found["digits"] or found["bracketed"]
            kind = "letter" if found["letter"] else "roman" if found["roman"] else "digits"
            words = re.sub(r"\s+", " ", found[0]).strip()
            shown = words if kind == "letter" else words.strip("()[].: °")
            number = (
                int(digits) if digits else None,
                kind,
                shown,
                found.end(),
                bool(found["dot"] or found["bracketed"]),
            )
            if kind == "digits" and (first := _first_item.match(text, found.end())):
                # "11. (a) Expresses …": the first sub-paragraph stands on the number's line.
                return number, read_lead(text, first.end(), self.lexicon)
            if not _capital.match(text, found.end()) and kind != "letter" and not self.lists and not number[4]:
                return number, None
            lead = read_lead(text, found.end(), self.lexicon)
            if (
                lead
                and kind == "digits"
                and not _capital.match(text, found.end())
                and not self.lists
                and lead.lemma not in self.lexicon.following
            ):
                lead = None
            if lead is None and self.lists:
                lead = read_lead(text, found.end(), self.lexicon, "past")
            return number, lead
        if not _capital.match(text, line.start):
            return None, None
        return None, read_lead(text, line.start, self.lexicon)

    def _unusual_lead(self, line: Line, start: int) -> Lead | None:
        """The lead of a numbered paragraph in its turn that does not begin with a known verb: "In this spirit, requests", "Objects to"."""
        if found := _intro.match(self.text, start):
            for comma in re.finditer(r",\s+", self.text[start : start + 400]):
                lead = read_lead(self.text, start + comma.end(), self.lexicon)
                if lead and lead.lemma in self.lexicon.following:
                    return lead
        if participle := re.compile(r"[A-ZÀ-Ý]\w+").match(self.text, start):
            if participle[0].lower() in self.lexicon.participles and found is None:
                return Lead(
                    participle.start(), participle.end(), participle[0].lower(), "statement", that=False, renews=False
                )
        word = re.compile(r"[A-ZÀ-Ý][a-z]{3,}s\b").match(self.text, start)
        if (
            found is None
            and word
            and word[0].lower() not in _plural_nouns
            and _after_verb.match(self.text, word.end())
            and self.lexicon.language == "en"
        ):
            return Lead(word.start(), word.end(), word[0].lower(), "statement", that=False, renews=False)
        return None

    def _is_preambular(self, line: Line) -> bool:
        start = line.start
        if found := label.match(self.text, start):
            start = found.end()
        first = (_first_word_any if line.after_gap else _first_word).match(self.text, start)
        if not first:
            return False
        word = first[1].lower()
        if word in self.lexicon.participles:
            return read_lead(self.text, first.start(1), self.lexicon) is None
        return False

    def _may_begin(self, place: int) -> bool:
        """Whether an unnumbered line may begin a clause: what stands before it is closed."""
        line = self.lines[place]
        if line.after_gap or place == 0:
            return True
        before = self.lines[place - 1]
        closing = self.text[max(before.start, before.end - 6) : before.end]
        return bool(re.search(r"[,;.:”»]$|\b(?:and|et|y)$", closing)) or self._opens(place - 1)

    def _within_list(self, place: int) -> bool:
        """Whether a lettered line stands in a list that an unnumbered clause has opened with a colon."""
        if not self.starts_open():
            return False
        body = self.text[self.starts[-1][2].end : self.lines[place].start]
        return bool(re.search(r":\s*(?:$|\n)", body)) and self.starts[-1][1] is None

    # -- decisions told in a sentence, and lists under a bare "decides:"

    def _spoken(self, place: int, skip_to: int) -> int:
        line = self.lines[place]
        words = self.text[line.start : min(line.end, line.start + 600)]
        told = _tells(words)
        if not told and (self._next_is_part(place) or len(words) < 25):  # noqa: PLR2004 - "The General Assembly,"
            if not (told or _decides(words)):
                return skip_to
        for start, lead in read_sentence(self.text, line.start, self.lexicon, told=told):
            self.starts.append((start, None, lead, told))
            skip_to = max(skip_to, lead.end)
            self._split_items(place, None, lead, told=told)
        return skip_to

    def _next_is_part(self, place: int) -> bool:
        if place + 1 >= len(self.lines):
            return False
        after = self.lines[place + 1]
        return self._is_preambular(after) or self._lead_at(after)[1] is not None

    def _split_items(self, place: int, number: object, lead: Lead, *, told: bool = False) -> None:
        """Make each item of a list under a bare "decides:" a clause of its own; the bare verb is then none."""
        colon = re.compile(r"[^\S\n]*:?[^\S\n]*:\s*\n|\s*:\s*(?=\(a\)|1\.)").match(self.text, lead.end)
        if (
            number
            or not colon
            or lead.force not in {"decide", "statement"}
            or lead.lemma not in self.lexicon.that_verbs | {"agree"}
        ):
            return
        items: list[tuple[int, str | None, Lead, bool]] = []
        for line in self.lines[place + 1 :]:
            if line.start < colon.end():
                continue
            if (entry := self._item_at(line)) is None:
                if self._opens_at(line) or self.annex.match(self.text, line.start, line.end):
                    break
                continue
            items.append((*entry, told))
        if items and len({entry[1] for entry in items}) == len(items):
            self.starts.pop()
            self.starts.extend(items)
            self.style, self.open = "items", False

    def _opens_at(self, line: Line) -> bool:
        return (
            self._opens(self.lines.index(line))
            if _capital.match(self.text, line.start) and organ_line.match(self.text[line.start : line.end])
            else False
        )

    def _item_at(self, line: Line) -> tuple[int, str | None, Lead] | None:
        found = label.match(self.text, line.start) or re.compile(r"[-–•*]\s+").match(self.text, line.start)
        if not found or (found.lastgroup == "roman"):
            return None
        start = found.end()
        words = found[0].strip()
        shown = words.strip("()[].: °") if re.match(r"[(\[]?\d", words) else words
        first = re.compile(r"[^\W\d_]+['’]?").match(self.text, start)
        if not first or (self.lexicon.items and first[0].lower() not in self.lexicon.items):
            lead = (
                read_lead(self.text, start, self.lexicon, "past")
                or read_lead(self.text, start, self.lexicon, "infinitive")
                or read_lead(self.text, start, self.lexicon)
            )
            return (line.start, shown, lead) if lead else None
        verb = read_lead(self.text, first.end(), self.lexicon, "infinitive")
        if verb and verb.start - first.end() < 3:  # noqa: PLR2004 - a space
            # "Decides: to review …": only verbs that state in any lead are statements here; the others are what is decided.
            force = "decide" if verb.force == "statement" and verb.lemma not in self.lexicon.following else verb.force
            lead = Lead(start, verb.end, verb.lemma, force, verb.that, verb.renews)
        else:
            word = (
                re.compile(r"\s*[^\W\d_][\w-]*").match(self.text, first.end())
                if first[0].lower() not in self.lexicon.that
                else None
            )
            end = word.end() if word else first.end()
            lead = Lead(
                start, end, self.text[first.end() : end].strip().lower(), "decide", that=word is None, renews=False
            )
        return line.start, shown, lead

    # -- spans

    def _paragraphs(self) -> Iterator[Paragraph]:
        starts = sorted(self.starts, key=lambda each: each[0])
        stops = sorted({*self.stops, len(self.text)})
        stop = 0
        for this, after in zip(starts, [*starts[1:], None], strict=False):
            while stops[stop] <= this[0]:
                stop += 1
            limit = min(stops[stop], after[0] if after else len(self.text))
            end = clause_end(self.text, this[2], limit, followed=after is not None and limit == after[0])
            yield Paragraph(this[1], this[0], end, this[2], this[3])

    def _preamble_spans(self) -> tuple[tuple[int, int], ...]:
        ends = sorted([*self.preambles[1:], *self.stops, *(start for start, *_ in self.starts), len(self.text)])
        spans = []
        place = 0
        for start in self.preambles:
            while ends[place] <= start:
                place += 1
            spans.append((start, start + len(self.text[start : ends[place]].rstrip())))
        return tuple(spans)


def _tells(words: str) -> bool:
    return bool(re.match(r"At its |[ÀA] sa |En su ", words))


def _decides(words: str) -> bool:
    return bool(
        re.search(
            r"(?:[,\s])(?:decide[sd]?|décide|resolve[sd]?|agree[sd]?|decidió|request(?:s|ed)|adopts|approves)\b",
            words[:600],
        )
    )


def _lines(text: str) -> Iterator[Line]:
    gap = True
    for found in re.finditer(r"[^\n]+", text):
        words = found[0]
        bare = words.strip()
        if not bare:
            gap = True
            continue
        start = found.start() + words.index(bare[0])
        blank_before = (
            text.rfind("\n", 0, max(0, found.start() - 1)) == found.start() - 2 if found.start() > 1 else True
        )
        yield Line(start, start + len(bare), gap or blank_before)
        gap = False
