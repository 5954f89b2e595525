"""The operative part of a text, cut into clauses; and its preambular paragraphs.

An organ begins to speak on a line of its own ("The General Assembly,") or in a sentence ("At its 51st plenary meeting,
on …, the General Assembly decided …"). What it recalls and considers stands in participles; what it does stands in the
present (past, where it is told) and is a clause. An annex ends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.clauses.forms.form import Form, is_annex
from mandates.clauses.forms.narrated import read_sentence
from mandates.clauses.forms.sequence import read_sentence_lead, read_unusual_lead
from mandates.clauses.forms.statement import read_told
from mandates.clauses.leads import read_lead
from mandates.clauses.lists import bare_verb_end, read_items
from mandates.clauses.openings import decides, lines_before_part, longest_line, opens, told
from mandates.clauses.paragraphs import Start
from mandates.languages.lexicon import pattern
from mandates.languages.words import exactly
from mandates.text.lines import Line, read_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.clauses.leads import Lead, Tense
    from mandates.languages.lexicon import Lexicon
    from mandates.model import Kind
    from mandates.text.lines import Label

_first_word = re.compile(r"(?:PP\s?\d*\.?\s*)?([A-ZÀ-Ý][\w’']*)")
_first_word_any = re.compile(r"(?:PP\s?\d*\.?\s*)?([^\W\d_][\w’']*)")
_WE = exactly(r"<<we_line>>\b")
_several = exactly(r"<<we_line>>, |<<the_several>>\s<<gathered>>\b")
_together = exactly(
    r"<<the_line>>\s?[^:;.]{0,200}?\b<<organ_noun>>\b[^:;.]{0,120}?\s<<and_only>>\s"
    r"<<the>>\s?[^:;,.]{0,80}?\b<<organ_noun>>\b"
)
_ends_part = exactly(r"[,;.:”»]$|\b<<and_only>>$")
_bullet = re.compile(r"[-–—•·∙]\s+(?=[A-ZÀ-Ý])")
# By what each quotation mark is closed; a straight one by the next of its kind.
_closing = {"“": "”", "«": "»", "„": "“”", '"': ""}
_title_after = exactly(r"\s+<<of_title>>\b")
_capital = re.compile(r"[\"“«]?[A-ZÀ-Ý]")
_section = re.compile(r"[IVX]{1,5}|[A-H]")
lines_of_heading = 3
longest_set = 95
_number_alone = re.compile(r"(?:^|\s)\d{1,3}[.)]$")
longest_heading = 120
longest_quote = 120
head_lines = 400


def read_resolution(text: str, lines: Sequence[Line], lexicon: Lexicon, kind: Kind) -> Form:
    """What an organ, or a part that has lost its organ, recalls and does; `kind` is what its head says that it is."""
    return _Reading(text, lines, lexicon, kind).read()


class _Reading:
    """One reading of one text, line by line."""

    def __init__(self, text: str, lines: Sequence[Line], lexicon: Lexicon, kind: Kind) -> None:
        self.text = text
        self.lexicon = lexicon
        self.is_report = kind in {"report", "news", "initiative"}
        self.is_decision = kind == "decision"
        self.may_speak = kind in {"resolution", "decision", "statement"}
        self.lines = lines
        self.starts: list[Start] = []
        self.stops: list[int] = []
        self.preambles: list[int] = []
        self.openings: frozenset[int] = frozenset()
        self.begun: list[int] = []  # where organs that speak outside annexes begin
        self.open = False
        self.annexed = False
        self.style: str | None = None  # how the clauses of the present resolution are labelled
        self.last = 0
        self.lists = False
        self.several = False
        self.small = False
        self.bracketed = False
        self.section: int | None = None
        self.uncapped = False

    def read(self) -> Form:
        self.openings = frozenset(line.start for place, line in enumerate(self.lines) if self._opens(place))
        self.open = self._begins_without_organ()
        skip_to = 0
        for place, line in enumerate(self.lines):
            if line.start >= skip_to:
                skip_to = self._read_at(place, line)
        return Form("resolution", tuple(self.starts), tuple(self.stops), tuple(self.preambles), tuple(self.begun))

    def _read_at(self, place: int, line: Line) -> int:
        """Read the line at `place`; where to go on reading lines."""
        if line.start in self.openings and not (self.annexed and _WE.match(self.text, line.start)):
            self._begin(place, line)
            return self._read_sentences(place)
        if self._is_annex(line):
            # What is declared in an annex ("We, the Ministers, …") is read by another form.
            self.open, self.annexed = False, True
            self.stops.append(line.start)
        elif self.is_decision and line.after_gap and (lead := read_told(self.text, line, self.lexicon)):
            self.open = False
            self.stops.append(line.start)
            self.starts.append(Start(lead.start, None, lead, told=True))
        elif self.open and self._begun() and self.text[line.start] in _closing and not self.starts[-1].told:
            # "decided to adopt the text set out below" is followed by the decision itself.
            return self._quote_end(place)
        elif self.open and _section.fullmatch(self.text, line.start, line.end):
            # "II": under the headings of its sections a resolution may number its paragraphs again, or not at all.
            self.style, self.last, self.section = None, 0, place
            self.stops.append(line.start)
        elif self.open and not self._read_small(place, line):
            self._read_line(place, line)
        return line.end

    def _quote_end(self, place: int) -> int:
        """Where a quotation ends that begins with the line at `place`: a text that a clause proposes has no clauses."""
        first = self.lines[place]
        opening = self.text[first.start]
        marks = 0
        for line in self.lines[place : place + longest_quote]:
            words = self.text[line.start : line.end]
            marks += words.count(opening)
            if opening == '"' and marks % 2 == 0:
                return line.end
            closed = sum(words.count(closing) for closing in _closing[opening])
            if closed > words.count(opening) - (line is first):
                return line.end
        return first.end

    # -- where a resolution begins and ends

    def _opens(self, place: int) -> bool:
        self.several = self._speak_together(self.lines[place])
        self.uncapped = self._begins_small(place)
        return opens(
            self.text, self.lines, place, is_report=self.is_report, is_act=self.may_speak, begins_part=self._begins_part
        )

    def _begins_part(self, line: Line) -> bool:
        if bullet := _bullet.match(self.text, line.start):
            line = Line(bullet.end(), line.end, line.after_gap)
        return (
            self._is_preambular(line)
            or self._lead_at(line)[1] is not None
            or self._is_told_item(line)
            or self._enacts(line)
        )

    def _enacts(self, line: Line) -> bool:
        """Whether the line leads to what is agreed: "Have agreed to:"."""
        return pattern(self.lexicon.language, "enacts").match(self.text, line.start, line.end) is not None

    def _is_told_item(self, line: Line) -> bool:
        """Whether the line is an item of a list told in the past: "a) A rappelé …"."""
        label = read_label(self.text, line.start)
        return (
            label is not None
            and label.kind == "letter"
            and read_lead(self.text, label.end, self.lexicon, "past") is not None
        )

    def _begin(self, place: int, line: Line) -> None:
        self.open, self.annexed, self.style, self.last = True, False, None, 0
        self.begun.append(line.start)
        # "The Governing Body:" and then "(a) requested …": the items are told in the past.
        following = self.lines[place + 1 : place + lines_before_part]
        self.lists = line.end - line.start <= longest_line and (
            self.text[line.end - 1] == ":" or any(self._is_told_item(after) for after in following)
        )
        # "We, the Ministers, … 1. Request …": several speak, so the verbs have no ending.
        self.several = self._speak_together(line)
        self.uncapped = self._begins_small(place)
        self.stops.append(line.start)

    def _speak_together(self, line: Line) -> bool:
        """Whether several speak ("We, the Ministers, …", "The Conference of the Parties and the Council"): plural verbs."""  # noqa: E501 - a sentence
        return (
            _several.match(self.text, line.start, line.end) is not None
            or _together.match(self.text, line.start, min(line.end, line.start + longest_quote * 3)) is not None
        )

    def _begins_small(self, place: int) -> bool:
        """Whether the paragraphs after the organ's line begin in small letters: "considering that …", "invites …"."""
        if self.text[self.lines[place].end - 1] != "," or place + 1 == len(self.lines):
            return False
        first = _first_word_any.match(self.text, self.lines[place + 1].start)
        return first is not None and first[1][0].islower() and first[1] in self.lexicon.participles

    def _begun(self) -> bool:
        """Whether a clause of the present resolution has begun."""
        return bool(self.starts) and (not self.stops or self.starts[-1].place > self.stops[-1])

    def _is_annex(self, line: Line) -> bool:
        return is_annex(self.text, line, self.lexicon)

    def _begins_without_organ(self) -> bool:
        """Whether the text goes on with a resolution whose organ it does not name: a cut page, a copied part.

        A preamble shows it, or clauses whose numbers follow each other; in a report and its like only the preamble
        at its very beginning.
        """
        head = [line for line in self.lines[:head_lines] if not self.openings or line.start < min(self.openings)]
        preambular = [line for line in head[: head_lines // 10] if self._is_preambular(line)]
        if self.is_report or self.openings:
            if self.is_report and not (preambular and preambular[0] is head[0]):
                return False
            # Before an organ's line only a page that begins with a whole clause is read: what comes first on others
            # is most often the end of a resolution that nobody asked for.
            begins = self.is_report or (head and self._lead_at(head[0])[0] is not None)
            return bool(begins) and self._numbers_follow(head)
        for line in head:
            label, lead = self._lead_at(line)
            if lead is not None and label is not None and label.value in {1, None}:
                return True
        return self._numbers_follow(head) or (
            self.may_speak
            and any(
                line.after_gap or self.text[max(0, line.start - 9) : line.start].strip()[-1:] in ";,"
                for line in preambular
            )
        )

    def _numbers_follow(self, lines: Sequence[Line]) -> bool:
        """Whether two clauses at least, each led by a usual verb, are numbered one after the other."""
        last = 0
        for line in lines:
            label, lead = self._lead_at(line)
            if label is None or label.value is None or not label.closed:
                continue
            if lead is not None and lead.lemma in self.lexicon.following and lead.tense == "present":
                if label.value == last + 1 and last:
                    return True
                last = label.value
        return False

    # -- lines of the operative part

    def _read_line(self, place: int, line: Line) -> None:
        if (bullet := _bullet.match(self.text, line.start)) and not self._within_list(place):
            # "- DÉCIDE de …": a bullet is no number, and the clause begins with its verb.
            line = Line(bullet.end(), line.end, line.after_gap)
        settled = self.style is not None and self._begun()
        if settled and read_label(self.text, line.start) is None and not self._goes_on_without_number(line):
            return
        if not settled and self._is_preambular(line):
            self._take_back_preambular(line)
            self.preambles.append(line.start)
            return
        label, lead = self._lead_at(line)
        # "(4)" among "3." is an item of a list, however its number follows.
        alike = not settled or (self.text[line.start] == "(") == self.bracketed
        in_turn = alike and label is not None and label.kind == "digits" and label.value == self.last + 1
        if lead is None and label and in_turn and self.style == "digits" and label.closed:
            # Its number alone shows that a clause begins here, whatever words follow.
            lead = read_unusual_lead(self.text, label.end, self.lexicon)
            lead = lead or read_sentence_lead(self.text, label.end, self.lexicon)
        if lead is None or self._is_taken(lead) or not self._fits(place, label, in_turn=in_turn):
            return
        if label and label.kind == "digits" and label.value is not None:
            self.style, self.last, self.bracketed = "digits", label.value, self.text[line.start] == "("
            if label.value == 1:
                self._take_back_preambular(line)
        elif label and label.kind == "letter":
            self.style = "letter"
        if not self._split(place, lead, label):
            self.starts.append(Start(line.start, label.shown if label else None, lead))

    def _is_taken(self, lead: Lead) -> bool:
        """Whether a clause has begun with this verb: its label stands on a line of its own."""
        return self._begun() and lead.start <= self.starts[-1].lead.start

    def _goes_on_without_number(self, line: Line) -> bool:
        """Whether a paragraph without a number is a clause of its own among numbered ones: "REQUESTS the Director"."""
        if self.style != "digits" or not line.after_gap:
            return False
        before = self.text[max(0, line.start - 40) : line.start].rstrip()
        if before[-1:] not in ".;" or _number_alone.search(before):
            return False
        lead = self._lead_at(line)[1]
        return lead is not None and lead.lemma in self.lexicon.following

    # -- verbs as headings: "considering", "resolves", "instructs the Council"

    def _is_small(self, line: Line) -> bool:
        """Whether the line is a heading in small letters, as some conferences put participles and verbs above lists."""
        start = line.start
        if not line.after_gap or line.end - start > longest_heading or not self.text[start].islower():
            return False
        first = _first_word_any.match(self.text, start)
        if first and first[1] in self.lexicon.participles:
            return first.end() == line.end or self.small
        lead = read_lead(self.text, start, self.lexicon) if self.small else None
        return lead is not None and lead.lemma in self.lexicon.following

    def _read_small(self, place: int, line: Line) -> bool:
        """Read a heading in small letters; whether the line is one."""
        if not self._is_small(line):
            return False
        lead = read_lead(self.text, line.start, self.lexicon)
        self.small = True
        if lead is None:
            self.preambles.append(line.start)
        elif not self._split(place, lead):
            self.style = "heading"
            self.starts.append(Start(line.start, None, lead))
        return True

    def _fits(self, place: int, label: Label | None, *, in_turn: bool) -> bool:
        """Whether a labelled or unlabelled lead fits the way the clauses of this resolution are labelled."""
        if label is None:
            return (self.style is None and self._may_begin(place)) or self._goes_on_without_number(self.lines[place])
        if label.kind == "digits":
            return label.closed or in_turn
        if label.kind == "letter":
            return self.style != "digits" and not (self.style is None and self._within_list(place))
        return True

    def _take_back_preambular(self, line: Line) -> None:
        """Take back an unnumbered paragraph that began like a clause but ends in a comma, as only preambular ones do."""  # noqa: E501 - a sentence
        if not self._begun() or self.starts[-1].number is not None:
            return
        if self.text[self.starts[-1].place : line.start].rstrip().endswith(","):
            self.preambles.append(self.starts.pop().place)

    def _lead_at(self, line: Line) -> tuple[Label | None, Lead | None]:
        """The label and the lead phrase of a line."""
        text = self.text
        label = read_label(text, line.start)
        if label is None:
            if not _capital.match(text, line.start):
                return None, self._small_lead(line)
            return None, read_lead(text, line.start, self.lexicon) or (
                read_lead(text, line.start, self.lexicon, "infinitive") if self.several else None
            )
        lead = read_lead(text, label.end, self.lexicon)
        if lead and lead.lemma in self.lexicon.noun_like and _title_after.match(text, lead.end):
            return label, None  # "b) Note du Secrétaire général": a document in a list
        if lead is None:
            tenses: tuple[Tense, ...] = ("past",) if self.lists else ("infinitive", "past") if self.several else ()
            leads = (read_lead(text, label.end, self.lexicon, tense) for tense in tenses)
            return label, next((each for each in leads if each), None)
        if label.kind == "digits" and not self.lists and not _capital.match(text, label.end):
            # "1. invite les parlements": some bodies begin small; then a point must close the label and the verb be a
            # usual one.
            return label, lead if label.closed and lead.lemma in self.lexicon.following else None
        return label, lead

    def _small_lead(self, line: Line) -> Lead | None:
        """The usual verb in small letters with which a paragraph begins, where this resolution's paragraphs do."""
        if not (self.uncapped and (self._closed_before(line) or self._is_one_a_line(line))):
            return None
        lead = read_lead(self.text, line.start, self.lexicon)
        return lead if lead and lead.lemma in self.lexicon.following else None

    def _is_one_a_line(self, line: Line) -> bool:
        """Whether the line before is a whole paragraph: longer than lines are set, and itself the first of one."""
        before = self.text.rfind("\n", 0, max(0, line.start - 1)) + 1
        begun = {*(start.place for start in self.starts[-1:]), *self.preambles[-1:]}
        return line.start - before > longest_set and before in begun

    def _closed_before(self, line: Line) -> bool:
        return line.after_gap or self.text[max(0, line.start - 40) : line.start].rstrip()[-1:] in ",;:."

    def _is_preambular(self, line: Line) -> bool:
        label = read_label(self.text, line.start)
        start = label.end if label else line.start
        small = line.after_gap or (self.uncapped and self._closed_before(line))
        first = (_first_word_any if small else _first_word).match(self.text, start)
        if not first:
            return False
        word, ending = self.lexicon.as_listed(first[1]), self.lexicon.participle_ending
        if word not in self.lexicon.participles:
            # One that is not listed must stand where a paragraph ended: a wrapped title may begin a line with
            # "Trafficking".
            before = self.text[max(0, line.start - 40) : line.start].rstrip()
            if not word.endswith(ending) or len(word) < len(ending) + 4 or before[-1:] not in ",;:" or self._begun():
                return False
        return read_lead(self.text, first.start(1), self.lexicon) is None

    def _may_begin(self, place: int) -> bool:
        """Whether an unnumbered line may begin a clause: what stands before it is closed."""
        if place == 0 or self.lines[place].after_gap:
            return True
        if self._is_one_a_line(self.lines[place]) and self.uncapped:
            return True
        if self.section is not None and place - self.section <= lines_of_heading:
            return True
        before = self.lines[place - 1]
        closing = self.text[max(before.start, before.end - 6) : before.end]
        return before.start in self.openings or _ends_part.search(closing) is not None

    def _within_list(self, place: int) -> bool:
        """Whether a lettered line stands in a list that an unnumbered clause has opened with a colon."""
        if not self._begun() or self.starts[-1].number is not None:
            return False
        return ":\n" in re.sub(r"[ ]+", "", self.text[self.starts[-1].lead.end : self.lines[place].start])

    # -- decisions told in a sentence, and lists under a bare "decides:"

    def _read_sentences(self, place: int) -> int:
        """The clauses of an organ's sentences; where to go on reading lines."""
        line = self.lines[place]
        skip_to = line.end
        is_told = told(self.text, line)
        is_bare = place + 1 < len(self.lines) and self._begins_part(self.lines[place + 1])
        if not is_told and is_bare and not decides(self.text, line):
            return skip_to
        for start, lead in read_sentence(self.text, line.start, self.lexicon, told=is_told):
            skip_to = max(skip_to, lead.end)
            if not self._split(place, lead, told=is_told):
                self.starts.append(Start(start, None, lead, is_told))
        return skip_to

    def _split(self, place: int, lead: Lead, label: Label | None = None, *, told: bool = False) -> bool:
        """Make each item of a list under a bare "decides:" a clause of its own; the bare verb is then none."""
        start = bare_verb_end(self.text, lead, self.lexicon)
        if start is None:
            return False
        following = (self.lines[after] for after in range(place + 1, len(self.lines)))
        ends = self._ends_list if label is None else self._ends_numbered
        items = read_items(self.text, following, start, self.lexicon, ends, bare=lead if label is None else None)
        self.starts += [Start(where, shown, item, told) for where, shown, item in items]
        if items and label is None:
            self.style, self.open = "items", self.small
        return bool(items)

    def _ends_numbered(self, line: Line) -> bool:
        label = read_label(self.text, line.start)
        return self._ends_list(line) or (label is not None and label.kind == "digits")

    def _ends_list(self, line: Line) -> bool:
        return line.start in self.openings or self._is_annex(line) or (self.small and self._is_small(line))
