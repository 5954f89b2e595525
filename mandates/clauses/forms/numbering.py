"""How the clauses of one resolution are labelled, and whether a label or its absence fits that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from mandates.languages.words import exactly
from mandates.text.lines import read_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mandates.clauses.forms.speech import Speech
    from mandates.text.lines import Label, Line

_ENDS_PART = exactly(r"[,;.:”»]$|\b<<and_only>>$")
_NUMBER_ALONE = re.compile(r"(?:^|\s)\d{1,3}[.)]$")
LINES_OF_HEADING = 3


class Numbering:
    """The labels of the present resolution, as far as it was read in `speech`."""

    def __init__(self, lines: Sequence[Line], speech: Speech) -> None:
        self.lines = lines
        self.speech = speech
        self.text = speech.text
        self.begin()

    def begin(self) -> None:
        """A resolution begins: how its clauses are labelled is not known."""
        self.style: Literal["digits", "letter", "heading", "items"] | None = None
        self.last = 0
        self.section: int | None = None
        self._is_bracketed = False

    def begin_section(self, place: int) -> None:
        """A section begins with the line at `place`: it may number its paragraphs again, or not at all."""
        self.begin()
        self.section = place

    @property
    def is_settled(self) -> bool:
        """Whether the clauses that were read show how the others are labelled."""
        return self.style is not None and self.speech.record.has_begun

    def passes_over(self, line: Line) -> bool:
        """Whether a line cannot begin a clause, having no label where the others have one."""
        return self.is_settled and read_label(self.text, line.start) is None and not self._goes_on_without(line)

    def is_in_turn(self, line: Line, label: Label | None) -> bool:
        """Whether the number is the next one; "(4)" among "3." is an item of a list, however it follows."""
        if label is None or label.kind != "digits" or label.value != self.last + 1:
            return False
        return not self.is_settled or (self.text[line.start] == "(") == self._is_bracketed

    def fits(self, place: int, label: Label | None, *, in_turn: bool) -> bool:
        """Whether a clause with this label, or none, may begin on the line at `place`."""
        if label is None:
            return (self.style is None and self._may_begin(place)) or self._goes_on_without(self.lines[place])
        if label.kind == "digits":
            return label.closed or in_turn
        if label.kind == "letter":
            within = self.style is None and self.speech.record.is_within_list(self.lines[place].start)
            return self.style != "digits" and not within
        return True

    def take(self, line: Line, label: Label | None) -> None:
        """A clause begins on the line, with this label."""
        if label and label.kind == "digits" and label.value is not None:
            self.style, self.last, self._is_bracketed = "digits", label.value, self.text[line.start] == "("
        elif label and label.kind == "letter":
            self.style = "letter"

    def _goes_on_without(self, line: Line) -> bool:
        """Whether a paragraph without a number is a clause of its own among numbered ones: "REQUESTS the Director"."""
        if self.style != "digits" or not line.after_gap:
            return False
        before = self.text[max(0, line.start - 40) : line.start].rstrip()
        if before[-1:] not in ".;" or _NUMBER_ALONE.search(before):
            return False
        lead = self.speech.lead_at(line)[1]
        return lead is not None and lead.lemma in self.speech.lexicon.following

    def _may_begin(self, place: int) -> bool:
        """Whether a line without a label may begin a clause: what precedes it is closed."""
        if place == 0 or self.lines[place].after_gap or self.speech.is_one_a_line(self.lines[place]):
            return True
        if self.section is not None and place - self.section <= LINES_OF_HEADING:
            return True
        before = self.lines[place - 1]
        closing = self.text[max(before.start, before.end - 6) : before.end]
        return self.speech.record.opened[-1:] == [before.start] or _ENDS_PART.search(closing) is not None
