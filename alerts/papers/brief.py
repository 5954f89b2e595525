"""The brief of a session, one page: what was decided, who has to do what first, and what is not known."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alerts.escape import one_line, web_address
from alerts.frame import frame
from alerts.papers.matrix import addressees, agenda_item, contents, named, state
from alerts.papers.wanted import wanted
from alerts.papers.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from alerts.escape import Address
    from alerts.frame import Frame
    from warehouse.matrix.rows import MatrixRow
    from warehouse.query.filters import Filters

# Entries of a section, and lines of a page with their letters, as a wide font (DejaVu Sans) fills A4.
_MOST = {"decided": 9, "overdue": 5, "first": 9, "agenda": 5, "undated": 3, "unknown": 3}
_LINES, _LETTERS = 62, 98
# Above a section, and for how many were left out.
_AROUND = 3
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


def brief(rows: Sequence[MatrixRow], filters: Filters, now: datetime, *, language: str) -> Brief:
    """The brief of these rows as they are known `now` (UTC)."""
    words, around = words_of(language), frame(language)
    names = addressees(rows, words)
    kinds: defaultdict[str, list[MatrixRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.due.last.toordinal() if row.due.last else 0):
        kinds[_kind(row, now)].append(row)

    def asked(row: MatrixRow) -> Entry:
        when = around.date(row.due.last) if row.due.last else ""
        what = one_line(_words_of(row), _WHAT)
        text = words.line.format(who=one_line(names[row], 70), what=what)
        if row.responsible:
            text = f"{text} ({words.headings['responsible']}{around.colon}{one_line(row.responsible, 60)})"
        return Entry(when, text, _source(row, around), web_address(row.url))

    def placed(row: MatrixRow) -> Entry:
        due = around.short_deadline(row.due, row.language) or ""
        item = one_line(agenda_item(row) or _words_of(row), _WHAT)
        return Entry(due, item, _source(row, around), web_address(row.url))

    def doubted(row: MatrixRow) -> Entry:
        entry = asked(row)
        return Entry(entry.lead, f"{entry.text}. {state(row, words, around)}", entry.source, entry.url)

    ways: dict[str, Callable[[MatrixRow], Entry]] = {
        "overdue": asked, "first": asked, "agenda": placed, "undated": asked, "unknown": doubted,
    }  # fmt: skip
    found = {"decided": _decided(rows, around)}
    found |= {kind: [way(row) for row in kinds[kind]] for kind, way in ways.items()}
    shown = _that_fit({kind: entries for kind, entries in found.items() if entries})
    sections = [
        Section(
            getattr(words, kind), entries, words.more.of(left) if (left := len(found[kind]) - len(entries)) else None
        )
        for kind, entries in shown.items()
    ]
    return Brief(
        language=language,
        title=words.brief.format(what=wanted(filters, words, around, named(rows)) or words.everything),
        contents=contents(rows, words, around, now) if rows else words.nothing,
        sections=tuple(sections),
        foot=words.sources,
    )


def as_text(page: Brief, columns: int = 100) -> str:
    """The brief as plain text, with lines of so many characters at most."""
    from textwrap import fill  # noqa: PLC0415 - only here

    lines = [page.title, "=" * len(page.title), fill(page.contents, columns), ""]
    for section in page.sections:
        lines += [section.heading, "-" * len(section.heading)]
        for entry in section.entries:
            said = " · ".join(part for part in (entry.lead, entry.text) if part)
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
            around.types.get(name, name) + (f" ({count})" if count > 1 else "")
            for name, count in sorted(types.items(), key=lambda pair: (-pair[1], pair[0]))
        )
        title = one_line(first.title, 90)
        text = f"{title}. {said}" if title and first.title != first.document else said
        day = around.date(first.published_on, first.published_precision) if first.published_on else ""
        entries.append(Entry(one_line(first.document, 80), one_line(text, 180), day, web_address(first.url)))
    return entries


def _words_of(row: MatrixRow) -> str:
    """The request in its own words, without the number before it."""
    bare = re.escape(row.number.strip("()[]. ")) if row.number else ""
    words = re.sub(rf"\A\W*{bare}(?!\w)\W*", "", row.quote) if bare else row.quote
    return words.rstrip(" ;.,")


def _that_fit(found: Mapping[str, Sequence[Entry]]) -> dict[str, tuple[Entry, ...]]:
    """The first entries of each section, so many that they fit on the page: the longest sections give way first."""
    shown = {kind: list(entries[: _MOST[kind]]) for kind, entries in found.items()}
    while sum(_AROUND + sum(map(_lines, entries)) for entries in shown.values()) > _LINES:
        longest = max(shown.values(), key=lambda entries: sum(map(_lines, entries)))
        if len(longest) == 1:
            break
        longest.pop()
    return {kind: tuple(entries) for kind, entries in shown.items()}


def _lines(entry: Entry) -> int:
    """How many lines an entry takes."""
    return 1 + (len(entry.lead) + len(entry.text) + len(entry.source) + 4) // _LETTERS


def _source(row: MatrixRow, around: Frame) -> str:
    """Where it is: "A/RES/80/1, clause 3"."""
    clause = [around.clause.format(number=one_line(row.number, 20))] if row.number else []
    return ", ".join([one_line(row.document, 80), *clause])
