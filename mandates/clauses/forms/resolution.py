"""The operative part of a text, cut into clauses; and its preambular paragraphs.

An organ begins to speak on a line of its own ("The General Assembly,") or in a sentence ("At its 51st plenary meeting,
on …, the General Assembly decided …"). Participles say what it recalls and considers; verbs in the
present (the past, in a record) say what it does, and lead clauses. An annex ends it.
"""

from __future__ import annotations

import re
from itertools import dropwhile
from typing import TYPE_CHECKING

from mandates.clauses.forms.form import Form, is_annex
from mandates.clauses.forms.headless import begins_without_organ
from mandates.clauses.forms.narrated import read_sentence
from mandates.clauses.forms.numbering import Numbering
from mandates.clauses.forms.record import Record
from mandates.clauses.forms.sequence import read_unusual_lead
from mandates.clauses.forms.speakers import read_spoken, read_told
from mandates.clauses.forms.speech import Speech, without_bullet
from mandates.clauses.forms.subjects import read_sentence_lead
from mandates.clauses.leads import read_lead
from mandates.clauses.lists import BULLET, bare_verb_end, read_items, read_particle
from mandates.clauses.openings import decides, opens, told
from mandates.clauses.paragraphs import Start
from mandates.languages.lexicon import pattern
from mandates.languages.words import exactly
from mandates.model import DECIDING, NARRATING
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.clauses.leads import Lead
    from mandates.languages.lexicon import Lexicon
    from mandates.model import Kind
    from mandates.text.lines import Label, Line

_WE = exactly(r"<<we_line>>\b")
_FOLLOWS = exactly(r"\b(?:<<as_follows>>|<<AS_FOLLOWS>>)\s?:\s*$")
_THE = exactly(r"<<the_line>>")
_SECTION = re.compile(r"[IVX]{1,5}|[A-H]")
_HEADING = re.compile(r"(?:[A-H]|[IVX]{1,5})\.\s+[A-ZÀ-Ý][^;:,.]{2,160}$")
# By what each quotation mark is closed; a straight one by the next of its kind.
_CLOSING = {"“": "”", "«": "»", "„": "“”", '"': ""}
LONGEST_QUOTE = 120
MOST_OF_PREAMBLE = 60


def read_resolution(text: str, lines: Sequence[Line], lexicon: Lexicon, kind: Kind) -> Form:
    """What an organ, or a part that has lost its organ, recalls and does; `kind` is what its head says that it is."""
    return _Reading(text, lines, lexicon, kind).read()


