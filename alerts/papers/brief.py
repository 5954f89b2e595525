"""The brief of a session, one page: what was decided, who has to do what first, and what is not known."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.escape import one_line, web_address
from alerts.frame import frame
from alerts.papers.matrix import addressees, contents, state, subject
from alerts.papers.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from alerts.escape import Address
    from alerts.frame import Frame
    from alerts.papers.words import Words
    from warehouse.matrix.rows import MatrixRow, Selection

# What a page holds, with two lines for a long entry.
_MOST = {"decided": 9, "overdue": 4, "first": 9, "agenda": 5, "undated": 3, "unknown": 3}
_SETTLED = frozenset({"answered", "renewed", "superseded", "withdrawn"})
_WHAT = 110


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the brief: what leads it, what it says, and where it is from, with the address of that."""

    lead: str
    text: str
    source: str
    url: Address | None


@dataclass(frozen=True, slots=True)
class Section:
    """Entries under a heading; `more` says how many were left out."""

    heading: str
    entries: tuple[Entry, ...]
    more: str | None


@dataclass(frozen=True, slots=True)
class Brief:
    """A whole brief."""

    language: str
    title: str
    contents: str
    sections: tuple[Section, ...]
    foot: str


def brief(rows: Sequence[MatrixRow], selection: Selection, now: datetime, *, language: str) -> Brief:
    """The brief of these rows as they are known `now` (UTC)."""
    words, around = words_of(language), frame(language)
    names = addressees(rows, words)
    kinds: defaultdict[str, list[MatrixRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.due.last.toordinal() if row.due.last else 0):
        kinds[_kind(row, now)].append(row)

    def asked(row: MatrixRow) -> Entry:
        when = around.date(row.due.last) if row.due.last else ""
        what = one_line(row.deliverable or row.quote, _WHAT)
        text = words.line.format(who=names[row], what=what)
        if row.responsible:
            text = f"{text} ({words.headings['responsible']}{around.colon}{one_line(row.responsible, 60)})"
        return Entry(when, text, _source(row, around), web_address(row.url))

    def placed(row: MatrixRow) -> Entry:
        due = around.short_deadline(row.due, row.language) or ""
        item = one_line(row.agenda_title or row.agenda_item or row.quote, _WHAT)
        return Entry(due, item, _source(row, around), web_address(row.url))

    def doubted(row: MatrixRow) -> Entry:
        entry = asked(row)
        return Entry(entry.lead, f"{entry.text}. {state(row, words, around)}", entry.source, entry.url)

    sections = [_section(words.decided, _decided(rows, around), "decided", words)]
    ways: dict[str, Callable[[MatrixRow], Entry]] = {
        "overdue": asked, "first": asked, "agenda": placed, "undated": asked, "unknown": doubted,
    }  # fmt: skip
    for kind, way in ways.items():
        sections.append(_section(getattr(words, kind), [way(row) for row in kinds[kind]], kind, words))
    return Brief(
        language=language,
        title=words.brief.format(what=subject(selection, words, around)),
        contents=contents(rows, words, around, now) if rows else words.nothing,
        sections=tuple(section for section in sections if section.entries),
        foot=words.sources,
    )


def as_text(page: Brief, columns: int = 100) -> str:
    """The brief as plain text, with lines of so many characters at most."""
    from textwrap import fill  # noqa: PLC0415 - only here

    lines = [page.title, "=" * len(page.title), fill(page.contents, columns), ""]
    for section in page.sections:
        lines += [section.heading, "-" * len(section.heading)]
        for entry in section.entries:
            said = ": ".join(part for part in (entry.lead, entry.text) if part)
            lines.append(fill(f"{said} [{entry.source}]", columns, initial_indent="- ", subsequent_indent="  "))
        lines += [f"  {section.more}", ""] if section.more else [""]
    return "\n".join([*lines, fill(page.foot, columns)]) + "\n"


def _kind(row: MatrixRow, now: datetime) -> str:
    """The section in which a mandate is shown; what is settled is in none but the first."""
    if row.state in _SETTLED:
        return "settled"
    if row.state == "overdue":
        return "overdue"
    if row.type == "agenda_placement":
        return "agenda"
    if row.due.last is None:
        return "undated"
    return "first" if row.due.last >= now.date() else "unknown"


def _decided(rows: Sequence[MatrixRow], around: Frame) -> list[Entry]:
    """Each document with how many mandates of which type it has, those with most first."""
    documents: defaultdict[str, list[MatrixRow]] = defaultdict(list)
    for row in rows:
        documents[row.document_id].append(row)
    ranked = sorted(documents.values(), key=lambda each: (-len({row.task_key for row in each}), each[0].document))
    entries = []
    for each in ranked:
        first = each[0]
        types = Counter(type_ for type_, _ in {(row.type, row.task_key) for row in each})
        said = ", ".join(
            f"{count} × {around.types.get(name, name)}"
            for name, count in sorted(types.items(), key=lambda pair: (-pair[1], pair[0]))
        )
        title = one_line(first.title, 120)
        text = f"{title}. {said}" if title and title != first.symbol else said
        day = around.date(first.published_on, first.published_precision) if first.published_on else ""
        entries.append(Entry(one_line(first.document, 80), text, day, web_address(first.url)))
    return entries


def _section(heading: str, entries: Sequence[Entry], kind: str, words: Words) -> Section:
    most = _MOST[kind]
    left = len(entries) - most
    return Section(heading, tuple(entries[:most]), words.more.of(left) if left > 0 else None)


def _source(row: MatrixRow, around: Frame) -> str:
    """Where it is: "A/RES/80/1, clause 3"."""
    clause = [around.clause.format(number=one_line(row.number, 20))] if row.number else []
    return ", ".join([one_line(row.document, 80), *clause])
