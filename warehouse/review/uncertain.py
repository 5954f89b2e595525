"""Uncertain readings, the least certain first: what was read, what it could be instead, and why to check it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from mandates.classify.confidence import doubts
from mandates.deadlines.numerals import LINE_END, rejoined

if TYPE_CHECKING:
    from datetime import date

    import duckdb

# How a clause with each doubt (`mandates/classify/confidence.yaml`) could be read instead.
OTHERWISE = {
    "pronoun": "the pronoun refers to somebody else",
    "unknown-addressee": "the addressee is the other kind: an organ of the body's own system, or a Member State",
    "several-addressees": "another of the addressees has to act",
    "soft-request": "an appeal that asks nothing of the body's own system, or a request that does",
    "may-act": "what is established has to act",
    "event": "the day is that of an event, not a deadline",
    "due-elsewhere": "the deadline is another task's",
    "unread-time": "the time that is named is a deadline",
    "number-sequence": "a paragraph beside this one is missing, or this is part of another",
    "open-end": "the clause goes on",
    "narrated": "reported from another meeting, not decided here",
}


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A row of the view `to_review`, where the columns are explained."""

    what: Literal["text", "clause", "decision", "ledger"]
    confidence: float
    reason: str
    symbol: str | None
    title: str | None
    number: str | None
    page: int | None
    quote: str | None
    is_mandate: bool | None
    type: str | None
    addressee: str | None
    due: str | None
    due_start: date | None
    due_end: date | None
    deliverable: str | None
    before: str | None
    field: str | None
    value: str | None
    sources: list[str] | None
    url: str | None
    document_id: str | None
    key: str

    @property
    def document(self) -> str:
        """What people call its document."""
        return ", ".join(filter(None, (self.symbol, self.title))) or "a document that is not recorded here"

    @property
    def place(self) -> str | None:
        """Paragraph and page: "paragraph 4, page 2"."""
        paragraph = f"paragraph {self.number}" if self.number else None
        page = f"page {self.page}" if self.page else None
        return ", ".join(filter(None, (paragraph, page))) or None

    @property
    def words(self) -> str | None:
        """The quotation on one line."""
        return _on_a_line(self.quote) if self.quote else None

    @property
    def read_as(self) -> str:
        """The recorded reading, in one line."""
        if self.what == "text":
            return "nothing that the text decides" if self.confidence == 0 else "part of what the text decides"
        if self.what == "ledger":
            return "not known to be done"
        if self.what == "decision":
            return self.words or "the newest text has no such task"
        days = " to ".join(str(day) for day in dict.fromkeys((self.due_start, self.due_end)) if day)
        parts = (
            (self.type or "").replace("_", " ") if self.is_mandate else "no mandate",
            self.addressee and f"to {self.addressee}",
            self.due and f"due {_on_a_line(self.due)}" + (f" ({days})" if days else ""),
        )
        return "; ".join(filter(None, parts))

    @property
    def doubts(self) -> tuple[str, ...]:
        """The ids of the doubts that are its reason; of other reasons there are no ids."""
        said = {doubt.says: name for name, doubt in doubts().items()}
        return tuple(said[reason] for reason in self.reason.split("; ") if reason in said)

    @property
    def otherwise(self) -> str:
        """The other reading, in one line."""
        if self.what == "text":
            return "what a person finds in the document"
        if self.what == "ledger":
            return "done, dropped, or still open"
        if self.what == "decision":
            return f"as it was when it was decided: {_on_a_line(self.before or '')}"
        other = "; ".join(dict.fromkeys(OTHERWISE[doubt] for doubt in self.doubts if doubt in OTHERWISE))
        return other or ("no mandate" if self.is_mandate else "a mandate")


def _on_a_line(words: str) -> str:
    """What stood on several lines, with the words whole that a line's end parted at their hyphen."""
    return rejoined(" ".join(LINE_END.sub("", words).split()))


# Rows of one thing are beside each other, and the same rows always come in the same order.
ORDER = "confidence, symbol, title, number, key, field, due_end"
_LISTED = f"""
SELECT {", ".join(field.name for field in fields(Uncertain))} FROM to_review
ORDER BY {ORDER}"""  # noqa: S608 - our own names


def uncertain(connection: duckdb.DuckDBPyConnection) -> tuple[Uncertain, ...]:
    """All that somebody should look at, the least sure first."""
    return tuple(Uncertain(*row) for row in connection.execute(_LISTED).fetchall())