class _Reading:
    """One reading of one text, line by line."""

    def __init__(self, text: str, lines: Sequence[Line], lexicon: Lexicon, kind: Kind) -> None:
        self.text = text
        self.lines = lines
        self.lexicon = lexicon
        self.is_report = kind in NARRATING
        self.is_decision = kind == "decision"
        self.is_act = kind in DECIDING
        self.record = Record(text)
        self.speech = Speech(text, lexicon, self.record)
        self.numbering = Numbering(lines, self.speech)
        self.openings: frozenset[int] = frozenset()
        self.is_open = False
        self.is_annexed = False
        self.is_enacted = False
        """Whether the organ has said that what follows is agreed ("HAVE AGREED AS FOLLOWS:")."""

    def read(self) -> Form:
        self.openings = frozenset(line.start for place, line in enumerate(self.lines) if self._opens(place))
        first = min(self.openings, default=None)
        self.is_open = begins_without_organ(
            self.text, self.lines, self.speech, first, is_report=self.is_report, is_act=self.is_act
        )
        skip_to = 0
        for place, line in enumerate(self.lines):
            if line.start >= skip_to:
                skip_to = self._read_at(place, line)
        return self.record.form("resolution")

    def _opens(self, place: int) -> bool:
        self.speech.listen(self.lines, place)
        part = self.speech.begins_part
        opened = opens(self.text, self.lines, place, is_report=self.is_report, is_act=self.is_act, begins_part=part)
        return opened or self._comes_to_agree(place)

    def _comes_to_agree(self, place: int) -> bool:
        """Whether whoever is named on the line, and not known as an organ, agrees to something after a preamble."""
        line = self.lines[place]
        if self.text[line.end - 1] != "," or not line.after_gap or not _THE.match(self.text, line.start):
            return False
        following = (self.lines[at] for at in range(place + 1, min(place + MOST_OF_PREAMBLE, len(self.lines))))
        after = dropwhile(lambda each: not each.after_gap or self.speech.is_preambular(each), following)
        first = next(after, None)
        return first is not None and self.speech.enacts(first)

    def _read_at(self, place: int, line: Line) -> int:
        """Read the line at `place`; return where to go on."""
        if line.start in self.openings and not (self.is_annexed and _WE.match(self.text, line.start)):
            self._begin(place, line)
            return self._read_sentences(place)
        if is_annex(self.text, line, self.lexicon):
            # What is declared in an annex ("We, the Ministers, …") is read by another form.
            self.is_open, self.is_annexed = False, True
            self.record.stops.append(line.start)
        elif self.is_decision and line.after_gap and (lead := read_told(self.text, line.start, line.end, self.lexicon)):
            self.is_open = False
            self.record.stops.append(line.start)
            self.record.add([Start(lead.start, None, lead, told=True)])
        elif self.is_open:
            return self._read_open(place, line)
        return line.end

    def _begin(self, place: int, line: Line) -> None:
        self.is_open, self.is_annexed, self.is_enacted = True, False, False
        self.record.opened.append(line.start)
        self.record.stops.append(line.start)
        self.numbering.begin()
        self.speech.hear(self.lines, place)

    def _read_open(self, place: int, line: Line) -> int:
        """Read a line of what an organ says; return where to go on."""
        if self.record.has_begun and self.text[line.start] in _CLOSING and not self.record.starts[-1].told:
            # "decided to adopt the text set out below" is followed by the decision itself.
            return self._quote_end(place)
        if _SECTION.fullmatch(self.text, line.start, line.end):
            self.numbering.begin_section(place)
            self.record.stops.append(line.start)
        elif self.speech.is_small_heading(line):
            self._read_small_heading(place, line)
        else:
            self._read_line(place, line)
        return line.end

    def _quote_end(self, place: int) -> int:
        """Where a quotation ends that begins with the line at `place`: a text that a clause proposes has no clauses."""
        first = self.lines[place]
        opening = self.text[first.start]
        marks = 0
        for line in self.lines[place : place + LONGEST_QUOTE]:
            words = self.text[line.start : line.end]
            marks += words.count(opening)
            if opening == '"' and marks % 2 == 0:
                return line.end
            closed = sum(words.count(closing) for closing in _CLOSING[opening])
            if closed > words.count(opening) - (line is first):
                return line.end
        return first.end

    def _read_small_heading(self, place: int, line: Line) -> None:
        """Read "considering", "resolves", "instructs the Council" above what they lead."""
        lead = read_lead(self.text, line.start, self.lexicon)
        self.speech.has_small_headings = True
        if lead is None:
            self.record.preambles.append(line.start)
        elif not self._split(place, lead):
            self.numbering.style = "heading"
            self.record.add([Start(line.start, None, lead)])

    def _read_line(self, place: int, line: Line) -> None:
        if self.speech.enacts(line) and place + 1 < len(self.lines) and self._enact(place):
            return
        if not self.record.is_within_list(line.start):
            line = without_bullet(self.text, line, small=self.speech.begins_small)
        if self.numbering.passes_over(line):
            if self._begins_section(place):
                self.numbering.begin_section(place)
                self.record.stops.append(line.start)
                self.record.preambles.append(line.start)
            return
        if not self.numbering.is_settled and self.speech.is_preambular(line):
            self.record.take_back(line.start)
            self.record.preambles.append(line.start)
            return
        label, lead = self.speech.lead_at(line)
        in_turn = self.numbering.is_in_turn(line, label)
        if (
            lead is None
            and label
            and in_turn
            and label.closed
            and (self.numbering.style == "digits" or self.is_enacted or self._we_begin(label))
        ):
            # Its number alone shows that a clause begins here, whatever words follow.
            lead = self._agreed(label.end, line) if self.is_enacted else None
            lead = lead or read_unusual_lead(self.text, label.end, self.lexicon, several=self.speech.several)
            lead = lead or read_sentence_lead(self.text, label.end, self.lexicon)
        if lead is None or self.record.has_taken(lead) or not self.numbering.fits(place, label, in_turn=in_turn):
            return
        self.numbering.take(line, label)
        if label and label.value == 1:
            self.record.take_back(line.start)
        if not self._split(place, lead, label):
            self.record.add([Start(line.start, label.shown if label else None, lead)])

    def _we_begin(self, label: Label) -> bool:
        """Whether the paragraph is the first of those who say "We"."""
        return label.value == 1 and bool(self.record.opened) and bool(_WE.match(self.text, self.record.opened[-1]))

    def _agreed(self, start: int, line: Line) -> Lead | None:
        """What a sentence agrees: its speakers may be named ("We direct", "They instruct"), or who has to act."""
        spoken = read_spoken(self.text, start, line.end, self.lexicon)
        if spoken and spoken.subject in {"we", "pronoun"}:
            return spoken.lead
        return read_particle(self.text, start, self.lexicon) or read_sentence_lead(self.text, start, self.lexicon)

    def _enact(self, place: int) -> bool:
        """Take that what follows is agreed; whether the line does no more than lead to it ("Declare as follows:")."""
        line, after = self.lines[place : place + 2]
        # What follows by article is of another form.
        heading = pattern(self.lexicon.language, "article_heading")
        self.is_enacted = heading.match(self.text, after.start, after.end) is None
        label = read_label(self.text, after.start)
        # After "DO HEREBY:" verbs have no ending, whoever speaks.
        self.speech.several = self.speech.several or self.is_enacted
        following = (self.lines[at] for at in range(place + 1, len(self.lines)))
        bullet = BULLET.match(self.text, after.start)
        if self.is_enacted and bullet and read_particle(self.text, bullet.end(), self.lexicon):
            items = read_items(self.text, following, line.end, self.lexicon, self._ends_list)
            self.record.add(Start(where, shown, item) for where, shown, item in items)
            self.is_open = not items
            return bool(items)
        leads_on = _FOLLOWS.search(self.text, line.start, line.end) is not None
        return self.is_enacted and leads_on and label is not None and label.kind == "digits"

    def _begins_section(self, place: int) -> bool:
        """Whether the line begins the preamble of a section after a heading: "B. Salaries", "Recalling …, Approves"."""
        line, before = self.lines[place], self.lines[place - 1]
        if not _HEADING.match(self.text, before.start, before.end):
            return False
        return self.speech.is_preambular(line)

    def _read_sentences(self, place: int) -> int:
        """Read the clauses of an organ's sentences; return where to go on."""
        line = self.lines[place]
        skip_to = line.end
        if self._introduces(place) or self._read_bulleted(place):
            return skip_to
        is_told = told(self.text, line)
        is_bare = place + 1 < len(self.lines) and self.speech.begins_part(self.lines[place + 1])
        if not is_told and is_bare and not decides(self.text, line):
            return skip_to
        for start, lead in read_sentence(self.text, line.start, self.lexicon, told=is_told):
            skip_to = max(skip_to, lead.end)
            if not self._split(place, lead, told=is_told):
                self.record.add([Start(start, None, lead, is_told)])
        return skip_to

    def _introduces(self, place: int) -> bool:
        """Whether the line only introduces what an organ says on the next: "The Council adopted this decision:"."""
        is_followed = place + 1 < len(self.lines) and self.lines[place + 1].start in self.openings
        return is_followed and self.text[self.lines[place].end - 1] == ":"

    def _read_bulleted(self, place: int) -> bool:
        """Read the items under "The Council:", where bullets stand for their numbers."""
        line = self.lines[place]
        is_followed = place + 1 < len(self.lines) and BULLET.match(self.text, self.lines[place + 1].start)
        if self.text[line.end - 1] != ":" or not is_followed:
            return False
        following = (self.lines[after] for after in range(place + 1, len(self.lines)))
        items = read_items(self.text, following, line.end, self.lexicon, self._ends_list)
        self.record.add(Start(where, shown, item, item.tense == "past") for where, shown, item in items)
        self.is_open = self.is_open and not items
        return bool(items)

    def _split(self, place: int, lead: Lead, label: Label | None = None, *, told: bool = False) -> bool:
        """Make each item of a list under a bare "decides:" a clause of its own; the bare verb then leads no clause."""
        start = bare_verb_end(self.text, lead, self.lexicon)
        declares = lead.lemma in self.lexicon.declaring
        if start is None or (declares and label is not None):
            return False
        following = (self.lines[after] for after in range(place + 1, len(self.lines)))
        ends = self._ends_list if label is None else self._ends_numbered
        items = read_items(self.text, following, start, self.lexicon, ends, bare=lead if label is None else None)
        self.record.add(Start(where, shown, item, told) for where, shown, item in items)
        if items and declares:
            self.numbering.begin()  # "DECLARES: 1. Its concern … AND RESOLVES: 2. To …"
        elif items and label is None:
            self.numbering.style, self.is_open = "items", self.speech.has_small_headings
        return bool(items)

    def _ends_numbered(self, line: Line) -> bool:
        label = read_label(self.text, line.start)
        return self._ends_list(line) or (label is not None and label.kind == "digits")

    def _ends_list(self, line: Line) -> bool:
        if line.start in self.openings or is_annex(self.text, line, self.lexicon):
            return True
        return self.speech.has_small_headings and self.speech.is_small_heading(line)
