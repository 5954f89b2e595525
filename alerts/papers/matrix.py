"""The mandate matrix in the words of one language: the rows of a sheet, in groups, none of them laid out yet."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from alerts.escape import one_line, paragraph, web_address
from alerts.frame import frame
from alerts.papers.wanted import names_used, wanted
from alerts.papers.words import words_of
from config.notes import note_in
from warehouse.findings.titles import display_title
from warehouse.matrix.marks import check_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from alerts.escape import Address
    from alerts.frame import Frame
    from alerts.papers.words import Words
    from warehouse.matrix.rows import MatrixRow
    from warehouse.query.filters import Filters

GroupedBy = Literal["addressee", "deadline", "document"]
# The column that comes first, by which the rows are grouped.
_FIRST: Mapping[GroupedBy, str] = {"addressee": "addressee", "deadline": "due", "document": "document"}
_SHOWN = (
    "document", "clause", "request", "addressee", "due", "deadline", "deliverable", "state", "answer", "responsible",
    "status", "note", "link",
)  # fmt: skip
# States in which the document that shows them is no answer.
_FOLLOWED = frozenset({"renewed", "superseded", "withdrawn", "corrected"})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the matrix: the text of each column, the day of the deadline, and where its documents are."""

    cells: Mapping[str, str]
    due: date | None
    url: Address | None
    answer_url: Address | None


@dataclass(frozen=True, slots=True)
class Group:
    """Rows with one addressee, one month of deadlines or one document."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A whole matrix. `columns` are those that people see, in order, the one by which it is grouped first."""

    language: str
    title: str
    contents: str
    made_at: datetime
    columns: tuple[str, ...]
    groups: tuple[Group, ...]

    @property
    def words(self) -> Words:
        """The words of its language."""
        return words_of(self.language)

    @property
    def lines(self) -> tuple[Line, ...]:
        """All rows, in the order of the groups."""
        return tuple(line for group in self.groups for line in group.lines)


def matrix(
    rows: Sequence[MatrixRow], filters: Filters, now: datetime, *, language: str, by: GroupedBy = "addressee"
) -> Matrix:
    """The matrix of these rows as it is known `now` (UTC), which is also the id of the export."""
    words, around = words_of(language), frame(language)
    names = addressees(rows, words)
    groups: defaultdict[tuple[Any, ...], list[Line]] = defaultdict(list)
    headings: dict[tuple[Any, ...], str] = {}
    for row in sorted(rows, key=_place):
        key, heading = _group(row, names[row], words, around, by)
        headings[key] = heading
        groups[key].append(_line(row, names[row], words, around, now))
    first = _FIRST[by]
    return Matrix(
        language=language,
        title=words.matrix.format(what=wanted(filters, words, around, named(rows)) or words.everything),
        contents=contents(rows, words, around, now),
        made_at=now,
        columns=(first, *(column for column in _SHOWN if column != first)),
        groups=tuple(Group(headings[key], tuple(groups[key])) for key in sorted(groups)),
    )


def export_id(now: datetime) -> str:
    """The name of an export: when it was made."""
    return f"X{now:%Y%m%dT%H%M%S.%fZ}"


def contents(rows: Sequence[MatrixRow], words: Words, around: Frame, now: datetime) -> str:
    """How much there is, and as of when."""
    mandates = words.mandates.of(len({row.task_key for row in rows}))
    documents = words.documents.of(len({row.document_id for row in rows}))
    return words.contents.format(mandates=mandates, documents=documents, date=around.date(now.date()))


def named(rows: Sequence[MatrixRow]) -> list[tuple[str | None, str | None]]:
    """The id of each row's addressee with its name there."""
    return [(row.addressee_id, row.addressee_resolved or row.addressee) for row in rows]


