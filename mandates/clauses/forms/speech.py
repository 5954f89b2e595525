"""How the organ that speaks puts its paragraphs, and what a line of it is: preambular, or led by a verb.

"The Council, considering …, invites …", "We, the Ministers, … Request …", "The Governing Body: (a) requested …": its
opening shows whether verbs are in the plural or in the past, and whether paragraphs begin in small letters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mandates.clauses.forms.narrated import is_dated
from mandates.clauses.leads import Lead, read_lead
from mandates.clauses.openings import LINES_BEFORE_PART, LONGEST_LINE
from mandates.documents.organs import SEVERAL_ORGANS
from mandates.languages.lexicon import pattern
from mandates.languages.words import exactly
from mandates.text.lines import BULLETS, Line, read_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.clauses.forms.record import Record
    from mandates.clauses.leads import Tense
    from mandates.languages.lexicon import Lexicon
    from mandates.text.lines import Label

_FIRST_WORD = re.compile(r"(?:PP\s?\d*\.?\s*)?([A-ZÀ-Ý][\w’']*)")
_FIRST_WORD_ANY = re.compile(r"(?:PP\s?\d*\.?\s*)?([^\W\d_][\w’']*)")
_SEVERAL = exactly(
    r"<<we_line>>, |<<the_several>>\s<<gathered>>\b|<<THE_SEVERAL>>\s<<GATHERED>>\b"
    rf"|(?:<<the_line>>)\s?{SEVERAL_ORGANS}"
)
_TOGETHER = exactly(
    r"<<the_line>>\s?[^:;.]{0,200}?\b(?:<<organ_noun>>|<<ORGAN_NOUN>>)\b[^:;.]{0,120}?\s(?:<<and_only>>|<<AND_ONLY>>)\s"
    r"(?:<<the>>|<<THE>>)\s?[^:;,.]{0,80}?\b(?:<<organ_noun>>|<<ORGAN_NOUN>>)\b"
)
_BULLET = re.compile(rf"(?:[{BULLETS}]|o(?=\s+[A-ZÀ-Ý]))\s+(?=[^\W\d_])|[“«\"]\s?(?=[^\W\d_])")
_TITLE_AFTER = exactly(r"\s+<<of_title>>\b")
_CAPITAL = re.compile(r"[\"“«]?[A-ZÀ-Ý]")
LONGEST_SPEAKERS = 360
LONGEST_HEADING = 120
LONGEST_SET = 95


class Speech:
    """The speech of one organ after the other in `text`; `record` is what was read of it."""

    def __init__(self, text: str, lexicon: Lexicon, record: Record) -> None:
        self.text = text
        self.lexicon = lexicon
        self.record = record
        self.tells = False
        self.several = False
        self.begins_small = False
        self.has_small_headings = False

    def hear(self, lines: Sequence[Line], place: int) -> None:
        """Take how the organ speaks from its line, which is that at `place`, and those after it."""
        self.listen(lines, place)
        line = lines[place]
        # "The Governing Body:" and then "(a) requested …": the items are in the past tense.
        following = lines[place + 1 : place + LINES_BEFORE_PART]
        self.tells = line.end - line.start <= LONGEST_LINE and (
            self.text[line.end - 1] == ":" or any(self._is_told_item(after) for after in following)
        )

    def listen(self, lines: Sequence[Line], place: int) -> None:
        """The same without its tense, while it is not known whether an organ speaks there."""
        line = lines[place]
        # "We, the Ministers, … 1. Request …": several speak, so the verbs have no ending.
        self.several = (
            _SEVERAL.match(self.text, line.start, line.end) is not None
            or _TOGETHER.match(self.text, line.start, min(line.end, line.start + LONGEST_SPEAKERS)) is not None
        )
        self.begins_small = False
        if self.text[line.end - 1] == "," and place + 1 < len(lines):
            first = _FIRST_WORD_ANY.match(self.text, lines[place + 1].start)
            self.begins_small = first is not None and first[1][0].islower() and first[1] in self.lexicon.participles

    def begins_part(self, line: Line) -> bool:
        """Whether the line begins a paragraph, or leads to what is agreed ("Have agreed to:")."""
        line = without_bullet(self.text, line, small=self.begins_small)
        return (
            self.is_preambular(line)
            or self.lead_at(line)[1] is not None
            or self._is_told_item(line)
            or self.enacts(line)
        )

    def enacts(self, line: Line) -> bool:
        """Whether the line leads to what is agreed ("Have agreed to:")."""
        return pattern(self.lexicon.language, "enacts").match(self.text, line.start, line.end) is not None

    def _is_told_item(self, line: Line) -> bool:
        """Whether the line is an item of a list in the past tense: "a) A rappelé …", "1. Noted the report"."""
        label = read_label(self.text, line.start)
        lead = read_lead(self.text, label.end, self.lexicon, "past") if label else None
        if label is None or lead is None or label.kind == "letter":
            return lead is not None
        # Among numbers the first decides, by a usual verb that is no participle ("1. Adopted by the Council on").
        is_first = label.kind == "digits" and label.closed and label.value == 1
        return is_first and lead.lemma in self.lexicon.following and not is_dated(self.text, label.end, self.lexicon)

    def lead_at(self, line: Line) -> tuple[Label | None, Lead | None]:
        """The label and the lead phrase of a line."""
        text = self.text
        label = read_label(text, line.start)
        if label is None:
            if not _CAPITAL.match(text, line.start):
                return None, self._small_lead(line)
            lead = read_lead(text, line.start, self.lexicon)
            return None, lead or (self._of_several(line.start) if self.several else None)
        lead = read_lead(text, label.end, self.lexicon)
        is_title = lead and lead.lemma in self.lexicon.noun_like and _TITLE_AFTER.match(text, lead.end)
        if lead and is_title and not pattern(self.lexicon.language, "source_first").match(text, lead.end):
            return label, None  # "b) Note du Secrétaire général": a document in a list
        if lead is None:
            tenses: tuple[Tense, ...] = ("infinitive", "past") if self.several else ("past",) if self.tells else ()
            leads = (read_lead(text, label.end, self.lexicon, tense) for tense in tenses)
            return label, next((each for each in leads if each), None)
        if label.kind == "digits" and not self.tells and not _CAPITAL.match(text, label.end):
            # "1. invite les parlements": some bodies begin small; then a point must close the label and the verb be a
            # usual one.
            return label, lead if label.closed and lead.lemma in self.lexicon.following else None
        return label, lead

    def _of_several(self, start: int) -> Lead | None:
        """The verb of several speakers: "Recognize", "Will promote"."""
        will = pattern(self.lexicon.language, "will_verb").match(self.text, start)
        if will:
            return Lead(*will.span(), will[0].lower(), "statement", that=False, renews=False)
        return read_lead(self.text, start, self.lexicon, "infinitive")

    def _small_lead(self, line: Line) -> Lead | None:
        """The usual verb in small letters with which a paragraph begins, where this organ's paragraphs do."""
        if not (self.begins_small and (self._is_closed_before(line) or self.is_one_a_line(line))):
            return None
        lead = read_lead(self.text, line.start, self.lexicon)
        return lead if lead and lead.lemma in self.lexicon.following else None

    def is_one_a_line(self, line: Line) -> bool:
        """Whether paragraphs begin small, and the line before is a whole one: longer than lines are set."""
        before = self.text.rfind("\n", 0, max(0, line.start - 1)) + 1
        return self.begins_small and line.start - before > LONGEST_SET and self.record.begins(before)

    def _is_closed_before(self, line: Line) -> bool:
        return line.after_gap or self.text[max(0, line.start - 40) : line.start].rstrip()[-1:] in ",;:."

    def is_preambular(self, line: Line) -> bool:
        """Whether the line begins with a participle, as what an organ recalls and considers does."""
        label = read_label(self.text, line.start)
        if label and label.kind == "letter" and self.record.has_begun:
            return False  # an item of a clause: "(a) With respect to"
        small = line.after_gap or (self.begins_small and self._is_closed_before(line))
        first = (_FIRST_WORD_ANY if small else _FIRST_WORD).match(self.text, label.end if label else line.start)
        if not first:
            return False
        word, ending = self.lexicon.as_listed(first[1]), self.lexicon.participle_ending
        if word not in self.lexicon.participles:
            # One that is not listed must follow the end of a paragraph: a wrapped title may begin a line with
            # "Trafficking".
            before = self.text[max(0, line.start - 40) : line.start].rstrip()
            is_like_one = word.endswith(ending) and len(word) >= len(ending) + 4
            if not is_like_one or before[-1:] not in ",;:" or self.record.has_begun:
                return False
        # "Further request": of several speakers a verb without an ending may follow the adverb.
        tense: Tense = "infinitive" if self.several else "present"
        leads = (read_lead(self.text, first.start(1), self.lexicon, each) for each in dict.fromkeys(("present", tense)))
        return not any(leads)

    def is_small_heading(self, line: Line) -> bool:
        """Whether the line is a heading in small letters, as some conferences put participles and verbs above lists."""
        start = line.start
        if not line.after_gap or line.end - start > LONGEST_HEADING or not self.text[start].islower():
            return False
        first = _FIRST_WORD_ANY.match(self.text, start)
        if first and first[1] in self.lexicon.participles:
            return first.end() == line.end or self.has_small_headings
        lead = read_lead(self.text, start, self.lexicon) if self.has_small_headings else None
        return lead is not None and lead.lemma in self.lexicon.following


def without_bullet(text: str, line: Line, *, small: bool = False) -> Line:
    """The line after its bullet: "- DÉCIDE de …"; with `small` also where a small letter follows."""
    bullet = _BULLET.match(text, line.start)
    if bullet is None or not (small or text[bullet.end()].isupper()):
        return line
    return Line(bullet.end(), line.end, line.after_gap)
