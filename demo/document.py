"""The invented documents, as people write them: a head of fields, a line `---`, and the text.

In the text a blank line ends a paragraph, `*words*` are emphasised (a verb), `[^1]` is a footnote mark and a paragraph
that begins with `[^1]:` is that footnote. `## ` begins a heading. `documents/README.md` shows one.

Errors:
    DocumentError    a file that is no such document; the sentence names the file and the line
"""

from __future__ import annotations

import re
from calendar import month_name
from dataclasses import dataclass, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

invented = "Invented document of the Mandate Monitor demonstration"
folder = Path(__file__).parent / "documents"

Shape = Literal["un", "catalogue", "aalco", "ipu", "gfmd"]
BlockKind = Literal["text", "preamble", "clause", "item", "heading"]
Style = Literal["plain", "emphasis", "mark"]

# "12. ", "(3) " and "(a) " at the start of a paragraph: an operative clause, a numbered preambular paragraph, an item.
_numbered = re.compile(r"(?:(?P<clause>\d+)\.|(?P<preamble>\(\d+\))|(?P<item>\([a-z]+\)))\s+")
_note = re.compile(r"\[\^(\w+|\*)\]:\s*")
_inline = re.compile(r"\*(?P<emphasis>[^*]+)\*|\[\^(?P<mark>\w+|\*)\]")

_french = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_months = {"en": tuple(month_name)[1:], "fr": _french}


class DocumentError(Exception):
    """A file that is no document of this form."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")
        self.path = path
        self.line = line


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a paragraph in one style; the text of a mark is the footnote's number."""

    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph; `number` is as printed ("3", "(3)", "(a)")."""

    kind: BlockKind
    number: str | None
    text: str

    @property
    def runs(self) -> tuple[Run, ...]:
        """The paragraph's text in pieces of one style each."""
        return runs(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One invented document, in one text of it. A later text of the same document has the same `id` and a later step.

    `step` 0 is published from the beginning, n by the n-th `publish_next`. `dated` is the day of adoption or issue as
    printed in the text, `submitted` the day a post shows, `pub_date` the day its feed shows.
    """

    id: str
    shape: Shape
    title: str
    step: int = 0
    kind: str = "resolution"
    symbol: str | None = None
    stage: str | None = None
    language: str = "en"
    dated: date | None = None
    issued: date | None = None
    place: str | None = None
    session: str | None = None
    committee: str | None = None
    agenda_item: str | None = None
    agenda_title: str | None = None
    sponsors: str | None = None
    report_line: str | None = None
    meeting: str | None = None
    job: str | None = None
    note: str | None = None
    path: str | None = None
    group: str | None = None
    author: str | None = None
    submitted: datetime | None = None
    pub_date: datetime | None = None
    subjects: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def runs(text: str) -> tuple[Run, ...]:
    """Split a paragraph at `*emphasis*` and `[^1]`."""
    found: list[Run] = []
    at = 0
    for match in _inline.finditer(text):
        if match.start() > at:
            found.append(Run(text[at : match.start()], "plain"))
        emphasis = match["emphasis"]
        found.append(Run(emphasis, "emphasis") if emphasis else Run(match["mark"], "mark"))
        at = match.end()
    if at < len(text):
        found.append(Run(text[at:], "plain"))
    return tuple(found)


def written(day: date, language: str = "en") -> str:
    """A day as documents write it."""
    return f"{day.day} {_months[language][day.month - 1]} {day.year}"


def read_all(where: Path = folder) -> tuple[Document, ...]:
    """All documents of a folder in the order of their file names."""
    return tuple(read(path) for path in sorted(where.glob("*.md")) if path.name != "README.md")


def read(path: Path) -> Document:
    """Read one document; its id is the file name up to the first full stop.

    Raises:
        DocumentError: a field is unknown, twice there or not of its form.
    """
    head, rule, body = path.read_text(encoding="utf-8").partition("\n---\n")
    if not rule:
        raise DocumentError(path, 1, "has no line `---` between its fields and its text")
    values: dict[str, object] = {"id": path.name.partition(".")[0]}
    for number, line in enumerate(head.splitlines(), 1):
        name, colon, value = line.partition(":")
        key = name.strip().lower().replace(" ", "_")
        if not colon or key not in _readers or key in values:
            raise DocumentError(path, number, f"`{name}` is not a known field, or is there twice")
        try:
            values[key] = _readers[key](value.strip())
        except ValueError as error:
            raise DocumentError(path, number, f"{name}: {error}") from error
    for key in ("shape", "title"):
        if key not in values:
            raise DocumentError(path, 1, f"has no `{key.capitalize()}:`")
    blocks, notes = _blocks(body)
    return Document(**values, blocks=blocks, notes=notes)  # type: ignore[arg-type]  # each value went through the reader of its own field


def _day(value: str) -> date:
    return datetime.strptime(value, "%d %B %Y").date()  # noqa: DTZ007 - a day on paper has no time zone


def _moment(value: str) -> datetime:
    return datetime.strptime(value + " +0000", "%d %B %Y %H:%M %z")


def _words(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(";") if part.strip())


_by_type: dict[str, Callable[[str], object]] = {
    "int": int,
    "date": _day,
    "datetime": _moment,
    "tuple[str, ...]": _words,
}
_readers = {
    field.name: _by_type.get(str(field.type).removesuffix(" | None"), str)
    for field in fields(Document)
    if field.name not in {"id", "blocks", "notes"}
}


def _blocks(body: str) -> tuple[tuple[Block, ...], tuple[tuple[str, str], ...]]:
    blocks: list[Block] = []
    notes: list[tuple[str, str]] = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        text = " ".join(paragraph.split())
        if note := _note.match(text):
            notes.append((note[1], text[note.end() :]))
        elif text.startswith("## "):
            blocks.append(Block("heading", None, text.removeprefix("## ")))
        elif numbered := _numbered.match(text):
            kind: BlockKind = "clause" if numbered["clause"] else "preamble" if numbered["preamble"] else "item"
            number = numbered["clause"] or numbered["preamble"] or numbered["item"]
            blocks.append(Block(kind, number, text[numbered.end() :]))
        elif text:
            blocks.append(Block("text", None, text))
    return tuple(blocks), tuple(notes)
