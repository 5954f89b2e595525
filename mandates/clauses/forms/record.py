"""What has been read of a text so far: where clauses begin, where they must stop, and its preambular paragraphs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mandates.clauses.forms.form import Form

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mandates.clauses.forms.form import FormName
    from mandates.clauses.leads import Lead
    from mandates.clauses.paragraphs import Start


@dataclass(slots=True)
class Record:
    """Places in the view `text`, in the order in which they were found."""

    text: str
    starts: list[Start] = field(default_factory=list)
    stops: list[int] = field(default_factory=list)
    preambles: list[int] = field(default_factory=list)
    opened: list[int] = field(default_factory=list)
    """Where organs begin to speak, annexes aside."""

    @property
    def has_begun(self) -> bool:
        """Whether a clause of the present resolution has begun."""
        return bool(self.starts) and (not self.stops or self.starts[-1].place > self.stops[-1])

    def begins(self, place: int) -> bool:
        """Whether the last clause or the last preambular paragraph begins at `place`."""
        return place in {*(start.place for start in self.starts[-1:]), *self.preambles[-1:]}

    def has_taken(self, lead: Lead) -> bool:
        """Whether a clause has already begun with this verb, as where its label is on a line of its own."""
        return self.has_begun and lead.start <= self.starts[-1].lead.start

    def is_within_list(self, place: int) -> bool:
        """Whether a line at `place` is in a list that a clause without a number has opened with a colon."""
        if not self.has_begun or self.starts[-1].number is not None:
            return False
        return ":\n" in self.text[self.starts[-1].lead.end : place].replace(" ", "")

    def add(self, starts: Iterable[Start]) -> None:
        """Add clauses, in order."""
        self.starts += starts

    def take_back(self, before: int) -> None:
        """Make the last clause preambular if it has no number and ends in a comma before `before`, as no clause does."""  # noqa: E501 - a sentence
        if not self.has_begun or self.starts[-1].number is not None:
            return
        if self.text[self.starts[-1].place : before].rstrip().endswith(","):
            self.preambles.append(self.starts.pop().place)

    def form(self, name: FormName) -> Form:
        """All of it, as a form."""
        return Form(name, tuple(self.starts), tuple(self.stops), tuple(self.preambles), tuple(self.opened))