def addressees(rows: Sequence[MatrixRow], words: Words) -> dict[MatrixRow, str]:
    """Who has to act in each row: one name for each id, the one that the rows use most."""
    said = {row: _capital(one_line(row.addressee_resolved or row.addressee or "", 200)) for row in rows}
    best = names_used((row.addressee_id, name) for row, name in said.items())
    return {row: best.get(row.addressee_id or "", name) or words.nobody for row, name in said.items()}


def state(row: MatrixRow, words: Words, around: Frame) -> str:
    """The state in words, with its day, and why it is not known."""
    said = words.states.get(row.state, row.state)
    if row.state == "unknown":
        rule = row.rule or ""
        # Of a deadline a note says no more than the rule.
        exact = None if rule.startswith(("calendar.", "not_watched")) else note_in(row.reason or "", words.language)
        reason = exact or words.rules.get(rule)
        said = words.because.format(state=said, reason=reason) if reason else said
    elif row.state in _FOLLOWED and row.evidence:
        said = words.by.format(state=said, document=one_line(row.evidence, 120))
    elif row.since is not None and row.state not in {"open", "due_soon"}:
        said = words.since.format(state=said, date=around.date(row.since))
    return _capital(said)


def agenda_item(row: MatrixRow) -> str | None:
    """What is placed on an agenda: the title of the document where the item is named after it, often in capitals."""
    item = row.agenda_title or row.agenda_item
    # A title may have the symbol at its end, which the item has not.
    title = display_title(row.title, row.symbol, row.body)
    return title if item and item.casefold() == title.casefold() else item


def deadline(row: MatrixRow, around: Frame, now: datetime) -> str:
    """The deadline as written, the days it comes to, and how these are known."""
    return one_line(around.deadline(row.due, now, row.language) or "", 500)


def _line(row: MatrixRow, name: str, words: Words, around: Frame, now: datetime) -> Line:
    place = one_line(row.number or "", 20)
    if row.page:
        place = words.place.format(number=place, page=row.page) if place else around.page.format(number=row.page)
    url = web_address(row.url)
    answered = row.evidence if row.state not in _FOLLOWED else None
    answer = one_line(answered or "", 200)
    if answer and row.evidence_on is not None:
        answer = words.of.format(document=answer, date=around.date(row.evidence_on))
    cells = {
        "document": one_line(row.document, 200),
        "clause": place,
        "request": paragraph(row.quote),
        "addressee": name,
        "due": row.due.last.isoformat() if row.due.last else "",
        "deadline": deadline(row, around, now),
        "deliverable": one_line((agenda_item(row) if row.type == "agenda_placement" else row.deliverable) or "", 500),
        "state": state(row, words, around),
        "answer": answer,
        "link": str(url or ""),
        "responsible": one_line(row.responsible or "", 200),
        "status": one_line(row.status or "", 200),
        "note": paragraph(row.note or "", 5000),
    }
    keys = {"task_key": row.task_key, "export": export_id(now), "check": check_of(cells)}
    return Line(cells | keys, row.due.last, url, web_address(row.evidence_url) if answered else None)


def _group(row: MatrixRow, name: str, words: Words, around: Frame, by: GroupedBy) -> tuple[tuple[Any, ...], str]:
    """What a row is grouped by, as groups are sorted, and how the group is headed."""
    if by == "addressee":
        return (name == words.nobody, name.casefold()), name
    if by == "document":
        heading = " – ".join(dict.fromkeys(filter(None, (row.symbol, row.title))))
        return (row.document, row.document_id), one_line(heading, 200)
    last = row.due.last
    if last is None:
        return (9999, 12), words.no_day
    return (last.year, last.month), _capital(around.date(last, "month"))


def _place(row: MatrixRow) -> tuple[Any, ...]:
    """Rows of a group by their deadline, those without one last, then as they are in their documents."""
    number = re.search(r"\d+", row.number or "")
    due = row.due.last.toordinal() if row.due.last else 10**7
    return due, row.document, row.page or 0, int(number[0][:9]) if number else 0, row.task_key


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
